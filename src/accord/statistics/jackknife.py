"""Sums per cluster, and how sure anything is that can be computed from them: the jackknife over whole clusters.

Rows of one cluster (clients of one therapist) are alike, so they are left out together. A statistic is a function of
sums over rows; without cluster j its sums are the total less those of j, so no row is read again, and nothing is drawn
at random. The variance is (J - 1) / J sum (theta_without_j - theta)2, the interval from t with J - 1 degrees of freedom
(called CV3 by MacKinnon, Nielsen and Webb), which holds with few and unequal clusters where a percentile bootstrap is
too narrow. For coefficients of a regression there is `clustered` (CR2).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from accord.statistics.estimate import Estimate

Floats = npt.NDArray[np.float64]
Statistic = Callable[..., Floats]  # of sums (…, k, k) or (…, k) for each of its inputs, to (…)
NONE = 1e-12  # a variance below this share of the column's mean square is none
CERTAIN = 1 - 1e-12


@dataclass(frozen=True, eq=False)
class Clustered:
    """Sums of products of `columns` (J x k x k) per cluster; the first column is "1".

    Columns are less their mean over all rows (`shift`), so that digits are kept. `dropped` rows lacked a value.
    """

    columns: tuple[str, ...]
    keys: npt.NDArray[np.object_]
    sums: Floats
    shift: Floats
    dropped: int

    @property
    def rows(self) -> int:
        """Rows with all columns."""
        return round(float(self.sums[:, 0, 0].sum()))

    @property
    def clusters(self) -> int:
        """Clusters with a row."""
        return len(self.keys)

    def at(self, *names: str) -> list[int]:
        """Places of columns."""
        return [self.columns.index(name) for name in names]


def gather(columns: Mapping[str, Floats], cluster: npt.NDArray[np.object_]) -> Clustered:
    """Rows that have all `columns`, as sums per cluster."""
    names = tuple(columns)
    values = np.column_stack([np.asarray(columns[name], np.float64) for name in names])
    keep = np.isfinite(values).all(1)
    values, keys = values[keep], np.asarray(cluster, object)[keep]
    shift = values.mean(0) if len(values) else np.zeros(len(names))
    known, place = numbered(keys)
    order = np.argsort(place, kind="stable")
    design = np.column_stack([np.ones(len(values)), values - shift])[order]
    starts = np.searchsorted(place[order], np.arange(len(known)))
    size = design.shape[1]
    sums = np.zeros((len(known), size, size))
    for a in range(size):
        for b in range(a, size):
            if len(known):
                sums[:, a, b] = sums[:, b, a] = np.add.reduceat(design[:, a] * design[:, b], starts)
    return Clustered(("1", *names), known, sums, np.append(0.0, shift), int((~keep).sum()))


def add_up(
    columns: Sequence[Floats], cluster: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.object_], Floats]:
    """The clusters, and the plain sums of `columns` in each (J x k)."""
    known, place = numbered(np.asarray(cluster, object))
    sums: Floats = np.stack(
        [np.bincount(place, weights=one, minlength=len(known)) for one in columns], axis=1
    ).astype(np.float64)
    return known, sums


def numbered(keys: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """The different keys in order, and for each row the place of its key among them."""
    if not len(keys):
        return keys, np.zeros(0, np.int64)
    known, place = np.unique(keys.astype(str), return_inverse=True)
    return known.astype(object), place.astype(np.int64)


# --- what can be told from sums of products ---------------------------------------------------------------------------
def covariances(sums: Floats) -> Floats:
    """Sums of squares and products about the mean (…, k - 1, k - 1), of all columns but "1"."""
    count = np.maximum(sums[..., :1, :1], 1.0)
    result: Floats = sums[..., 1:, 1:] - sums[..., 1:, :1] * sums[..., :1, 1:] / count
    return result


def partial_r(about: Floats, x: int, y: int, given: Sequence[int] = ()) -> Floats:
    """Correlation of columns `x` and `y` of `covariances` without what `given` tell of both; NaN without spread."""
    two = [x, y]
    left = about[..., two, :][..., :, two]
    if given:
        known = list(given)
        inner = about[..., known, :][..., :, known]
        cross = about[..., known, :][..., :, two]
        left = left - np.swapaxes(cross, -1, -2) @ solved(inner, cross)
    spread = left[..., 0, 0] * left[..., 1, 1]
    least = NONE * about[..., x, x] * about[..., y, y]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > np.maximum(least, 0.0), left[..., 0, 1] / np.sqrt(spread), np.nan)


def solved(matrix: Floats, right: Floats) -> Floats:
    """Solutions of many small systems; a column without spread counts for nothing (pseudo-inverse)."""
    scale = np.sqrt(np.maximum(np.diagonal(matrix, axis1=-2, axis2=-1), 0.0))
    scale = np.where(scale > 0, scale, 1.0)
    even = matrix / scale[..., :, None] / scale[..., None, :]
    inverse = np.linalg.pinv(even, rcond=1e-10, hermitian=True)
    result: Floats = (inverse @ (right / scale[..., :, None])) / scale[..., :, None]
    return result


# --- how sure ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Scale:
    """On what scale an interval is made, so that it stays where the value can be."""

    there: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]


PLAIN = Scale(lambda value: value, lambda value: value)
FISHER = Scale(lambda value: np.arctanh(np.clip(value, -CERTAIN, CERTAIN)), np.tanh)  # correlations
LOGIT = Scale(
    lambda value: np.log(np.maximum(value, 1e-12) / np.maximum(1 - value, 1e-12)),
    lambda z: 1 / (1 + np.exp(-z)),
)


def jackknife(statistic: Statistic, *sums: Floats, scale: Scale = PLAIN) -> Estimate | None:
    """The statistic of the total of `sums` (each J x …), with its interval over clusters; None where it has no value.

    No interval with fewer than two clusters, or where the statistic has no value without one of them.
    """
    totals = [one.sum(0) for one in sums]
    value = float(statistic(*totals))
    if not np.isfinite(value):
        return None
    count = len(sums[0])
    without = np.asarray(
        statistic(*(whole - one for whole, one in zip(totals, sums, strict=True))), np.float64
    )
    if count < 2 or not np.isfinite(without).all():
        return Estimate(value)
    middle = float(scale.there(np.array(value)))
    se = float(np.sqrt((count - 1) / count * np.square(scale.there(without) - middle).sum()))
    wide = float(student.ppf(0.975, count - 1)) * se
    plain = float(np.sqrt((count - 1) / count * np.square(without - value).sum()))
    low, high = (float(scale.back(np.array(end))) for end in (middle - wide, middle + wide))
    return Estimate(value, plain, low, high, df=float(count - 1), method="jackknife over clusters")
