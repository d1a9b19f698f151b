"""One number in several groups of people: a square and a bar each; a group too small to show is named, not drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from accord.charts import drawing, scale
from accord.charts import interactive as vega
from accord.charts.drawing import Axis, Word

WIDE, NARROW = 620.0, 246.0
ROW, LINE, HEAD, FOOT = (
    30.0,
    18.0,
    30.0,
    30.0,
)  # heights: of a row, a further line of its label, a heading, the axis
OVER = 20.0  # on a narrow picture the label stands so much over its row
SIDE, CAP = 9.0, 4.0
LETTERS, NARROW_LETTERS, LINES = 30, 32, 2  # of a label in one line, and how many lines it may have
SMALL = 14.0  # height of a line that says why nothing is drawn
LETTER = 7.4  # width of a letter of a label, a little generous


@dataclass(frozen=True)
class Group:
    """One group. `value` is None where it says too little; `few` then says so in words, such as "too few".

    `under` is what several groups are groups of, such as the trait; it stands once over those that share it.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    few: str = ""
    said: str = ""
    under: str = ""


@dataclass(frozen=True)
class Groups:
    """Groups in order; `unit` is that of the lines of a study."""

    groups: tuple[Group, ...]
    title: str
    description: str = ""
    unit: str = "share"


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in px; on a narrow picture the label stands over its row."""

    picture: Groups
    width: float
    height: float
    ys: tuple[float, ...]
    labels: tuple[tuple[str, ...], ...]  # the lines of each label
    heads: tuple[tuple[float, str], ...]
    axis: Axis
    step: float
    narrow: bool


def lay(picture: Groups, *, narrow: bool = False) -> Layout:
    """Place everything on one axis for all groups; a long label takes two lines, and its row grows with it."""
    values = [x for one in picture.groups for x in (one.value, one.low, one.high) if x is not None]
    low, high, step = scale.ends(values, unit=picture.unit)
    labels = tuple(_lines(one.label, NARROW_LETTERS if narrow else LETTERS) for one in picture.groups)
    longest = max((len(line) for lines in labels for line in lines), default=0) * LETTER
    width, start = (NARROW, 21.0) if narrow else (WIDE, max(120.0, longest + 24))
    ys: list[float] = []
    heads: list[tuple[float, str]] = []
    y, under = 4.0, ""
    for one, lines in zip(picture.groups, labels, strict=True):
        if one.under != under:
            under = one.under
            if under:
                heads.append((y + 20, drawing.short(under, NARROW_LETTERS + 4 if narrow else 80)))
                y += HEAD
        more = LINE * (len(lines) - 1)
        ys.append(y + (OVER + more + 12 if narrow else (ROW + more) / 2))
        y += ROW + more + (OVER - 4 if narrow else 0)
    axis = Axis(low, high, start, width - 22)
    return Layout(picture, width, y + FOOT, tuple(ys), labels, tuple(heads), axis, step, narrow)


def _lines(label: str, letters: int) -> tuple[str, ...]:
    """Words in at most `LINES` lines; what still does not fit is cut, and stands whole in the table."""
    return tuple(wrap(label, letters, max_lines=LINES, placeholder="…")) or ("",)


def svg(picture: Groups, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    at = lay(picture, narrow=narrow)
    parts = [drawing.line(*rule, "picture__grid") for rule in _grid(at)]
    for y, one in _rows(at):
        parts += [drawing.line(*ends, "picture__whisker") for ends in _whisker(at, y, one)]
        if one.value is None:
            parts.append(drawing.too_few_mark(at.axis.start, y))
        else:
            x = at.axis.at(one.value)
            parts.append(
                drawing.square(x, y, SIDE, "picture__own", mark="own", at=one.label, value=one.value)
            )
    parts += [word.svg() for word in _words(at)]
    return drawing.picture("groups", at.width, at.height, picture.title, picture.description, *parts)


def _rows(at: Layout) -> Iterator[tuple[float, Group]]:
    yield from zip(at.ys, at.picture.groups, strict=True)


def _whisker(at: Layout, y: float, one: Group) -> list[tuple[float, float, float, float]]:
    if one.value is None or one.low is None or one.high is None:
        return []
    low, high = at.axis.at(one.low), at.axis.at(one.high)
    return [(low, y, high, y), (low, y - CAP, low, y + CAP), (high, y - CAP, high, y + CAP)]


def _grid(at: Layout) -> list[tuple[float, float, float, float]]:
    return [(x, 4.0, x, at.height - FOOT) for x in (at.axis.at(tick) for tick in at.axis.ticks(at.step))]


def _words(at: Layout) -> list[Word]:
    ticks = [
        (at.axis.at(tick), scale.number(tick, at.picture.unit, at.step)) for tick in at.axis.ticks(at.step)
    ]
    kept = drawing.kept([(x, drawing.width_of(told)) for x, told in ticks])
    found = [Word(ticks[place][0], at.height - 10, ticks[place][1]) for place in kept]
    found += [Word(0, y, told, "whole", "start") for y, told in at.heads]
    for (y, one), lines in zip(_rows(at), at.labels, strict=True):
        last = y - 12 if at.narrow else y + 5 + LINE * (len(lines) - 1) / 2
        found += [
            Word(0, last - LINE * (len(lines) - 1 - place), line, "row", "start")
            for place, line in enumerate(lines)
        ]
        if one.value is None:
            x = at.axis.start + 22
            why = _lines(one.few, int((at.width - x) / drawing.LETTER))
            top = y + 4 - (0 if at.narrow else SMALL * (len(why) - 1) / 2)
            found += [Word(x, top + SMALL * place, line, anchor="start") for place, line in enumerate(why)]
    return found


def spec(picture: Groups, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification; up and down it has no values, only rows."""
    at = lay(picture, narrow=narrow)
    rows = [
        {
            "at": one.label,
            "x": at.axis.at(one.value),
            "y": y,
            "value": one.value,
            "said": one.said or one.label,
        }
        for y, one in _rows(at)
        if one.value is not None
    ]
    whiskers = [ends for y, one in _rows(at) for ends in _whisker(at, y, one)]
    layers = [
        *vega.rules([{"x": a, "y": b, "x2": c, "y2": d} for a, b, c, d in _grid(at)], "grid", token="hair"),
        *vega.rules(
            [{"x": a, "y": b, "x2": c, "y2": d} for a, b, c, d in whiskers], "whisker", token="ink", width=2
        ),
        *vega.marks(rows, "own", shape="square", radius=SIDE / 2, token="ink", edge="ink", y="y"),
        *vega.words(_words(at)),
    ]
    return vega.chart(layers, width=at.width, height=at.height, axis=Axis(at.height, 0, at.height, 0))


def example() -> Groups:
    """Check-ins completed in groups by two traits, one of them too small to be shown."""
    return Groups(
        (
            Group("18 to 25", 0.71, 0.62, 0.79, under="Age"),
            Group("26 to 45", 0.80, 0.75, 0.84, under="Age"),
            Group("46 to 65", 0.78, 0.71, 0.84, under="Age"),
            Group(
                "over 65",
                None,
                few="fewer than five in this group or in another, so that neither is told",
                under="Age",
            ),
            Group(
                "came here in the last five years, as refugees or otherwise", 0.74, 0.66, 0.81, under="Came"
            ),
        ),
        "Check-ins completed, by age",
        "Between 71 and 80 of 100.",
    )
