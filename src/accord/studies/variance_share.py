"""How sure a share of variance is: exactly for groups, also near 0, where a symmetric interval is wrong.

- `exact_ratio`: variance of groups over residual variance, after Wald (1947), for unbalanced groups and with columns
  taken out as in Seely and El-Bassiouni (1983) [known-h]. With the right ratio, what groups explain beyond the columns,
  weighted, over the residual is F; the interval is where it is neither too large nor too small. No normality of the
  estimate is assumed, no resampling is needed, and it ends at 0 by itself.
- `fixed_variance`: variance of the effects of fixed kinds, less what chance alone would give, and an interval from the
  noncentral F of their joint test.
- `difference`: interval of a difference of two estimates from their own intervals, however lopsided (MOVER: Zou and
  Donner 2008 [known-h]).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import f as fisher
from scipy.stats import ncf

from accord.statistics.estimate import Estimate
from accord.statistics.mixed.sums import Sums

Floats = npt.NDArray[np.float64]
NONE = 1e-10  # of a column's sum of squares
VAST = 1e6  # a ratio beyond this is one without end
TAILS = (0.975, 0.025)


def exact_ratio(sums: Sums) -> tuple[float, float] | None:
    """Ends of the 95 % interval of variance between groups / residual variance; None without repeated groups.

    `sums` of a model with one grouping and a random intercept.
    """
    products, rows = sums.products[0][:, 0, :], sums.rows[0].astype(np.float64)
    least = NONE * np.diag(sums.total)  # what is left of a column that is the same within every group
    inside = sums.total - (products.T / rows) @ products
    rest, rank_inside = _rest(inside, least)
    rank = _rest(sums.total, least)[1]
    between, within = len(rows) + rank_inside - rank, sums.count - len(rows) - rank_inside
    if between < 1 or within < 1 or rest <= 0:
        return None

    def statistic(ratio: float) -> float:
        shrunk = sums.total - (products.T * (ratio / (1 + ratio * rows))) @ products
        return float((_rest(shrunk, least)[0] - rest) / between / (rest / within))

    low, high = (_where(statistic, float(fisher.ppf(tail, between, within))) for tail in TAILS)
    return low, high


def _rest(cross: Floats, least: Floats) -> tuple[float, int]:
    """What the columns leave of the outcome (the last one), and how many of them count."""
    there = np.diag(cross) > least
    scale = np.sqrt(np.where(there, np.diag(cross), 1.0))
    even = np.where(there[:, None] & there[None, :], cross / scale[:, None] / scale[None, :], 0.0)
    values, vectors = np.linalg.eigh(even[:-1, :-1])
    keep = values > NONE
    told = vectors[:, keep].T @ even[:-1, -1]
    rest = even[-1, -1] - float((told**2 / values[keep]).sum())
    return rest * float(scale[-1]) ** 2, int(keep.sum())


def _where(statistic: Callable[[float], float], level: float) -> float:
    """The ratio at which the falling `statistic` reaches `level`; 0 where it lies below from the start."""
    if statistic(0.0) <= level:
        return 0.0
    if statistic(VAST) >= level:
        return VAST
    found = brentq(lambda one: statistic(float(np.expm1(one))) - level, 0.0, np.log1p(VAST), xtol=1e-12)
    return float(np.expm1(found))


def fixed_variance(effects: Floats, covariance: Floats, shares: Floats, df: float) -> Estimate:
    """Variance over rows of the effects of kinds (k - 1 beside the first), less chance; never below 0.

    `shares` of rows in those kinds. The interval is exact for two kinds; with more it takes the effects to point in no
    special direction.
    """
    weights = np.diag(shares) - np.outer(shares, shares)
    chance = float(np.trace(weights @ covariance))
    value = max(float(effects @ weights @ effects) - chance, 0.0)
    kinds = len(effects)
    test = float(effects @ np.linalg.pinv(covariance) @ effects) / kinds
    per = chance / kinds
    low, high = (per * _noncentral(test, kinds, df, tail) for tail in TAILS)
    return Estimate(value, None, min(low, value), max(high, value), method="noncentral F")


def _noncentral(test: float, kinds: int, df: float, tail: float) -> float:
    """The noncentrality with which a test as small as this one has probability `tail`; 0 where none has."""
    if ncf.cdf(test, kinds, df, 0.0) <= tail:
        return 0.0
    top = 1.0
    while ncf.cdf(test, kinds, df, top) > tail and top < 1e8:
        top *= 2
    return float(brentq(lambda one: ncf.cdf(test, kinds, df, one) - tail, 0.0, top))


def difference(first: Estimate, second: Estimate) -> Estimate:
    """`first` less `second`; both need an interval."""
    value = first.value - second.value
    ends = [first.low, first.high, second.low, second.high]
    if any(end is None for end in ends):
        return Estimate(value)
    low1, high1, low2, high2 = (float(end) for end in ends if end is not None)
    low = value - float(np.hypot(first.value - low1, high2 - second.value))
    high = value + float(np.hypot(high1 - first.value, second.value - low2))
    return Estimate(value, None, low, high, method="from the intervals of both (MOVER)")
