"""What the literature says over what the own data say, on one axis: studies hollow, own full, with their intervals."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accord.charts import drawing, scale
from accord.charts import interactive as vega
from accord.charts.drawing import Axis, Word

WIDE, NARROW, HEIGHT = 300.0, 246.0, 92.0
STUDIES_Y, OWN_Y, FOOT_Y = 22.0, 48.0, 84.0
SIDE = 11.0  # of a square
CAP = 5.0  # half the height of a whisker's end
EDGE = 21.0  # room for half a tick's number


@dataclass(frozen=True)
class Value:
    """A value with its interval; without ends it is a point alone, without a value an interval alone."""

    value: float | None
    low: float | None = None
    high: float | None = None
    said: str = ""

    @property
    def ends(self) -> tuple[float, float] | None:
        """Both ends of the interval, where both are known."""
        return None if self.low is None or self.high is None else (self.low, self.high)


@dataclass(frozen=True)
class Finding:
    """`studies` may be several values of the literature in one row; `own` is None while there are too few.

    `unit` is that of the lines of a study (share, r, d, points …).
    """

    studies: tuple[Value, ...]
    own: Value | None
    title: str
    description: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in px."""

    picture: Finding
    width: float
    axis: Axis
    step: float


def lay(picture: Finding, *, narrow: bool = False) -> Layout:
    """Place everything; the axis holds every value and every end."""
    width = NARROW if narrow else WIDE
    low, high, step = scale.ends(_all(picture), unit=picture.unit)
    return Layout(picture, width, Axis(low, high, EDGE, width - EDGE), step)


def _all(picture: Finding) -> list[float]:
    values = [*picture.studies, *([picture.own] if picture.own else [])]
    return [x for one in values for x in (one.value, *(one.ends or ())) if x is not None]


def svg(picture: Finding, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    at = lay(picture, narrow=narrow)
    parts = [drawing.line(x, 4, x, FOOT_Y - 18, "picture__grid") for x in _grid(at)]
    for y, name, one in _rows(at):
        quiet = " picture__whisker--quiet" if name == "studies" else ""
        parts += [drawing.line(*ends, f"picture__whisker{quiet}") for ends in _whisker(at, y, one)]
        if one.value is not None:
            tone = "picture__own" if name == "own" else "picture__study"
            parts.append(
                drawing.square(
                    at.axis.at(one.value), y, SIDE, tone, mark=name, at=_place(at, one), value=one.value
                )
            )
    if picture.own is None:
        parts.append(drawing.too_few_mark(EDGE, OWN_Y))
    parts += [word.svg() for word in _words(at)]
    return drawing.picture("finding", at.width, HEIGHT, picture.title, picture.description, *parts)


def _rows(at: Layout) -> Iterator[tuple[float, str, Value]]:
    for one in at.picture.studies:
        yield STUDIES_Y, "studies", one
    if at.picture.own is not None:
        yield OWN_Y, "own", at.picture.own


def _place(at: Layout, one: Value) -> str:
    return str(at.picture.studies.index(one) + 1) if one in at.picture.studies else "0"


def _whisker(at: Layout, y: float, one: Value) -> list[tuple[float, float, float, float]]:
    if one.ends is None:
        return []
    low, high = (at.axis.at(x) for x in one.ends)
    return [(low, y, high, y), (low, y - CAP, low, y + CAP), (high, y - CAP, high, y + CAP)]


def _grid(at: Layout) -> list[float]:
    return [at.axis.at(tick) for tick in at.axis.ticks(at.step)]


def _words(at: Layout) -> list[Word]:
    ticks = [
        (at.axis.at(tick), scale.number(tick, at.picture.unit, at.step)) for tick in at.axis.ticks(at.step)
    ]
    kept = drawing.kept([(x, drawing.width_of(told)) for x, told in ticks])
    return [Word(ticks[place][0], FOOT_Y, ticks[place][1]) for place in kept]


def spec(picture: Finding, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification; up and down it has no values, only rows."""
    at = lay(picture, narrow=narrow)
    rules = [
        {"x": x, "y": y, "x2": x2, "y2": y2}
        for row, _name, one in _rows(at)
        for x, y, x2, y2 in _whisker(at, row, one)
    ]
    marks: dict[str, list[dict[str, Any]]] = {"studies": [], "own": []}
    for y, name, one in _rows(at):
        if one.value is not None:
            row = {
                "at": _place(at, one),
                "x": at.axis.at(one.value),
                "y": y,
                "value": one.value,
                "said": one.said,
            }
            marks[name].append(row)
    grid = [{"x": x, "y": 4, "x2": x, "y2": FOOT_Y - 18} for x in _grid(at)]
    layers = [
        *vega.rules(grid, "grid", token="hair"),
        *vega.rules(rules, "whisker", token="ink", width=2),
        *vega.marks(
            marks["studies"], "studies", shape="square", radius=SIDE / 2, token="card", edge="ink", y="y"
        ),
        *vega.marks(marks["own"], "own", shape="square", radius=SIDE / 2, token="ink", edge="ink", y="y"),
        *vega.words(_words(at)),
    ]
    return vega.chart(layers, width=at.width, height=HEIGHT, axis=Axis(HEIGHT, 0, HEIGHT, 0))


def example() -> Finding:
    """A correlation of the literature, and one of a service of some hundred courses, as drawn."""
    return Finding(
        (Value(0.28, 0.26, 0.30, ".28 (.26 to .30)"),),
        Value(0.24, 0.15, 0.33, ".24 (.15 to .33)"),
        "How strongly the two go together",
        "Studies .28, here .24.",
        "r",
    )
