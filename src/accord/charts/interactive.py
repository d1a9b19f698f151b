"""Layers of the interactive drawings: Altair, on the same pixels as the SVG.

Where a mark stands across is the pixel `x` of the layout; up and down it is a value on the axis, or a pixel for words.
Colours are the page's tokens by name, which a browser resolves when it draws: a dark page needs no other specification.
There is no expression and no style sheet in it: it runs under the strict Content-Security-Policy (docs/decisions/0004).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from accord.charts.drawing import Axis, Word

Rows = Sequence[dict[str, Any]]
Layer = Any  # Altair's own types say no more than this about a chart

# The look of words by their class in the SVG: colour token, weight, size.
TONES = {
    "tick": ("ink2", 400, 12),
    "number": ("ink", 400, 12.5),
    "strong": ("ink", 600, 12.5),
    "row": ("ink", 400, 14),
    "whole": ("ink", 600, 14),
    "ask": ("ask", 600, 13),
    "end-client": ("client", 600, 13),
    "end-therapist": ("therapist", 600, 13),
}
ALIGN = {"start": "left", "middle": "center", "end": "right"}


def colour(token: str) -> str:
    """A token of the page as a colour."""
    return f"var(--{token})"


def _altair() -> Any:
    import altair  # takes a second to load, which pages without an interactive picture should not wait for

    return altair


def _base(rows: Rows, name: str) -> Any:
    alt = _altair()
    return alt.Chart(alt.Data(values=[dict(row) for row in rows]), name=name)


def _at(rows: Rows, name: str, y: str) -> tuple[Any, dict[str, Any]]:
    alt = _altair()
    return _base(rows, name), {"x": alt.X("x:Q", axis=None), "y": alt.Y(f"{y}:Q", title=None)}


def area(rows: Rows, name: str, *, fill: str = "client-band", edge: str = "client") -> list[Layer]:
    """A band from `low` to `high` with thin edges."""
    if not rows:
        return []
    base, place = _at(rows, name, "low")
    layers = [base.mark_area(color=colour(fill), opacity=1).encode(**place, y2="high:Q")]
    for side in ("low", "high"):
        base, place = _at(rows, f"{name}-{side}", side)
        layers.append(base.mark_line(color=colour(edge), strokeWidth=1, opacity=0.5).encode(**place))
    return layers


def stroke(
    rows: Rows, name: str, *, token: str, width: float, dash: Sequence[int] = (), y: str = "value"
) -> list[Layer]:
    """A line through points, broken where the number `run` changes."""
    if not rows:
        return []
    base, place = _at(rows, name, y)
    look = {"color": colour(token), "strokeWidth": width, **({"strokeDash": list(dash)} if dash else {})}
    return [base.mark_line(**look).encode(**place, detail="run:N")]


def marks(
    rows: Rows,
    name: str,
    *,
    shape: str,
    radius: float,
    token: str,
    filled: bool = True,
    edge: str | None = None,
    y: str = "value",
) -> list[Layer]:
    """A mark per row; `said` shows on hover. A filled one has a halo of the ground, or an `edge`."""
    if not rows:
        return []
    base, place = _at(rows, name, y)
    line = colour(edge or ("paper" if filled else token))
    look = {
        "fill": colour(token) if filled else "transparent",
        "stroke": line,
        "strokeWidth": 2,
        "opacity": 1,
    }
    drawn = base.mark_point(shape=shape, size=_size(shape, radius), **look)
    return [drawn.encode(**place, **({"tooltip": "said:N"} if "said" in rows[0] else {}))]


def _size(shape: str, radius: float) -> float:
    """Vega sizes a mark by area: of the circle, of the diamond around it, of the box of any other path."""
    return {"circle": 3.1416, "diamond": 3.46}.get(shape, 4.0) * radius * radius


def voice(who: str, rows: Rows, *, dot: float = 6.0, halo: bool = True) -> list[Layer]:
    """One person's line and the points on it: client solid and round, therapist dashed and square on the corner."""
    if who == "client":
        return [
            *stroke(rows, "client-line", token="client", width=2.5),
            *marks(
                rows, "client", shape="circle", radius=dot, token="client", edge=None if halo else "client"
            ),
        ]
    return [
        *stroke(rows, "therapist-line", token="therapist", width=2, dash=(5, 5)),
        *marks(rows, "therapist", shape="diamond", radius=6.5, token="therapist"),
    ]


def shade(rows: Rows, name: str, *, token: str) -> list[Layer]:
    """Sunken ground from `x` to `x2` and from pixel `top` to pixel `bottom` of the plot, the same for all rows."""
    if not rows:
        return []
    alt = _altair()
    drawn = _base(rows, name).mark_rect(color=colour(token), opacity=1, cornerRadius=3)
    ends = {"y": alt.value(rows[0]["top"]), "y2": alt.value(rows[0]["bottom"])}
    return [drawn.encode(x=alt.X("x:Q", axis=None), x2="x2:Q", **ends)]


def rules(
    rows: Rows, name: str, *, token: str, width: float = 1, dash: Sequence[int] = (), cap: str = "butt"
) -> list[Layer]:
    """Straight lines from (`x`, `y`) to (`x2`, `y2`), all in pixels of the plot."""
    layers = []
    alt = _altair()
    for n, row in enumerate(rows):
        drawn = _base([row], f"{name}{n}").mark_rule(
            color=colour(token),
            strokeWidth=width,
            strokeCap=cap,
            **({"strokeDash": list(dash)} if dash else {}),
        )
        ends = {"y": alt.value(row["y"]), "y2": alt.value(row["y2"])}
        layers.append(drawn.encode(x=alt.X("x:Q", axis=None), x2="x2:Q", **ends))
    return layers


def signs(rows: Rows, name: str, *, token: str) -> list[Layer]:
    """Signs drawn as a path: `path` within -1 to 1, `radius` and `y` in pixels of the plot; `said` shows on hover."""
    alt = _altair()
    layers = []
    for n, row in enumerate(rows):
        look = {"fill": "transparent", "stroke": colour(token), "strokeWidth": 1.7, "opacity": 1}
        drawn = _base([row], f"{name}{n}").mark_point(shape=row["path"], size=4 * row["radius"] ** 2, **look)
        hover = {"tooltip": "said:N"} if row.get("said") else {}
        layers.append(drawn.encode(x=alt.X("x:Q", axis=None), y=alt.value(row["y"]), **hover))
    return layers


def words(said: Iterable[Word], *, top: float = 0.0) -> list[Layer]:
    """Words where the SVG has them; `top` is where the plot begins in the picture."""
    alt = _altair()
    layers = []
    for n, word in enumerate(said):
        token, weight, size = TONES[word.tone]
        row = {"x": word.x, "text": word.text}
        drawn = _base([row], f"word{n}").mark_text(
            color=colour(token),
            font=colour("sans"),
            fontSize=size,
            fontWeight=weight,
            align=ALIGN[word.anchor],
            baseline="alphabetic",
        )
        layers.append(drawn.encode(x=alt.X("x:Q", axis=None), y=alt.value(word.y - top), text="text:N"))
    return layers


def chart(
    layers: Sequence[Layer],
    *,
    width: float,
    height: float,
    axis: Axis,
    left: float = 0.0,
    ticks: Sequence[float] = (),
) -> dict[str, Any]:
    """The layers put together in a picture of `width` by `height`, the plot from pixel `left` on and along `axis`."""
    alt = _altair()
    ruler = {
        "grid": True,
        "domain": False,
        "ticks": False,
        "labelPadding": 8,
        "labelFontSize": 12,
        "labelColor": colour("ink2"),
        "labelFont": colour("sans"),
        "gridColor": colour("hair"),
    }
    made: dict[str, Any] = (
        alt.layer(*layers)
        .properties(
            width=width - left,
            height=axis.start - axis.end,
            padding={"left": left, "top": axis.end, "right": 0, "bottom": height - axis.start},
            autosize=alt.AutoSizeParams(type="none"),
            background="transparent",
        )
        .configure(aria=False, axisY=ruler, view=alt.ViewConfig(stroke=None))
        .to_dict()
    )
    scales = {
        "x": {"domain": [left, width], "nice": False, "zero": False},
        "y": {"domain": [axis.low, axis.high], "nice": False, "zero": False},
    }
    for layer in made["layer"]:
        for channel, scale in scales.items():
            if "field" in layer["encoding"].get(channel, {}):
                layer["encoding"][channel]["scale"] = scale
            if channel == "y" and "field" in layer["encoding"].get("y", {}):
                layer["encoding"]["y"]["axis"] = {"values": list(ticks)} if ticks else None
    return made
