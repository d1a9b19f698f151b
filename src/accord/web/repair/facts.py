"""What is known about a repair beside its events, as far as the person looking may know it: the line and what is since.

Nothing under the cover is used, and nothing of a client who keeps the answers from this therapist.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accord.course.course import Course
from accord.course.dependability import Spread
from accord.repair.cause import Cause, CauseFacts
from accord.repair.levels import falls
from accord.repair.line import Level, read_line
from accord.repair.offer import Facts
from accord.repair.state import Repair as State
from accord.repair.texts import causes
from accord.signals.known import FELT_OFF, MAIN, TALK, TOTAL
from accord.signals.learnt import Learnt
from accord.signals.reading import answer
from accord.web.attention.learnt import learnt_of
from accord.web.people.viewer import Viewer
from accord.web.repair.levels import levels
from accord.web.repair.models import Repair
from accord.web.repair.standing import Since, since
from accord.web.therapy.cover import covered_sessions, withheld_courses, without, without_client
from accord.web.therapy.reading import read_course, read_spreads

FALLS = frozenset({"dip", "slide"})  # rules whose signal says that the line fell
PARTS = {"BOND": Cause.BOND, "GOALS": Cause.GOALS, "TASKS": Cause.TASKS}


@dataclass(frozen=True)
class Judged:
    """What the line says, and by which levels."""

    facts: Facts
    before: Level | None = None
    dip: Level | None = None
    since: Level | None = None


def facts_of(viewer: Viewer, repair: Repair, state: State, at: datetime) -> Facts:
    """The facts of one repair as this viewer may know them at the instant `at`."""
    course = repair.course
    withheld = withheld_courses(viewer, [course.pk])
    covered = covered_sessions(viewer, [course])
    whole = read_course(course)
    seen = without_client(whole) if withheld else without(whole, covered.get(course.pk, frozenset()))
    after = since([repair], at, course.service, covered=covered, withheld=withheld)[repair.pk]
    spreads = read_spreads(course.service, MAIN)
    return judge(repair, state, seen, after, learnt_of(course.service), spreads).facts


def judge(
    repair: Repair,
    state: State,
    course: Course,
    after: Iterable[Since],
    learnt: Learnt,
    spreads: Mapping[str, Spread],
) -> Judged:
    """What can be said of the line; `course` holds only what may be seen, `after` the sessions since it began."""
    sessions = tuple(after)
    rated = [one.key for one in sessions if one.rated_at is not None]
    before, dip, now = levels(
        course,
        about=state.session,
        since=rated,
        learnt=learnt,
        among=spreads[TOTAL],
        fell=repair.signal is not None and repair.signal.rule in FALLS,
    )
    facts = Facts(
        reading=read_line(before, dip, now),
        sessions_since=sum(one.held for one in sessions),
        ratings_since=len(rated),
        course_over=repair.course.ended_on is not None,
    )
    return Judged(facts, before, dip, now)


def cause_facts(state: State, course: Course, ticked: Iterable[str]) -> CauseFacts:
    """What points to a cause: how far each part fell in the session of the strain, what was said there, and signs."""
    strained = next((one for one in course.sessions if one.key == state.session), None)
    if strained is None:
        return CauseFacts(ticked=causes(ticked))
    return CauseFacts(
        falls=falls(course, strained.key, instrument=MAIN, parts=PARTS),
        felt_off=answer(strained, MAIN, FELT_OFF) == 1,
        talk=answer(strained, MAIN, TALK) == 1,
        ticked=causes(ticked),
    )
