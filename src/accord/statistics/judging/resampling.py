"""Resampling that keeps clusters whole: folds for cross-validation, and the bootstrap. Everything has a seed."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from accord.statistics.estimate import Estimate

Integers = npt.NDArray[np.int64]
LEAST = 0.9  # share of draws that must give a number


def folds(group: npt.ArrayLike, count: int, seed: int = 1) -> Integers:
    """The fold (0 … count - 1) of each row: all rows of a group in one, folds of about as many rows."""
    keys, places, sizes = np.unique(np.asarray(group), return_inverse=True, return_counts=True)
    random = np.random.default_rng(seed)
    shuffled = random.permutation(len(keys))
    chosen, filled = np.zeros(len(keys), np.int64), np.zeros(count)
    for one in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        fold = int(filled.argmin())
        chosen[one], filled[fold] = fold, filled[fold] + sizes[one]
    return np.asarray(chosen[places])


def cluster_draws(cluster: npt.ArrayLike, draws: int, seed: int = 1) -> Iterator[Integers]:
    """Places of rows, `draws` times: as many clusters as there are, drawn with replacement, each with all its rows."""
    places = np.unique(np.asarray(cluster), return_inverse=True)[1]
    order = np.argsort(places, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(places))[:-1])
    random = np.random.default_rng(seed)
    for _ in range(draws):
        yield np.concatenate([rows[one] for one in random.integers(0, len(rows), len(rows))])


def bootstrap(
    statistic: Callable[[Integers], float], cluster: npt.ArrayLike, *, draws: int = 500, seed: int = 1
) -> Estimate:
    """`statistic` of all rows, with a percentile interval from clusters drawn again.

    `statistic` gets places of rows and may give NaN for a draw that tells nothing; with more than a tenth of those
    there is no interval, and with fewer than two clusters neither.
    """
    keys = np.asarray(cluster)
    value = float(statistic(np.arange(len(keys))))
    if len(np.unique(keys)) < 2:
        return Estimate(value, method="one cluster: no interval")
    found = np.array([statistic(rows) for rows in cluster_draws(keys, draws, seed)], float)
    told = found[np.isfinite(found)]
    if len(told) < LEAST * draws:
        return Estimate(value, method="too few draws told anything: no interval")
    low, high = np.quantile(told, [0.025, 0.975])
    return Estimate(
        value, float(told.std(ddof=1)), float(low), float(high), method=f"cluster bootstrap, {draws} draws"
    )
