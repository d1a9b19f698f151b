"""Which share of the variance lies at which level, and how much of it the model tells (Nakagawa's R2)."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from accord.statistics.estimate import Estimate
from accord.statistics.mixed.components import RESIDUAL, kept_of, told_se
from accord.statistics.mixed.likelihood import Factors, factors_of
from accord.statistics.mixed.problem import Floats, Problem, arrange
from accord.statistics.mixed.result import Fit


@dataclass(frozen=True)
class Share:
    """The share of the variance left by the fixed effects that lies between groups, or within the innermost ones.

    `alike`: the correlation of two rows of one such group (their ICC): this share and those of all levels around it;
    None for the residual.
    """

    group: str
    share: Estimate
    alike: Estimate | None
    note: str = ""


@dataclass(frozen=True)
class Told:
    """Nakagawa's R2: by the fixed effects alone (`marginal`), and with the random effects (`conditional`)."""

    marginal: float
    conditional: float


def shares(fit: Fit, level: float = 0.95) -> tuple[Share, ...]:
    """Shares of the variance, innermost grouping first, the residual last, at the mean of the columns with slopes.

    Intervals: delta method on the logit. A variance of zero has no such interval; the note says so.
    """
    problem = arrange(fit.sums, kept_of(fit))
    made = []
    for depth, one in enumerate(fit.random):
        places = tuple(range(depth, len(fit.random)))
        share, alike = _share(fit, problem, (depth,), level), _share(fit, problem, places, level)
        note = "zero, so no interval" if share.value == 0.0 else ""
        made.append(Share(one.group, share, alike, note))
    return (*made, Share(RESIDUAL, _share(fit, problem, (len(fit.random),), level), None))


def _share(fit: Fit, problem: Problem, places: tuple[int, ...], level: float) -> Estimate:
    factors = factors_of(problem, fit.theta)
    value = _part(problem, factors, places)
    if not 0.0 < value < 1.0:
        return Estimate(value, level=level)

    def logit(factors: Factors, log_sigma: float) -> float:
        part = _part(problem, factors, places)
        return float(np.log(part / (1.0 - part)))

    se, middle = told_se(fit, problem, logit), float(np.log(value / (1.0 - value)))
    half = float(ndtri(0.5 + level / 2.0)) * se
    low, high = (float(1.0 / (1.0 + np.exp(-end))) for end in (middle - half, middle + half))
    return Estimate(value, value * (1.0 - value) * se, low, high, level, method="delta, on the logit")


def _part(problem: Problem, factors: Factors, places: tuple[int, ...]) -> float:
    """Variances at these levels of those at all (residual: 1, the last), at the mean of the columns inside."""
    means = problem.total[0] / problem.rows
    parts = [
        float(np.sum((means[list(level.columns)] @ factor) ** 2))
        for level, factor in zip(problem.levels, factors, strict=True)
    ]
    parts.append(1.0)
    return sum(parts[place] for place in places) / sum(parts)


def r2(fit: Fit) -> Told:
    """Nakagawa's R2 with Johnson's extension to random slopes: their variance is averaged over the rows.

    (Nakagawa and Schielzeth 2013, doi:10.1111/j.2041-210x.2012.00261.x; Johnson 2014, doi:10.1111/2041-210X.12225.)
    """
    problem = arrange(fit.sums, kept_of(fit))
    kept, rows = list(problem.kept), problem.rows
    beta = np.array([one.estimate for one in fit.fixed])[1:] * fit.sums.scale[kept[1:]]
    means = problem.total[0, kept[1:]] / rows
    square = problem.total[np.ix_(kept[1:], kept[1:])] - rows * np.outer(means, means)
    fixed = float(beta @ square @ beta) / (rows - 1.0)
    sigma2 = fit.residual_sd**2
    random = sum(
        float(np.sum((_mean_square(problem, depth) @ factor) * factor)) * sigma2
        for depth, factor in enumerate(factors_of(problem, fit.theta))
    )
    whole = fixed + random + sigma2
    return Told(fixed / whole, (fixed + random) / whole)


def _mean_square(problem: Problem, depth: int) -> Floats:
    level = problem.levels[depth]
    return np.asarray(level.products[:, list(level.columns)].sum(axis=-1) / problem.rows)
