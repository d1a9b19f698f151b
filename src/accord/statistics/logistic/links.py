"""The two links: log-likelihood of counted rows and its derivatives by the linear predictor.

`eta` and what was counted are arrays of one shape. The curvature of an adaptive quadrature uses the *expected*
information, as lme4's glmer does, so that Laplace values agree with it also for cloglog, where expected and observed
information differ (Bates, Maechler, Bolker & Walker 2015, J. Stat. Softw. 67(1)).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LEAST, HIGHEST = 1e-13, 5.7  # hazard, and its log: beyond them a chance is 0 or 1 to the last digit


@dataclass(frozen=True, eq=False)
class Counts:
    """What happened: `events` out of `trials` in each row; `some` are the places of rows with an event."""

    events: Floats
    trials: Floats
    some: npt.NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "some", np.flatnonzero(self.events))


@dataclass(frozen=True, eq=False)
class Slopes:
    """Derivatives by eta: `score` and `bend` (first and second of the log-likelihood), `information` (expected) and
    its own slope `turn`."""

    score: Floats
    bend: Floats
    information: Floats
    turn: Floats


@dataclass(frozen=True)
class LinkFunctions:
    """What a link must tell: chances; value and score (the quadrature's inner loop); and all slopes."""

    chance: Callable[[Floats], Floats]
    value: Callable[[Floats, Counts], tuple[Floats, Floats]]
    slopes: Callable[[Floats, Counts], Slopes]
    start: Callable[[float], float]  # the intercept at which everyone has this chance


def _logit_chance(eta: Floats) -> Floats:
    small = np.exp(-np.abs(eta))
    return np.asarray(np.where(eta >= 0, 1.0, small) / (1.0 + small))


def _logit_value(eta: Floats, counts: Counts) -> tuple[Floats, Floats]:
    small = np.exp(-np.abs(eta))
    chance = np.where(eta >= 0, 1.0, small) / (1.0 + small)
    value = counts.events * eta - counts.trials * (np.maximum(eta, 0.0) + np.log1p(small))
    return value, counts.events - counts.trials * chance


def _logit_slopes(eta: Floats, counts: Counts) -> Slopes:
    chance = _logit_chance(eta)
    information = counts.trials * chance * (1.0 - chance)
    return Slopes(
        counts.events - counts.trials * chance, -information, information, information * (1.0 - 2.0 * chance)
    )


def _hazard(eta: Floats) -> Floats:
    return np.asarray(np.exp(np.minimum(eta, HIGHEST)))


def _ratio(hazard: Floats) -> Floats:
    """Hazard / (exp(hazard) - 1): 1 for a low and 0 for a high one."""
    return np.asarray(hazard / np.expm1(hazard))


def _cloglog_chance(eta: Floats) -> Floats:
    return np.asarray(-np.expm1(-_hazard(eta)))


def _cloglog_value(eta: Floats, counts: Counts) -> tuple[Floats, Floats]:
    # Most rows have no event, and need neither logarithm nor ratio.
    hazard = _hazard(eta)
    score = (counts.events - counts.trials) * hazard
    value = score.copy()
    some = counts.some
    there, often = np.maximum(hazard[some], LEAST), counts.events[some]
    value[some] += often * np.log(-np.expm1(-there))
    score[some] += often * _ratio(there)
    return value, score


def _cloglog_slopes(eta: Floats, counts: Counts) -> Slopes:
    hazard = np.maximum(_hazard(eta), LEAST)
    ratio = _ratio(hazard)
    change = ratio * (1.0 - hazard - ratio)  # d ratio / d eta
    others = (counts.trials - counts.events) * hazard
    return Slopes(
        counts.events * ratio - others,
        counts.events * change - others,
        counts.trials * hazard * ratio,
        counts.trials * hazard * (ratio + change),
    )


LINKS: Mapping[str, LinkFunctions] = MappingProxyType(
    {
        "logit": LinkFunctions(
            _logit_chance, _logit_value, _logit_slopes, lambda share: float(np.log(share / (1.0 - share)))
        ),
        "cloglog": LinkFunctions(
            _cloglog_chance,
            _cloglog_value,
            _cloglog_slopes,
            lambda share: float(np.log(-np.log1p(-share))),
        ),
    }
)
