"""Whether chances are as high as they say: intercept, slope, curve by bins, and the Brier score with its parts.

Intercept: the log odds by which events are more frequent than foretold (0 is right). Slope: below 1 the chances are
too extreme. Both are logistic regressions on the log odds foretold (Cox 1958, Biometrika 45:562), with SEs that heed
clusters. Parts of the Brier score: Murphy (1973, J. Appl. Meteorol. 12:595), with what bins hide (Stephenson et al.
2008, Weather Forecast. 23:752).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t

from accord.statistics.estimate import Estimate, NotFitted

Floats = npt.NDArray[np.float64]
NEAR = 1e-9  # of 0 or 1; chances are held this far from both
STEPS = 50
BINS = 10


@dataclass(frozen=True)
class Calibration:
    """`intercept` at slope 1 and `slope`; `foretold` and `seen` are mean chance and share of events."""

    intercept: Estimate
    slope: Estimate
    foretold: float
    seen: float
    rows: int
    events: int


@dataclass(frozen=True)
class Bin:
    """Rows with about the same chance: the mean foretold, and the share seen with its interval (Wilson)."""

    rows: int
    events: int
    foretold: float
    seen: float
    low: float
    high: float


@dataclass(frozen=True)
class Brier:
    """Mean squared distance of chance and event; `base` that of the share of events told to everyone.

    `score` = `reliability` - `resolution` + `base` + `within` (what rows of one bin differ in).
    `skill` = 1 - score / base: 0 is no better than telling everyone the same.
    """

    score: Estimate
    base: float
    skill: float
    reliability: float
    resolution: float
    within: float


def calibration(
    outcome: npt.ArrayLike, chance: npt.ArrayLike, cluster: npt.ArrayLike | None = None
) -> Calibration | NotFitted:
    """Intercept and slope of `chance` (0 to 1) for `outcome` (0 or 1)."""
    happened, chances = np.asarray(outcome, float), np.asarray(chance, float)
    if problem := _problem(happened, chances):
        return problem
    places = np.unique(
        np.arange(len(chances)) if cluster is None else np.asarray(cluster), return_inverse=True
    )[1]
    line = _log_odds(chances)
    if np.ptp(line) < 1e-9:
        return NotFitted("everyone has the same chance, so there is no slope.", rows=len(chances))
    ones = np.ones((len(line), 1))
    at_one = _robust(ones, happened, line, places)
    free = _robust(np.column_stack([ones, line]), happened, np.zeros_like(line), places)
    if at_one is None or free is None:
        return NotFitted(
            "the chances tell the event without fail, so the slope has no end.", rows=len(chances)
        )
    method = "logistic" if cluster is None else "logistic, CR1 over clusters"
    df = len(np.unique(places)) - 1
    return Calibration(
        intercept=_estimate(at_one[0][0], at_one[1][0], df, method),
        slope=_estimate(free[0][1], free[1][1], df, method),
        foretold=float(chances.mean()),
        seen=float(happened.mean()),
        rows=len(chances),
        events=int(happened.sum()),
    )


def curve(outcome: npt.ArrayLike, chance: npt.ArrayLike, bins: int = BINS) -> tuple[Bin, ...]:
    """The chances in `bins` of about as many rows, lowest first; equal chances stay together."""
    happened, chances = np.asarray(outcome, float), np.asarray(chance, float)
    found = []
    for rows in _binned(chances, bins):
        count, events = len(rows), int(happened[rows].sum())
        low, high = _wilson(events, count)
        found.append(Bin(count, events, float(chances[rows].mean()), events / count, low, high))
    return tuple(found)


def brier(
    outcome: npt.ArrayLike, chance: npt.ArrayLike, cluster: npt.ArrayLike | None = None, bins: int = BINS
) -> Brier | NotFitted:
    """The Brier score and its parts."""
    happened, chances = np.asarray(outcome, float), np.asarray(chance, float)
    if problem := _problem(happened, chances):
        return problem
    squares = (chances - happened) ** 2
    score, seen = float(squares.mean()), float(happened.mean())
    base = seen * (1 - seen)
    reliability = resolution = 0.0
    for rows in _binned(chances, bins):
        share = len(rows) / len(chances)
        reliability += share * float(chances[rows].mean() - happened[rows].mean()) ** 2
        resolution += share * float(happened[rows].mean() - seen) ** 2
    places = np.unique(
        np.arange(len(chances)) if cluster is None else np.asarray(cluster), return_inverse=True
    )[1]
    sums = np.bincount(places, squares - score)
    count = len(sums)
    se = float(np.sqrt(count / (count - 1) * (sums**2).sum())) / len(chances) if count > 1 else None
    estimate = Estimate(score) if se is None else _estimate(score, se, count - 1, "mean over clusters")
    return Brier(
        score=estimate,
        base=base,
        skill=1 - score / base,
        reliability=reliability,
        resolution=resolution,
        within=score - base - reliability + resolution,
    )


def _problem(happened: Floats, chances: Floats) -> NotFitted | None:
    if not np.all((chances >= 0) & (chances <= 1)):
        return NotFitted("some chances do not lie between 0 and 1.", "Leave those rows out.", len(chances))
    if not len(happened) or happened.min() == happened.max():
        return NotFitted("all rows have the event, or none has.", rows=len(chances))
    return None


def _log_odds(chances: Floats) -> Floats:
    kept = np.clip(chances, NEAR, 1 - NEAR)
    return np.asarray(np.log(kept / (1 - kept)))


def _robust(
    design: Floats, happened: Floats, offset: Floats, places: npt.NDArray[np.intp]
) -> tuple[Floats, Floats] | None:
    """Coefficients and cluster-robust SEs (CR1) of a logistic regression with an offset; None: no highest point."""
    place = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-np.clip(offset + design @ place, -500, 500)))
        scores = design * (happened - chances)[:, None]
        information = (design.T * (chances * (1 - chances))) @ design
        if np.linalg.cond(information) > 1e12:
            return None
        move = np.linalg.solve(information, scores.sum(axis=0))
        place = place + np.clip(move, -2.0, 2.0)
        if np.abs(move).max() < 1e-10:
            break
    else:
        return None
    count = int(places.max()) + 1
    sums = np.zeros((count, design.shape[1]))
    np.add.at(sums, places, scores)
    back = np.linalg.inv(information)
    covariance = count / max(count - 1, 1) * back @ (sums.T @ sums) @ back
    return place, np.sqrt(np.diag(covariance))


def _estimate(value: float, se: float, df: int, method: str) -> Estimate:
    if df < 1:
        return Estimate(float(value), None, method="one cluster: no interval")
    width = float(t.ppf(0.975, df)) * se
    return Estimate(float(value), float(se), float(value - width), float(value + width), df=df, method=method)


def _binned(chances: Floats, bins: int) -> list[npt.NDArray[np.intp]]:
    """Places of rows by bin."""
    edges = np.unique(np.quantile(chances, np.linspace(0, 1, bins + 1)[1:-1]))
    which = np.searchsorted(edges, chances, side="left")
    return [np.flatnonzero(which == one) for one in np.unique(which)]


def _wilson(events: int, rows: int) -> tuple[float, float]:
    """Wilson's interval of a share."""
    z = float(norm.ppf(0.975))
    share = events / rows
    middle = (share + z**2 / (2 * rows)) / (1 + z**2 / rows)
    width = z / (1 + z**2 / rows) * float(np.sqrt(share * (1 - share) / rows + z**2 / (4 * rows**2)))
    return max(0.0, middle - width), min(1.0, middle + width)
