"""How far each therapist's clients lie above or below a service's mean, shrunk to none when clients are few.

After the fit, which takes all clients as one population (docs/method/dip.md)::

    l_i ~ N(level + b_j, (1 - share) v + Lam_i),   b_j ~ N(0, share v),   v = level_sd squared

`l_i` with variance `Lam_i` is what client i's answers alone say about their level: the filter's level at the end of the
course with the prior taken out. The share is found by maximum likelihood with a prior at 6 % (dip-filter study).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from accord.signals.dip.model import Parameters
from accord.signals.dip.observed import Filtered, Floats

UNKNOWN = -1
USUAL_SHARE, SHARE_SD = 0.06, 1.0  # prior of the share, the SD on the logit
SAYS_NOTHING = 0.999  # of the prior variance: such a client has no answers to speak of


@dataclass(frozen=True)
class Shifts:
    """Each therapist's shift of the level in points, its SE, and the share of the level's variance between them."""

    therapist: npt.NDArray[np.int64]
    shift: Floats
    error: Floats
    share: float

    def levels(self, par: Parameters, therapists: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Mean and variance of the level of these therapists' clients, before any answer."""
        level = np.full(len(therapists), par.level)
        variance = np.full(len(therapists), par.level_sd**2)
        for one, shift, error in zip(self.therapist, self.shift, self.error, strict=True):
            theirs = therapists == one
            level[theirs] = par.level + shift
            variance[theirs] = (1 - self.share) * par.level_sd**2 + error**2
        return level, variance


def shifts(par: Parameters, filtered: Filtered, therapists: npt.NDArray[np.int64]) -> Shifts:
    """From clients run with the prior of the service (no therapist known), and each one's therapist (-1: unknown)."""
    prior = par.level_sd**2
    telling = (therapists != UNKNOWN) & (filtered.mu_variance < SAYS_NOTHING * prior)
    mean, variance = filtered.mu[telling], filtered.mu_variance[telling]
    own = 1 / (1 / variance - 1 / prior)
    off = own * (mean / variance - par.level / prior) - par.level
    known, of = np.unique(therapists[telling], return_inverse=True)
    share = _share(prior, off, own, of, len(known)) if len(known) else par.therapist_share
    weight, pull = _weights(prior, share, off, own, of, len(known))
    precision = 1 / (share * prior) + weight
    return Shifts(known.astype(np.int64), pull / precision, np.sqrt(1 / precision), share)


def _weights(
    prior: float, share: float, off: Floats, own: Floats, of: npt.NDArray[np.intp], number: int
) -> tuple[Floats, Floats]:
    """Summed precision of each therapist's clients, and their precision-weighted sum."""
    weight = 1 / ((1 - share) * prior + own)
    sums: Floats = np.zeros(number)
    pulls: Floats = np.zeros(number)
    np.add.at(sums, of, weight)
    np.add.at(pulls, of, weight * off)
    return sums, pulls


def _share(prior: float, off: Floats, own: Floats, of: npt.NDArray[np.intp], number: int) -> float:
    """The share of the variance between therapists: highest point of its marginal likelihood times the prior."""
    usual = float(np.log(USUAL_SHARE / (1 - USUAL_SHARE)))

    def cost(logit: float) -> float:
        share = 1 / (1 + np.exp(-logit))
        weight, pull = _weights(prior, share, off, own, of, number)
        spread = (1 - share) * prior + own
        clients = np.log(spread) + off**2 / spread
        between = np.log1p(share * prior * weight) - pull**2 / (1 / (share * prior) + weight)
        return float(0.5 * (clients.sum() + between.sum() + ((logit - usual) / SHARE_SD) ** 2))

    found = minimize_scalar(cost, bounds=(usual - 5, usual + 5), method="bounded", options={"xatol": 1e-6})
    return float(1 / (1 + np.exp(-found.x)))
