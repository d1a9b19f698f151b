"""Averages with where they likely lie: a dot and a bar for the whole and for each part of the alliance."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accord.charts import drawing
from accord.charts import interactive as vega
from accord.charts.drawing import Axis, Word

FIRST, NEXT, FOOT = (
    34.0,
    44.0,
    34.0,
)  # height of the whole's row, of a part's row, and of the foot with the axis


@dataclass(frozen=True)
class Row:
    """One average and its interval; the first row is the whole, the others are its parts."""

    label: str
    mean: float
    low: float
    high: float
    said: str = ""


@dataclass(frozen=True)
class Intervals:
    """Rows in order, on a scale from `low` to `high`."""

    rows: tuple[Row, ...]
    title: str
    description: str = ""
    low: float = 0.0
    high: float = 100.0
    step: float = 10.0

    @cached_property
    def start(self) -> float:
        """Where the axis starts; the page says it in words."""
        return drawing.drawn_from(
            [one.low for one in self.rows], low=self.low, high=self.high, step=self.step
        )


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in px."""

    picture: Intervals
    width: float
    height: float
    axis: Axis
    ys: tuple[float, ...]
    step: float


def lay(picture: Intervals, *, narrow: bool = False) -> Layout:
    """Place everything; ticks are taken out until their numbers have room."""
    width = 288.0 if narrow else 784.0
    longest = max((drawing.width_of(one.label) * 1.2 for one in picture.rows), default=0.0)
    axis = Axis(
        picture.start,
        picture.high,
        max(longest + 18, 24.0 if narrow else 150.0),
        width - (42 if narrow else 70),
    )
    ys = tuple(FIRST + (NEXT * place + 12 if place else 0) for place in range(len(picture.rows)))
    step = picture.step
    while (axis.at(axis.low + step) - axis.start) < 36 and step < picture.high - picture.start:
        step *= 2
    return Layout(picture, width, (ys[-1] if ys else FIRST) + 30 + FOOT, axis, ys, step)


def svg(picture: Intervals, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    at = lay(picture, narrow=narrow)
    parts = [drawing.line(*rule, "picture__grid") for rule in _grid(at)]
    for place, (x, low, high, y, one) in enumerate(_places(at)):
        part = "part" if place else "whole"
        parts.append(drawing.line(low, y, high, y, f"picture__bar picture__bar--{part}"))
        parts.append(
            drawing.circle(x, y, 6 if place else 7, "picture__dot", mark="mean", at=one.label, value=one.mean)
        )
    parts += [word.svg() for word in _words(at)]
    return drawing.picture("intervals", at.width, at.height, picture.title, picture.description, *parts)


def _places(at: Layout) -> list[tuple[float, float, float, float, Row]]:
    """Per row: where its dot, the ends of its bar and its height are."""
    axis = at.axis
    return [
        (axis.at(one.mean), axis.at(max(one.low, axis.low)), axis.at(min(one.high, axis.high)), y, one)
        for one, y in zip(at.picture.rows, at.ys, strict=True)
    ]


def _grid(at: Layout) -> list[tuple[float, float, float, float]]:
    bottom = at.height - FOOT
    rules = [(at.axis.at(tick), 4.0, at.axis.at(tick), bottom) for tick in _ticks(at)]
    if len(at.ys) > 1:
        between = (at.ys[0] + at.ys[1]) / 2
        rules.append((0.0, between, at.width, between))
    return rules


def _words(at: Layout) -> list[Word]:
    found = [Word(at.axis.at(tick), at.height - 14, drawing.plain(tick)) for tick in _ticks(at)]
    for place, (one, y) in enumerate(zip(at.picture.rows, at.ys, strict=True)):
        found.append(Word(0, y + 5, one.label, "row" if place else "whole", "start"))
        found.append(Word(at.width - 2, y + 5, f"{one.mean:.0f}", "end-client", "end"))
    return found


def _ticks(at: Layout) -> tuple[float, ...]:
    """Round values from the right end of the axis down to its start."""
    count = int((at.axis.high - at.axis.low) // at.step)
    return tuple(at.axis.high - at.step * n for n in reversed(range(count + 1)))


def spec(picture: Intervals, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification; up and down it has no values, only rows."""
    at = lay(picture, narrow=narrow)
    rows = [
        {"at": one.label, "x": x, "y": y, "value": one.mean, "said": one.said or one.label}
        for x, _, _, y, one in _places(at)
    ]
    bars = [{"x": low, "x2": high, "y": y, "y2": y} for _, low, high, y, _ in _places(at)]
    grid = [{"x": x, "x2": x2, "y": y, "y2": y2} for x, y, x2, y2 in _grid(at)]
    layers = [
        *vega.rules(grid, "grid", token="hair"),
        *vega.rules(bars, "bar", token="client-bar", width=7, cap="round"),
        *vega.marks(rows, "mean", shape="circle", radius=6, token="client", y="y"),
        *vega.words(_words(at)),
    ]
    return vega.chart(layers, width=at.width, height=at.height, axis=Axis(at.height, 0, at.height, 0))


def example() -> Intervals:
    """Ben's three ratings together, as drawn."""
    rows = (
        Row("Overall", 84, 79, 89),
        Row("Bond", 90, 84, 96),
        Row("Tasks", 85, 79, 91),
        Row("Goals", 74, 67, 81),
    )
    return Intervals(rows, "His three ratings together", "Overall 84, likely 79 to 89.")
