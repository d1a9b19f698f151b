"""The chance that a row with the event has a higher score than one without (AUC), with an interval that heeds clusters.

Without clusters the variance is that of DeLong, DeLong & Clarke-Pearson (1988, Biometrics 44:837); with them that of
Obuchowski (1997, Biometrics 53:567), which is the same when every row is a cluster. Intervals are on the logit scale.
"""

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, rankdata

from accord.statistics.estimate import Estimate, NotFitted

Floats = npt.NDArray[np.float64]
Z95 = float(norm.ppf(0.975))


def auc(
    outcome: npt.ArrayLike, score: npt.ArrayLike, cluster: npt.ArrayLike | None = None
) -> Estimate | NotFitted:
    """AUC of `score` for `outcome` (0 or 1); ties count half. `cluster`: rows of one are not independent."""
    happened, scores = np.asarray(outcome, float) > 0.5, np.asarray(score, float)
    if problem := _problem(happened, scores):
        return problem
    yes, no = scores[happened], scores[~happened]
    ranks = rankdata(scores)
    # For each row the share of the other kind that it is told apart from rightly.
    of_yes = (ranks[happened] - rankdata(yes)) / len(no)
    of_no = 1.0 - (ranks[~happened] - rankdata(no)) / len(yes)
    value = float(of_yes.mean())
    rows = np.arange(len(scores)) if cluster is None else np.asarray(cluster)
    keys, places = np.unique(rows, return_inverse=True)
    if len(keys) < 2:
        return Estimate(value, method="one cluster: no interval")
    count = len(keys)
    apart_yes, apart_no = np.zeros(count), np.zeros(count)
    np.add.at(apart_yes, places[happened], of_yes - value)
    np.add.at(apart_no, places[~happened], of_no - value)
    with_yes, with_no = len(np.unique(places[happened])), len(np.unique(places[~happened]))
    if min(with_yes, with_no) < 2:
        return Estimate(value, method="events in one cluster: no interval")
    variance = (
        with_yes / (with_yes - 1) * float(apart_yes @ apart_yes) / len(yes) ** 2
        + with_no / (with_no - 1) * float(apart_no @ apart_no) / len(no) ** 2
        + 2 * count / (count - 1) * float(apart_yes @ apart_no) / (len(yes) * len(no))
    )
    method = "DeLong" if cluster is None else "Obuchowski, clusters"
    return _within_one(value, float(np.sqrt(max(variance, 0.0))), method)


def within_auc(outcome: npt.ArrayLike, score: npt.ArrayLike, cluster: npt.ArrayLike) -> Estimate | NotFitted:
    """AUC of pairs from the same cluster only: what the score tells beyond which cluster a row is in."""
    happened, scores = np.asarray(outcome, float) > 0.5, np.asarray(score, float)
    if problem := _problem(happened, scores):
        return problem
    right, pairs = [], []
    order = np.argsort(np.unique(np.asarray(cluster), return_inverse=True)[1], kind="stable")
    _, starts = np.unique(np.asarray(cluster)[order], return_index=True)
    for rows in np.split(order, starts[1:]):
        yes = happened[rows]
        count = int(yes.sum())
        if 0 < count < len(rows):
            ranks = rankdata(scores[rows])
            right.append(float(ranks[yes].sum()) - count * (count + 1) / 2)
            pairs.append(float(count * (len(rows) - count)))
    if len(pairs) < 2:
        return NotFitted("fewer than two clusters have rows with and without the event.", rows=len(scores))
    told, asked = np.array(right), np.array(pairs)
    value = float(told.sum() / asked.sum())
    spread = len(asked) / (len(asked) - 1) * float(((told - value * asked) ** 2).sum()) / asked.sum() ** 2
    return _within_one(value, float(np.sqrt(spread)), "ratio over clusters")


def _problem(happened: npt.NDArray[np.bool_], scores: Floats) -> NotFitted | None:
    if not np.all(np.isfinite(scores)):
        return NotFitted("some scores are no finite numbers.", "Leave those rows out.", len(scores))
    if happened.all() or not happened.any():
        return NotFitted(
            "there are no rows to tell apart: all have the event, or none has.", rows=len(scores)
        )
    return None


def _within_one(value: float, se: float, method: str) -> Estimate:
    """An interval on the logit scale, which stays between 0 and 1."""
    if not 0.0 < value < 1.0:
        return Estimate(value, se, method=f"{method}; told apart without fail: no interval")
    line, width = float(np.log(value / (1 - value))), Z95 * se / (value * (1 - value))
    low, high = (1 / (1 + float(np.exp(-one))) for one in (line - width, line + width))
    return Estimate(value, se, low, high, method=method)
