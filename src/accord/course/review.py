"""The session-3 review: the ratings so far put together, how far they can be leaned on, and the three components."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from accord.basics.absence import TooFew
from accord.course.course import Course
from accord.course.dependability import Dependability, Spread, dependability
from accord.instruments.definition import Respondent

REVIEW_AT = 3  # science.md 1.2, claim 8: early alliance predicts, but one rating is not enough
RATINGS_NEEDED = 2  # the published advice for a dependability of .80
Z_95 = 1.96
# The lowest of several against the highest is chosen for being far apart, so its interval has to be wider than that of
# two named ones: Tukey's studentised range, q(.95; parts, infinity) / sqrt 2, by the number of parts.
TUKEY_95 = {2: 1.960, 3: 2.344, 4: 2.569}


@dataclass(frozen=True)
class Pooled:
    """The mean of `n` ratings and where it likely lies (95 %), cut at the ends of the scale."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Difference:
    """How far the lowest scale lies below the highest, with its interval (95 %, for the choice among them)."""

    scale: str
    below: str
    points: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether it is more than the ratings' own error."""
        return self.low > 0


@dataclass(frozen=True)
class Review:
    """What the first ratings say together.

    `gap` is the therapist's mean minus the client's over sessions that both rated, None without one; `lowest` is the
    component that lies furthest below another one.
    """

    total: Pooled
    parts: Mapping[str, Pooled]
    dependability: Dependability
    lowest: Difference | None
    gap: float | None
    pairs: int


def pooled(values: Sequence[float], within: float, *, low: float = 0.0, high: float = 100.0) -> Pooled:
    """The mean of `values` with its interval from the variance `within` a client."""
    mean = fmean(values)
    half = Z_95 * sqrt(within / len(values))
    return Pooled(mean, max(low, mean - half), min(high, mean + half), len(values))


def review(
    course: Course,
    spreads: Mapping[str, Spread],
    *,
    instrument: str,
    twin: str,
    total: str = "TOTAL",
    parts: Sequence[str] = ("BOND", "GOALS", "TASKS"),
    low: float = 0.0,
    high: float = 100.0,
) -> Review | TooFew:
    """The review of a course from its client's ratings so far; `spreads` by scale. `TooFew` below two ratings."""
    values = course.values(instrument, total)
    if len(values) < RATINGS_NEEDED:
        return TooFew(len(values), RATINGS_NEEDED)
    found = {
        part: pooled(rated, spreads[part].within, low=low, high=high)
        for part in parts
        if (rated := course.values(instrument, part))
    }
    pairs = _pairs(course, instrument, twin, total)
    return Review(
        total=pooled(values, spreads[total].within, low=low, high=high),
        parts=found,
        dependability=dependability(len(values), spreads[total]),
        lowest=_lowest(found, spreads),
        gap=fmean(theirs - own for own, theirs in pairs) if pairs else None,
        pairs=len(pairs),
    )


def _pairs(course: Course, instrument: str, twin: str, scale: str) -> list[tuple[float, float]]:
    client = course.line(instrument, scale)
    therapist = course.line(twin, scale, Respondent.THERAPIST)
    return [
        (one.value, other.value)
        for one, other in zip(client, therapist, strict=True)
        if isinstance(one.value, float) and isinstance(other.value, float)
    ]


def _lowest(parts: Mapping[str, Pooled], spreads: Mapping[str, Spread]) -> Difference | None:
    """The lowest component against the highest one, when there are two or more and they differ."""
    if len(parts) < 2:
        return None
    low = min(parts, key=lambda part: parts[part].mean)
    high = max(parts, key=lambda part: parts[part].mean)
    points = parts[high].mean - parts[low].mean
    if points == 0:
        return None
    error = TUKEY_95[len(parts)] * sqrt(
        spreads[high].within / parts[high].n + spreads[low].within / parts[low].n
    )
    return Difference(low, high, points, points - error, points + error)
