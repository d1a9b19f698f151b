"""Where a client's line stood before a strain, where it fell to, and where it stands since, from the ratings alone.

A level is the mean of a few ratings, and its error that of one rating (the variance within a client) over the root of
their number. Only sessions with the therapist of the session it is about count: an alliance is with a person.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import fmean
from typing import NamedTuple

from accord.course.course import Course
from accord.course.dependability import Spread
from accord.course.session import Session
from accord.repair.cause import Cause
from accord.repair.line import LOW_Z, Level

# Ratings in a level [design]: the newest before, since a line rises over a course; the newest since, so that a dip that
# is over is soon left behind (docs/method/repair.md compares 2, 3 and 4).
BEFORE, SINCE = 6, 3


class Levels(NamedTuple):
    """As `line.read_line` takes them: ``read_line(*levels(...))``. None: not rated, or (the dip) not fallen."""

    before: Level | None
    dip: Level | None
    since: Level | None


def levels(
    course: Course,
    since_session: str,
    spread: Spread,
    *,
    instrument: str,
    scale: str = "TOTAL",
    signalled: bool = False,
) -> Levels:
    """The three levels of a repair that is about the session with this key; `spread` is that of the scale.

    The dip is the rating of that session or, where it was not rated, the first one after it, if it lies clearly below
    those before or a signal said so (`signalled`); `since` are the newest ratings after the dip, or after the session.
    ValueError when the course has no such session.
    """
    before, about, after = _around(course, since_session)
    stood = _level(_rated(before, instrument, scale)[-BEFORE:], spread)
    own, later = _rated([about], instrument, scale), _rated(after, instrument, scale)
    first = _level((own or later)[:1], spread)
    dip = first if stood and first and (signalled or _fell(stood, first)) else None
    return Levels(stood, dip, _level(later[0 if own or dip is None else 1 :][-SINCE:], spread))


def ratings_since(course: Course, since_session: str, *, instrument: str, scale: str = "TOTAL") -> int:
    """How many later sessions are rated; ValueError when the course has no such session."""
    return len(_rated(_around(course, since_session)[2], instrument, scale))


def falls(
    course: Course,
    since_session: str,
    *,
    instrument: str,
    parts: Mapping[str, Cause],
) -> Mapping[Cause, float]:
    """How far each part fell, in points: the mean before, less the rating of this session or the first after it.

    `parts` names the scales, such as ``{"BOND": Cause.BOND}``; one without both ratings is left out.
    """
    before, about, after = _around(course, since_session)
    found = {}
    for scale, cause in parts.items():
        stood, rated = _rated(before, instrument, scale)[-BEFORE:], _rated([about, *after], instrument, scale)
        if stood and rated:
            found[cause] = fmean(stood) - rated[0]
    return found


def _around(course: Course, key: str) -> tuple[list[Session], Session, list[Session]]:
    """The sessions before, this one and those after, with the same therapist as far as that is known."""
    place = next((n for n, one in enumerate(course.sessions) if one.key == key), None)
    if place is None:
        raise ValueError(f"the course has no session '{key}' that a repair could be about")
    about = course.sessions[place]

    def same(sessions: Sequence[Session]) -> list[Session]:
        return [
            one
            for one in sessions
            if None in (about.therapist, one.therapist) or one.therapist == about.therapist
        ]

    return same(course.sessions[:place]), about, same(course.sessions[place + 1 :])


def _rated(sessions: Sequence[Session], instrument: str, scale: str) -> list[float]:
    """The client's ratings on this scale, in order; absences left out."""
    found = []
    for session in sessions:
        rating = session.rating(instrument)
        value = rating.scores.get(scale) if rating else None
        if isinstance(value, float):
            found.append(value)
    return found


def _level(ratings: Sequence[float], spread: Spread) -> Level | None:
    if not ratings:
        return None
    return Level(fmean(ratings), sqrt(spread.within / len(ratings)), len(ratings))


def _fell(before: Level, first: Level) -> bool:
    return before.value - first.value > LOW_Z * sqrt(before.error**2 + first.error**2)
