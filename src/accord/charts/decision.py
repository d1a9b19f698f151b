"""Net benefit of acting on a model, by the chance at which somebody would act; beside acting on everyone or nobody.

Net benefit: people rightly looked at, less those looked at for nothing, weighed by the chance (Vickers and Elkin 2006).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accord.charts import drawing, scale
from accord.charts import interactive as vega
from accord.charts.drawing import Axis, Word

WIDE, NARROW, HEIGHT = 460.0, 246.0, 220.0
LEFT, TOP, FOOT = 48.0, 12.0, 40.0
APART = 16.0  # px between two labels at the lines' ends
LEAST = 0.01  # net benefit at which an axis ends at least
FLOOR = -0.25  # of the best net benefit: below that the line of everyone is cut off


@dataclass(frozen=True)
class Decision:
    """Net benefit of the `model` and of `everyone` at each of `chances`; of nobody it is zero everywhere."""

    chances: tuple[float, ...]
    model: tuple[float, ...]
    everyone: tuple[float, ...]
    title: str
    description: str = ""
    model_word: str = "model"
    everyone_word: str = "everyone"
    nobody_word: str = "nobody"
    chance_word: str = "act from a chance of"


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in px."""

    picture: Decision
    width: float
    across: Axis
    up: Axis
    step: float


def lay(picture: Decision, *, narrow: bool = False) -> Layout:
    """Place everything; what lies far below zero is left out, since nobody would act so."""
    width = NARROW if narrow else WIDE
    best = max([*picture.model, *picture.everyone, LEAST])
    values = [max(value, FLOOR * best) for value in (*picture.model, *picture.everyone, 0.0, LEAST)]
    low, high, step = scale.ends(values, zero=True)
    right = max(map(drawing.bold, (picture.model_word, picture.everyone_word, picture.nobody_word))) + 10
    chances = picture.chances or (0.0, 1.0)
    across = Axis(chances[0], max(chances[-1], chances[0] + 1e-6), LEFT, width - right)
    return Layout(picture, width, across, Axis(low, high, HEIGHT - FOOT, TOP), step)


def svg(picture: Decision, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    at = lay(picture, narrow=narrow)
    zero = at.up.at(0.0)
    parts = [
        drawing.line(LEFT, at.up.at(t), at.across.end, at.up.at(t), "picture__grid")
        for t in at.up.ticks(at.step)
    ]
    parts.append(drawing.line(LEFT, zero, at.across.end, zero, "picture__axis"))
    parts += [drawing.path(run, "picture__compared") for run in _runs(at, picture.everyone) if len(run) > 1]
    parts += [drawing.path(run, "picture__own-line") for run in _runs(at, picture.model) if len(run) > 1]
    for chance, value in zip(picture.chances, picture.model, strict=True):
        if value >= at.up.low:
            x, y = at.across.at(chance), at.up.at(value)
            parts.append(drawing.square(x, y, 5, "picture__own", mark="own", at=f"{chance:g}", value=value))
    parts += [word.svg() for word in _words(at)]
    return drawing.picture("decision", at.width, HEIGHT, picture.title, picture.description, *parts)


def _runs(at: Layout, values: Sequence[float]) -> list[list[tuple[float, float]]]:
    there = drawing.runs([value >= at.up.low for value in values])
    return [[(at.across.at(at.picture.chances[p]), at.up.at(values[p])) for p in run] for run in there]


def _words(at: Layout) -> list[Word]:
    picture = at.picture
    found = [
        Word(LEFT - 8, at.up.at(tick) + 4, scale.number(tick, "r", at.step), anchor="end")
        for tick in at.up.ticks(at.step)
    ]
    if not picture.chances:
        return found
    ticks = [(at.across.at(one), scale.number(one, "share", 0.01)) for one in picture.chances]
    kept = drawing.kept([(x, drawing.width_of(told)) for x, told in ticks], gap=16)
    found += [Word(ticks[place][0], HEIGHT - FOOT + 18, ticks[place][1]) for place in kept]
    found.append(Word(LEFT, HEIGHT - 6, f"{picture.chance_word} →", anchor="start"))
    ends = sorted(
        (at.up.at(max(value, at.up.low)), told, tone)
        for value, told, tone in (
            (picture.model[-1], picture.model_word, "strong"),
            (
                picture.everyone[-1],
                picture.everyone_word,
                "number",
            ),  # at the edge, where its line was cut off
            (0.0, picture.nobody_word, "number"),
        )
    )
    above = -APART
    for place, (y, told, tone) in enumerate(ends):
        room = at.up.start - APART * (len(ends) - 1 - place)  # for those below it
        above = min(max(y, above + APART), room)
        found.append(Word(at.across.end + 8, above + 4, told, tone, "start"))
    return found


def spec(picture: Decision, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    at = lay(picture, narrow=narrow)
    lines: dict[str, list[dict[str, Any]]] = {"model": [], "everyone": []}
    for name, values in (("model", picture.model), ("everyone", picture.everyone)):
        for chance, value in zip(picture.chances, values, strict=True):
            if value >= at.up.low:
                said = f"{scale.number(chance, 'share', 0.01)}: {value:.3f}"
                row = {"at": f"{chance:g}", "x": at.across.at(chance), "value": value, "run": 0, "said": said}
                lines[name].append(row)
    zero = at.up.at(0.0) - TOP
    grid = [
        {"x": LEFT, "x2": at.across.end, "y": at.up.at(t) - TOP, "y2": at.up.at(t) - TOP}
        for t in at.up.ticks(at.step)
    ]
    layers = [
        *vega.rules(grid, "grid", token="hair"),
        *vega.rules([{"x": LEFT, "x2": at.across.end, "y": zero, "y2": zero}], "nobody", token="edge"),
        *vega.stroke(lines["everyone"], "everyone", token="ink2", width=1.5, dash=(5, 4)),
        *vega.stroke(lines["model"], "model", token="ink", width=2),
        *vega.marks(lines["model"], "own", shape="square", radius=2.5, token="ink", edge="ink"),
        *vega.words(_words(at), top=TOP),
    ]
    return vega.chart(layers, width=at.width, height=HEIGHT, axis=at.up)


def example() -> Decision:
    """A model that is of some use where about one in five leaves."""
    chances = tuple(round(0.05 * n, 2) for n in range(1, 9))
    everyone = tuple(0.2 - 0.8 * chance / (1 - chance) for chance in chances)
    model = (0.17, 0.14, 0.11, 0.08, 0.055, 0.04, 0.028, 0.02)
    return Decision(chances, model, everyone, "Net benefit", "More than looking at everyone from 10 % on.")
