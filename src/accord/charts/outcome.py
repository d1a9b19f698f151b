"""An outcome on its own axis, such as wellbeing, over the band of the service's expected course.

The band is where 8 in 10 people who began alike would lie (`accord.course.expected`). Where the service does not know
one, none is drawn, nothing stands in its place, and the page says so in words.
"""

from dataclasses import dataclass, replace
from typing import Any

from accord.charts import drawing
from accord.charts.line import Column, Line, LineWords
from accord.charts.line_layout import Size, lay
from accord.charts.line_spec import spec_of
from accord.charts.line_svg import draw

WIDE = Size(width=784, plot=124, nearest=26, furthest=110, left=38)
NARROW = Size(width=288, plot=120, nearest=20, furthest=64, left=30, letters=8)


@dataclass(frozen=True)
class Outcome:
    """A client's outcome by session; `usual` of a column is the expected course there."""

    columns: tuple[Column, ...]
    words: LineWords
    low: float = 0.0
    high: float = 100.0


def _line(picture: Outcome) -> Line:
    """The outcome as a line: no therapist, no lane; its axis ends near what is drawn, in steps of 20."""
    plain = tuple(
        replace(one, therapist=None, too_few=False, kind=None, therapist_name="", covered=False)
        for one in picture.columns
    )
    values = [v for one in plain for v in (one.client, *(one.usual or ())) if v is not None]
    high = min(picture.high, drawing.drawn_to(values, low=picture.low, high=picture.high, step=20))
    return Line(plain, picture.words, picture.low, high)


def svg(picture: Outcome, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    return draw(_line(picture), NARROW if narrow else WIDE, "outcome")


def spec(picture: Outcome, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    return spec_of(lay(_line(picture), NARROW if narrow else WIDE), band=("sunk", "ink2"))


def example() -> Outcome:
    """Eight sessions, one missed, the ninth to come, with the expected course from the second on."""
    values = (34, 36, 33, 42, None, 45, 50, 52, 49)
    low, high = (26, 28, 30, None, 32, 34, 36, 38, 40), (49, 52, 55, None, 57, 60, 61, 63, 65)
    bands = [
        None,
        *((a, b) if a is not None and b is not None else None for a, b in zip(low, high, strict=True)),
    ]
    columns = [
        Column(
            str(n + (n < 4)) if value is not None else "missed",
            "",
            client=value,
            usual=band,
            held=value is not None,
        )
        for n, (value, band) in enumerate(zip(values, bands, strict=False))
    ]
    columns.append(Column("9", "", usual=bands[-1], coming=True))
    words = LineWords(title="Wellbeing", description="From 34 to 49.", client="Ana", coming="")
    return Outcome(tuple(columns), words)
