"""What was foretold against what came, by tenth: on the diagonal both are the same."""

from dataclasses import dataclass
from typing import Any

from accord.charts import drawing, scale
from accord.charts import interactive as vega
from accord.charts.drawing import Axis, Word

WIDE, NARROW, HEIGHT = 320.0, 246.0, 260.0
LEFT, TOP, FOOT, RIGHT = 50.0, 12.0, 40.0, 18.0
SIDE = 9.0


@dataclass(frozen=True)
class Part:
    """One tenth: the mean foretold, the share observed and its interval; shares are 0 to 1."""

    foretold: float
    observed: float
    low: float | None = None
    high: float | None = None
    said: str = ""


@dataclass(frozen=True)
class Calibration:
    """Parts in order of what was foretold."""

    parts: tuple[Part, ...]
    title: str
    description: str = ""
    foretold_word: str = "foretold"
    observed_word: str = "observed"


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in px."""

    picture: Calibration
    width: float
    across: Axis
    up: Axis
    step: float


def lay(picture: Calibration, *, narrow: bool = False) -> Layout:
    """Place everything; both axes have the same ends, so that the diagonal is one."""
    width = NARROW if narrow else WIDE
    values = [
        x for one in picture.parts for x in (one.foretold, one.observed, one.low, one.high) if x is not None
    ]
    _low, high, step = scale.ends([0.0, *values], zero=True, parts=4)
    return Layout(
        picture, width, Axis(0.0, high, LEFT, width - RIGHT), Axis(0.0, high, HEIGHT - FOOT, TOP), step
    )


def svg(picture: Calibration, *, narrow: bool = False) -> str:
    """The picture as inline SVG."""
    at = lay(picture, narrow=narrow)
    parts = [drawing.line(LEFT, y, at.width - RIGHT, y, "picture__grid") for y in _grid(at)]
    parts.append(drawing.line(*_diagonal(at), "picture__enough"))
    for one in picture.parts:
        parts += [drawing.line(*ends, "picture__whisker") for ends in _whisker(at, one)]
    for place, one in enumerate(picture.parts):
        x, y = at.across.at(one.foretold), at.up.at(one.observed)
        parts.append(
            drawing.square(x, y, SIDE, "picture__own", mark="own", at=str(place + 1), value=one.observed)
        )
    parts += [word.svg() for word in _words(at)]
    return drawing.picture("calibration", at.width, HEIGHT, picture.title, picture.description, *parts)


def _grid(at: Layout) -> list[float]:
    return [at.up.at(tick) for tick in at.up.ticks(at.step)]


def _diagonal(at: Layout) -> tuple[float, float, float, float]:
    return at.across.start, at.up.start, at.across.end, at.up.end


def _whisker(at: Layout, one: Part) -> list[tuple[float, float, float, float]]:
    if one.low is None or one.high is None:
        return []
    x = at.across.at(one.foretold)
    return [(x, at.up.at(one.low), x, at.up.at(one.high))]


def _words(at: Layout) -> list[Word]:
    picture = at.picture
    found = [
        Word(LEFT - 8, at.up.at(tick) + 4, scale.number(tick, "share", at.step), anchor="end")
        for tick in at.up.ticks(at.step)
    ]
    ticks = [(at.across.at(tick), scale.number(tick, "share", at.step)) for tick in at.across.ticks(at.step)]
    kept = drawing.kept([(x, drawing.width_of(told)) for x, told in ticks])
    found += [Word(ticks[place][0], HEIGHT - FOOT + 16, ticks[place][1]) for place in kept]
    found.append(Word(at.width - RIGHT, HEIGHT - 6, f"{picture.foretold_word} →", anchor="end"))
    found.append(Word(LEFT + 4, TOP + 4, f"↑ {picture.observed_word}", anchor="start"))
    return found


def spec(picture: Calibration, *, narrow: bool = False) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    at = lay(picture, narrow=narrow)
    rows = [
        {"at": str(n + 1), "x": at.across.at(one.foretold), "value": one.observed, "said": one.said}
        for n, one in enumerate(picture.parts)
    ]
    x, y, x2, y2 = _diagonal(at)
    whiskers = [ends for one in picture.parts for ends in _whisker(at, one)]
    layers = [
        *vega.rules(
            [{"x": LEFT, "x2": at.width - RIGHT, "y": g - TOP, "y2": g - TOP} for g in _grid(at)],
            "grid",
            token="hair",
        ),
        *vega.rules(
            [{"x": x, "y": y - TOP, "x2": x2, "y2": y2 - TOP}], "diagonal", token="edge", dash=(4, 4)
        ),
        *vega.rules(
            [{"x": a, "y": b - TOP, "x2": c, "y2": d - TOP} for a, b, c, d in whiskers],
            "whisker",
            token="ink",
            width=2,
        ),
        *vega.marks(rows, "own", shape="square", radius=SIDE / 2, token="ink", edge="ink"),
        *vega.words(_words(at), top=TOP),
    ]
    return vega.chart(layers, width=at.width, height=HEIGHT, axis=at.up)


def example() -> Calibration:
    """Ten parts of a model that is about right."""
    parts = tuple(
        Part(
            0.05 + 0.06 * n,
            0.05 + 0.055 * n + (0.02 if n % 2 else -0.01),
            max(0.0, 0.055 * n - 0.05),
            0.055 * n + 0.14,
        )
        for n in range(10)
    )
    return Calibration(parts, "What was foretold and what came", "About the same in every tenth.")
