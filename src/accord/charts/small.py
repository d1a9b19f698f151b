"""Small lines without words in them: one part of the alliance, the last sessions for Today, the client's own line."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from accord.charts import drawing
from accord.charts import interactive as vega
from accord.charts.drawing import Axis
from accord.course.course import Point

LOOK_FIRST_SESSIONS = 6
SPECK = 1.5  # radius of a point where dots with a halo would touch


@dataclass(frozen=True)
class Spot:
    """One session on a small line; `held` False is one that fell out, `marked` one that raised a signal.

    `at` names it, `said` shows on hover.
    """

    client: float | None
    usual: tuple[float, float] | None = None
    marked: bool = False
    held: bool = True
    at: str = ""
    said: str = ""


@dataclass(frozen=True)
class Small:
    """A small line: spots in order on a scale from `low` to `high`."""

    spots: tuple[Spot, ...]
    title: str
    description: str = ""
    low: float = 0.0
    high: float = 100.0


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in px."""

    picture: Small
    width: float
    height: float
    xs: tuple[float, ...]
    axis: Axis
    dot: float


def lay(
    picture: Small, width: float = 240, height: float = 64, *, dot: float = 4.5, pad: float = 9
) -> Layout:
    """Place everything; the axis spans what there is, so that a small line shows its shape."""
    values = [v for one in picture.spots for v in (one.client, *(one.usual or ())) if v is not None]
    low, high = min(values, default=picture.low), max(values, default=picture.high)
    if high - low < 20:  # a flat line is drawn flat, not as a mountain range
        middle = (low + high) / 2
        low, high = middle - 10, middle + 10
    room = width - 2 * pad
    step = room / max(1, len(picture.spots) - 1)
    xs = tuple(
        pad + step * place if len(picture.spots) > 1 else width / 2 for place in range(len(picture.spots))
    )
    return Layout(
        picture, width, height, xs, Axis(low, high, height - pad, pad), dot if step > 2.4 * dot else SPECK
    )


def svg(picture: Small, *, narrow: bool = False) -> str:
    """The small line as inline SVG; it has no words in it and shrinks with its place."""
    return draw(lay(picture), "small")


def draw(at: Layout, kind: str, *, ring: float = 0.0) -> str:
    """The layout as inline SVG; `ring` is the radius of the ring around a marked rating, 0 for none."""
    spots, parts = at.picture.spots, []
    for run in drawing.runs([one.held and one.usual is not None for one in spots]):
        edges = _edges(at, run)
        high = [(x, at.axis.at(top)) for x, _, top in edges]
        low = [(x, at.axis.at(bottom)) for x, bottom, _ in edges]
        parts.append(drawing.path([*high, *reversed(low)], "picture__band", closed=True))
        parts += [drawing.path(high, "picture__band-edge"), drawing.path(low, "picture__band-edge")]
    for run in drawing.runs([one.client is not None for one in spots]):
        points = [(at.xs[place], at.axis.at(spots[place].client or 0.0)) for place in run]
        if len(points) > 1:
            parts.append(drawing.path(points, "picture__line picture__line--client"))
    for x, one in zip(at.xs, spots, strict=True):
        if not one.held:
            parts.append(drawing.line(x, 4, x, at.height - 14, "picture__stem"))
            parts.append(drawing.cross(x, at.height - 7, 4, "picture__missed"))
        elif one.client is not None:
            y = at.axis.at(one.client)
            if ring and one.marked:
                parts.append(drawing.circle(x, y, ring, "picture__ring"))
            tone = "picture__dot" if at.dot > SPECK else "picture__speck"
            parts.append(drawing.circle(x, y, at.dot, tone, mark="client", at=one.at, value=one.client))
    return drawing.picture(kind, at.width, at.height, at.picture.title, at.picture.description, *parts)


def _edges(at: Layout, run: Sequence[int]) -> list[tuple[float, float, float]]:
    edges = [(at.xs[place], *usual) for place in run if (usual := at.picture.spots[place].usual) is not None]
    if len(edges) == 1:
        x, low, high = edges[0]
        edges = [(x - 4, low, high), (x + 4, low, high)]
    return edges


def spec(picture: Small, *, narrow: bool = False) -> dict[str, Any]:
    """The same small line as a Vega-Lite specification."""
    at = lay(picture)
    spots = picture.spots
    bands = drawing.runs([one.held and one.usual is not None for one in spots])
    rows = [
        {"at": spots[p].at, "x": at.xs[p], "value": spots[p].client, "run": n, "said": spots[p].said}
        for n, run in enumerate(drawing.runs([one.client is not None for one in spots]))
        for p in run
    ]
    fell_out = [(x, one) for x, one in zip(at.xs, spots, strict=True) if not one.held]
    top = at.axis.end
    stems = [{"x": x, "x2": x, "y": 4 - top, "y2": at.height - 14 - top} for x, _ in fell_out]
    crosses = [
        {"x": x, "y": at.height - 7 - top, "path": drawing.CROSS, "radius": 4, "said": one.said}
        for x, one in fell_out
    ]
    layers = [
        *(
            layer
            for n, run in enumerate(bands)
            for layer in vega.area([{"x": x, "low": a, "high": b} for x, a, b in _edges(at, run)], f"band{n}")
        ),
        *vega.rules(stems, "stem", token="edge", width=2, dash=(2, 5)),
        *vega.signs(crosses, "missed", token="ink2"),
        *vega.voice("client", rows, dot=at.dot, halo=at.dot > SPECK),
    ]
    return vega.chart(layers, width=at.width, height=at.height, axis=at.axis)


def look_first_svg(
    points: Sequence[Point],
    ranges: Sequence[tuple[float, float] | None],
    *,
    title: str,
    marked: Collection[str] = (),
) -> str:
    """The last sessions of a line as a small inline SVG for Today; `ranges` has one usual range per point.

    `points` is `course.line(...)`; `marked` are the keys of sessions with a signal, which get a ring. Only the last six
    sessions that were held or missed are drawn; the words under it ("Shaded: her usual wobble") are the page's, which
    also loads `accord/pictures.css`.
    """
    spots = [
        Spot(
            client=point.value if isinstance(point.value, float) else None,
            usual=usual,
            marked=point.session.key in marked,
            held=not point.session.attendance.missed,
            at=str(point.session.number or ""),
        )
        for point, usual in zip(points, ranges, strict=True)
        if point.session.attendance.held or point.session.attendance.missed
    ]
    drawn = Small(tuple(spots[-LOOK_FIRST_SESSIONS:]), title)
    return draw(lay(drawn, 236, 116, dot=5.5, pad=16), "look-first", ring=11)


def own_line_svg(values: Sequence[float | None], *, today: str, title: str) -> str:
    """The client's own ratings as a small inline SVG; None is a session without a rating.

    `today` is the word over the last rating. The page loads `accord/pictures.css`.
    """
    width, top, bottom = 268.0, 34.0, 96.0
    rated = [value for value in values if value is not None]
    axis = Axis(*_room(rated), bottom - 14, top)
    step = min(60.0, (width - 40) / max(1, len(values) - 1))
    xs = [20 + step * place for place in range(len(values))]
    parts = [drawing.line(4, bottom, width - 4, bottom, "picture__axis")]
    for run in drawing.runs([value is not None for value in values]):
        points = [(xs[place], axis.at(values[place] or 0.0)) for place in run]
        if len(points) > 1:
            parts.append(drawing.path(points, "picture__line picture__line--client"))
    last = max((place for place, value in enumerate(values) if value is not None), default=None)
    for place, value in enumerate(values):
        if value is not None and (step >= 9 or place == last):
            parts.append(
                drawing.circle(
                    xs[place], axis.at(value), 6, "picture__dot", mark="client", at=place + 1, value=value
                )
            )
    labels = [(x, drawing.width_of(str(place + 1))) for place, x in enumerate(xs)]
    parts += [
        drawing.text(xs[place], bottom + 18, str(place + 1), class_="picture__tick")
        for place in drawing.kept(labels)
    ]
    if last is not None and values[last] is not None:
        half = drawing.width_of(today) / 2
        x = min(max(xs[last], half + 2), width - half - 2)
        # Over the line as well as over the point: a fall would run through the word.
        highest = max(value for value in values[max(0, last - 1) : last + 1] if value is not None)
        parts.append(drawing.text(x, axis.at(highest) - 14, today, class_="picture__strong"))
    return drawing.picture("own-line", width, bottom + 24, title, "", *parts)


def _room(values: Sequence[float]) -> tuple[float, float]:
    """The ends of an axis that shows these values with some air; never less than 20 points."""
    low, high = min(values, default=0.0), max(values, default=100.0)
    missing = max(0.0, 20 - (high - low)) / 2
    return low - missing, high + missing


def example() -> Small:
    """Ana's goals, as drawn: eight sessions, one missed, a drop out of the wobble."""
    values = (60, 66, 48, 74, None, 84, 86, 84, 56)
    usual = (None, None, (46, 80), (50, 82), None, (64, 88), (72, 91), (74, 92), (76, 92))
    spots = (
        Spot(value, band, held=value is not None, at=str(place + 1))
        for place, (value, band) in enumerate(zip(values, usual, strict=True))
    )
    return Small(tuple(spots), "Goals, session by session")
