"""The usual range of a client's next rating: interim, until the dip filter (docs/decisions/0005).

Where about 8 of 10 ordinary ratings would lie, seen from the client's earlier ratings: their mean, shrunken towards the
service's by how dependable it is, plus or minus 1.28 SD of prediction. It uses earlier sessions only, knows no growth
and no ceiling, and no false-alarm rate is promised for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from accord.basics.absence import TooFew
from accord.course.dependability import Spread, spearman_brown

EARLIER_NEEDED = 2
Z_80 = 1.2816  # the middle 80 % of a normal distribution


@dataclass(frozen=True)
class UsualRange:
    """Where a rating would usually lie, `low` to `high` on the scale; `n` earlier ratings stand behind it."""

    low: float
    high: float
    centre: float
    wobble: float
    n: int

    def holds(self, value: float) -> bool:
        """Whether `value` lies inside."""
        return self.low <= value <= self.high


def usual_range(
    earlier: Sequence[float], among: Spread, *, low: float = 0.0, high: float = 100.0
) -> UsualRange | TooFew:
    """The usual range of the next rating after `earlier` ones, cut at the ends of the scale; `TooFew` below two."""
    n = len(earlier)
    if n < EARLIER_NEEDED:
        return TooFew(n, EARLIER_NEEDED)
    weight = spearman_brown(among.one_session, n)
    centre = weight * sum(earlier) / n + (1 - weight) * among.mean
    wobble = Z_80 * sqrt(among.between * (1 - weight) + among.within)
    return UsualRange(max(low, centre - wobble), min(high, centre + wobble), centre, wobble, n)


def usual_ranges(
    values: Sequence[float | None], among: Spread, *, low: float = 0.0, high: float = 100.0
) -> tuple[UsualRange | TooFew, ...]:
    """The usual range before each of `values`, made of those before it; None is a session without a rating."""
    found: list[UsualRange | TooFew] = []
    earlier: list[float] = []
    for value in values:
        found.append(usual_range(earlier, among, low=low, high=high))
        if value is not None:
            earlier.append(value)
    return tuple(found)
