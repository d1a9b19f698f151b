"""What is known of each past client's level and growth at the end, so that courses like theirs can be drawn."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from accord.signals.dip.engine import run
from accord.signals.dip.model import Parameters
from accord.signals.dip.observed import Filtered, Floats, Observed

STREAMS = ("ratings", "felt_off", "tension", "arrival", "twin")


@dataclass(frozen=True)
class Levels:
    """Level and growth by client and stretch with one therapist (n x K), and the stretch of each session (n x T)."""

    stretch: npt.NDArray[np.int64]
    mu: Floats
    growth: Floats
    mu_variance: Floats
    covariance: Floats
    growth_variance: Floats

    def draw(self, rows: npt.NDArray[np.int64], random: np.random.Generator) -> tuple[Floats, Floats]:
        """Level and growth at every session (rows x T), each client's from their own posterior."""
        shape = (len(rows), self.mu.shape[1])
        mu_variance, covariance = self.mu_variance[rows], self.covariance[rows]
        off = np.sqrt(mu_variance) * random.standard_normal(shape)
        slope = covariance / np.maximum(mu_variance, 1e-12)
        left = np.maximum(self.growth_variance[rows] - slope * covariance, 0.0)
        growth = self.growth[rows] + slope * off + np.sqrt(left) * random.standard_normal(shape)
        mu = self.mu[rows] + off
        return (
            np.take_along_axis(mu, self.stretch[rows], axis=1),
            np.take_along_axis(growth, self.stretch[rows], axis=1),
        )


def levels(parameters: Parameters, past: Observed, filtered: Filtered) -> Levels:
    """From the past and the filter's run over it; a stretch that ended is seen by its own answers and earlier ones."""
    n, sessions = past.ratings.shape
    stretch = np.zeros((n, sessions), np.int64)
    if past.restart is not None:
        stretch[:, 1:] = np.cumsum(past.restart[:, 1:], axis=1)
    number = int(stretch.max(initial=0)) + 1
    names = ("mu", "growth", "mu_variance", "covariance", "growth_variance")
    tables = {name: np.tile(getattr(filtered, name)[:, None], (1, number)) for name in names}
    for k in range(number - 1):
        rows = np.flatnonzero(stretch[:, -1] > k)
        until = run(parameters, _until(past.rows(rows), stretch[rows] > k))
        for name in names:
            tables[name][rows, k] = getattr(until, name)
    return Levels(stretch, **tables)


def _until(observed: Observed, later: npt.NDArray[np.bool_]) -> Observed:
    """As it stood before the `later` sessions."""
    cut: dict[str, Any] = {
        name: np.where(later, np.nan, values)
        for name in STREAMS
        if (values := getattr(observed, name)) is not None
    }
    restart = None if observed.restart is None else observed.restart & ~later
    return replace(observed, restart=restart, **cut)
