"""How far an average can be leaned on, by the number of ratings behind it: studies hollow, own data full."""

from dataclasses import dataclass
from typing import Any

from accord.charts import drawing
from accord.charts import interactive as vega
from accord.charts.drawing import Axis, Word

WIDTH, HEIGHT = 360.0, 160.0
NARROW_WIDTH = 288.0


@dataclass(frozen=True)
class Steps:
    """Dependability of the mean of 1, 2, 3 … ratings; `here` is how many there are, `own`: own data."""

    values: tuple[float, ...]
    here: int
    own: bool
    enough: float
    title: str
    enough_word: str = "enough"
    description: str = ""


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in px."""

    picture: Steps
    width: float
    xs: tuple[float, ...]
    axis: Axis


def lay(picture: Steps, *, narrow: bool = False) -> Layout:
    """Place everything; the axis spans the values and the line of enough."""
    width = NARROW_WIDTH if narrow else WIDTH
    low = min(*picture.values, picture.enough) - 0.02
    high = max(*picture.values, picture.enough) + 0.02
    step = (width - 120) / max(1, len(picture.values) - 1)
    xs = tuple(32 + step * place for place in range(len(picture.values)))
    return Layout(picture, width, xs, Axis(low, high, 108, 32))


def decimals(value: float) -> str:
    """A share as printed on the picture: .86."""
    return f"{value:.2f}".removeprefix("0")


def svg(picture: Steps, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    at = lay(picture, narrow=narrow)
    points = [(x, at.axis.at(value)) for x, value in zip(at.xs, picture.values, strict=True)]
    enough = at.axis.at(picture.enough)
    parts = [drawing.line(6, enough, at.width - 76, enough, "picture__enough")]
    if len(points) > 1:
        parts.append(drawing.path(points, "picture__steps"))
    tone = "picture__own" if picture.own else "picture__study"
    for place, ((x, y), value) in enumerate(zip(points, picture.values, strict=True)):
        side = 16 if place + 1 == picture.here else 13
        parts.append(drawing.square(x, y, side, tone, mark="step", at=str(place + 1), value=value))
    parts += [word.svg() for word in _words(at)]
    return drawing.picture("dependability", at.width, HEIGHT, picture.title, picture.description, *parts)


def _words(at: Layout) -> list[Word]:
    picture = at.picture
    enough = drawing.short(picture.enough_word, 9)
    found = [Word(at.width - 70, at.axis.at(picture.enough) + 4, enough, anchor="start")]
    for place, (x, value) in enumerate(zip(at.xs, picture.values, strict=True)):
        tone = "strong" if place + 1 == picture.here else "number"
        found.append(Word(x, at.axis.at(value) - 14, decimals(value), tone))
        found.append(Word(x, HEIGHT - 14, str(place + 1), tone))
    return found


def spec(picture: Steps, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    at = lay(picture, narrow=narrow)
    rows = [
        {"at": str(n + 1), "x": x, "value": value, "run": 0, "said": f"{n + 1}: {decimals(value)}"}
        for n, (x, value) in enumerate(zip(at.xs, picture.values, strict=True))
    ]
    enough = at.axis.at(picture.enough) - at.axis.end
    layers = [
        *vega.rules(
            [{"x": 6, "x2": at.width - 76, "y": enough, "y2": enough}], "enough", token="edge", dash=(4, 4)
        ),
        *vega.stroke(rows, "steps", token="edge", width=2),
        *vega.marks(
            rows, "step", shape="square", radius=6.5, token="ink" if picture.own else "card", edge="ink"
        ),
        *vega.words(_words(at), top=at.axis.end),
    ]
    return vega.chart(layers, width=at.width, height=HEIGHT, axis=at.axis)


def example() -> Steps:
    """The published one-session dependability of .77 over four ratings."""
    return Steps((0.77, 0.87, 0.91, 0.93), 3, False, 0.80, "Dependability, by number of ratings")
