"""The line as a Vega-Lite specification, on the same pixels as the SVG, with what each point says on hover.

Each function gives layers, from the back to the front; up and down they count from the top of the plot.
"""

from typing import Any

from accord.charts import drawing, lane
from accord.charts import interactive as vega
from accord.charts.interactive import Layer
from accord.charts.line import Line
from accord.charts.line_layout import NARROW, WIDE, Layout, bands, handovers, lay, met_signs
from accord.charts.line_words import outside, stem_top, words_of

# Signs within -1 to 1, as the SVG has them.
LOCK = "M-.7-.1L.7-.1L.7 1L-.7 1L-.7-.1M-.4-.1L-.4-.5A.4.4 0 0 1 .4-.5L.4-.1"
TOO_FEW = "M-1-.75L1-.75L1 .75L-1 .75L-1-.75M-.5 0L-.4 0M-.05 0L.05 0M.4 0L.5 0"


def spec(picture: Line, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification made with Altair."""
    return spec_of(lay(picture, NARROW if narrow else WIDE))


def spec_of(at: Layout, *, band: tuple[str, str] = ("client-band", "client")) -> dict[str, Any]:
    """The specification of a layout; `band` are the tokens of the band's ground and edges."""
    layers = [
        *_ground(at, *band),
        *_voices(at),
        *_fell_out(at),
        *_asked(at),
        *_signs(at),
        *_lanes(at),
        *vega.words(words_of(at), top=at.top),
    ]
    return vega.chart(
        layers,
        width=at.width,
        height=at.height,
        axis=at.axis,
        left=at.size.left,
        ticks=at.axis.ticks(at.picture.step),
    )


def _ground(at: Layout, fill: str, edge: str) -> list[Layer]:
    """Shaded sessions, the band, and where the therapist changed."""
    plot = at.bottom - at.top
    shaded = [
        {"x": x - at.shade, "x2": x + at.shade, "top": 0.0, "bottom": plot}
        for x, one in zip(at.xs, at.picture.columns, strict=True)
        if one.coming or one.covered
    ]
    changes = [{"x": x, "x2": x, "y": 0, "y2": plot + 46} for x, _name in handovers(at)]
    layers = vega.shade(shaded, "shade", token="sunk")
    for n, rows in enumerate(bands(at)):
        layers += vega.area(rows, f"band{n}", fill=fill, edge=edge)
    return layers + vega.rules(changes, "change", token="edge", dash=(4, 3))


def _voices(at: Layout) -> list[Layer]:
    """The two lines with their points, and the rings."""
    client = _points(at, "client")
    rings = [row for row in client if row["marked"]]
    return [
        *vega.voice("therapist", _points(at, "therapist")),
        *vega.voice("client", client),
        *vega.marks(rings, "rings", shape="circle", radius=12, token="ask", filled=False),
    ]


def _points(at: Layout, who: str) -> list[dict[str, Any]]:
    """The points of one voice, each with the number of its unbroken run and what it says on hover."""
    columns = at.picture.columns
    return [
        {
            "at": columns[place].label,
            "x": at.xs[place],
            "value": columns[place].rating(who),
            "marked": columns[place].marked,
            "run": number,
            "said": columns[place].said or columns[place].label,
        }
        for number, run in enumerate(drawing.runs([one.rating(who) is not None for one in columns]))
        for place in run
    ]


def _fell_out(at: Layout) -> list[Layer]:
    """Sessions that fell out: a dotted stem and an ×."""
    plot = at.bottom - at.top
    found = [(x, one) for x, one in zip(at.xs, at.picture.columns, strict=True) if not one.held]
    stems = [{"x": x, "x2": x, "y": stem_top(at, x) - at.top, "y2": plot - 8} for x, _one in found]
    crosses = [{"x": x, "y": plot, "path": drawing.CROSS, "radius": 5, "said": one.said} for x, one in found]
    return [
        *vega.rules(stems, "stem", token="edge", width=2, dash=(2, 5)),
        *vega.signs(crosses, "missed", token="ink2"),
    ]


def _asked(at: Layout) -> list[Layer]:
    """The stem of the words under the last rating."""
    stem, _words = outside(at)
    if stem is None:
        return []
    x, begin, end = stem
    row = {"x": x, "x2": x, "y": begin - at.top, "y2": end - at.top}
    return vega.rules([row], "ask", token="ask", width=1.5)


def _signs(at: Layout) -> list[Layer]:
    """How people met, what is covered, too few to say, and sessions without a rating."""
    pairs = list(zip(at.xs, at.picture.columns, strict=True))
    early = at.picture.early
    met = [
        {"x": x, "y": y - at.top, "path": shape, "radius": 7, "said": said}
        for shape, x, y, said in met_signs(at)
    ]
    locks = [
        {"x": x, "y": at.bottom - at.top - 15, "path": LOCK, "radius": 7, "said": one.said}
        for x, one in pairs
        if one.covered
    ]
    few = []
    if early is not None:
        few = [{"x": at.xs[early] - 1, "y": at.words_top - 4 - at.top, "path": TOO_FEW, "radius": 7}]
    unrated = [{"x": x, "y": at.axis.low, "said": one.said} for x, one in pairs if one.unrated]
    return [
        *vega.signs([*met, *locks, *few], "sign", token="ink2"),
        *vega.marks(unrated, "unrated", shape="circle", radius=4, token="paper", edge="ink2", y="y"),
    ]


def _lanes(at: Layout) -> list[Layer]:
    """The line over the lanes, and the repairs in theirs."""
    if at.met is None and at.mended is None:
        return []
    under = at.bottom + 52 - at.top
    level = (at.mended or 0.0) - at.top
    spans = [{"x": x, "x2": x2, "y": y, "y2": y} for x, x2, y in lane.lines(at.repairs, level)]
    mended = [
        {"x": x, "y": y, "path": shape, "radius": lane.RADIUS, "said": said}
        for shape, x, y, said in lane.signs(at.repairs, level)
    ]
    edge = {"x": at.size.left, "x2": at.width - 14, "y": under, "y2": under}
    return [
        *vega.rules([edge], "lane", token="hair"),
        *vega.rules(spans, "repairs", token="ink", width=1.5),
        *vega.signs(mended, "repair", token="ink"),
    ]
