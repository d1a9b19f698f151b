"""An outcome on its own axis, such as wellbeing.

No expected course is drawn: there is no model of one yet, nothing stands in its place, and the page says so in words.
"""

from dataclasses import dataclass, replace
from typing import Any

from accord.charts import drawing
from accord.charts.line import Column, Line, LineWords, Size, lay
from accord.charts.line import draw as draw_line
from accord.charts.line import interactive_of as interactive_line

WIDE = Size(width=784, plot=124, nearest=26, furthest=110, left=38)
NARROW = Size(width=288, plot=120, nearest=20, furthest=64, left=30, letters=8)


@dataclass(frozen=True)
class Outcome:
    """A client's outcome by session."""

    columns: tuple[Column, ...]
    words: LineWords
    low: float = 0.0
    high: float = 100.0


def _line(picture: Outcome) -> Line:
    """The outcome as a line: no therapist, no wobble, no lane; its axis ends near the values, in steps of 20."""
    plain = tuple(
        replace(one, therapist=None, usual=None, too_few=False, kind=None, therapist_name="", covered=False)
        for one in picture.columns
    )
    values = [v for one in plain if (v := one.client) is not None]
    high = min(picture.high, drawing.drawn_to(values, low=picture.low, high=picture.high, step=20))
    return Line(plain, picture.words, picture.low, high)


def svg(picture: Outcome, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    return draw_line(_line(picture), NARROW if narrow else WIDE, "outcome")


def spec(picture: Outcome, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    return interactive_line(lay(_line(picture), NARROW if narrow else WIDE))


def example() -> Outcome:
    """Eight sessions, one missed, no expected course yet."""
    values = (34, 36, 33, 42, None, 45, 50, 52, 49)
    columns = tuple(
        Column(str(n + (n < 4)) if value is not None else "missed", "", client=value, held=value is not None)
        for n, value in enumerate(values)
    )
    return Outcome(columns, LineWords(title="Wellbeing", description="From 34 to 49.", client="Ana"))
