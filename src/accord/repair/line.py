"""What the client's line says about a repair: came back, rose above, still low, or nothing certain yet.

Both are judged against measurement error, never by a bare point more. Two levels are compared: where the line stood
before, and where it stands since, each with its standard error: those of the dip filter (smoothed, see
`signals.dip.smooth`) where there is one, else means of ratings with the error of one rating.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

LOW_Z = 1.645  # one-sided 95 %: below this the line is under where it stood
HIGH_Z = (
    1.96  # two-sided 95 %, as for a reliable change (science.md 2.1): above this it is higher than before
)
ENOUGH = 2  # ratings since; one is a hint, two say more (dependability .77 and .87, science.md 2 CC11)


class Reading(StrEnum):
    """What can be said."""

    CAME_BACK = "came_back"
    ROSE_ABOVE = "rose_above"
    STILL_LOW = "still_low"
    UNCERTAIN = "uncertain"  # too few ratings since, or too close to tell
    NO_LINE = "no_line"  # nothing was rated before, or nothing since


@dataclass(frozen=True)
class Level:
    """Where a line stands, in points of its scale, with its standard error; from how many ratings."""

    value: float
    error: float
    ratings: int


def read_line(before: Level | None, dip: float | None, since: Level | None) -> Reading:
    """What the line says: where it stood `before`, the lowest rating of the `dip`, and where it stands `since`.

    All on one scale. `dip` None: the repair did not begin from a fall, so there is nothing to come back from.
    """
    if before is None or since is None or not since.ratings:
        return Reading.NO_LINE
    difference = since.value - before.value
    error = sqrt(before.error**2 + since.error**2)
    if difference < -LOW_Z * error:
        return Reading.STILL_LOW
    if since.ratings < ENOUGH:
        return Reading.UNCERTAIN
    if difference > HIGH_Z * error:
        return Reading.ROSE_ABOVE
    if dip is None:
        return Reading.UNCERTAIN
    # Inside where it stood, and as far above the dip as two ratings must differ to be two levels.
    risen = since.value - dip
    return Reading.CAME_BACK if risen > LOW_Z * since.error else Reading.UNCERTAIN
