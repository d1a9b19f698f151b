"""What counts as right and wrong: the definitions of the study behind the dip filter, and figures made from them.

- *Judged* (eligible): answered, with at least two earlier answers.
- *Clean*: judged, not in a dip, nor was the session before. **False alarms** = alarms on clean sessions / those.
- *Onset*: the first session of a dip. **Seen** = onsets alarmed / onsets, of those that can be judged; **in time**: at
  the onset or in the next session. **Real** (positive predictive value) = alarms in a dip / alarms.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from benchmarks.signals.drawn import Bools, Drawn, Floats

EARLIER = 2
GRID = tuple(round(0.01 * k, 2) for k in range(46))  # false alarms at which the ROC is kept
BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
WEEK = 20  # answered check-ins of a therapist in a week


@dataclass(frozen=True)
class Sessions:
    """Which sessions count for what, n x T. `dips`: all first sessions of a dip with an answer or without."""

    judged: Bools
    clean: Bools
    onset: Bools
    in_dip: Bools
    dips: Bools
    answered: Bools

    @classmethod
    def of(cls, drawn: Drawn) -> "Sessions":
        """By the definitions above."""
        answered = ~np.isnan(drawn.ratings)
        judged = answered & (np.cumsum(answered, axis=1) > EARLIER)
        before = later(drawn.in_dip)
        return cls(
            judged,
            judged & ~drawn.in_dip & ~before,
            judged & drawn.onset,
            drawn.in_dip,
            drawn.onset,
            answered,
        )


def later(flags: Bools) -> Bools:
    """Each flag one session later."""
    return np.pad(flags[:, :-1], ((0, 0), (1, 0)))


def sooner(flags: Bools) -> Bools:
    """Each flag one session sooner."""
    return np.pad(flags[:, 1:], ((0, 0), (0, 1)))


@dataclass(frozen=True)
class Outcome:
    """What some alarms are worth. Shares of 1; NaN where there was nothing to count. `delay` in sessions.

    `ever`: clients with an alarm, of those who have a session that can be judged. `delay`: from the onset to the first
    alarm of that dip, of the dips alarmed at all. `weekly`: alarms for every 20 answers.
    """

    false_alarms: float
    seen: float
    in_time: float
    real: float
    ever: float
    delay: float
    weekly: float


def outcome(alarm: Bools, sessions: Sessions) -> Outcome:
    """What these alarms are worth; alarms on sessions that cannot be judged do not count."""
    alarm = alarm & sessions.judged
    soon = alarm | sooner(alarm)
    can = sessions.judged.any(axis=1)
    return Outcome(
        false_alarms=share(alarm, sessions.clean),
        seen=share(alarm, sessions.onset),
        in_time=share(soon, sessions.onset),
        real=share(sessions.in_dip, alarm),
        ever=share(alarm.any(axis=1), can),
        delay=delay(alarm, sessions),
        weekly=WEEK * share(alarm, sessions.answered),
    )


def share(found: Any, among: Any) -> float:
    """How many of `among` are `found`."""
    count = int(among.sum())
    return float((found & among).sum() / count) if count else float("nan")


def delay(alarm: Bools, sessions: Sessions) -> float:
    """Mean sessions from the onset to the first alarm while the dip lasts, of dips with an onset that can be judged."""
    rows, starts = np.nonzero(sessions.onset)
    last = alarm.shape[1] - 1
    wait, lasts = np.full(len(rows), np.nan), np.ones(len(rows), dtype=bool)
    for waited in range(last + 1):
        at = np.minimum(starts + waited, last)
        lasts &= (starts + waited <= last) & sessions.in_dip[rows, at]
        if waited:  # a dip ends also where the next one begins
            lasts &= ~sessions.dips[rows, at]
        wait[lasts & np.isnan(wait) & alarm[rows, at]] = waited
    return float(np.nanmean(wait)) if np.isfinite(wait).any() else float("nan")


def auc(score: Floats, sessions: Sessions) -> float:
    """Chance that an onset scores above a clean session, ties half; what never alarms is lowest."""
    usable = np.where(np.isnan(score), -np.inf, score)
    high, low = usable[sessions.onset], usable[sessions.clean]
    if not len(high) or not len(low):
        return float("nan")
    ranks = rankdata(np.concatenate([high, low]))
    return float((ranks[: len(high)].sum() - len(high) * (len(high) + 1) / 2) / (len(high) * len(low)))


class Ordered:
    """A detector's scores in order, ties by lot, so that any share of false alarms can be set exactly."""

    def __init__(self, score: Floats, sessions: Sessions, random: np.random.Generator) -> None:
        """Score n x T: the higher the more of a dip; NaN and -inf never alarm."""
        can = sessions.judged & ~np.isnan(score) & (score > -np.inf)
        self.rank = np.full(score.shape, -1.0)
        values = score[can]
        order = np.lexsort((random.random(len(values)), values))
        ranks = np.empty(len(values))
        ranks[order] = np.arange(len(values))
        self.rank[can] = ranks
        self.sessions = sessions
        self._clean = np.sort(self.rank[sessions.clean])[::-1]
        self._onset = self.rank[sessions.onset]

    def _above(self, rate: float) -> float:
        place = round(rate * len(self._clean))
        return float(self._clean[place]) if place < len(self._clean) else -1.0

    def alarms(self, rate: float) -> Bools:
        """Alarms at this realised share of false alarms, or at the largest that the detector can reach."""
        found: Bools = self.rank > max(self._above(rate), -1.0)
        return found

    def seen(self, rate: float) -> float:
        """Share of the onsets alarmed at this share of false alarms."""
        if not len(self._onset) or not len(self._clean):
            return float("nan")
        return float((self._onset > self._above(rate)).mean())


def calibration(p_dip: Floats, sessions: Sessions) -> dict[str, Any]:
    """Slope and intercept of the truth on logit P, Brier score, and counts by class of P: number, sum of P, dips."""
    p = np.clip(p_dip[sessions.judged], 1e-9, 1 - 1e-9)
    dip = sessions.in_dip[sessions.judged].astype(np.float64)
    intercept, slope = logistic(np.log(p / (1 - p)), dip)
    place = np.clip(np.digitize(p, BINS) - 1, 0, len(BINS) - 2)
    size = len(BINS) - 1
    return {
        "slope": round(slope, 5),
        "intercept": round(intercept, 5),
        "brier": round(float(((p - dip) ** 2).mean()), 6),
        "bins": [
            np.bincount(place, minlength=size).tolist(),
            np.bincount(place, weights=p, minlength=size).round(3).tolist(),
            np.bincount(place, weights=dip, minlength=size).tolist(),
        ],
    }


def logistic(x: Floats, y: Floats) -> tuple[float, float]:
    """Intercept and slope of a logistic regression by Newton's method, each step halved until it climbs."""
    design = np.column_stack([np.ones_like(x), x])

    def height(beta: Floats) -> float:
        eta = design @ beta
        return float((y * eta - np.logaddexp(0.0, eta)).sum())

    beta = np.array([0.0, 1.0])
    at = height(beta)
    for _ in range(50):
        fitted = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (y - fitted)
        bend = (design * (fitted * (1 - fitted))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        for _ in range(30):
            if (higher := height(beta + step)) >= at:
                break
            step = step / 2
        else:
            break
        beta, gained, at = beta + step, higher - at, higher
        if gained < 1e-9:
            break
    return float(beta[0]), float(beta[1])


def plain(one: Outcome) -> dict[str, float]:
    """As kept in a line of JSON, four decimals."""
    return {name: round(value, 5) for name, value in asdict(one).items()}
