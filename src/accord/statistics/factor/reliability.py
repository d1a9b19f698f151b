"""Alpha and omega of a sum of items, by level, with intervals that count that a client's ratings belong together.

alpha = p / (p - 1) (1 - tr S / 1'S1) (Cronbach 1951); omega = 1 - sum of residual variances / 1'S1 of one factor
(McDonald 1999). Within and between clusters each from its own covariance (Geldhof,
Preacher and Zyphur 2014). Intervals: leaving out one cluster at a time, on the scale of ln(1 - value).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import t

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.factor.levels import Levels
from accord.statistics.factor.model import Floats

Judged = tuple[float, Floats]  # of a covariance, and of each of a stack
Judge = Callable[[Floats, Floats], Judged | NotFitted]
CLOSE = 0.02  # a loading on a correlation up to so far beyond 1 is taken for chance [design]
STEP = 1e-4  # of a covariance, items of SD 1, to see how omega moves with it


@dataclass(frozen=True)
class Reliability:
    """Of a total over the items: of one rating of anybody, of a client's changes, of clients' levels."""

    total: Estimate | NotFitted
    within: Estimate | NotFitted
    between: Estimate | NotFitted


def alpha(covariance: Floats) -> Floats:
    """Alpha of one covariance (p, p), or of each of a stack."""
    items = covariance.shape[-1]
    traces = np.trace(covariance, axis1=-2, axis2=-1)
    found: Floats = items / (items - 1) * (1 - traces / covariance.sum((-2, -1)))
    return found


def omega(covariance: Floats) -> float | NotFitted:
    """Omega of one covariance, from one factor by least squares on correlations.

    Least squares and not likelihood, since the covariance between clients may have no inverse: there the parts of an
    alliance can sum to the whole.
    """
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    found = least_squares(
        _off, np.full(len(sd), 0.7), _slope_off, args=(correlation,), method="lm", xtol=1e-14
    )
    loadings = found.x * np.sign(found.x.sum())
    if not found.success or (np.abs(loadings) > 1 + CLOSE).any():
        return NotFitted("one factor does not describe the items at this level.", "Look at alpha.")
    return float(1 - (sd**2 * (1 - loadings**2)).sum() / covariance.sum())


def _off(loadings: Floats, correlation: Floats) -> Floats:
    rows, columns = np.tril_indices(len(loadings), -1)
    found: Floats = loadings[rows] * loadings[columns] - correlation[rows, columns]
    return found


def _slope_off(loadings: Floats, correlation: Floats) -> Floats:
    rows, columns = np.tril_indices(len(loadings), -1)
    found = np.zeros((len(rows), len(loadings)))
    places = np.arange(len(rows))
    found[places, rows], found[places, columns] = loadings[columns], loadings[rows]
    return found


def alphas(found: Levels) -> Reliability:
    """Alpha at each level."""

    def judge(covariance: Floats, stack: Floats) -> Judged | NotFitted:
        return float(alpha(covariance)), alpha(stack)

    return _by_level(found, judge)


def omegas(found: Levels) -> Reliability:
    """Omega at each level; how it moves with the covariance is taken as a straight line around what was found."""

    def judge(covariance: Floats, stack: Floats) -> Judged | NotFitted:
        sd = np.sqrt(np.diag(covariance))
        value = omega(covariance)
        if isinstance(value, NotFitted):
            return value
        slope = np.zeros(covariance.shape)
        for i, j in zip(*np.tril_indices(len(sd)), strict=True):
            moved = covariance.copy()
            step = STEP * sd[i] * sd[j]
            moved[i, j] = moved[j, i] = covariance[i, j] + step
            there = omega(moved)
            if isinstance(there, NotFitted):
                return there
            slope[i, j] = (there - value) / step
        return value, value + np.einsum("nij,ij->n", stack - covariance, slope)

    return _by_level(found, judge)


def _by_level(found: Levels, judge: Judge) -> Reliability:
    within, between = found.without
    return Reliability(
        total=_estimate(judge, found.total, within + between),
        within=_estimate(judge, found.within, within),
        between=_estimate(judge, found.between, between),
    )


def _estimate(judge: Judge, covariance: Floats, stack: Floats) -> Estimate | NotFitted:
    """The value with the interval from leaving out one cluster at a time."""
    clusters = len(stack)
    if np.diag(covariance).min() <= 0 or covariance.sum() <= 0:
        return NotFitted(
            "at this level the items hardly differ, so nothing can be told.", "Gather more answers."
        )
    judged = judge(covariance, stack)
    if isinstance(judged, NotFitted):
        return judged
    value, each = judged
    if not value < 1 or not np.all(each < 1):
        return NotFitted("the items say the same, so how well they measure cannot be told.")
    logs = np.log(1 - each)
    spread = float(np.sqrt((clusters - 1) / clusters * ((logs - logs.mean()) ** 2).sum()))
    width = float(t.ppf(0.975, clusters - 1)) * spread
    low, high = 1 - (1 - value) * np.exp(width), 1 - (1 - value) * np.exp(-width)
    return Estimate(value, spread * (1 - value), float(low), float(high), df=clusters - 1, method="jackknife")
