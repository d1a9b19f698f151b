"""A slow fall over several sessions: no step stands out, and yet the line has come down.

A straight line through the last 4 to 6 ratings with the same therapist. Its error comes from what a client's ratings
usually vary by, or from how far these lie off their own line, whichever is more. One big step is no slide: that is for
the dip filter. An answer at the top of the scale means "this or more", so a rating there never ends a slide, and a
line that comes down from the top fell at least as far as it says. Longest decline seen: 6 sessions (science.md 3.2,
GUMZ, seen).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from accord.course.ceiling import NEAR_TOP
from accord.course.course import Course
from accord.course.dependability import spearman_brown
from accord.signals.known import MAIN, TOTAL, Known
from accord.signals.rates import often
from accord.signals.reading import rated, seen
from accord.signals.run import first_held, strength, with_therapist
from accord.signals.signal import Signal, Step

VERSION = 1
LONGEST, SHORTEST = 6, 4  # ratings in a fit [design]
# More than 1.64, since three lengths are tried and states persist [design, measured: rates.yaml]
TIMES_ERROR = 2.2
ONE_STEP = 0.6  # of the fall: a single step with more than that is no slide [design, measured]
TOP = 100 * (1 - NEAR_TOP)


@dataclass(frozen=True)
class Fall:
    """How far the fitted line comes down over its `ratings`, and how far it would have to."""

    ratings: int
    points: float
    needed: float


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal when the latest ratings come down slowly."""
    points = with_therapist(rated(course, MAIN, TOTAL))
    values = [value for _session, value in points]
    within = known.spreads[TOTAL].within
    fall = falling(values, within)
    if fall is None or _one_step(values[-fall.ratings :], fall):
        return []
    first = first_held(len(values), lambda n: falling(values[:n], within) is not None)
    begun = falling(values[:first], within) or fall
    run, spread = points[-fall.ratings :], known.spreads[TOTAL]
    return [
        Signal(
            rule="slide",
            version=VERSION,
            since=points[first - begun.ratings][0].key,
            about=run[-1][0].key,
            strength=strength(fall.points, fall.needed),
            evidence=tuple(seen(session, "rating", value) for session, value in run),
            often=often("slide"),
            step=Step.ASK,
            reliable=(spearman_brown(spread.one_session, fall.ratings), spread.evidence),
            facts={"fall": fall.points, "ratings": float(fall.ratings), "needed": fall.needed},
        )
    ]


def falling(values: Sequence[float], within: float) -> Fall | None:
    """The longest fit that ends with the last value and falls by more than its error; None without one."""
    if len(values) < SHORTEST or values[-1] >= TOP:
        return None
    for ratings in range(min(LONGEST, len(values)), SHORTEST - 1, -1):
        fall = _fitted(values[-ratings:], within)
        if fall.points > fall.needed:
            return fall
    return None


def _fitted(values: Sequence[float], within: float) -> Fall:
    """The fall of the least-squares line through evenly spaced values, and `TIMES_ERROR` its standard error."""
    n = len(values)
    middle, mean = (n - 1) / 2, sum(values) / n
    squares = n * (n * n - 1) / 12
    slope = sum((place - middle) * value for place, value in enumerate(values)) / squares
    rest = sum((value - mean - slope * (place - middle)) ** 2 for place, value in enumerate(values)) / (n - 2)
    error = sqrt(max(within, rest) / squares)
    return Fall(n, -slope * (n - 1), TIMES_ERROR * error * (n - 1))


def _one_step(values: Sequence[float], fall: Fall) -> bool:
    steps = (before - after for before, after in pairwise(values))
    return max(steps) > ONE_STEP * fall.points
