"""Estimates of many, each with its interval, in order of their values: own marked, others unnamed.

The order shows how far they spread; nothing in the picture numbers anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accord.charts import drawing, scale
from accord.charts import interactive as vega
from accord.charts.drawing import Axis, Word

WIDE, NARROW, HEIGHT, NARROW_HEIGHT = 620.0, 246.0, 260.0, 220.0
TOP, FOOT, LEFT = 12.0, 34.0, 44.0
SIDE = 7.0
FULL = 14.0  # px from one to the next, at which a square is drawn whole


@dataclass(frozen=True)
class Row:
    """One estimate with its interval; `own` marks that of the person looking, `said` shows on hover."""

    estimate: float
    low: float
    high: float
    own: bool = False
    said: str = ""


@dataclass(frozen=True)
class Caterpillar:
    """Rows in any order; `own_word` stands under the own one."""

    rows: tuple[Row, ...]
    title: str
    description: str = ""
    unit: str = "points"
    own_word: str = "you"


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in px."""

    picture: Caterpillar
    rows: tuple[Row, ...]
    width: float
    height: float
    xs: tuple[float, ...]
    axis: Axis
    step: float
    side: float


def lay(picture: Caterpillar, *, narrow: bool = False) -> Layout:
    """Place everything: in order of the estimate, evenly from left to right; zero is always on the axis."""
    width, height = (NARROW, NARROW_HEIGHT) if narrow else (WIDE, HEIGHT)
    rows = tuple(sorted(picture.rows, key=lambda one: (one.estimate, one.low, one.high)))
    low, high, step = scale.ends(
        [x for one in rows for x in (one.low, one.high, one.estimate)], zero=True, parts=5
    )
    room = (width - LEFT) / max(1, len(rows))
    xs = tuple(LEFT + room * (place + 0.5) for place in range(len(rows)))
    side = max(3.0, SIDE * min(1.0, room / FULL))
    return Layout(picture, rows, width, height, xs, Axis(low, high, height - FOOT, TOP), step, side)


def svg(picture: Caterpillar, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    at = lay(picture, narrow=narrow)
    parts = [
        drawing.line(LEFT, y, at.width, y, "picture__axis" if zero else "picture__grid")
        for y, zero in _grid(at)
    ]
    for place, x, one in _placed(at):
        y, low, high = (at.axis.at(value) for value in (one.estimate, one.low, one.high))
        tone = "picture__stick picture__stick--own" if one.own else "picture__stick"
        parts.append(drawing.line(x, low, x, high, tone))
        if one.own:
            parts.append(drawing.line(x, low, x, at.height - FOOT + 10, "picture__to-own"))
            parts.append(
                drawing.diamond(x, y, 6.5, "picture__diamond", mark="own", at=place, value=one.estimate)
            )
        else:
            parts.append(
                drawing.square(x, y, at.side, "picture__study", mark="other", at=place, value=one.estimate)
            )
    parts += [word.svg() for word in _words(at)]
    return drawing.picture("caterpillar", at.width, at.height, picture.title, picture.description, *parts)


def _placed(at: Layout) -> Iterator[tuple[str, float, Row]]:
    for x, one in zip(at.xs, at.rows, strict=True):
        yield f"{x:.1f}", x, one


def _grid(at: Layout) -> list[tuple[float, bool]]:
    return [(at.axis.at(tick), abs(tick) < 1e-9) for tick in at.axis.ticks(at.step)]


def _words(at: Layout) -> list[Word]:
    found = []
    for tick in at.axis.ticks(at.step):
        told = scale.number(tick, at.picture.unit, at.step)
        sign = "+" if tick > 1e-9 else ""
        found.append(Word(LEFT - 10, at.axis.at(tick) + 4, sign + told, anchor="end"))
    for x, one in zip(at.xs, at.rows, strict=True):
        if one.own:
            half = drawing.bold(at.picture.own_word) / 2
            found.append(
                Word(min(max(x, half), at.width - half), at.height - 8, at.picture.own_word, "end-therapist")
            )
    return found


def spec(picture: Caterpillar, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    at = lay(picture, narrow=narrow)
    top = at.axis.end
    own: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    sticks: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for place, x, one in _placed(at):
        row = {"at": place, "x": x, "value": one.estimate, "said": one.said}
        (own if one.own else others).append(row)
        ends = {"x": x, "x2": x, "y": at.axis.at(one.low) - top, "y2": at.axis.at(one.high) - top}
        sticks[one.own].append(ends)
    grid = [{"x": LEFT, "x2": at.width, "y": y - top, "y2": y - top} for y, _zero in _grid(at)]
    layers = [
        *vega.rules(grid, "grid", token="hair"),
        *vega.rules(sticks[False], "stick", token="edge", width=1.5),
        *vega.rules(sticks[True], "own-stick", token="therapist", width=2.5),
        *vega.marks(others, "other", shape="square", radius=at.side / 2, token="card", edge="ink"),
        *vega.marks(own, "own", shape="diamond", radius=6.5, token="therapist"),
        *vega.words(_words(at), top=top),
    ]
    return vega.chart(layers, width=at.width, height=at.height, axis=at.axis)


def example() -> Caterpillar:
    """Fifteen of a service, one of them the person looking."""
    values = (-1.5, -1.1, -0.9, -0.8, -0.6, -0.5, -0.4, -0.3, -0.1, 0.0, 0.2, 0.4, 0.7, 1.0, 1.6)
    rows = tuple(
        Row(one, one - 1.2, one + 1.2, own=place == 11, said=f"{one:+.1f}")
        for place, one in enumerate(values)
    )
    return Caterpillar(rows, "Therapists against the average", "Almost every line crosses the average.")
