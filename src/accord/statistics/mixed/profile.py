"""Profile-likelihood intervals: an effect is held at a value, everything else takes its best, and the criterion tells.

Fixed effects and their contrasts are profiled by ML also after REML (the restricted likelihood knows nothing of
them), as lme4 does; SDs by the criterion of the fit.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import chdtri

from accord.statistics.estimate import Estimate
from accord.statistics.mixed.components import RESIDUAL, kept_of
from accord.statistics.mixed.likelihood import (
    Held,
    NotPositive,
    evaluate,
    factors_of,
    gradient_of,
    theta_of,
    triangle,
)
from accord.statistics.mixed.optimise import search, settle
from accord.statistics.mixed.problem import Floats, Problem, arrange, by_ml
from accord.statistics.mixed.result import Fit
from accord.statistics.mixed.scaling import back

CLOSE = 1e-7  # of the criterion's rise, at which an end counts as found
ROUNDS = 60
METHOD = "profile likelihood"

Rise = Callable[[float], float]  # how much the criterion rises where a number is held


def profile(fit: Fit, name: str, level: float = 0.95) -> Estimate:
    """The interval of a fixed effect; KeyError when there is none of this name."""
    one = fit.effect(name)
    problem = by_ml(arrange(fit.sums, kept_of(fit)), fit.sums)
    weights = np.zeros(len(fit.fixed))
    weights[[each.name for each in fit.fixed].index(name)] = 1.0
    inside = weights @ back(fit.sums, problem.kept)
    shift = float(fit.sums.shift[problem.outcome]) if name == "1" else 0.0
    best = search(problem, fit.theta)
    theta, hessian = best.theta, best.hessian

    def rise(value: float) -> float:
        nonlocal theta, hessian
        held = Held(inside, value - shift)

        def downhill(at: Floats) -> tuple[float, Floats]:
            factors = factors_of(problem, at)
            try:
                there = evaluate(problem, factors, held=held)
            except NotPositive:
                return float("inf"), np.zeros_like(at)
            return there.criterion, gradient_of(factors, there.slopes)

        theta, hessian = settle(downhill, theta, hessian)
        return downhill(theta)[0] - best.at.criterion

    middle = float(inside @ best.at.cross.beta) + shift
    limit = float(chdtri(1, 1.0 - level))
    reach = float(np.sqrt(limit)) * one.se
    low = _end(rise, middle, -reach, limit)
    theta, hessian = best.theta, best.hessian
    high = _end(rise, middle, reach, limit)
    return Estimate(one.estimate, one.se, low, high, level, method=METHOD)


def _end(rise: Rise, middle: float, reach: float, limit: float) -> float | None:
    """Where the signed root of the rise is that of the limit: secant steps on it, held between two known places."""
    root = float(np.sqrt(limit))
    near, near_root, far, far_root = middle, 0.0, None, 0.0
    at = middle + reach
    for _ in range(ROUNDS):
        here = float(np.sqrt(max(rise(at), 0.0)))
        if not np.isfinite(here):
            return None
        if abs(here**2 - limit) < CLOSE * limit:
            return at
        if here < root:
            near, near_root = at, here
        else:
            far, far_root = at, here
        if far is None:
            at = middle + 1.3 * (at - middle) * min(max(root / max(here, 1e-3), 1.0), 3.0)
        else:
            share = (root - near_root) / (far_root - near_root)
            at = near + min(max(share, 0.02), 0.98) * (far - near)
    return at


# --- SDs --------------------------------------------------------------------------------------------------------------
def profile_sd(fit: Fit, group: str, column: str = "1", level: float = 0.95) -> Estimate:
    """The interval of an SD between groups, or of the residual SD (`group` "residual"); a low end of 0 is possible.

    KeyError when the model has no such random effect.
    """
    problem = arrange(fit.sums, kept_of(fit))
    if group == RESIDUAL:
        value = fit.residual_sd
        held: _SdHeld | _ResidualHeld = _ResidualHeld(fit, problem)
    else:
        one = fit.component(group)
        if column not in one.columns:
            raise KeyError(column)
        value, held = one.sd[one.columns.index(column)], _SdHeld(fit, problem, group, column)
    limit = float(chdtri(1, 1.0 - level))
    unit = held.unit if value == 0.0 else min(held.unit, 0.5 * value)
    high = _end(held.rise, value, unit, limit)
    held.restart()
    low: float | None = 0.0
    if value > 0.0 and (group == RESIDUAL or held.rise(0.0) > limit):
        held.restart()
        low = _end(held.rise, value, -unit, limit)
    return Estimate(value, None, low, high, level, method=METHOD)


class _SdHeld:
    """The criterion with one SD held: its column comes first in a lower triangle in the units of the data.

    L = N K with K lower and K[0, 0] the SD over sigma; free are log sigma, the rest of K, and the other levels.
    """

    def __init__(self, fit: Fit, problem: Problem, group: str, column: str) -> None:
        self.problem, self.best = problem, fit.criterion
        self.depth = [one.group for one in fit.random].index(group)
        names = fit.random[self.depth].columns
        first = names.index(column)
        order = [first, *(place for place in range(len(names)) if place != first)]
        mapped = back(fit.sums, problem.levels[self.depth].columns)[order]
        unit = np.diag(back(fit.sums, problem.levels[self.depth].columns))[order]
        self.own_unit = float(unit[0])
        self.turn = np.linalg.inv(mapped / unit[:, None])
        factors = list(factors_of(problem, fit.theta))
        upper = np.linalg.qr((mapped / unit[:, None] @ factors[self.depth]).T)[1]
        factors[self.depth] = upper.T * np.where(np.diag(upper) < 0, -1.0, 1.0)
        theta, self.place = theta_of(tuple(factors)), self._place()
        sigma = fit.residual_sd / float(fit.sums.scale[problem.outcome])
        self.begin = np.append(np.delete(theta, self.place), np.log(sigma))
        self.unit = 0.5 * self.own_unit * sigma / float(np.sqrt(problem.levels[self.depth].size))
        self.restart()

    def _place(self) -> int:
        return sum(len(triangle(len(level.columns))[0]) for level in self.problem.levels[: self.depth])

    def restart(self) -> None:
        """Begin again from the fit."""
        self.at: Floats = self.begin
        self.hessian: Floats | None = None

    def rise(self, value: float) -> float:
        """How much the criterion rises with the SD held at `value`."""

        def downhill(at: Floats) -> tuple[float, Floats]:
            return self._downhill(at, value)

        self.at, self.hessian = settle(downhill, self.at, self.hessian)
        return downhill(self.at)[0] - self.best

    def _downhill(self, at: Floats, value: float) -> tuple[float, Floats]:
        sigma = float(np.exp(at[-1]))
        lead = value / (self.own_unit * sigma)
        factors = list(factors_of(self.problem, np.insert(at[:-1], self.place, lead)))
        factors[self.depth] = self.turn @ factors[self.depth]
        try:
            there = evaluate(self.problem, tuple(factors), sigma2=sigma**2)
        except NotPositive:
            return float("inf"), np.zeros_like(at)
        slopes = [2.0 * slope @ factor for slope, factor in zip(there.slopes, factors, strict=True)]
        slopes[self.depth] = self.turn.T @ slopes[self.depth]
        gradient = theta_of(tuple(slopes))
        by_sigma = 2.0 * (self.problem.freedom - there.cross.rest / sigma**2) - gradient[self.place] * lead
        return there.criterion, np.append(np.delete(gradient, self.place), by_sigma)


class _ResidualHeld:
    """The criterion with the residual SD held."""

    def __init__(self, fit: Fit, problem: Problem) -> None:
        self.problem, self.fit = problem, fit
        self.unit = fit.residual_sd / float(np.sqrt(fit.n["rows"]))
        self.restart()

    def restart(self) -> None:
        """Begin again from the fit."""
        self.at: Floats = self.fit.theta
        self.hessian: Floats | None = None

    def rise(self, value: float) -> float:
        """How much the criterion rises with the residual SD held at `value`."""
        sigma2 = (value / float(self.fit.sums.scale[self.problem.outcome])) ** 2

        def downhill(at: Floats) -> tuple[float, Floats]:
            factors = factors_of(self.problem, at)
            try:
                there = evaluate(self.problem, factors, sigma2=sigma2)
            except NotPositive:
                return float("inf"), np.zeros_like(at)
            return there.criterion, gradient_of(factors, there.slopes)

        self.at, self.hessian = settle(downhill, self.at, self.hessian)
        return downhill(self.at)[0] - self.fit.criterion
