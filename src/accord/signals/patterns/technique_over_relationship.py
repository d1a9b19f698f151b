"""Technique over relationship: bond and way of working come down, and the sessions just go on.

A straight line through the last ratings of the bond falls by more than its error, as the rule `slide` has it for the
total, and the line about the way of working falls too or is low. No single step carries the fall: that would be a dip.
Meanwhile nothing was done that the records know of: no repair begun, no concern talked about, no change told. Where
sessions are missed they do not go on; that is for the rule `absences`. Claim 23 is partly supported and not re-read
(science.md 1.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from accord.course.course import Course
from accord.course.session import Session
from accord.signals.known import MAIN, PARTS, Known
from accord.signals.patterns.pattern import Pattern
from accord.signals.patterns.reading import together
from accord.signals.reading import rated, seen
from accord.signals.rules import slide
from accord.signals.run import Rated, first_held

VERSION = 1
BOND, _GOALS, TASKS = PARTS
# The error of one line (SD 6 points, as in the rule `split`); more where these ratings lie off their own line [design,
# measured: measured.yaml].
LINE_WITHIN = 6.0**2
ONE_STEP = 0.75  # of the fall; more than for the total, since a single line is noisier [design, measured]
MISSED = 1  # sessions missed on the way, with which they still go on [design]
LOW = 50.0  # points: the way of working on average in the lower half of its line [design]


@dataclass(frozen=True)
class _Tasks:
    """The way of working over the same ratings: how far it fell (None: not beyond its error), and its mean."""

    fall: float | None
    mean: float


def detect(course: Course, known: Known) -> list[Pattern]:
    """One pattern while both come down and nothing else changes."""
    ours = together(course)
    bond = rated(ours, MAIN, BOND)
    values, within = [value for _session, value in bond], max(known.spreads[BOND].within, LINE_WITHIN)
    fall = _falling(values, within)
    if fall is None:
        return []
    run = bond[-fall.ratings :]
    tasks = rated(ours, MAIN, TASKS)
    found = _tasks(tasks, run, max(known.spreads[TASKS].within, LINE_WITHIN))
    if found is None or not _goes_on(_from(ours, run[0][0]), known):
        return []
    first = first_held(len(values), lambda n: _falling(values[:n], within) is not None)
    begun = _falling(values[:first], within) or fall
    beside = {session.key: value for session, value in tasks}
    return [
        Pattern(
            pattern="technique_over_relationship",
            version=VERSION,
            since=bond[first - begun.ratings][0].key,
            evidence=tuple(
                one
                for session, value in run
                for one in (seen(session, "bond", value), seen(session, "tasks", beside.get(session.key)))
            ),
            shape="low" if found.fall is None else "falling",
            facts={
                "fall": fall.points,
                "ratings": float(fall.ratings),
                "tasks": found.mean if found.fall is None else found.fall,
            },
        )
    ]


def _falling(values: Sequence[float], within: float) -> slide.Fall | None:
    """The fall of a line over several sessions; one that a single step carries is a dip, and none of these."""
    fall = slide.falling(values, within)
    if fall is None:
        return None
    steps = (before - after for before, after in pairwise(values[-fall.ratings :]))
    return None if max(steps) > ONE_STEP * fall.points else fall


def _tasks(tasks: Rated, run: Rated, within: float) -> _Tasks | None:
    """The way of working over the ratings of the bond's fall; None where it neither falls nor is low."""
    start = {session.key for session, _value in run}
    values = [value for session, value in tasks if session.key in start]
    if len(values) < slide.SHORTEST:
        return None
    fall, mean = slide.falling(values, within), fmean(values)
    if fall is None and mean > LOW:
        return None
    return _Tasks(fall.points if fall else None, mean)


def _from(course: Course, first: Session) -> Sequence[Session]:
    """Every appointment from this one on."""
    return course.sessions[course.sessions.index(first) :]


def _goes_on(sessions: Sequence[Session], known: Known) -> bool:
    """Whether these sessions went on, with nothing done about the relationship."""
    missed = sum(one.attendance.missed for one in sessions)
    talked = any(rating.key in known.talked for one in sessions for rating in one.ratings)
    tended = any(one.key in known.tended for one in sessions)
    return missed <= MISSED and not (talked or tended)


def lacks(course: Course, known: Known) -> str:
    """What is not there yet: ratings."""
    return "ratings" if len(rated(together(course), MAIN, BOND)) < slide.SHORTEST else ""
