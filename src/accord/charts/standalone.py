"""A picture as a file of its own, for a download, a report or paper: light colours written in, a ground behind it.

On a page the classes of an SVG get their looks from the page's style sheet; a file has none, so it carries these. They
are those of ``pictures.css`` with the light tokens of ``tokens.css`` (a test holds them to that).
"""

from collections.abc import Mapping
from types import MappingProxyType

INK, INK2, EDGE, HAIR, CARD, THERAPIST = "#26221c", "#5d564a", "#857b6a", "#e4dccd", "#fffdf9", "#17627a"
TOKENS: Mapping[str, str] = MappingProxyType(
    {"ink": INK, "ink2": INK2, "edge": EDGE, "hair": HAIR, "card": CARD, "therapist": THERAPIST}
)
FONT = "Inter, 'Noto Sans', 'DejaVu Sans', 'Libertinus Serif', sans-serif"
LOOKS: Mapping[str, str] = MappingProxyType(
    {
        "grid": f"stroke: {HAIR}",
        "axis": f"stroke: {EDGE}",
        "whisker": f"stroke: {INK}; stroke-width: 2",
        "whisker--quiet": f"stroke: {INK2}; stroke-width: 2",
        "own": f"fill: {INK}; stroke: {INK}; stroke-width: 2",
        "study": f"fill: {CARD}; stroke: {INK}; stroke-width: 2",
        "diamond": f"fill: {THERAPIST}; stroke: {CARD}; stroke-width: 2",
        "stick": f"stroke: {EDGE}; stroke-width: 1.5",
        "stick--own": f"stroke: {THERAPIST}; stroke-width: 2.5",
        "to-own": f"stroke: {THERAPIST}; stroke-dasharray: 2 3",
        "enough": f"stroke: {EDGE}; stroke-dasharray: 4 4",
        "own-line": f"fill: none; stroke: {INK}; stroke-width: 2",
        "compared": f"fill: none; stroke: {INK2}; stroke-width: 1.5; stroke-dasharray: 5 4",
        "too-few": f"fill: none; stroke: {INK2}; stroke-dasharray: 2.4 2",
        "ink2": f"fill: {INK2}",
        "tick": f"fill: {INK2}; font-size: 12px",
        "number": f"fill: {INK}; font-size: 12.5px",
        "strong": f"fill: {INK}; font-size: 12.5px; font-weight: 600",
        "row": f"fill: {INK}; font-size: 14px",
        "whole": f"fill: {INK}; font-size: 14px; font-weight: 600",
        "end-therapist": f"fill: {THERAPIST}; font-size: 13px; font-weight: 600",
    }
)
SPACE = "http://www.w3.org/2000/svg"
SCALE = 2.0  # of a PNG: sharp on paper and on dense screens


def standalone(svg: str) -> str:
    """The picture with its name space, its looks and a ground, as the text of an SVG file."""
    looks = "".join(f".picture__{name}{{{look}}}" for name, look in LOOKS.items())
    style = f"<style>text{{font-family:{FONT}}}{looks}</style>"
    ground = f'<rect width="100%" height="100%" fill="{CARD}"/>'
    opened, rest = svg.split(">", 1)
    named = opened.replace("<svg", f'<svg xmlns="{SPACE}"', 1)
    return f"{named}>{style}{ground}{rest}"


def png(alone: str) -> bytes:
    """A standalone picture as PNG."""
    import vl_convert

    made: bytes = vl_convert.svg_to_png(alone, scale=SCALE)
    return made
