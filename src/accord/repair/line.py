"""What the client's line says about a repair: came back, rose above, still low, or nothing certain yet.

Each is judged against measurement error, never by a bare point more. Three levels are compared: where the line stood
before, where it fell to, and where it stands since, each with its standard error (`levels.py` makes them from ratings).
How often each word is wrong was measured: `docs/method/repair.md`, `tests/validation/repair_line.py`.

Levels of the dip filter can be given instead, if they are of the line *with* the dip in it. `signals.dip.smooth` tells
where an ordinary rating would lie, which leaves the dip out: by that number a client deep in a dip has come back.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import hypot

LOW_Z = 1.645  # one-sided 95 %: further below than this, the line is under where it stood
HIGH_Z = (
    1.96  # two-sided 95 %, as for a reliable change (science.md 2.1): above this it is higher than before
)
# Ratings since. One is a hint, two say more: dependability .77 for one, two or more for .80 (science.md 1.1, CC11).
ENOUGH = 2


class Reading(StrEnum):
    """What can be said."""

    CAME_BACK = "came_back"
    ROSE_ABOVE = "rose_above"
    STILL_LOW = "still_low"
    UNCERTAIN = "uncertain"  # too few ratings since, or too close to tell
    NO_LINE = "no_line"  # nothing was rated before, or nothing since
    NO_DIP = "no_dip"  # it did not begin from a fall, so there is nothing to come back from


@dataclass(frozen=True)
class Level:
    """Where a line stands, in points of its scale, with its standard error; from how many ratings."""

    value: float
    error: float
    ratings: int


def read_line(before: Level | None, dip: Level | None, since: Level | None) -> Reading:
    """What the line says: where it stood `before`, where it fell to (`dip`), and where it stands `since`.

    All on one scale. `dip` None: the repair did not begin from a fall.
    """
    if before is None or since is None or not since.ratings:
        return Reading.NO_LINE
    higher = since.value - before.value
    error = hypot(before.error, since.error)
    if higher < -LOW_Z * error:
        return Reading.STILL_LOW
    if since.ratings < ENOUGH:
        return Reading.UNCERTAIN
    if higher > HIGH_Z * error:
        return Reading.ROSE_ABOVE
    if dip is None:
        return Reading.NO_DIP
    # Not below where it stood is not enough: few ratings are seldom clearly below. It has to be clearly out of the dip.
    risen = since.value - dip.value
    return Reading.CAME_BACK if risen > LOW_Z * hypot(dip.error, since.error) else Reading.UNCERTAIN
