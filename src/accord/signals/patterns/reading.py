"""What patterns read from a course in the same way: the time with this therapist, single answers, and order in time."""

from collections.abc import Iterable
from dataclasses import replace

from accord.course.course import Course
from accord.course.session import Session
from accord.instruments.definition import Respondent
from accord.signals.known import FELT_OFF, MAIN, TALK, TENSION, TENSION_TWIN, TWIN, Known
from accord.signals.reading import answer, held
from accord.signals.signal import Seen

PREFERENCES, GIVEN = "accord-preferences", "accord-preferences-therapist"
PROFILE = "accord-profile"
OWN_TENSION = 5  # of the therapist's twin: their own impression of tension


def together(course: Course) -> Course:
    """The sessions since the therapist of the last held session came: another person is another relationship."""
    sessions = held(course)
    if not sessions:
        return course
    whom = sessions[-1].therapist
    others = [
        place for place, one in enumerate(course.sessions) if one.attendance.held and one.therapist != whom
    ]
    return replace(course, sessions=course.sessions[others[-1] + 1 :]) if others else course


def answers_to(session: Session, form: str, items: Iterable[int], who: Respondent) -> dict[int, float]:
    """The answers to these items that are numbers."""
    found = {item: answer(session, form, item, who) for item in items}
    return {item: value for item, value in found.items() if value is not None}


def latest(
    course: Course, form: str, items: Iterable[int], who: Respondent
) -> tuple[Session, dict[int, float]] | None:
    """The last time that this form was answered, with the answers to these items; None when it never was."""
    wanted = tuple(items)
    for session in reversed(course.sessions):
        found = answers_to(session, form, wanted, who)
        if found:
            return session, found
    return None


def spoke_up(session: Session, known: Known) -> bool:
    """Whether the client said more than a rating: something felt off, they want to talk, tension, or a written line."""
    raised = any(answer(session, MAIN, item) == 1 for item in (FELT_OFF, TALK))
    return raised or answer(session, TENSION, 1) == 1 or session.key in known.spoke


def therapist_felt_tension(session: Session) -> bool:
    """Whether the therapist reported tension in this session, on the twin or on the form for it."""
    therapist = Respondent.THERAPIST
    return 1 in (answer(session, TENSION_TWIN, 1, therapist), answer(session, TWIN, OWN_TENSION, therapist))


def in_time(course: Course, evidence: Iterable[Seen]) -> tuple[Seen, ...]:
    """Evidence in the order of its sessions."""
    places = {one.key: place for place, one in enumerate(course.sessions)}
    return tuple(sorted(evidence, key=lambda one: places[one.session]))


def last_of(course: Course, keys: Iterable[str]) -> str:
    """Of these keys of sessions, the one that came last."""
    places = {one.key: place for place, one in enumerate(course.sessions)}
    return max(keys, key=places.__getitem__)
