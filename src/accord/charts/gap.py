"""The client's ratings beside the therapist's over the first sessions: described, never judged."""

from dataclasses import replace
from typing import Any

from accord.charts.line import Column, Line, LineWords
from accord.charts.line_layout import Size, lay
from accord.charts.line_spec import spec_of
from accord.charts.line_svg import draw

WIDE = Size(width=360, plot=120, nearest=20, furthest=90, left=34)
NARROW = Size(width=288, plot=120, nearest=20, furthest=80, left=30)


def _plain(picture: Line) -> Line:
    """Only the two voices: no wobble, no lane, no talk to come."""
    columns = tuple(
        replace(one, usual=None, too_few=False, kind=None, therapist_name="", day="")
        for one in picture.columns
        if not one.coming and one.held
    )
    return replace(picture, columns=columns, words=replace(picture.words, outside=()), repairs=())


def svg(picture: Line, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    return draw(_plain(picture), NARROW if narrow else WIDE, "gap")


def spec(picture: Line, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    return spec_of(lay(_plain(picture), NARROW if narrow else WIDE))


def example() -> Line:
    """Ben's three sessions, as drawn."""
    own, theirs = (78, 85, 89), (70, 71, 78)
    columns = tuple(
        Column(str(n + 1), "", client=a, therapist=b)
        for n, (a, b) in enumerate(zip(own, theirs, strict=True))
    )
    return Line(columns, LineWords(title="His view beside yours", client="Ben", therapist="You"))
