"""Layers of the interactive drawings: Altair, on the same pixels as the SVG.

Where a mark stands across is the pixel `x` of the layout; up and down it is the `value` on the axis, or a pixel `y` for words.
Colours are the page's tokens by name, which a browser resolves when it draws, so a dark page needs no other specification.
No expression and no style sheet is in it: it runs under the strict Content-Security-Policy (docs/decisions/0004).
"""

from collections.abc import Sequence
from typing import Any

from accord.charts.drawing import Axis

Rows = Sequence[dict[str, Any]]
COLOUR = {name: f"var(--{name})" for name in ("client", "therapist", "ask", "ink", "ink2", "edge", "hair", "paper")}
BAND, SUNK, QUIET = "var(--client-band)", "var(--sunk)", "var(--quiet-soft)"
FONT = "var(--sans)"


def _alt() -> Any:
    import altair  # a second of a start that pages without an interactive picture should not wait for

    return altair


def _base(rows: Rows, name: str) -> Any:
    alt = _alt()
    return alt.Chart(alt.Data(values=[dict(row) for row in rows]), name=name)


def _x(field: str = "x") -> Any:
    return _alt().X(f"{field}:Q", axis=None)


def _y(field: str = "value") -> Any:
    return _alt().Y(f"{field}:Q", title=None)


def band(rows: Rows, name: str, fill: str = BAND, edge: str = COLOUR["client"], dash: Sequence[int] = ()) -> list[Any]:
    """An area from `low` to `high` with thin edges."""
    if not rows:
        return []
    area = _base(rows, name).mark_area(color=fill, opacity=1).encode(x=_x(), y=_y("low"), y2="high:Q")
    style = {"color": edge, "strokeWidth": 1, "opacity": 0.5, **({"strokeDash": list(dash)} if dash else {})}
    return [
        area,
        *(_base(rows, f"{name}-{side}").mark_line(**style).encode(x=_x(), y=_y(side)) for side in ("low", "high")),
    ]


def voice(who: str, rows: Rows, *, dot: float = 6.0) -> list[Any]:
    """One person's line, broken between runs, and the points on it; `said` shows on hover."""
    if not rows:
        return []
    colour = COLOUR[who]
    client = who == "client"
    drawn: dict[str, Any] = {"color": colour, "strokeWidth": 2.5 if client else 2}
    dots: dict[str, Any] = {"shape": "circle" if client else "diamond", "size": 3.14 * dot * dot if client else 120}
    if not client:
        drawn["strokeDash"] = [5, 5]
    alt = _alt()
    return [
        _base(rows, f"{who}-line").mark_line(**drawn).encode(x=_x(), y=_y(), detail=alt.Detail("run:N")),
        _base(rows, who)
        .mark_point(filled=True, color=colour, opacity=1, stroke=COLOUR["paper"], strokeWidth=2, **dots)
        .encode(x=_x(), y=_y(), tooltip=alt.Tooltip("said:N")),
    ]


def rings(rows: Rows) -> Any | None:
    """A ring around the points outside the wobble."""
    if not rows:
        return None
    ring = {"shape": "circle", "size": 452, "filled": False, "stroke": COLOUR["ask"], "strokeWidth": 2, "opacity": 1}
    return _base(rows, "rings").mark_point(**ring).encode(x=_x(), y=_y())


def shade(rows: Rows, top: float, bottom: float, *, name: str = "shade") -> Any | None:
    """Sunken columns from pixel `x` to `x2`."""
    if not rows:
        return None
    alt = _alt()
    drawn = _base(rows, name).mark_rect(color=SUNK, opacity=1, cornerRadius=3)
    return drawn.encode(x=_x(), x2="x2:Q", y=alt.value(top), y2=alt.value(bottom))


def stems(rows: Rows, top: float, bottom: float) -> list[Any]:
    """A dotted stem and an × for each session that fell out."""
    if not rows:
        return []
    alt = _alt()
    stem = _base(rows, "stems").mark_rule(color=COLOUR["edge"], strokeWidth=2, strokeDash=[2, 5])
    gone = _base(rows, "missed").mark_point(shape="M-.5-.5L.5.5M.5-.5L-.5.5", size=100, opacity=1, strokeWidth=2)
    return [
        stem.encode(x=_x(), y=alt.value(top), y2=alt.value(bottom)),
        gone.encode(x=_x(), y=alt.value(bottom + 8), stroke=alt.value(COLOUR["ink2"]), tooltip=alt.Tooltip("said:N")),
    ]


def words(rows: Rows, name: str, *, colour: str = "ink2", weight: int = 400, size: float = 12, align: str = "center") -> list[Any]:
    """Words at pixels `x` and `y`, one layer per height."""
    alt = _alt()
    layers = []
    for index, y in enumerate(sorted({row["y"] for row in rows})):
        same = [row for row in rows if row["y"] == y]
        drawn = _base(same, f"{name}{index}").mark_text(
            color=COLOUR[colour], fontSize=size, fontWeight=weight, align=align, baseline="alphabetic", font=FONT
        )
        layers.append(drawn.encode(x=_x(), y=alt.value(y), text="text:N"))
    return layers


def chart(layers: Sequence[Any | None], *, width: float, axis: Axis, ticks: Sequence[float], left: float, height: float, title: str) -> dict[str, Any]:
    """The layers put together: a plot from pixel `left` to `width`, inside a picture of `width` by `height`."""
    alt = _alt()
    plot = axis.start - axis.end
    scale = alt.Scale(domain=[axis.low, axis.high], nice=False, zero=False)
    drawn = alt.layer(*[layer for layer in layers if layer is not None])
    ruler = {
        "values": list(ticks), "grid": True, "domain": False, "ticks": False, "labelPadding": 8, "format": "d",
        "labelFontSize": 12, "labelColor": COLOUR["ink2"], "labelFont": FONT, "gridColor": COLOUR["hair"],
    }
    specification: dict[str, Any] = drawn.properties(
        width=width - left,
        height=plot,
        padding={"left": left, "top": axis.end, "right": 0, "bottom": height - axis.start},
        autosize=alt.AutoSizeParams(type="none"),
        background=None,
        usermeta={"title": title},
    ).configure(aria=False).configure_view(stroke=None).configure_axisY(**ruler).to_dict()
    domains = {"x": {"domain": [left, width], "nice": False, "zero": False}, "y": scale.to_dict()}
    for layer in specification["layer"]:
        for channel, domain in domains.items():
            if "field" in layer["encoding"].get(channel, {}):
                layer["encoding"][channel]["scale"] = domain
    return specification
