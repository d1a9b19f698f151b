"""Repairs in the lane under the dates: a ring where one began, the sign of its ending where it closed, a line between.

One that is open has its line run on to the last session, and no sign at the end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accord.charts import drawing
from accord.charts.drawing import Word

# Signs of how a repair ended, within -1 to 1, as the pages have them; the ring is where one began.
BEGAN = "M-.55 0A.55 .55 0 1 1 .55 0A.55 .55 0 1 1 -.55 0"
ENDINGS = {
    "came_back": "M-1-.5L-.6-.5L-.06.5L.49-.5L1-.5",
    "rose_above": "M-1-.19L-.6-.19L-.1.69L.52-.85L1-.85",
    "unchanged": "M-1-.55L-.55-.55L.02.49L1 .49",
    "left": "M-1-.55L-.55-.55L.02.34M.11.55A.32 .32 0 1 1 .75 .55A.32 .32 0 1 1 .11 .55",
    "not_a_rupture": "M-1 0L-.5 0M-.25 0L.25 0M.5 0L1 0",
}
RADIUS = 8.0  # px
ASIDE = 13.0  # px that the two signs of one repair under one session stand from its middle


@dataclass(frozen=True)
class RepairMark:
    """A repair under the sessions: the places of the session it began after and of the one it closed after.

    `last` None: it is open. `ending` is a name of `ENDINGS`, empty while it is open.
    """

    first: int
    last: int | None
    ending: str
    words: str


@dataclass(frozen=True)
class Placed:
    """A repair where it stands, in px across: from `start` to `end`, with its words around `middle`."""

    start: float
    end: float
    ending: str
    words: str
    middle: float

    @property
    def reach(self) -> tuple[float, float]:
        """From where to where signs and words go."""
        half = drawing.width_of(self.words) / 2
        return min(self.start - RADIUS, self.middle - half), max(self.end + RADIUS, self.middle + half)


def place(marks: Sequence[RepairMark], xs: Sequence[float], width: float, until: int) -> tuple[Placed, ...]:
    """Where they stand; `until` is the place of the last session that was held, to which an open one runs."""
    found: list[Placed] = []
    free = float("-inf")  # one is over before the next begins, and so are their signs
    for one in marks:
        last = max(until if one.last is None else one.last, one.first)
        same = last == one.first and one.last is not None
        start = max(xs[one.first] - (ASIDE if same else 0.0), free)
        end = max(xs[last] + (ASIDE if same else 0.0), start + (2 * ASIDE if one.ending else ASIDE))
        free = end + 2 * RADIUS
        half = drawing.width_of(one.words) / 2
        middle = min(max((start + end) / 2, half + 2), width - half - 2)
        found.append(Placed(start, end, one.ending, one.words, middle))
    return tuple(found)


def collide(placed: Iterable[Placed], others: Iterable[tuple[float, float]], *, gap: float = 8.0) -> bool:
    """Whether any of them would touch something else in the lane, given as from where to where it goes."""
    taken = list(others)
    return any(
        left - gap < right_of and left_of < right + gap
        for left, right in (one.reach for one in placed)
        for left_of, right_of in taken
    )


def lines(placed: Iterable[Placed], y: float) -> list[tuple[float, float, float]]:
    """From `x` to `x` at `y`, between the signs."""
    return [(one.start + 6, one.end - (RADIUS + 3 if one.ending else 0), y) for one in placed]


def signs(placed: Iterable[Placed], y: float) -> list[tuple[str, float, float, str]]:
    """Each sign: its path, where it stands, and what it says."""
    found = []
    for one in placed:
        found.append((BEGAN, one.start, y, one.words))
        if one.ending:
            found.append((ENDINGS[one.ending], one.end, y, one.words))
    return found


def words(placed: Sequence[Placed], y: float) -> list[Word]:
    """What each is called, under its signs, thinned so that none touches another."""
    kept = drawing.kept([(one.middle, drawing.width_of(one.words)) for one in placed])
    return [Word(placed[n].middle, y, placed[n].words) for n in kept]
