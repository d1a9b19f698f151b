"""How far an average can be leaned on, by the number of ratings behind it: studies hollow, own data full."""

from dataclasses import dataclass
from typing import Any

from accord.charts import drawing
from accord.charts import interactive as vega
from accord.charts.drawing import Axis

WIDTH, HEIGHT = 360.0, 160.0
NARROW_WIDTH = 288.0


@dataclass(frozen=True)
class Steps:
    """Dependability of the mean of 1, 2, 3 … ratings; `here` is how many there are, `own` says whose data it rests on."""

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
    parts = [
        drawing.line(6, enough, at.width - 76, enough, "picture__enough"),
        drawing.text(at.width - 70, enough + 4, drawing.short(picture.enough_word, 9), class_="picture__tick", anchor="start"),
        drawing.path(points, "picture__steps") if len(points) > 1 else "",
    ]
    for place, ((x, y), value) in enumerate(zip(points, picture.values, strict=True)):
        here = place + 1 == picture.here
        tone = "picture__own" if picture.own else "picture__study"
        tone = f"{tone} picture__here" if here else tone
        parts.append(drawing.square(x, y, 14, tone, mark="step", at=place + 1, value=value))
        strong = "picture__strong" if here else "picture__number"
        parts.append(drawing.text(x, y - 14, decimals(value), class_=strong))
        parts.append(drawing.text(x, 146, str(place + 1), class_=strong))
    return drawing.picture("dependability", at.width, HEIGHT, picture.title, picture.description, *parts)


def spec(picture: Steps, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    at = lay(picture, narrow=narrow)
    rows = [
        {"at": str(place + 1), "x": x, "value": value, "text": decimals(value), "y": at.axis.at(value),
         "here": place + 1 == picture.here, "said": f"{place + 1}: {decimals(value)}"}
        for place, (x, value) in enumerate(zip(at.xs, picture.values, strict=True))
    ]
    return vega.steps(
        rows,
        own=picture.own,
        enough=(at.axis.at(picture.enough), picture.enough_word),
        axis=at.axis,
        width=at.width,
        height=HEIGHT,
        title=picture.title,
    )


def example() -> Steps:
    """The published one-session dependability of .77 over four ratings."""
    return Steps((0.77, 0.87, 0.91, 0.93), 3, False, 0.80, "Dependability, by number of ratings")
