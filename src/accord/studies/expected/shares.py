"""A share whose interval knows that people of one therapist are alike: Wilson's, of as many as they amount to."""

import numpy as np
import numpy.typing as npt
from scipy.stats import t

from accord.statistics.estimate import Estimate

METHOD = "Wilson, as many as by therapist they amount to"


def share(hits: npt.NDArray[np.bool_], clusters: npt.ArrayLike) -> Estimate | None:
    """The share of `hits`, 95 %; None without any row.

    The variance of a ratio of sums by cluster gives how many independent rows these amount to, never more than there
    are; the interval is Wilson's (1927) with that number, and t with one degree less than there are clusters.
    """
    n = len(hits)
    if not n:
        return None
    value = float(hits.mean())
    _, place = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    groups = int(place.max()) + 1
    off = np.bincount(place, hits - value)
    amount = float(n)
    if groups > 1 and 0 < value < 1:
        variance = groups / (groups - 1) * float(off @ off) / n**2
        amount = min(n, value * (1 - value) / variance) if variance > 0 else n
    z = float(t.ppf(0.975, max(1, groups - 1)))
    middle = (value + z * z / (2 * amount)) / (1 + z * z / amount)
    half = z / (1 + z * z / amount) * np.sqrt(value * (1 - value) / amount + z * z / (4 * amount**2))
    return Estimate(
        value,
        low=max(0.0, float(middle - half)),
        high=min(1.0, float(middle + half)),
        df=groups - 1,
        method=METHOD,
    )
