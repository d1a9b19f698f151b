"""Where everything of the line stands, in px: sessions, axis, band, lanes under the dates, labels at the lines' ends.

Both drawings are made from one `Layout`, so they stand in the same places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from accord.charts import drawing, lane
from accord.charts.drawing import Axis
from accord.charts.lane import Placed
from accord.charts.line import Column, Line


@dataclass(frozen=True)
class Size:
    """How large a picture is drawn: its usual width, the height of the plot, and how close columns may stand, in px."""

    width: float
    plot: float
    nearest: float
    furthest: float
    left: float
    letters: int = 12  # of a name beside a line's end


WIDE = Size(width=784, plot=246, nearest=26, furthest=110, left=38)
NARROW = Size(width=288, plot=200, nearest=20, furthest=64, left=30, letters=8)
AIR, FOR_WORDS = 10.0, 18.0  # px over the plot: always, and for words that would else lie on points
LABEL_HEIGHT = 17.0  # px of a line of words at a line's end
# Signs for how people met, within -1 to 1: a screen, a phone, a written line.
GLYPHS = {
    "screen": "M-.93-.86L.93-.86L.93.43L-.93.43L-.93-.86M-.43.86L.43.86",
    "phone": "M-.5-1L.5-1L.5 1L-.5 1L-.5-1M-.14.64L.14.64",
    "text": "M-.93-.86L.93-.86L.93.43L-.07.43L-.57.93L-.57.43L-.93.43L-.93-.86",
}

Last = dict[
    str, tuple[int, float, str]
]  # by voice: place and value of its last rating, and the label beside it
Ends = dict[str, tuple[float, float, str]]  # by voice: where that label stands, and the label


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in px; the same for both drawings.

    `met`, `mended` and `handover` are lanes under the dates: how people met, repairs, the new therapist's name. None:
    there is none.
    """

    picture: Line
    size: Size
    width: float
    height: float
    xs: tuple[float, ...]
    axis: Axis
    ends: Ends
    met: float | None
    mended: float | None
    handover: float | None
    repairs: tuple[Placed, ...] = ()

    @property
    def top(self) -> float:
        """Where the plot begins."""
        return self.axis.end

    @property
    def bottom(self) -> float:
        """Where the plot ends."""
        return self.axis.start

    @property
    def spacing(self) -> float:
        """The way from one session to the next."""
        return self.xs[1] - self.xs[0] if len(self.xs) > 1 else self.size.furthest

    @property
    def shade(self) -> float:
        """Half of the width of the ground behind one session."""
        return min(22.0, self.spacing * 0.42)

    @property
    def words_over(self) -> bool:
        """Whether the words at the top stand over the plot, and not in it, because points are that high."""
        return self.top > AIR

    @property
    def words_top(self) -> float:
        """Where the words at the top stand."""
        return self.top - 8 if self.words_over else self.top + 15


def lay(picture: Line, size: Size) -> Layout:
    """Place everything; the picture grows wider than `size` rather than putting sessions too close to be read."""
    columns = picture.columns
    last = _last(picture, size.letters)
    xs, width = _across(picture, size, last)
    top = AIR + (FOR_WORDS if _crowded(picture) else 0.0)
    axis = Axis(picture.start, picture.high, top + size.plot, top)
    held = max((place for place, one in enumerate(columns) if one.held and not one.coming), default=0)
    repairs = lane.place(picture.repairs, xs, width, held)
    met = mended = handover = None
    height = axis.start + 46
    if any(one.kind for one in columns):
        met, height = height + 12, height + 42
    if repairs and met is not None and not lane.collide(repairs, _met_reach(columns, xs)):
        mended = met
    elif repairs:
        mended, height = height + 12, height + 42
    if any(one.therapist_name for one in columns):
        handover, height = height + 12, height + 22
    ends = {
        who: (xs[place] + _beside(picture, who), axis.at(value), said)
        for who, (place, value, said) in last.items()
    }
    ends = _apart(ends, axis.end, axis.start)
    return Layout(picture, size, width, height, xs, axis, ends, met, mended, handover, repairs)


def _across(picture: Line, size: Size, last: Last) -> tuple[tuple[float, ...], float]:
    """Where the sessions stand, and how wide the picture is.

    The label of a line's end may lie over the empty column of the talk to come, but never leave the picture.
    """
    columns = picture.columns
    count = max(1, len(columns))
    label = max(
        (_beside(picture, who) + drawing.bold(text) + 4 for who, (_, _, text) in last.items()), default=0.0
    )
    after = len(columns) - 1 - max((place for place, _, _ in last.values()), default=len(columns) - 1)
    spacing = min(size.furthest, (size.width - size.left - 18) / count)
    spacing = min(spacing, max(size.nearest, (size.width - size.left - label) / (count - after)))
    spacing = max(spacing, size.nearest)
    first = size.left + max(spacing / 2, 17)
    xs = tuple(first + spacing * place for place in range(len(columns)))
    end = xs[-1] if xs else first
    labelled = (xs[place] + label for place, _, _ in last.values())
    return xs, max(size.width, end + max(spacing / 2, 20), *labelled)


def _crowded(picture: Line) -> bool:
    """Whether a point or the label of a line's end comes near the words at the top of the plot."""
    near = picture.high - (picture.high - picture.start) * 0.24
    points = [v for one in picture.columns for v in (one.client, one.therapist) if v is not None]
    worded = any(one.too_few or one.coming for one in picture.columns)
    return worded and max(points, default=near) > near


def _beside(picture: Line, who: str) -> float:
    """How far from the point the label of a line's end begins: past the ring where there is one."""
    rated = [one for one in picture.columns if one.client is not None]
    return 18.0 if who == "client" and rated and rated[-1].marked else 12.0


def _last(picture: Line, letters: int) -> Last:
    """The last rating of each voice that has a name, which is shortened to `letters`."""
    found: Last = {}
    names = {"client": picture.words.client, "therapist": picture.words.therapist}
    for place, one in enumerate(picture.columns):
        for who, name in names.items():
            value = one.rating(who)
            if value is not None and name:
                found[who] = (place, value, f"{drawing.short(name, letters)} {value:.0f}")
    return found


def _apart(ends: Ends, top: float, bottom: float) -> Ends:
    """The labels moved apart when the two lines end close together; the higher rating keeps the higher label."""
    if len(ends) < 2:
        return ends
    (upper, a), (lower, b) = sorted(ends.items(), key=lambda pair: pair[1][1])
    missing = LABEL_HEIGHT - (b[1] - a[1])
    if missing <= 0 or abs(a[0] - b[0]) > max(drawing.bold(a[2]), drawing.bold(b[2])):
        return ends
    # Neither into the words over the plot nor into the numbers under it.
    up = min(missing / 2, max(0.0, a[1] - top))
    down = min(missing - up, max(0.0, bottom - 4 - b[1]))
    return {upper: (a[0], a[1] - (missing - down), a[2]), lower: (b[0], b[1] + down, b[2])}


def bands(at: Layout) -> list[list[dict[str, float]]]:
    """The corners of the band, ``x``, ``low`` and ``high``, one list for each run of sessions that has one.

    Over a single session it is half as wide as the way to the next.
    """
    columns = at.picture.columns
    found = []
    for run in drawing.runs([one.held and one.usual is not None for one in columns]):
        rows = [
            {"x": at.xs[place], "low": usual[0], "high": usual[1]}
            for place in run
            if (usual := columns[place].usual) is not None
        ]
        if len(rows) == 1:
            half = min(9.0, at.spacing / 4)
            rows = [{**rows[0], "x": rows[0]["x"] - half}, {**rows[0], "x": rows[0]["x"] + half}]
        found.append(rows)
    return found


def handovers(at: Layout) -> list[tuple[float, str]]:
    """Where the therapist changed, between two sessions, and to whom."""
    pairs = zip(at.xs, at.picture.columns, strict=True)
    return [(x - at.spacing / 2, one.therapist_name) for x, one in pairs if one.therapist_name]


def met_signs(at: Layout) -> list[tuple[str, float, float, str]]:
    """Each sign of how people met: its path, where it stands, and what it says."""
    if at.met is None:
        return []
    pairs = zip(at.xs, at.picture.columns, strict=True)
    return [(GLYPHS[one.kind[0]], x, at.met, one.kind[1]) for x, one in pairs if one.kind]


def met_words(columns: Sequence[Column], xs: Sequence[float]) -> list[tuple[float, str]]:
    """The word for how people met, once per run of sessions: where its middle stands, and the word."""
    kinds = [one.kind for one in columns]
    found = []
    for run in drawing.runs([kind is not None for kind in kinds]):
        for _, same in groupby(run, key=lambda place: kinds[place]):
            places = list(same)
            found.append(((xs[places[0]] + xs[places[-1]]) / 2, (kinds[places[0]] or ("", ""))[1]))
    return found


def _met_reach(columns: Sequence[Column], xs: Sequence[float]) -> list[tuple[float, float]]:
    """From where to where the signs and words of how people met go."""
    signs = [(x - 8, x + 8) for x, one in zip(xs, columns, strict=True) if one.kind]
    words = [(x, drawing.width_of(word) / 2) for x, word in met_words(columns, xs)]
    return signs + [(x - half, x + half) for x, half in words]
