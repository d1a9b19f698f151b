"""One number in several groups of people: a square and a bar each; a group too small to show is named, not drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accord.charts import drawing, scale
from accord.charts import interactive as vega
from accord.charts.drawing import Axis, Word

WIDE, NARROW = 620.0, 246.0
ROW, NARROW_ROW, FOOT = 30.0, 46.0, 30.0
SIDE, CAP = 9.0, 4.0
LETTERS = 22  # of a label beside its row


@dataclass(frozen=True)
class Group:
    """One group. `value` is None where it says too little; `few` then says so in words, such as "too few"."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    few: str = ""
    said: str = ""


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
    axis: Axis
    step: float
    narrow: bool


def lay(picture: Groups, *, narrow: bool = False) -> Layout:
    """Place everything on one axis for all groups."""
    values = [x for one in picture.groups for x in (one.value, one.low, one.high) if x is not None]
    low, high, step = scale.ends(values)
    width, row = (NARROW, NARROW_ROW) if narrow else (WIDE, ROW)
    longest = max((drawing.width_of(_label(one)) * 1.2 for one in picture.groups), default=0.0)
    start = 18.0 if narrow else max(120.0, longest + 24)
    ys = tuple(row * (place + 0.5) + (8 if narrow else 4) for place in range(len(picture.groups)))
    height = (ys[-1] if ys else 0) + row / 2 + FOOT
    return Layout(picture, width, height, ys, Axis(low, high, start, width - 22), step, narrow)


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


def _label(one: Group) -> str:
    return drawing.short(one.label, LETTERS)


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
    for y, one in _rows(at):
        found.append(Word(0, y - 12 if at.narrow else y + 5, _label(one), "row", "start"))
        if one.value is None:
            found.append(Word(at.axis.start + 22, y + 4, one.few, anchor="start"))
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
    """Check-ins completed in four groups, one of them too small to be shown."""
    return Groups(
        (
            Group("18 to 25", 0.71, 0.62, 0.79),
            Group("26 to 45", 0.80, 0.75, 0.84),
            Group("46 to 65", 0.78, 0.71, 0.84),
            Group("over 65", None, few="fewer than five"),
        ),
        "Check-ins completed, by age",
        "Between 71 and 80 of 100.",
    )
