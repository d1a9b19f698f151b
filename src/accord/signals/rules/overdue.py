"""What should have been measured or looked at: nothing by session 3, a review that nobody opened, a form that is late.

Early alliance predicts, but one rating is not enough (science.md 1.2, claim 8): so the first three sessions are pooled
in a review. When nobody has looked three sessions later, it is no news any more [design].
"""

from accord.course.course import Course
from accord.course.plan import Standing
from accord.course.review import RATINGS_NEEDED, REVIEW_AT
from accord.course.session import Rating, Session
from accord.instruments.definition import Family, Respondent
from accord.instruments.registry import identifiers, instrument
from accord.signals.known import MAIN, TOTAL, Known
from accord.signals.reading import held, rated, seen, waited
from accord.signals.signal import FACT, Seen, Signal, Step

VERSION = 1
REVIEW_UNTIL = REVIEW_AT + 3  # sessions held [design]
STRENGTH = {"nothing": 1.0, "review": 0.7, "form": 0.4, "forms": 0.5}  # [design]


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal, the first that holds of nothing measured, a review to look at, a form that is late."""
    sessions = held(course)
    return _nothing(sessions, known) or _review(course, sessions, known) or _form(course, known)


def _nothing(sessions: list[Session], known: Known) -> list[Signal]:
    if len(sessions) < REVIEW_AT or any(_measured(one) for session in sessions for one in session.ratings):
        return []
    third = sessions[REVIEW_AT - 1]
    if len(sessions) == REVIEW_AT and not waited(third, known.at):
        return []
    evidence = tuple(seen(one, "alliance rating", None) for one in sessions)
    return [_signal("nothing", third.key, sessions[-1].key, evidence, {"sessions": float(len(sessions))})]


def _measured(rating: Rating) -> bool:
    """Whether the client rated the alliance here, with whatever instrument; one we do not know is taken for one."""
    unknown = rating.instrument not in identifiers()
    return (
        rating.respondent is Respondent.CLIENT
        and (unknown or instrument(rating.instrument).family is Family.ALLIANCE)
        and any(isinstance(value, float) for value in rating.scores.values())
    )


def _review(course: Course, sessions: list[Session], known: Known) -> list[Signal]:
    points = rated(course, MAIN, TOTAL)
    if known.reviewed or not REVIEW_AT <= len(sessions) <= REVIEW_UNTIL or len(points) < RATINGS_NEEDED:
        return []
    mean = sum(value for _session, value in points) / len(points)
    evidence = tuple(seen(session, "rating", value) for session, value in points)
    facts: dict[str, float | str] = {"ratings": float(len(points)), "mean": mean}
    return [_signal("review", sessions[REVIEW_AT - 1].key, points[-1][0].key, evidence, facts)]


def _form(course: Course, known: Known) -> list[Signal]:
    late = [one for one in known.dues if one.standing is Standing.OVERDUE]
    there = [session for session in course.sessions if any(one.session == session.key for one in late)]
    if not there:
        return []
    evidence = tuple(Seen(one.session, one.number, one.instrument, None) for one in late)
    facts: dict[str, float | str] = {"forms": float(len(late)), "form": instrument(late[0].instrument).title}
    return [_signal("form" if len(late) == 1 else "forms", there[0].key, there[-1].key, evidence, facts)]


def _signal(
    shape: str, since: str, about: str, evidence: tuple[Seen, ...], facts: dict[str, float | str]
) -> Signal:
    return Signal(
        rule="overdue",
        version=VERSION,
        since=since,
        about=about,
        strength=STRENGTH[shape],
        evidence=evidence,
        often=FACT,
        step=Step.MEASURE,
        shape=shape,
        facts=facts,
    )
