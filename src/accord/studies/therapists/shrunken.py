"""Groups of a fitted model, pulled towards the average, with intervals that count how little the spread is known.

For a model with one random intercept. The estimate is the usual one (BLUP at the REML variance). Its usual interval
takes that variance for known, and shrinks to nothing where it comes out as zero; so intervals here are averaged over
what the variance may be: the restricted likelihood over tau / sigma, flat before any data [design].
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from accord.statistics.estimate import Estimate
from accord.statistics.mixed.result import Fit, Floats

STEPS = 121  # of tau / sigma from 0 to MOST; a step is then .0125, an ICC of .00016
MOST = 1.5  # an ICC of .69
FAR = 3.841458820694124  # 95 % of chi-square with one degree of freedom
Z = 1.959963984540054
HALVINGS = 60


@dataclass(frozen=True, eq=False)
class Shrunken:
    """Groups by `keys`, each with `rows`, its `estimate` in points of the outcome and a 95 % interval.

    `share` is the ICC: the groups' part of what is left of the outcome's variance, with its profile interval.
    """

    keys: tuple[str, ...]
    rows: tuple[int, ...]
    estimate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    share: Estimate


def shrunken(found: Fit) -> Shrunken:
    """The groups of a model whose only random effect is one intercept; sums are all that is needed."""
    sums, group = found.sums, found.random[0]
    assert len(found.random) == 1 and len(group.columns) == 1
    of_group, rows = sums.products[0][:, 0, :], sums.rows[0].astype(np.float64)
    ratios = np.linspace(0.0, MOST, STEPS)
    curve = np.array([_criterion(sums.total, of_group, rows, one) for one in ratios])
    weights = np.exp(-0.5 * (curve - curve.min()))
    weights[0] *= 0.5
    weights /= weights.sum()
    kept = weights > 1e-9
    parts = [predicted(sums.total, of_group, rows, one) for one in ratios[kept]]
    means, sds = np.array([one[0] for one in parts]), np.array([one[1] for one in parts])
    best = group.sd[0] / found.residual_sd
    points = float(sums.scale[-1])
    estimate = predicted(sums.total, of_group, rows, best)[0] * points
    low, high = (_quantile(weights[kept], means, sds, chance) * points for chance in (0.025, 0.975))
    return Shrunken(
        keys=tuple(map(str, sums.groups[0])),
        rows=tuple(int(one) for one in rows),
        estimate=tuple(estimate.tolist()),
        low=tuple(np.minimum(low, estimate).tolist()),
        high=tuple(np.maximum(high, estimate).tolist()),
        share=_share(sums.total, of_group, rows, ratios, curve, best),
    )


def _reduced(total: Floats, of_group: Floats, rows: Floats, ratio: float) -> tuple[Floats, Floats]:
    weight = ratio**2 / (1 + ratio**2 * rows)
    return total - (of_group * weight[:, None]).T @ of_group, weight


def _criterion(total: Floats, of_group: Floats, rows: Floats, ratio: float) -> float:
    """Minus twice the restricted log-likelihood at tau / sigma = `ratio`, but for a constant."""
    left, _weight = _reduced(total, of_group, rows, ratio)
    xx, xy = left[:-1, :-1], left[:-1, -1]
    rest = left[-1, -1] - xy @ np.linalg.solve(xx, xy)
    free = rows.sum() - len(xy)
    return float(np.log1p(ratio**2 * rows).sum() + np.linalg.slogdet(xx)[1] + free * np.log(rest))


def predicted(total: Floats, of_group: Floats, rows: Floats, ratio: float) -> tuple[Floats, Floats]:
    """Predicted effects and their SD, fixed effects not known either, in the units of the sums."""
    left, weight = _reduced(total, of_group, rows, ratio)
    xx, xy = left[:-1, :-1], left[:-1, -1]
    inverse = np.linalg.inv(xx)
    beta = inverse @ xy
    variance = (left[-1, -1] - xy @ beta) / (rows.sum() - len(xy))
    x = of_group[:, :-1]
    mean = weight * (of_group[:, -1] - x @ beta)
    unsure = variance * (weight + weight**2 * np.einsum("gi,ij,gj->g", x, inverse, x))
    return mean, np.sqrt(unsure)


def _quantile(weights: Floats, means: Floats, sds: Floats, chance: float) -> Floats:
    """Of each group's mixture of normals (parts x groups), by halving."""
    low, high = (means - 9 * sds).min(0), (means + 9 * sds).max(0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.where(sds > 0, (middle - means) / sds, np.where(middle >= means, np.inf, -np.inf))
        below = weights @ ndtr(z) < chance
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    result: Floats = (low + high) / 2
    return result


def _share(
    total: Floats, of_group: Floats, rows: Floats, ratios: Floats, curve: Floats, best: float
) -> Estimate:
    """The ICC with the values that the likelihood does not rule out at 95 %."""
    at_best = min(float(curve.min()), _criterion(total, of_group, rows, best))
    beyond = curve - at_best - FAR
    inside = np.flatnonzero(beyond <= 0)
    first, last = (int(inside[0]), int(inside[-1])) if len(inside) else (int(curve.argmin()),) * 2
    low = 0.0 if first == 0 else _crossing(ratios, beyond, first - 1)
    high = MOST if last == len(ratios) - 1 else _crossing(ratios, beyond, last)
    value, low, high = (float(one**2 / (1 + one**2)) for one in (best, low, high))
    return Estimate(value, low=low, high=high, method="REML, profile interval")


def _crossing(ratios: Floats, beyond: Floats, at: int) -> float:
    a, b = beyond[at], beyond[at + 1]
    return float(ratios[at] + (ratios[at + 1] - ratios[at]) * a / (a - b))
