"""One detector with parameters for every published rule: how far a rating lies below a reference, in some unit.

``score = (reference - y) / unit``, so that higher is more like a fall (science.md 3.1); besides it EWMA and CUSUM. All
work on ratings n x T with NaN where there is no answer. A session without an answer scores NaN; an answered one that
cannot be judged yet scores -inf and never alarms.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Floats = NDArray[np.float64]
TIE = 1e-9  # a fall of exactly the limit counts, whatever the last bit says
TO_SIGMA = 1.128  # mean moving range of two -> SD (d2 for n = 2; SPC in science.md 3.2)


class Reference(StrEnum):
    """What a rating is held against."""

    FIXED = "fixed"
    PREVIOUS = "previous"  # the last answer before
    PEAK = "peak"  # the highest answer before
    RUNNING_MEAN = "running_mean"  # of all answers before
    BASELINE = "baseline"  # the mean of the first few
    OWN_MEAN = "own_mean"  # of all answers, later ones too
    OWN_LINE = "own_line"  # a straight line through all answers


class Unit(StrEnum):
    """In what the distance is told."""

    POINTS = "points"
    OWN_SD = "own_sd"
    GROUP_SD = "group_sd"  # within clients, pooled over all; around their lines where the reference is one
    LARGER_SD = "larger_sd"  # of the two
    DIFFERENCE_ERROR = "difference_error"  # SD sqrt 2 sqrt(1 - reliability), from a published SD
    MOVING_RANGE = "moving_range"  # mean step between answers / 1.128


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    k: float
    beyond: bool = False  # the limit itself does not count yet


class Fall(_Part):
    """Below `reference` by `k` times `unit`; from `at_least` answers of this client on."""

    kind: Literal["fall"]
    reference: Reference = Field(alias="from")
    unit: Unit
    at: float | None = None
    first: int = 3
    sd: float | None = None
    reliability: float | None = None
    at_least: int = 1

    @property
    def online(self) -> bool:
        """Whether it looks at earlier sessions only."""
        later = (Reference.OWN_MEAN, Reference.OWN_LINE)
        return self.reference not in later and self.unit in (Unit.POINTS, Unit.DIFFERENCE_ERROR)


class Ewma(_Part):
    """Exponentially weighted mean against the mean of the first few, in its own SDs."""

    kind: Literal["ewma"]
    weight: float
    first: int
    sd: float
    online: Literal[True] = True


class Cusum(_Part):
    """Sum of what lies more than `slack` SDs below the mean of the first few, in SDs."""

    kind: Literal["cusum"]
    slack: float
    first: int
    sd: float
    online: Literal[True] = True


Part = Annotated[Fall | Ewma | Cusum, Field(discriminator="kind")]


def score(part: Fall | Ewma | Cusum, y: Floats) -> Floats:
    """How much like a fall each session is, n x T, from ratings in points of the rule's own scale."""
    if isinstance(part, Fall):
        return _fall(part, y)
    return _ewma(part, y) if isinstance(part, Ewma) else _cusum(part, y)


def alarm(part: Fall | Ewma | Cusum, scored: Floats) -> NDArray[np.bool_]:
    """Where the score reaches the limit, or lies beyond it."""
    return scored > part.k + TIE if part.beyond else scored >= part.k - TIE


def reference(part: Fall, y: Floats) -> Floats:
    """What each rating is held against, n x T; NaN where there is nothing yet."""
    return _REFERENCES[part.reference](part, y)


def unit(part: Fall, y: Floats) -> Floats:
    """The unit of each client, n x 1; NaN where too few answers give one."""
    return _UNITS[part.unit](part, y)


def _fall(part: Fall, y: Floats) -> Floats:
    away = reference(part, y) - y
    size = np.broadcast_to(unit(part, y), y.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        scored = np.where(away == 0, 0.0, away / size)  # level with a reference that never moves
    counted = _earlier(y) + 1 if part.online else np.sum(~np.isnan(y), axis=1, keepdims=True)
    return _judged(y, scored, counted >= part.at_least)


def _judged(y: Floats, scored: Floats, enough: NDArray[np.bool_] | bool = True) -> Floats:
    known = np.where(enough & ~np.isnan(scored), scored, -np.inf)
    return np.where(np.isnan(y), np.nan, known)


def _earlier(y: Floats) -> Floats:
    """Answers before each session."""
    there: Floats = (~np.isnan(y)).astype(float)
    counted: Floats = np.cumsum(there, axis=1)
    return counted - there


def _before(y: Floats) -> Floats:
    """One session later: what was known before it."""
    return np.concatenate([np.full((len(y), 1), np.nan), y[:, :-1]], axis=1)


def _last(y: Floats) -> Floats:
    """The latest answer up to each session."""
    places = np.where(np.isnan(y), -1, np.arange(y.shape[1]))
    latest = np.maximum.accumulate(places, axis=1)
    return np.where(latest >= 0, np.take_along_axis(y, np.maximum(latest, 0), axis=1), np.nan)


def _mean_of(y: Floats, part: NDArray[np.bool_]) -> Floats:
    """Mean of the answers marked, n x 1; NaN for none."""
    counted = part & ~np.isnan(y)
    number = counted.sum(axis=1, keepdims=True)
    total = np.where(counted, y, 0.0).sum(axis=1, keepdims=True)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _everything(y: Floats) -> NDArray[np.bool_]:
    return np.ones(y.shape, dtype=bool)


def _fixed(part: Fall, y: Floats) -> Floats:
    return np.full(y.shape, np.nan if part.at is None else part.at)


def _previous(_part: Fall, y: Floats) -> Floats:
    return _before(_last(y))


def _peak(_part: Fall, y: Floats) -> Floats:
    highest = np.maximum.accumulate(np.where(np.isnan(y), -np.inf, y), axis=1)
    return _before(np.where(np.isinf(highest), np.nan, highest))


def _running_mean(_part: Fall, y: Floats) -> Floats:
    number = _earlier(y)
    filled = np.where(np.isnan(y), 0.0, y)
    total = np.cumsum(filled, axis=1) - filled
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _baseline(part: Fall, y: Floats) -> Floats:
    return _first_mean(y, part.first)


def _first_mean(y: Floats, first: int) -> Floats:
    """Mean of the first few answers, from the next session on; NaN before it."""
    number = _earlier(y)
    mean = _mean_of(y, number < first)
    return np.where(number >= first, mean, np.nan)


def _own_mean(_part: Fall, y: Floats) -> Floats:
    return np.broadcast_to(_mean_of(y, _everything(y)), y.shape)


def _own_line(_part: Fall, y: Floats) -> Floats:
    """Least squares on the session's place; NaN for fewer than two answers."""
    there = ~np.isnan(y)
    places = np.broadcast_to(np.arange(y.shape[1], dtype=float), y.shape)
    middle, mean = _mean_of(np.where(there, places, np.nan), there), _mean_of(y, there)
    across = np.where(there, places - middle, 0.0)
    spread = (across**2).sum(axis=1, keepdims=True)
    slope = (across * np.where(there, y, 0.0)).sum(axis=1, keepdims=True) / np.where(
        spread > 0, spread, np.nan
    )
    line: Floats = mean + slope * (places - middle)
    return line


_REFERENCES: dict[Reference, Callable[[Fall, Floats], Floats]] = {
    Reference.FIXED: _fixed,
    Reference.PREVIOUS: _previous,
    Reference.PEAK: _peak,
    Reference.RUNNING_MEAN: _running_mean,
    Reference.BASELINE: _baseline,
    Reference.OWN_MEAN: _own_mean,
    Reference.OWN_LINE: _own_line,
}


def _points(_part: Fall, y: Floats) -> Floats:
    return np.ones((len(y), 1))


def _squares(part: Fall, y: Floats) -> tuple[Floats, Floats]:
    """Sum of squares around the own mean (or line) and its degrees of freedom, n x 1."""
    line = part.reference is Reference.OWN_LINE
    off = y - (_own_line(part, y) if line else _own_mean(part, y))
    there = ~np.isnan(off)
    free = there.sum(axis=1, keepdims=True) - (2.0 if line else 1.0)
    return np.where(there, off**2, 0.0).sum(axis=1, keepdims=True), np.maximum(free, 0.0)


def _own_sd(part: Fall, y: Floats) -> Floats:
    squares, free = _squares(part, y)
    return np.sqrt(np.where(free > 0, squares / np.maximum(free, 1.0), np.nan))


def _group_sd(part: Fall, y: Floats) -> Floats:
    squares, free = _squares(part, y)
    total = float(free.sum())
    pooled = float(squares[free > 0].sum()) / total if total else np.nan
    return np.full((len(y), 1), np.sqrt(pooled))


def _larger_sd(part: Fall, y: Floats) -> Floats:
    return np.fmax(_own_sd(part, y), _group_sd(part, y))


def _difference_error(part: Fall, y: Floats) -> Floats:
    assert part.sd is not None and part.reliability is not None  # the file is held to it when it is read
    return np.full((len(y), 1), part.sd * np.sqrt(2 * (1 - part.reliability)))


def _moving_range(_part: Fall, y: Floats) -> Floats:
    steps = np.abs(y - _before(_last(y)))
    return _mean_of(steps, _everything(steps)) / TO_SIGMA


_UNITS: dict[Unit, Callable[[Fall, Floats], Floats]] = {
    Unit.POINTS: _points,
    Unit.OWN_SD: _own_sd,
    Unit.GROUP_SD: _group_sd,
    Unit.LARGER_SD: _larger_sd,
    Unit.DIFFERENCE_ERROR: _difference_error,
    Unit.MOVING_RANGE: _moving_range,
}


def _ewma(part: Ewma, y: Floats) -> Floats:
    mean = _first_mean(y, part.first)
    scored = np.full(y.shape, np.nan)
    off = np.zeros(len(y))  # how far the weighted mean lies below the baseline
    steps = np.zeros(len(y))
    weight = part.weight
    for t in range(y.shape[1]):
        now = ~np.isnan(mean[:, t] - y[:, t])
        off = np.where(now, weight * (mean[:, t] - y[:, t]) + (1 - weight) * off, off)
        steps += now
        shrunk = weight / (2 - weight) * (1 - (1 - weight) ** (2 * np.maximum(steps, 1)))
        scored[:, t] = np.where(now, off / (part.sd * np.sqrt(shrunk)), np.nan)
    return _judged(y, scored)


def _cusum(part: Cusum, y: Floats) -> Floats:
    mean = _first_mean(y, part.first)
    scored = np.full(y.shape, np.nan)
    total = np.zeros(len(y))
    for t in range(y.shape[1]):
        below = (mean[:, t] - y[:, t]) / part.sd
        now = ~np.isnan(below)
        total = np.where(now, np.maximum(0.0, total + below - part.slack), total)
        scored[:, t] = np.where(now, total, np.nan)
    return _judged(y, scored)
