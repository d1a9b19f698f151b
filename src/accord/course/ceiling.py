"""Ratings at the top of the scale, session after session: they say little, and are told so instead of drawn as calm."""

from collections.abc import Sequence

from accord.basics.absence import AtCeiling

NEAR_TOP = 0.025  # of the scale, still counted as the top: a finger rarely ends on the last point [design]
IN_A_ROW = 3  # ratings, the latest included [design]


def at_ceiling(values: Sequence[float], *, low: float = 0.0, high: float = 100.0) -> AtCeiling | None:
    """How many of the latest ratings in a row are at the top; None for fewer than three."""
    count = 0
    for value in reversed(values):
        if value < high - NEAR_TOP * (high - low):
            break
        count += 1
    return AtCeiling(count) if count >= IN_A_ROW else None
