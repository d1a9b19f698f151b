"""The session-by-session line: the client's ratings, the therapist's beside them, and the client's usual wobble.

Client: solid, full circles. Therapist: dashed, diamonds. A missed session breaks line and band (dotted stem, ×),
a session without a rating breaks the line, a rating that raised a signal has a ring. Both drawings are made from one
`Layout`, so they stand in the same places.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from accord.charts import drawing, lane
from accord.charts import interactive as vega
from accord.charts.drawing import Axis, Word
from accord.charts.lane import Placed, RepairMark
from accord.charts.small import look_first_svg, own_line_svg

__all__ = ["Column", "Line", "LineWords", "example", "look_first_svg", "own_line_svg", "spec", "svg"]


@dataclass(frozen=True)
class Column:
    """One session as the picture has it. `usual` is where the rating would usually lie; None where that is not known.

    `marked`: this rating raised a signal. `label` is the session's number, or the word for one that fell
    out (`held` False). `coming` is the talk to come,
    shaded. `covered` hides the client's rating, which is then not given here either. `kind` is glyph and word of
    how people met, `("screen", "online")`; `therapist_name` names who the therapist is from here on, at a change.
    """

    label: str
    day: str
    client: float | None = None
    therapist: float | None = None
    usual: tuple[float, float] | None = None
    marked: bool = False
    too_few: bool = False
    held: bool = True
    coming: bool = False
    covered: bool = False
    kind: tuple[str, str] | None = None
    therapist_name: str = ""
    said: str = ""


@dataclass(frozen=True)
class LineWords:
    """The words in and about the picture; `outside` is written under the last rating when that has a ring."""

    title: str
    description: str = ""
    client: str = ""
    therapist: str = ""
    too_few: str = "too few to say"
    coming: str = "today"
    covered: str = "covered"
    outside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """What is drawn: sessions in order, on a scale from `low` to `high`, and repairs in the lane under them."""

    columns: tuple[Column, ...]
    words: LineWords
    low: float = 0.0
    high: float = 100.0
    step: float = 20.0
    repairs: tuple[RepairMark, ...] = ()

    @cached_property
    def start(self) -> float:
        """Where the axis starts; the page says it in words. Words under a low last rating get their room."""
        values = [v for one in self.columns for v in (one.client, one.therapist, *(one.usual or ()))]
        told = self.told
        if told is not None and told.client is not None:
            values.append(max(self.low, told.client - 0.15 * (self.high - self.low)))
        return drawing.drawn_from(
            [v for v in values if v is not None], low=self.low, high=self.high, step=self.step
        )

    @property
    def told(self) -> Column | None:
        """The last rating when words stand under it: it has a ring, lies low, and no line runs through there."""
        rated = [one for one in self.columns if one.client is not None]
        if not self.words.outside or not rated:
            return None
        last = rated[-1]
        if last.client is None or last.usual is None or not last.marked or last.client >= last.usual[0]:
            return None
        beside = [one.therapist for one in self.columns[-4:] if one.therapist is not None]
        return None if any(value < last.client for value in beside) else last


@dataclass(frozen=True)
class Size:
    """How large a picture is drawn: its usual width, the height of the plot, and how close columns may stand, in px."""

    width: float
    plot: float
    nearest: float
    furthest: float
    left: float
    letters: int = 12  # of a name beside a line's end


LABEL_HEIGHT = 17.0  # px of a line of words at a line's end
WIDE = Size(width=784, plot=246, nearest=26, furthest=110, left=38)
NARROW = Size(width=288, plot=200, nearest=20, furthest=64, left=30, letters=8)


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in px; the same for both drawings."""

    picture: Line
    size: Size
    strip: float  # free room over the plot for words that would else lie on points
    width: float
    xs: tuple[float, ...]
    axis: Axis
    bottom: float
    lane: float | None
    handover: float | None
    height: float
    ends: dict[str, tuple[float, float, str]] = field(default_factory=dict)
    mended: float | None = None
    repairs: tuple[Placed, ...] = ()

    @property
    def spacing(self) -> float:
        """The way from one session to the next."""
        return self.xs[1] - self.xs[0] if len(self.xs) > 1 else self.size.furthest


def lay(picture: Line, size: Size) -> Layout:
    """Place everything; the picture grows wider than `size` rather than putting sessions too close to be read."""
    columns = picture.columns
    last = _ends(picture, size.letters)
    label = max(
        (_beside(picture, who) + drawing.bold(text) + 4 for who, (_, _, text) in last.items()), default=0.0
    )
    after = len(columns) - 1 - max((place for place, _, _ in last.values()), default=len(columns) - 1)
    # The label of a line's end may lie over the empty column of the talk to come, but never leave the picture.
    count = max(1, len(columns))
    room = size.width - size.left - 18
    spacing = min(size.furthest, room / count)
    spacing = min(spacing, max(size.nearest, (size.width - size.left - label) / (count - after)))
    spacing = max(spacing, size.nearest)
    first = size.left + max(spacing / 2, 17)
    xs = tuple(first + spacing * place for place in range(count if columns else 0))
    end = xs[-1] if xs else first
    needed = max(
        end + max(spacing / 2, 20), *(xs[place] + label for place, _, _ in last.values()) if last else (0.0,)
    )
    width = max(size.width, needed)
    # Words stand at the top of the plot; where a point or the label of a line's end comes near, they stand over it.
    near = picture.high - (picture.high - picture.start) * 0.24
    points = [value for one in columns for value in (one.client, one.therapist) if value is not None]
    worded = any(one.too_few or one.coming for one in columns)
    crowded = worded and max(points, default=near) > near
    strip = 10.0 + (18.0 if crowded else 0.0)
    axis = Axis(picture.start, picture.high, strip + size.plot, strip)
    bottom = strip + size.plot
    at = bottom + 46
    kinds = handover = mended = None
    if any(one.kind for one in columns):
        kinds, at = at + 12, at + 42
    held = max((place for place, one in enumerate(columns) if one.held and not one.coming), default=0)
    repairs = lane.place(picture.repairs, xs, width, held)
    if repairs and kinds is not None and not lane.collide(repairs, _kinds_reach(columns, xs)):
        mended = kinds
    elif repairs:
        mended, at = at + 12, at + 42
    if any(one.therapist_name for one in columns):
        handover, at = at + 12, at + 22
    ends = {
        who: (xs[place] + _beside(picture, who), axis.at(value), said)
        for who, (place, value, said) in last.items()
    }
    return Layout(
        picture, size, strip, width, xs, axis, bottom, kinds, handover, at,
        _apart(ends, axis.end, bottom), mended, repairs,
    )  # fmt: skip


def _beside(picture: Line, who: str) -> float:
    """How far from the point the label of a line's end begins: past the ring where there is one."""
    rated = [one for one in picture.columns if one.client is not None]
    return 18.0 if who == "client" and rated and rated[-1].marked else 12.0


def _ends(picture: Line, letters: int) -> dict[str, tuple[int, float, str]]:
    """For each voice the place and value of its last rating, and the label beside it."""
    found: dict[str, tuple[int, float, str]] = {}
    for place, one in enumerate(picture.columns):
        if one.client is not None and picture.words.client:
            name = drawing.short(picture.words.client, letters)
            found["client"] = (place, one.client, f"{name} {one.client:.0f}")
        if one.therapist is not None and picture.words.therapist:
            name = drawing.short(picture.words.therapist, letters)
            found["therapist"] = (place, one.therapist, f"{name} {one.therapist:.0f}")
    return found


def _apart(
    ends: dict[str, tuple[float, float, str]], top: float, bottom: float
) -> dict[str, tuple[float, float, str]]:
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


def svg(picture: Line, *, narrow: bool = False) -> str:
    """The picture as inline SVG; `narrow` is the drawing for a phone."""
    return draw(picture, NARROW if narrow else WIDE)


def draw(picture: Line, size: Size, kind: str = "line") -> str:
    """The picture as inline SVG in a size of the caller's."""
    at = lay(picture, size)
    parts = [
        *_ground(at),
        *_band(at),
        *_series(at, "therapist"),
        *_series(at, "client"),
        *_absences(at),
        *_signs(at),
        *(word.svg() for word in words_of(at)),
    ]
    return drawing.picture(kind, at.width, at.height, picture.words.title, picture.words.description, *parts)


def words_of(at: Layout) -> tuple[Word, ...]:
    """Every word in the picture but the numbers of the axis, where it stands."""
    ends = (Word(x, y + 4.5, said, f"end-{who}", "start") for who, (x, y, said) in at.ends.items())
    return (*_over(at), *_outside(at)[1], *_under(at), *_lane_words(at), *ends)


def _ground(at: Layout) -> list[str]:
    right = max(at.width - 14, at.xs[-1] + 16 if at.xs else 0)
    parts = []
    for place, one in enumerate(at.picture.columns):
        if one.coming or one.covered:
            half = min(22.0, at.spacing * 0.42)
            parts.append(
                drawing.element(
                    "rect",
                    x=at.xs[place] - half,
                    y=at.axis.end,
                    width=2 * half,
                    height=at.bottom - at.axis.end,
                    rx=3,
                    class_="picture__coming" if one.coming else "picture__covered",
                )
            )
    for tick in at.axis.ticks(at.picture.step):
        y = at.axis.at(tick)
        parts.append(drawing.line(at.size.left, y, right, y, "picture__grid"))
        parts.append(Word(at.size.left - 8, y + 4, drawing.plain(tick), anchor="end").svg())
    return parts


def _band(at: Layout) -> list[str]:
    parts = []
    for run in _bands(at):
        rows = _band_rows(at, run)
        high = [(row["x"], at.axis.at(row["high"])) for row in rows]
        low = [(row["x"], at.axis.at(row["low"])) for row in rows]
        parts.append(drawing.path([*high, *reversed(low)], "picture__band", closed=True))
        parts += [drawing.path(high, "picture__band-edge"), drawing.path(low, "picture__band-edge")]
    return parts


def _value(one: Column, who: str) -> float | None:
    return one.client if who == "client" else one.therapist


def _series(at: Layout, who: str) -> list[str]:
    columns = at.picture.columns
    parts = []
    for run in drawing.runs([_value(one, who) is not None for one in columns]):
        points = [(at.xs[place], at.axis.at(_value(columns[place], who) or 0.0)) for place in run]
        if len(points) > 1:
            parts.append(drawing.path(points, f"picture__line picture__line--{who}"))
    for place, one in enumerate(columns):
        value = _value(one, who)
        if value is None:
            continue
        x, y = at.xs[place], at.axis.at(value)
        if who == "client":
            if one.marked:
                parts.append(drawing.circle(x, y, 12, "picture__ring"))
            parts.append(drawing.circle(x, y, 6, "picture__dot", mark=who, at=one.label, value=value))
        else:
            parts.append(drawing.diamond(x, y, 6.5, "picture__diamond", mark=who, at=one.label, value=value))
    return parts


def _absences(at: Layout) -> list[str]:
    """Marks of what is not there: a missed session, no rating, covered, too few to say."""
    parts = []
    for x, one in zip(at.xs, at.picture.columns, strict=True):
        if not one.held:
            parts.append(drawing.line(x, _stem(at, x), x, at.bottom - 8, "picture__stem"))
            parts.append(drawing.cross(x, at.bottom, 5, "picture__missed"))
        elif one.covered:
            parts.append(drawing.lock(x, at.bottom - 18))
        elif one.client is None and not one.coming:
            parts.append(drawing.circle(x, at.bottom, 4, "picture__unrated"))
    early = _early(at.picture)
    if early is not None:
        parts.append(drawing.too_few_mark(at.xs[early] - 8, _top(at) - 4))
    return parts


def _stem(at: Layout, x: float) -> float:
    """Where the stem of a missed session begins: under words that stand over it."""
    over = [word for word in _over(at) if word.anchor == "start"]
    crossed = any(word.x - 4 < x < word.x + drawing.width_of(word.text) for word in over)
    return at.axis.end + (24 if crossed and at.strip < 20 else 4)


def _early(picture: Line) -> int | None:
    """The first session with too few ratings before it, where the mark stands."""
    places = [n for n, one in enumerate(picture.columns) if one.too_few and one.held and not one.coming]
    return places[0] if places else None


def _top(at: Layout) -> float:
    """Where words at the top stand: in the plot, or over it where points are that high."""
    return at.axis.end - 8 if at.strip > 20 else at.axis.end + 15


def _over(at: Layout) -> list[Word]:
    """Words at the top: the talk to come, and too few to say."""
    words = at.picture.words
    over = [
        Word(x, _top(at), words.coming, "strong")
        for x, one in zip(at.xs, at.picture.columns, strict=True)
        if one.coming
    ]
    early = _early(at.picture)
    if early is not None:
        start = at.xs[early] + 12
        stop = min((word.x - drawing.width_of(word.text) / 2 for word in over), default=at.width)
        if start + drawing.width_of(words.too_few) < stop:
            over.append(Word(start, _top(at), words.too_few, anchor="start"))
    return over


def _outside(at: Layout) -> tuple[tuple[float, float, float] | None, tuple[Word, ...]]:
    """The words under the last rating when it has a ring: a short stem (x, from, to), then one line each."""
    told, said = at.picture.told, at.picture.words.outside
    if told is None or told.client is None or at.size.plot < WIDE.plot:
        return None, ()
    x, y = at.xs[at.picture.columns.index(told)], at.axis.at(told.client)
    if y + 38 + 17 * len(said) > at.bottom:
        return None, ()
    width = max(drawing.width_of(one) * 1.08 for one in said)
    begin = max(at.size.left + 4, min(x - 76, at.width - width - 6))
    words = (Word(begin, y + 46 + 17 * row, one, "ask", "start") for row, one in enumerate(said))
    return (x, y + 12, y + 30), tuple(words)


def _under(at: Layout) -> list[Word]:
    """Session numbers and days under the plot, thinned so that none touches its neighbour."""
    columns = at.picture.columns
    last = max((place for place, one in enumerate(columns) if one.client is not None), default=None)
    found = []
    for place in drawing.kept(
        [(x, drawing.width_of(one.label)) for x, one in zip(at.xs, columns, strict=True)], gap=5
    ):
        one = columns[place]
        tone = "tick" if not one.held else "strong" if one.coming or place == last else "number"
        found.append(Word(at.xs[place], at.bottom + 24, one.label, tone))
    days = [(x, drawing.width_of(one.day)) for x, one in zip(at.xs, columns, strict=True)]
    return found + [
        Word(at.xs[place], at.bottom + 41, columns[place].day) for place in drawing.kept(days, gap=5)
    ]


def _signs(at: Layout) -> list[str]:
    """Signs and lines outside the plot: the ring's stem, how people met, where the therapist changed."""
    parts = []
    stem, _ = _outside(at)
    if stem:
        parts.append(drawing.line(stem[0], stem[1], stem[0], stem[2], "picture__ask-line"))
    if at.lane is not None or at.mended is not None:
        parts.append(
            drawing.line(at.size.left, at.bottom + 52, at.width - 14, at.bottom + 52, "picture__grid")
        )
    for x, one in zip(at.xs, at.picture.columns, strict=True):
        if one.kind and at.lane is not None:
            parts.append(drawing.sign(GLYPHS[one.kind[0]], x, at.lane, 7, "picture__glyph"))
        if one.therapist_name and at.handover is not None:
            edge = x - at.spacing / 2
            parts.append(drawing.line(edge, at.axis.end, edge, at.handover + 4, "picture__handover"))
    if at.mended is not None:
        for x, x2, y in lane.lines(at.repairs, at.mended):
            parts.append(drawing.line(x, y, x2, y, "picture__repair-line"))
        for shape, x, y, _said in lane.signs(at.repairs, at.mended):
            parts.append(drawing.sign(shape, x, y, lane.RADIUS, "picture__repair"))
    return parts


def _lane_words(at: Layout) -> list[Word]:
    """Under the dates: how people met, once per run of sessions, and the therapist from a handover on."""
    found: list[Word] = []
    if at.lane is not None:
        middles = _middles(at.picture.columns, at.xs)
        kept = drawing.kept([(x, drawing.width_of(word)) for x, word in middles])
        found += [Word(middles[n][0], at.lane + 23, middles[n][1]) for n in kept]
    if at.mended is not None:
        found += lane.words(at.repairs, at.mended + 23)
    return [*found, *_handover_words(at)]


def _middles(columns: Sequence[Column], xs: Sequence[float]) -> list[tuple[float, str]]:
    """The word for how people met, once per run of sessions: where its middle stands, and the word."""
    kinds = [one.kind for one in columns]
    found = []
    for run in drawing.runs([kind is not None for kind in kinds]):
        for _, same in groupby(run, key=lambda place: kinds[place]):
            places = list(same)
            found.append(((xs[places[0]] + xs[places[-1]]) / 2, (kinds[places[0]] or ("", ""))[1]))
    return found


def _kinds_reach(columns: Sequence[Column], xs: Sequence[float]) -> list[tuple[float, float]]:
    """From where to where the signs and words of how people met go."""
    signs = [(x - 8, x + 8) for x, one in zip(xs, columns, strict=True) if one.kind]
    words = [
        (x - drawing.width_of(word) / 2, x + drawing.width_of(word) / 2) for x, word in _middles(columns, xs)
    ]
    return signs + words


def _handover_words(at: Layout) -> list[Word]:
    """The new therapist's name beside each mark of a handover, to whichever side has room; else the mark alone."""
    if at.handover is None:
        return []
    found: list[Word] = []
    edge = at.width
    for x, one in reversed(list(zip(at.xs, at.picture.columns, strict=True))):
        said = drawing.short(one.therapist_name, 24)
        mark, width = x - at.spacing / 2, drawing.width_of(said)
        start = mark + 6 if mark + 6 + width <= edge else mark - 6 - width
        if said and start >= 2 and start + width <= edge:
            found.append(Word(start, at.handover + 4, said, anchor="start"))
            edge = start - 8
    return found


# Signs for how people met, within -1 to 1: a screen, a phone, a written line.
GLYPHS = {
    "screen": "M-.93-.86L.93-.86L.93.43L-.93.43L-.93-.86M-.43.86L.43.86",
    "phone": "M-.5-1L.5-1L.5 1L-.5 1L-.5-1M-.14.64L.14.64",
    "text": "M-.93-.86L.93-.86L.93.43L-.07.43L-.57.93L-.57.43L-.93.43L-.93-.86",
}
LOCK = "M-.7-.1L.7-.1L.7 1L-.7 1L-.7-.1M-.4-.1L-.4-.5A.4.4 0 0 1 .4-.5L.4-.1"
TOO_FEW = "M-1-.75L1-.75L1 .75L-1 .75L-1-.75M-.5 0L-.4 0M-.05 0L.05 0M.4 0L.5 0"


def spec(picture: Line, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification made with Altair, with what each point says on hover."""
    return interactive_of(lay(picture, NARROW if narrow else WIDE))


def interactive_of(at: Layout, *, band: tuple[str, str] = ("client-band", "client")) -> dict[str, Any]:
    """The specification of a layout; `band` are the tokens of the band's ground and edges."""
    columns, top = at.picture.columns, at.axis.end
    client = _rows_of(at, "client")
    pairs = list(zip(at.xs, columns, strict=True))
    half = min(22.0, at.spacing * 0.42)
    plot = {"top": 0.0, "bottom": at.bottom - top}
    shaded = [{"x": x - half, "x2": x + half, **plot} for x, one in pairs if one.coming or one.covered]
    fell_out = [(x, one) for x, one in pairs if not one.held]
    stem, _ = _outside(at)
    rings = [row for row in client if row["marked"]]
    signs = [
        {"x": x, "y": at.lane - top, "path": GLYPHS[one.kind[0]], "radius": 7, "said": one.kind[1]}
        for x, one in pairs
        if one.kind and at.lane is not None
    ]
    changes = [
        {"x": x - at.spacing / 2, "x2": x - at.spacing / 2, "y": 0, "y2": at.bottom - top + 46}
        for x, one in pairs
        if one.therapist_name
    ]
    locks = [
        {"x": x, "y": at.bottom - top - 15, "path": LOCK, "radius": 7, "said": one.said}
        for x, one in pairs
        if one.covered
    ]
    unrated = [
        {"x": x, "y": at.axis.low, "said": one.said}
        for x, one in pairs
        if one.held and not (one.covered or one.coming) and one.client is None
    ]
    early = _early(at.picture)
    few = (
        [{"x": at.xs[early] - 1, "y": _top(at) - 4 - top, "path": TOO_FEW, "radius": 7}]
        if early is not None
        else []
    )
    under = at.bottom + 52 - top
    laned = at.lane is not None or at.mended is not None
    edge = [{"x": at.size.left, "x2": at.width - 14, "y": under, "y2": under}] if laned else []
    level = (at.mended or 0.0) - top
    mended = [
        {"x": x, "y": y, "path": shape, "radius": lane.RADIUS, "said": said}
        for shape, x, y, said in lane.signs(at.repairs, level)
    ]
    spans = [{"x": x, "x2": x2, "y": y, "y2": y} for x, x2, y in lane.lines(at.repairs, level)]
    layers = [
        *vega.shade(shaded, "shade", token="sunk"),
        *(
            layer
            for n, run in enumerate(_bands(at))
            for layer in vega.area(_band_rows(at, run), f"band{n}", fill=band[0], edge=band[1])
        ),
        *vega.rules(changes, "change", token="edge", dash=(4, 3)),
        *vega.voice("therapist", _rows_of(at, "therapist")),
        *vega.voice("client", client),
        *vega.marks(rings, "rings", shape="circle", radius=12, token="ask", filled=False),
        *vega.rules(
            [{"x": x, "x2": x, "y": _stem(at, x) - top, "y2": at.bottom - top - 8} for x, _ in fell_out],
            "stem",
            token="edge",
            width=2,
            dash=(2, 5),
        ),
        *vega.signs(
            [
                {"x": x, "y": at.bottom - top, "path": drawing.CROSS, "radius": 5, "said": one.said}
                for x, one in fell_out
            ],
            "missed",
            token="ink2",
        ),
        *vega.rules(
            [{"x": stem[0], "x2": stem[0], "y": stem[1] - top, "y2": stem[2] - top}] if stem else [],
            "ask",
            token="ask",
            width=1.5,
        ),
        *vega.signs([*signs, *locks, *few], "sign", token="ink2"),
        *vega.marks(unrated, "unrated", shape="circle", radius=4, token="paper", edge="ink2", y="y"),
        *vega.rules(edge, "lane", token="hair"),
        *vega.rules(spans, "repairs", token="ink", width=1.5),
        *vega.signs(mended, "repair", token="ink"),
        *vega.words(words_of(at), top=top),
    ]
    return vega.chart(
        layers,
        width=at.width,
        height=at.height,
        axis=at.axis,
        left=at.size.left,
        ticks=at.axis.ticks(at.picture.step),
    )


def _rows_of(at: Layout, who: str) -> list[dict[str, Any]]:
    """The points of one voice, each with the number of its unbroken run and what it says on hover."""
    columns = at.picture.columns
    return [
        {
            "at": columns[place].label,
            "x": at.xs[place],
            "value": _value(columns[place], who),
            "marked": columns[place].marked,
            "run": number,
            "said": columns[place].said or columns[place].label,
        }
        for number, run in enumerate(drawing.runs([_value(one, who) is not None for one in columns]))
        for place in run
    ]


def _bands(at: Layout) -> tuple[tuple[int, ...], ...]:
    """Runs of sessions over which the band is drawn."""
    return drawing.runs([one.held and one.usual is not None for one in at.picture.columns])


def _band_rows(at: Layout, run: tuple[int, ...]) -> list[dict[str, float]]:
    """The corners of the band over one run; over a single session it is half as wide as the way to the next."""
    columns = at.picture.columns
    rows = [
        {"x": at.xs[place], "low": usual[0], "high": usual[1]}
        for place in run
        if (usual := columns[place].usual) is not None
    ]
    if len(rows) == 1:
        half = min(9.0, at.spacing / 4)
        rows = [{**rows[0], "x": rows[0]["x"] - half}, {**rows[0], "x": rows[0]["x"] + half}]
    return rows


def example() -> Line:
    """Ana, as drawn: eight sessions, one missed, a drop to 71, the ninth to come."""
    client = (62, 70, 57, 76, None, 83, 85, 85, 71)
    therapist = (58, 63, 66, 69, None, 71, None, 74, 78)
    usual = (None, None, (51, 81), (57, 76), None, (69, 88), (75, 89), (78, 90), (79, 91))
    days = ("24 Sep", "1 Oct", "8 Oct", "15 Oct", "22 Oct", "29 Oct", "5 Nov", "12 Nov", "19 Nov")
    numbers = ("1", "2", "3", "4", "missed", "5", "6", "7", "8")
    columns = [
        Column(
            label=number,
            day=day,
            client=own,
            therapist=theirs,
            usual=band,
            marked=number == "8",
            too_few=place < 2,
            held=number != "missed",
            kind=("screen", "online") if number == "7" else None,
        )
        for place, (number, day, own, theirs, band) in enumerate(
            zip(numbers, days, client, therapist, usual, strict=True)
        )
    ]
    words = LineWords(
        title="Check-in, session by session",
        description="From 62 at session 1 to 71 at session 8; the therapist 58 to 78.",
        client="Ana",
        therapist="You",
        outside=("her usual here", "would be 79 to 91"),
    )
    repairs = (RepairMark(2, 3, "rose_above", "repair; rose above"),)
    return Line((*columns, Column("9", "26 Nov", coming=True)), words, repairs=repairs)
