"""What every picture is drawn with: SVG elements, a straight axis, labels that neither touch nor leave the picture.

An SVG carries classes, never colours: `pictures.css` gives them the tokens, so light, dark, print and forced colours
need no second drawing. It is written from left to right on every page, so that text anchors mean the same everywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor

TEXT = 12.0  # smallest letters, in CSS pixels
CROSS = "M-1-1L1 1M1-1L-1 1"  # a path within -1 to 1
LETTER = 6.9  # width of a letter at that size, a little generous


def element(name: str, *inside: str, **attributes: str | float | None) -> str:
    """One SVG element; `class_` and `text_anchor` become `class` and `text-anchor`, None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value if isinstance(value, str) else plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def plain(value: float) -> str:
    """A number in at most one decimal, without needless zeros."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def picture(kind: str, width: float, height: float, title: str, description: str, *inside: str) -> str:
    """The whole picture: an image with a name and a description for those who do not see it."""
    return element(
        "svg",
        element("title", escape(title)),
        element("desc", escape(description)) if description else "",
        *inside,
        class_=f"picture picture--{kind}",
        viewBox=f"0 0 {plain(width)} {plain(height)}",
        width=plain(width),
        height=plain(height),
        role="img",
        direction="ltr",
    )


def text(x: float, y: float, words: str, *, class_: str = "", anchor: str = "middle") -> str:
    """Words at a place; `anchor` is start, middle or end."""
    return element("text", escape(words), x=x, y=y, class_=class_ or None, text_anchor=anchor)


@dataclass(frozen=True)
class Word:
    """Words at a place in px. `tone` is a class `picture__<tone>`, `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    tone: str = "tick"
    anchor: str = "middle"

    def svg(self) -> str:
        """The words as SVG."""
        return text(self.x, self.y, self.text, class_=f"picture__{self.tone}", anchor=self.anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def path(points: Sequence[tuple[float, float]], class_: str, *, closed: bool = False) -> str:
    """A line through points."""
    steps = " L".join(f"{plain(x)} {plain(y)}" for x, y in points)
    return element("path", d=f"M{steps}{'Z' if closed else ''}", class_=class_)


def circle(x: float, y: float, radius: float, class_: str, **data: str | float) -> str:
    """A circle."""
    return element("circle", cx=x, cy=y, r=radius, class_=class_, **_data(data))


def diamond(x: float, y: float, radius: float, class_: str, **data: str | float) -> str:
    """A square on its corner."""
    d = f"M{plain(x)} {plain(y - radius)}l{radius} {radius}l-{radius} {radius}l-{radius} -{radius}Z"
    return element("path", d=d, class_=class_, **_data(data))


def square(x: float, y: float, side: float, class_: str, **data: str | float) -> str:
    """A square around a point."""
    return element(
        "rect", x=x - side / 2, y=y - side / 2, width=side, height=side, class_=class_, **_data(data)
    )


def cross(x: float, y: float, radius: float, class_: str) -> str:
    """An ×."""
    d = f"M{plain(x - radius)} {plain(y - radius)}l{2 * radius} {2 * radius}m0 -{2 * radius}l-{2 * radius} {2 * radius}"
    return element("path", d=d, class_=class_)


def lock(x: float, y: float) -> str:
    """A closed lock, its body's top at `y`."""
    body = element("rect", x=x - 5, y=y, width=10, height=8, rx=1.5, class_="picture__ink2")
    bow = element("path", d=f"M{plain(x - 3)} {plain(y)}v-3a3 3 0 0 1 6 0v3", class_="picture__bow")
    return element("g", body, bow)


def sign(shape: str, x: float, y: float, radius: float, class_: str) -> str:
    """A path drawn within -1 to 1, at a place and a size."""
    place = f"translate({plain(x)} {plain(y)}) scale({plain(radius)})"
    return element("path", d=shape, transform=place, class_=class_)


def too_few_mark(x: float, y: float) -> str:
    """The dashed square with three dots, 14 px, with its left edge at `x`, centred on `y`."""
    dots = "".join(circle(x + 3.8 + 3.2 * n, y, 0.9, "picture__ink2") for n in range(3))
    box = element("rect", x=x, y=y - 5.5, width=14, height=11, rx=2, class_="picture__too-few")
    return element("g", box, dots)


def _data(data: dict[str, str | float]) -> dict[str, str]:
    """What a mark shows, for tests and for the curious: `mark`, `at`, `value` as data attributes."""
    return {
        f"data-{key}": value if isinstance(value, str) else f"{value:.10g}" for key, value in data.items()
    }


@dataclass(frozen=True)
class Axis:
    """A straight scale from values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where `value` lies, in pixels."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, step: float) -> tuple[float, ...]:
        """Round values from the low to the high end."""
        count = round((self.high - self.low) / step)
        return tuple(self.low + step * n for n in range(count + 1))


def drawn_from(values: Iterable[float], *, low: float, high: float, step: float) -> float:
    """Where an axis starts: the highest step under all of `values`, at least two steps under `high`."""
    lowest = min(values, default=high)
    start = low + step * floor((lowest - low) / step)
    if lowest - start < step / 4 and start > low:  # a point that stands on the frame looks cut off
        start -= step
    return max(low, min(start, high - 2 * step))


def drawn_to(values: Iterable[float], *, low: float, high: float, step: float) -> float:
    """Where an axis ends: the lowest step over all of `values`, with some air, at most `high`."""
    highest = max(values, default=high)
    return min(high, low + step * ceil((highest - low + step / 4) / step))


def width_of(words: str) -> float:
    """About how wide words are at 12 px."""
    return len(words) * LETTER


def bold(words: str) -> float:
    """About how wide the words at a line's end are: 13 px, semi-bold."""
    return len(words) * LETTER * 1.35


def kept(labels: Sequence[tuple[float, float]], *, gap: float = 8.0) -> tuple[int, ...]:
    """Which centred labels, as (x, width), to write so that none touches another; from the right, the latest first."""
    found: list[int] = []
    edge = float("inf")
    for place in reversed(range(len(labels))):
        x, width = labels[place]
        if width and x + width / 2 <= edge - (gap if found else 0):
            found.append(place)
            edge = x - width / 2
    return tuple(reversed(found))


def runs(present: Sequence[bool]) -> tuple[tuple[int, ...], ...]:
    """Places in a row for which `present` holds, run by run."""
    found: list[list[int]] = []
    for place, there in enumerate(present):
        if there and place and present[place - 1]:
            found[-1].append(place)
        elif there:
            found.append([place])
    return tuple(tuple(one) for one in found)


def short(name: str, most: int = 12) -> str:
    """A name that fits beside a line's end."""
    return name if len(name) <= most else f"{name[: most - 1]}…"
