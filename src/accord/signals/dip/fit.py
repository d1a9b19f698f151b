"""Parameters of the dip filter by penalised maximum likelihood over all clients of a service.

Every parameter is free on a scale without ends (logarithm, logit) and is drawn to where it starts by a normal prior:
that is what a small service leans on. The likelihood is the filter's own. docs/method/dip.md; dip-filter study.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np
from scipy.optimize import minimize

from accord.signals.dip.engine import run
from accord.signals.dip.model import Parameters
from accord.signals.dip.observed import Flags, Floats, Observed

STEP = 1e-5  # of a prior's SD, for forward differences
TOLERANCE = 1e-9  # relative; 1e-7 stops on the ridge between outliers, onset, depth and error (study)
FARTHEST = 6.0  # prior SDs from the start
ROUNDS = 400
NEAR = 0.1  # in log likelihood: as near to the highest point as a stop without a reason may be
UNTHINKABLE = 1e15  # the cost where the likelihood is no number
EVEN_FROM = 4  # equal answers that say a client ticks the same box (study)


class Kind(Enum):
    """How a parameter becomes a number without ends; `points` is a tenth of the scale."""

    LEVEL = "level"  # tenths of the scale from its lower end
    TENTHS = "tenths"  # a difference in tenths of the scale
    SIZE = "size"  # the logarithm of a positive size, in tenths
    SHARE = "share"  # the logit of a share
    PLAIN = "plain"  # as it is

    def freed(self, value: float, low: float, points: float) -> float:
        """The parameter as a number without ends."""
        match self:
            case Kind.LEVEL:
                return (value - low) / points
            case Kind.TENTHS:
                return value / points
            case Kind.SIZE:
                return float(np.log(value / points))
            case Kind.SHARE:
                return float(np.log(value / (1 - value)))
            case Kind.PLAIN:
                return value

    def bound(self, free: float, low: float, points: float) -> float:
        """The way back."""
        match self:
            case Kind.LEVEL:
                return low + free * points
            case Kind.TENTHS:
                return free * points
            case Kind.SIZE:
                return float(np.exp(free)) * points
            case Kind.SHARE:
                return float(1 / (1 + np.exp(-free)))
            case Kind.PLAIN:
                return free


@dataclass(frozen=True)
class Free:
    """One parameter to be found: its name (``arrival.shift`` is within), its kind, and the SD of its prior.

    `within`: the only values that mean anything, sizes in tenths of the scale; None leaves it free.
    """

    name: str
    kind: Kind
    sd: float
    within: tuple[float, float] | None = None


# The SDs of the dip-filter study: a service may lie well away from the start, but not on one client's word. How often
# dips begin and end, and how often an answer is wild, are held closer than there (.2 for .5, .4 for 1.0), and a dip
# stays a fall (depth, depth_sd): clients who err by different amounts, or answer in tens, otherwise pass for dips by
# the dozen (second generator of the benchmark). [design]
MAIN = (
    Free("level", Kind.LEVEL, 3.0),
    Free("growth", Kind.TENTHS, 0.1),
    Free("level_sd", Kind.SIZE, 0.5),
    Free("growth_sd", Kind.SIZE, 0.5),
    Free("state_sd", Kind.SIZE, 0.5),
    Free("phi", Kind.SHARE, 0.8),
    Free("error_sd", Kind.SIZE, 0.5),
    Free("onset", Kind.SHARE, 0.2),
    Free("end", Kind.SHARE, 0.2),
    Free("depth", Kind.SIZE, 0.35, within=(0.5, 2.0)),
    Free("depth_sd", Kind.SIZE, 0.30, within=(0.15, 0.8)),
    Free("outlier", Kind.SHARE, 0.4),
)
# [design] A question's shares within about a factor of two of the start; a client's own rating before the session close
# to theirs after it; a therapist's rating on nearly any footing.
BESIDE = {
    "felt_off": (
        Free("felt_off.sensitivity", Kind.SHARE, 0.6),
        Free("felt_off.false_yes", Kind.SHARE, 0.8),
    ),
    "tension": (
        Free("tension.sensitivity", Kind.SHARE, 0.6),
        Free("tension.false_yes", Kind.SHARE, 0.8),
    ),
    "arrival": (
        Free("arrival.shift", Kind.TENTHS, 1.0),
        Free("arrival.loading", Kind.PLAIN, 0.15),
        Free("arrival.registers", Kind.SHARE, 0.8),
        Free("arrival.error_sd", Kind.SIZE, 0.5),
    ),
    "twin": (
        Free("twin.shift", Kind.TENTHS, 3.0),
        Free("twin.loading", Kind.PLAIN, 0.3),
        Free("twin.registers", Kind.SHARE, 0.8),
        Free("twin.own_sd", Kind.SIZE, 0.5),
        Free("twin.error_sd", Kind.SIZE, 0.5),
    ),
}


@dataclass(frozen=True)
class Fitted:
    """Parameters, and whether they are the highest point (otherwise they are those of the start)."""

    parameters: Parameters
    converged: bool


def even(ratings: Floats, at_top: float) -> Flags:
    """Clients who tick the same box below the top every time (n); they would have the error look smaller than it is."""
    answered = ~np.isnan(ratings)
    lowest = np.min(np.where(answered, ratings, np.inf), axis=1, initial=np.inf)
    highest = np.max(np.where(answered, ratings, -np.inf), axis=1, initial=-np.inf)
    found: Flags = (answered.sum(axis=1) >= EVEN_FROM) & (lowest == highest) & (highest < at_top)
    return found


def main_rating(observed: Observed) -> Observed:
    """Without the other inputs."""
    return replace(observed, felt_off=None, tension=None, arrival=None, twin=None)


def fit_main(start: Parameters, observed: Observed) -> Fitted:
    """The parameters of the main rating, from the main rating alone."""
    return fit(start, MAIN, main_rating(observed))


def fit_beside(parameters: Parameters, observed: Observed) -> Fitted:
    """The parameters of each other input that has answers, one after the other, those of the main rating held."""
    converged = True
    for name, free in BESIDE.items():
        answers = getattr(observed, name)
        if answers is None or np.isnan(answers).all():
            continue
        with_one: dict[str, Any] = {name: answers}
        found = fit(parameters, free, replace(main_rating(observed), **with_one))
        parameters, converged = found.parameters, converged and found.converged
    return Fitted(parameters, converged)


def fit(start: Parameters, free: tuple[Free, ...], observed: Observed) -> Fitted:
    """The highest point of likelihood times prior over the `free` parameters, the rest as in `start`."""
    cost = objective(start, free, observed)
    found = minimize(
        lambda x: _with_slope(cost, x),
        np.zeros(len(free)),
        jac=True,
        method="L-BFGS-B",
        bounds=[_bounds(start, one) for one in free],
        options={"ftol": TOLERANCE, "gtol": 1e-6, "maxiter": ROUNDS, "maxls": 40},
    )
    # With a prior of SD 1 the highest point is at most half the slope's square away (in log likelihood).
    near = 0.5 * float(found.jac @ found.jac) <= NEAR
    if found.fun >= UNTHINKABLE or not (found.success or near):
        return Fitted(start, False)
    return Fitted(_at(start, free, found.x), True)


def _bounds(start: Parameters, free: Free) -> tuple[float, float]:
    """How far a parameter may go, in prior SDs from the start."""
    if free.within is None:
        return -FARTHEST, FARTHEST
    points = (start.high - start.low) / 10
    middle = free.kind.freed(getattr(start, free.name), start.low, points)
    lowest, highest = (
        free.kind.freed(value * points if free.kind is Kind.SIZE else value, start.low, points)
        for value in free.within
    )
    return (lowest - middle) / free.sd, (highest - middle) / free.sd


def objective(start: Parameters, free: tuple[Free, ...], observed: Observed) -> Callable[[Floats], float]:
    """Minus log likelihood and log prior, by distance from `start` in prior SDs; densities per tenth of the scale."""
    points = (start.high - start.low) / 10
    below = sum(
        int((values < start.at_top).sum())
        for values in (observed.ratings, observed.arrival, observed.twin)
        if values is not None
    )
    units = below * float(np.log(points))

    def cost(x: Floats) -> float:
        with np.errstate(all="ignore"):
            total = run(_at(start, free, x), observed).likelihood.sum() + units
        value = float(0.5 * (x @ x) - total)
        return value if np.isfinite(value) else UNTHINKABLE

    return cost


def _with_slope(cost: Callable[[Floats], float], x: Floats) -> tuple[float, Floats]:
    here = cost(x)
    slope = np.empty_like(x)
    for i in range(len(x)):
        aside = x.copy()
        aside[i] += STEP
        slope[i] = (cost(aside) - here) / STEP
    return here, slope


def _at(start: Parameters, free: tuple[Free, ...], x: Floats) -> Parameters:
    """The parameters at `x` prior SDs from the start."""
    points = (start.high - start.low) / 10
    changed: dict[str, Any] = {}
    for one, distance in zip(free, x, strict=True):
        group, _, name = one.name.rpartition(".")
        holder = changed.get(group, getattr(start, group)) if group else start
        middle = one.kind.freed(getattr(holder, name), start.low, points)
        value = one.kind.bound(middle + one.sd * float(distance), start.low, points)
        if group:
            changed[group] = replace(holder, **{name: value})
        else:
            changed[name] = value
    return replace(start, **changed)
