"""The session-by-session line: the client's ratings, the therapist's beside them, and the client's usual wobble.

Client: solid, full circles. Therapist: dashed, diamonds. A missed session breaks the line and the band (dotted stem, ×),
a session without a rating breaks the line, a rating outside the wobble has a ring. Both drawings are made from one
`Layout`, so they stand in the same places.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from accord.charts import drawing
from accord.charts import interactive as vega
from accord.charts.drawing import Axis
from accord.charts.small import look_first_svg, own_line_svg

__all__ = ["Column", "Line", "LineWords", "example", "look_first_svg", "own_line_svg", "spec", "svg"]


@dataclass(frozen=True)
class Column:
    """One session as the picture has it. `usual` is where the rating would usually lie; None where that is not known.

    `label` is the session's number, or the word for one that fell out (`held` False). `coming` is the talk to come,
    shaded. `covered` hides the client's rating, which is then not given here either. `kind` is the glyph and the word of
    how people met, `("screen", "online")`; `therapist_name` names who the therapist is from here on, at a change.
    """

    label: str
    day: str
    client: float | None = None
    therapist: float | None = None
    usual: tuple[float, float] | None = None
    too_few: bool = False
    held: bool = True
    coming: bool = False
    covered: bool = False
    kind: tuple[str, str] | None = None
    therapist_name: str = ""
    said: str = ""

    @property
    def outside(self) -> bool:
        """Whether the rating lies outside the usual wobble."""
        if self.client is None or self.usual is None:
            return False
        return not self.usual[0] <= self.client <= self.usual[1]


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
    """What is drawn: sessions in order, on a scale from `low` to `high`."""

    columns: tuple[Column, ...]
    words: LineWords
    low: float = 0.0
    high: float = 100.0
    step: float = 20.0

    @cached_property
    def start(self) -> float:
        """Where the axis starts; the page says it in words."""
        values = [v for one in self.columns for v in (one.client, one.therapist, *(one.usual or ()))]
        return drawing.drawn_from(
            [v for v in values if v is not None], low=self.low, high=self.high, step=self.step
        )


@dataclass(frozen=True)
class Size:
    """How large a picture is drawn: its usual width, the height of the plot, and how close columns may stand, in px."""

    width: float
    plot: float
    nearest: float
    furthest: float
    left: float
    labels: bool = True


WIDE = Size(width=784, plot=246, nearest=26, furthest=110, left=38)
NARROW = Size(width=288, plot=200, nearest=20, furthest=64, left=30)


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

    @property
    def spacing(self) -> float:
        """The way from one session to the next."""
        return self.xs[1] - self.xs[0] if len(self.xs) > 1 else self.size.furthest


def lay(picture: Line, size: Size) -> Layout:
    """Place everything; the picture grows wider than `size` rather than putting sessions too close to be read."""
    columns, words = picture.columns, picture.words
    last = _ends(picture)
    label = max((drawing.width_of(text) + 20 for _, _, text in last.values()), default=0.0)
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
    high_words = any(
        value is not None and value > picture.high - (picture.high - picture.start) * 0.16
        for one in columns
        for value in (one.client, one.therapist, *(one.usual or ()))
    )
    crowded = high_words and any(one.too_few or one.coming or one.covered for one in columns)
    strip = 10.0 + (18.0 if crowded else 0.0)
    axis = Axis(picture.start, picture.high, strip + size.plot, strip)
    bottom = strip + size.plot
    at = bottom + 46
    lane = handover = None
    if any(one.kind for one in columns):
        lane, at = at + 12, at + 42
    if any(one.therapist_name for one in columns):
        handover, at = at + 12, at + 22
    ends = {
        who: (xs[place], axis.at(value), said) for who, (place, value, said) in last.items()
    }
    return Layout(
        picture, size, strip, width, xs, axis, bottom, lane, handover, at, _apart(ends, words)
    )


def _ends(picture: Line) -> dict[str, tuple[int, float, str]]:
    """For each voice the place and value of its last rating, and the label beside it."""
    found: dict[str, tuple[int, float, str]] = {}
    for place, one in enumerate(picture.columns):
        if one.client is not None and picture.words.client:
            name = drawing.short(picture.words.client)
            found["client"] = (place, one.client, f"{name} {one.client:.0f}")
        if one.therapist is not None and picture.words.therapist:
            name = drawing.short(picture.words.therapist)
            found["therapist"] = (place, one.therapist, f"{name} {one.therapist:.0f}")
    return found


def _apart(
    ends: dict[str, tuple[float, float, str]], words: LineWords
) -> dict[str, tuple[float, float, str]]:
    """The labels moved apart when the two lines end close together; the higher rating keeps the higher label."""
    if len(ends) < 2:
        return ends
    (upper, a), (lower, b) = sorted(ends.items(), key=lambda pair: pair[1][1])
    missing = 17 - (b[1] - a[1])
    if missing <= 0 or abs(a[0] - b[0]) > 60:
        return ends
    return {
        upper: (a[0], a[1] - missing / 2, a[2]),
        lower: (b[0], b[1] + missing / 2, b[2]),
    }


def svg(picture: Line, *, narrow: bool = False) -> str:
    """The picture as inline SVG; `narrow` is the drawing for a phone."""
    return draw(picture, NARROW if narrow else WIDE)


def draw(picture: Line, size: Size, kind: str = "line") -> str:
    """The picture as inline SVG in a size of the caller's."""
    lay_out = lay(picture, size)
    parts = [
        *_ground(lay_out),
        *_band(lay_out),
        *_series(lay_out, "therapist"),
        *_series(lay_out, "client"),
        *_marks(lay_out),
        *_outside(lay_out),
        *_ticks(lay_out),
        *_lanes(lay_out),
    ]
    for who, (x, y, said) in lay_out.ends.items():
        parts.append(drawing.text(x + 12, y + 4.5, said, class_=f"picture__end picture__end--{who}", anchor="start"))
    return drawing.picture(
        kind, lay_out.width, lay_out.height, picture.words.title, picture.words.description, *parts
    )


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
        parts.append(drawing.text(at.size.left - 8, y + 4, drawing.plain(tick), class_="picture__tick", anchor="end"))
    return parts


def _band(at: Layout) -> list[str]:
    columns = at.picture.columns
    parts = []
    for run in drawing.runs([one.held and one.usual is not None for one in columns]):
        places = [(at.xs[place], columns[place].usual) for place in run]
        if len(run) == 1:  # a band of one session is as wide as half the way to the next
            x, usual = places[0]
            half = min(9.0, at.spacing / 4)
            places = [(x - half, usual), (x + half, usual)]
        high = [(x, at.axis.at(usual[1])) for x, usual in places if usual]
        low = [(x, at.axis.at(usual[0])) for x, usual in places if usual]
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
            if one.outside:
                parts.append(drawing.circle(x, y, 12, "picture__ring"))
            parts.append(drawing.circle(x, y, 6, "picture__dot", mark=who, at=one.label, value=value))
        else:
            parts.append(drawing.diamond(x, y, 6.5, "picture__diamond", mark=who, at=one.label, value=value))
    return parts


def _marks(at: Layout) -> list[str]:
    """Marks of what is not there: a missed session, no rating, covered, too few, and the word over the talk to come."""
    parts, columns = [], at.picture.columns
    top = at.axis.end - 8 if at.strip > 20 else at.axis.end + 15
    for place, one in enumerate(columns):
        x = at.xs[place]
        if not one.held:
            parts.append(drawing.line(x, at.axis.end + 4, x, at.bottom - 8, "picture__stem"))
            parts.append(drawing.cross(x, at.bottom, 5, "picture__missed"))
        elif one.coming:
            parts.append(drawing.text(x, top, at.picture.words.coming, class_="picture__strong"))
        elif one.covered:
            parts.append(_lock(x, at.bottom - 18))
        elif one.client is None:
            parts.append(drawing.circle(x, at.bottom, 4, "picture__unrated"))
    early = [place for place, one in enumerate(columns) if one.too_few and one.held and not one.coming]
    if early:
        start = at.xs[early[0]] - 8
        parts.append(drawing.too_few_mark(start, top - 4))
        parts.append(
            drawing.text(start + 20, top, at.picture.words.too_few, class_="picture__tick", anchor="start")
        )
    return parts


def _lock(x: float, y: float) -> str:
    body = drawing.element("rect", x=x - 5, y=y, width=10, height=8, rx=1.5, class_="picture__ink2")
    bow = drawing.element("path", d=f"M{x - 3} {y}v-3a3 3 0 0 1 6 0v3", class_="picture__bow")
    return drawing.element("g", body, bow)


def _outside(at: Layout) -> list[str]:
    """The words under the last rating when it has a ring: a short stem, then one line each."""
    columns, said = at.picture.columns, at.picture.words.outside
    rated = [place for place, one in enumerate(columns) if one.client is not None]
    if not said or not rated or not columns[rated[-1]].outside or at.size is NARROW:
        return []
    place = rated[-1]
    x, y = at.xs[place], at.axis.at(columns[place].client or 0.0)
    tall = 26 + 17 * len(said)
    below = y + 12 + tall < at.bottom
    width = max(drawing.width_of(one) for one in said)
    begin = max(at.size.left + 4, min(x - width / 2, at.width - width - 6))
    if below:
        stem, top = (y + 12, y + 30), y + 46.0
    elif y - 12 - tall > at.axis.end:
        stem, top = (y - 12, y - 28), y - 20 - 17.0 * len(said)
    else:
        return []
    return [
        drawing.line(x, stem[0], x, stem[1], "picture__ask-line"),
        *(
            drawing.text(begin, top + 17 * row, one, class_="picture__ask", anchor="start")
            for row, one in enumerate(said)
        ),
    ]


def _ticks(at: Layout) -> list[str]:
    """Session numbers and days under the plot, thinned so that none touches its neighbour."""
    columns = at.picture.columns
    numbers = drawing.kept([(x, drawing.width_of(one.label)) for x, one in zip(at.xs, columns, strict=True)], gap=5)
    days = drawing.kept([(x, drawing.width_of(one.day) * 0.93) for x, one in zip(at.xs, columns, strict=True)], gap=5)
    last = max((place for place, one in enumerate(columns) if one.client is not None), default=None)
    parts = []
    for place in numbers:
        one = columns[place]
        strong = one.coming or place == last
        tone = "picture__tick" if not one.held else "picture__strong" if strong else "picture__number"
        parts.append(drawing.text(at.xs[place], at.bottom + 24, one.label, class_=tone))
    parts += [
        drawing.text(at.xs[place], at.bottom + 41, columns[place].day, class_="picture__tick picture__day")
        for place in days
    ]
    return parts


def _lanes(at: Layout) -> list[str]:
    """Under the dates: how people met where not in the room, and who the therapist is from a handover on."""
    columns, parts = at.picture.columns, []
    right = at.width - 14
    if at.lane is not None:
        parts.append(drawing.line(at.size.left, at.bottom + 52, right, at.bottom + 52, "picture__grid"))
        kinds = [one.kind for one in columns]
        middles: list[tuple[float, str]] = []
        for place, kind in enumerate(kinds):
            if kind is None:
                continue
            parts.append(glyph(kind[0], at.xs[place], at.lane))
            start = not place or kinds[place - 1] != kind
            if start:
                end = place
                while end + 1 < len(kinds) and kinds[end + 1] == kind:
                    end += 1
                middles.append(((at.xs[place] + at.xs[end]) / 2, kind[1]))
        for index in drawing.kept([(x, drawing.width_of(word)) for x, word in middles]):
            x, word = middles[index]
            parts.append(drawing.text(x, at.lane + 23, word, class_="picture__tick"))
    if at.handover is not None:
        for place, one in enumerate(columns):
            if one.therapist_name:
                x = at.xs[place] - at.spacing / 2
                parts.append(drawing.line(x, at.axis.end, x, at.handover + 4, "picture__handover"))
        named = [place for place, one in enumerate(columns) if one.therapist_name]
        edge = at.width
        for place in reversed(named):
            said = drawing.short(columns[place].therapist_name, 24)
            x = at.xs[place] - at.spacing / 2 + 6
            if x + drawing.width_of(said) > edge:  # no room to the right of the mark: write to the left of it
                x = max(2.0, x - 12 - drawing.width_of(said))
            parts.append(drawing.text(x, at.handover + 4, said, class_="picture__tick", anchor="start"))
            edge = x - 8
    return parts


def glyph(name: str, x: float, y: float) -> str:
    """A small sign for how people met: screen, phone or text; centred on the place."""
    d = {
        "screen": f"M{x - 6.5} {y - 6}h13v9h-13zM{x - 3} {y + 6}h6",
        "phone": f"M{x - 3.5} {y - 7}h7v14h-7zM{x - 1} {y + 4.5}h2",
        "text": f"M{x - 6.5} {y - 6}h13v9h-7l-3.5 3.5v-3.5h-2.5z",
    }[name]
    return drawing.element("path", d=d, class_="picture__glyph")


def spec(picture: Line, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification made with Altair, with what each point says on hover."""
    return interactive_of(lay(picture, NARROW if narrow else WIDE))


def interactive_of(at: Layout) -> dict[str, Any]:
    """The specification of a layout."""
    columns, top = at.picture.columns, at.axis.end
    rows = [
        {"at": one.label, "x": x, "said": one.said or f"{one.label}, {one.day}"}
        for x, one in zip(at.xs, columns, strict=True)
    ]
    half = min(22.0, at.spacing * 0.42)
    shaded = [
        {"x": x - half, "x2": x + half}
        for x, one in zip(at.xs, columns, strict=True)
        if one.coming or one.covered
    ]
    bands = drawing.runs([one.held and one.usual is not None for one in columns])
    client = _rows_of(at, rows, "client")
    layers = [
        vega.shade(shaded, 0, at.bottom - top),
        *(layer for n, run in enumerate(bands) for layer in vega.band(_band_rows(at, run), f"band{n}")),
        *vega.voice("therapist", _rows_of(at, rows, "therapist")),
        vega.rings([row for row in client if row["outside"]]),
        *vega.voice("client", client),
        *vega.stems(
            [row for row, one in zip(rows, columns, strict=True) if not one.held], 4, at.bottom - top - 8
        ),
    ]
    return vega.chart(
        layers,
        width=at.width,
        height=at.height,
        axis=at.axis,
        ticks=at.axis.ticks(at.picture.step),
        left=at.size.left,
        title=at.picture.words.title,
    )


def _rows_of(at: Layout, rows: Sequence[dict[str, Any]], who: str) -> list[dict[str, Any]]:
    """The points of one voice, each with the number of its unbroken run."""
    columns = at.picture.columns
    return [
        {**rows[place], "value": _value(columns[place], who), "outside": columns[place].outside, "run": number}
        for number, run in enumerate(drawing.runs([_value(one, who) is not None for one in columns]))
        for place in run
    ]


def _band_rows(at: Layout, run: tuple[int, ...]) -> list[dict[str, Any]]:
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
    return Line((*columns, Column("9", "26 Nov", coming=True)), words)
