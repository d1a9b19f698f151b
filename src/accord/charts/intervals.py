"""Averages with where they likely lie: a dot and a bar for the whole and for each part of the alliance."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accord.charts import drawing
from accord.charts import interactive as vega
from accord.charts.drawing import Axis

FIRST, NEXT, FOOT = 34.0, 44.0, 34.0  # height of the whole's row, of a part's row, and of the foot with the axis


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
        return drawing.drawn_from([one.low for one in self.rows], low=self.low, high=self.high, step=self.step)


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
    axis = Axis(picture.start, picture.high, max(longest + 18, 24.0 if narrow else 150.0), width - (42 if narrow else 70))
    ys = tuple(FIRST + (NEXT * place + 12 if place else 0) for place in range(len(picture.rows)))
    step = picture.step
    while (axis.at(axis.low + step) - axis.start) < 36 and step < picture.high - picture.start:
        step *= 2
    return Layout(picture, width, (ys[-1] if ys else FIRST) + 30 + FOOT, axis, ys, step)


def svg(picture: Intervals, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    at = lay(picture, narrow=narrow)
    bottom = at.height - FOOT
    parts = []
    for tick in _ticks(at):
        x = at.axis.at(tick)
        parts.append(drawing.line(x, 4, x, bottom, "picture__grid"))
        parts.append(drawing.text(x, bottom + 20, drawing.plain(tick), class_="picture__tick"))
    if len(at.ys) > 1:
        between = (at.ys[0] + at.ys[1]) / 2
        parts.append(drawing.line(0, between, at.width, between, "picture__grid"))
    for place, (one, y) in enumerate(zip(picture.rows, at.ys, strict=True)):
        whole = place == 0
        ends = at.axis.at(max(one.low, at.axis.low)), at.axis.at(min(one.high, at.axis.high))
        parts.append(drawing.line(ends[0], y, ends[1], y, f"picture__bar picture__bar--{'whole' if whole else 'part'}"))
        parts.append(
            drawing.circle(at.axis.at(one.mean), y, 7 if whole else 6, "picture__dot", mark="mean", at=one.label, value=one.mean)
        )
        tone = "picture__row-label picture__row-label--whole" if whole else "picture__row-label"
        parts.append(drawing.text(0, y + 5, one.label, class_=tone, anchor="start"))
        parts.append(drawing.text(at.width - 2, y + 5, f"{one.mean:.0f}", class_="picture__end picture__end--client", anchor="end"))
    return drawing.picture("intervals", at.width, at.height, picture.title, picture.description, *parts)


def _ticks(at: Layout) -> tuple[float, ...]:
    """Round values from the right end of the axis down to its start."""
    count = int((at.axis.high - at.axis.low) // at.step)
    return tuple(at.axis.high - at.step * n for n in reversed(range(count + 1)))


def spec(picture: Intervals, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    at = lay(picture, narrow=narrow)
    rows = [
        {"at": one.label, "x": at.axis.at(one.mean), "low": at.axis.at(max(one.low, at.axis.low)),
         "high": at.axis.at(min(one.high, at.axis.high)), "y": y, "value": one.mean, "said": one.said}
        for one, y in zip(picture.rows, at.ys, strict=True)
    ]
    return vega.intervals(
        rows,
        width=at.width,
        height=at.height,
        ticks=[{"x": at.axis.at(tick), "text": drawing.plain(tick)} for tick in _ticks(at)],
        foot=FOOT,
        title=picture.title,
    )


def example() -> Intervals:
    """Ben's three ratings together, as drawn."""
    rows = (Row("Overall", 84, 79, 89), Row("Bond", 90, 84, 96), Row("Tasks", 85, 79, 91), Row("Goals", 74, 67, 81))
    return Intervals(rows, "His three ratings together", "Overall 84, likely 79 to 89.")
