"""Where a client's line stood before a strain, where it fell to, and where it stands since: what a repair is judged by.

Which ratings these are, `accord.repair.levels` says. Where the dip filter has enough earlier ratings, the level before
is its lasting level after the last of them (from that and earlier ones only, so that later ones do not move it), and
the error of a rating is that of its model. Its later levels are not used: they leave the dip out (`repair.line`).
"""

from collections.abc import Collection
from dataclasses import replace
from math import log, sqrt

from accord.course.course import Course
from accord.course.dependability import Spread
from accord.repair.levels import Levels
from accord.repair.levels import levels as of_ratings
from accord.repair.line import Level
from accord.signals.dip.alarm import EARLIER_NEEDED
from accord.signals.dip.model import Parameters
from accord.signals.dip.scalar import OUTLIER, Followed
from accord.signals.dip.track import track
from accord.signals.known import MAIN, TOTAL, Known
from accord.signals.learnt import Learnt


def levels(
    course: Course, *, about: str, since: Collection[str], learnt: Learnt, among: Spread, fell: bool = False
) -> Levels:
    """Before, dip, since. `about`: key of the session of the strain; `since`: keys of the sessions after it began.

    `fell`: a signal said that the line fell there. Sessions between the strain and the beginning count to neither side.
    """
    place = next((n for n, one in enumerate(course.sessions) if one.key == about), None)
    if place is None:
        return Levels(None, None, None)
    counted = course.sessions[: place + 1] + tuple(
        one for one in course.sessions[place + 1 :] if one.key in since
    )
    found = of_ratings(
        replace(course, sessions=counted), about, among, instrument=MAIN, scale=TOTAL, signalled=fell
    )
    earlier = replace(course, sessions=course.sessions[:place])
    tracked = [one for one in track(earlier, Known(learnt=learnt)) if one.rating is not None]
    changed = bool(tracked) and course.sessions[place].therapist not in (None, tracked[-1].session.therapist)
    if not tracked or changed or tracked[-1].told.earlier + 1 < EARLIER_NEEDED:
        return found
    return Levels(
        _lasting(tracked[-1].told),
        _of_model(found.dip, learnt.parameters),
        _of_model(found.since, learnt.parameters),
    )


def error_of(ratings: int, parameters: Parameters) -> float:
    """Standard error of a mean of ratings a usual interval apart: their own error, and the state that passes."""
    together = sum(parameters.phi ** abs(a - b) for a in range(ratings) for b in range(ratings))
    own = parameters.error_sd**2 * (1 + (OUTLIER - 1) * parameters.outlier)
    return sqrt(parameters.state_sd**2 * together / ratings**2 + own / ratings)


def _of_model(level: Level | None, parameters: Parameters) -> Level | None:
    return level and replace(level, error=error_of(level.ratings, parameters))


def _lasting(told: Followed) -> Level:
    """The level without what passes, over both modes: mu + g ln(n), with its standard error."""
    steady, dipped, in_dip, _own, _variance, following = told.state
    number = log(max(1.0, following - 1.0))  # the state counts the session to come
    means = [one[1] + number * one[2] for one in (steady, dipped)]
    spreads = [one[5] + 2 * number * one[6] + number * number * one[9] for one in (steady, dipped)]
    mean = (1 - in_dip) * means[0] + in_dip * means[1]
    variance = (1 - in_dip) * spreads[0] + in_dip * spreads[1]
    variance += in_dip * (1 - in_dip) * (means[1] - means[0]) ** 2
    return Level(mean, sqrt(max(variance, 0.0)), told.earlier + 1)
