"""How sure the fixed effects are: SEs, Satterthwaite's degrees of freedom, contrasts.

F. E. Satterthwaite's approximation as lmerTest has it: the variance of a contrast is itself an estimate; how sure it
is follows from how the criterion bends in the covariance parameters. (Kuznetsova, Brockhoff and Christensen 2017,
doi:10.18637/jss.v082.i13.)
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from accord.statistics.estimate import Estimate
from accord.statistics.mixed.likelihood import criterion_with_slopes
from accord.statistics.mixed.optimise import Optimum
from accord.statistics.mixed.problem import Floats, Problem
from accord.statistics.mixed.result import Coefficient, Curvature, Fit
from accord.statistics.mixed.scaling import back, fixed_back
from accord.statistics.mixed.sums import Sums

DIFFERENCE = 1e-4
MANY = 8_000  # groups from which on one-sided differences do, a tenth as wide: they cost half
FLAT = 1e-9  # bends below this share of the greatest count as none

Weights = Mapping[str, float] | Sequence[float] | npt.NDArray[np.float64]


def curvature(sums: Sums, problem: Problem, found: Optimum) -> Curvature:
    """How the criterion bends in (theta, log sigma) at the optimum, from differences of exact gradients."""
    theta, here, base = found.theta, found.at, found.gradient
    sigma2, size = here.sigma2, len(theta)
    one_sided = bool(problem.levels) and problem.levels[0].size > MANY
    bend = np.zeros((size + 1, size + 1))
    inverses = np.zeros((size + 1, *here.cross.inverse.shape))
    for place in range(size):
        step = np.zeros(size)
        step[place] = DIFFERENCE / 10 if one_sided else DIFFERENCE
        ahead, gradient = criterion_with_slopes(problem, theta + step, sigma2)
        behind, before = (here, base) if one_sided else criterion_with_slopes(problem, theta - step, sigma2)
        width = step[place] * (1.0 if one_sided else 2.0)
        bend[place, :size] = (gradient - before) / width
        rest = (ahead.cross.rest - behind.cross.rest) / width
        bend[place, size] = bend[size, place] = -2.0 * rest / sigma2
        inverses[place] = (ahead.cross.inverse - behind.cross.inverse) / width
    bend[:size, :size] = 0.5 * (bend[:size, :size] + bend[:size, :size].T)
    bend[size, size] = 4.0 * here.cross.rest / sigma2
    inverses[size] = 2.0 * here.cross.inverse
    mapped = back(sums, problem.kept)
    slopes = sigma2 * np.einsum("pi,kij,qj->kpq", mapped, inverses, mapped)
    return Curvature(_spread(bend), np.asarray(slopes))


def _spread(bend: Floats) -> Floats:
    """Twice the inverse, in the directions that bend upwards; a factor at zero that may turn freely has others."""
    size = np.sqrt(np.maximum(np.abs(np.diag(bend)), 1e-300))
    values, vectors = np.linalg.eigh(bend / np.outer(size, size))
    up = values > FLAT * max(float(values[-1]), 1.0)
    turned = vectors[:, up] / size[:, None]
    return np.asarray(2.0 * (turned / values[up]) @ turned.T)


def coefficients(
    sums: Sums, kept: tuple[int, ...], beta: Floats, covariance: Floats, bend: Curvature
) -> tuple[Coefficient, ...]:
    """The fixed effects in the units of the data with their intervals."""
    estimates = fixed_back(sums, kept, beta)
    made = []
    for place, column in enumerate(kept):
        weights = np.zeros(len(kept))
        weights[place] = 1.0
        se, df, half = _sure(weights, covariance, bend, 0.95)
        value = float(estimates[place])
        made.append(Coefficient(sums.model.columns[column], value, se, df, value - half, value + half))
    return tuple(made)


def _sure(weights: Floats, covariance: Floats, bend: Curvature, level: float) -> tuple[float, float, float]:
    """SE, degrees of freedom and half the width of the interval."""
    variance = float(weights @ covariance @ weights)
    slopes = np.einsum("i,kij,j->k", weights, bend.slopes, weights)
    spread = float(slopes @ bend.spread @ slopes)
    df = 2.0 * variance**2 / spread if spread > 0 else float("inf")
    se = float(np.sqrt(max(variance, 0.0)))
    return se, df, float(stdtrit(df, 0.5 + level / 2.0)) * se


def contrast(fit: Fit, weights: Weights, level: float = 0.95) -> Estimate:
    """A weighted sum of fixed effects with SE, Satterthwaite's df and interval.

    `weights` by name ({"alliance": 1, "alliance_between": -1}; names left out weigh 0) or one per fixed effect in
    the order of `fit.fixed`. KeyError for a name that is not among them, ValueError for a wrong number of weights.
    """
    names = [one.name for one in fit.fixed]
    if isinstance(weights, Mapping):
        if unknown := [name for name in weights if name not in names]:
            raise KeyError(", ".join(unknown))
        row = np.array([float(weights.get(name, 0.0)) for name in names])
    else:
        row = np.asarray(weights, float)
        if row.shape != (len(names),):
            raise ValueError(f"{len(names)} weights are needed, one per fixed effect: {', '.join(names)}")
    value = float(row @ np.array([one.estimate for one in fit.fixed]))
    se, df, half = _sure(row, fit.covariance, fit.curvature, level)
    return Estimate(value, se, value - half, value + half, level, df, "Wald, t with Satterthwaite's df")
