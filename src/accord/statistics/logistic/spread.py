"""How far groups differ: the interval of the SD of their intercepts, by Wald on the log scale or by profile."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import norm

from accord.statistics.estimate import Estimate
from accord.statistics.logistic.quadrature import Integrated
from accord.statistics.logistic.search import STEPS, VAST_SD, Optimum

Floats = npt.NDArray[np.float64]

Z95 = float(norm.ppf(0.975))
DROP95 = 0.5 * Z95**2  # of the log-likelihood, at the ends of a profile interval
LOOSE = 0.25  # an SD with a larger relative SE gets a profile interval


def sd_estimate(inside: Integrated, best: Optimum, se: float) -> Estimate:
    """The SD's interval: on the log scale, or by profile where the SE is large beside it."""
    sd = float(best.place[-1])
    if np.isfinite(se) and se < LOOSE * sd:
        width = Z95 * se / sd
        return Estimate(
            sd, se, sd * float(np.exp(-width)), sd * float(np.exp(width)), method="Wald, log scale"
        )
    information = best.information[:-1, :-1]
    high = profile_end(inside, best.place[:-1], information, best.value, sd, max(0.25, sd))
    low = profile_end(inside, best.place[:-1], information, best.value, sd, -sd)
    return Estimate(sd, se if np.isfinite(se) else None, low, high, method="profile")


def profile_end(
    inside: Integrated, place: Floats, information: Floats, top: float, sd: float, step: float
) -> float | None:
    """The SD at which the likelihood, highest over the coefficients, has fallen to the end of a 95 % interval."""
    start = place.copy()

    def left(at: float) -> float:
        return _highest(inside, start, information, at) - top + DROP95

    if step < 0:
        return 0.0 if left(0.0) >= 0 else float(brentq(left, 0.0, sd, xtol=1e-4))
    near, far = sd, sd + step
    while left(far) > 0:
        near, far = far, far + 2 * (far - near)
        if far > VAST_SD:
            return None
    return float(brentq(left, near, far, xtol=1e-4))


def _highest(inside: Integrated, start: Floats, information: Floats, sd: float) -> float:
    """The log-likelihood at this SD, highest over the coefficients; `start` is moved there."""
    value, gradient = inside(start, sd)
    for _ in range(STEPS):
        move = np.linalg.solve(information, gradient[:-1])
        gain = float(gradient[:-1] @ move)
        if gain < 1e-6:
            break
        share = 1.0
        while share > 1e-3:
            higher, onward = inside(start + share * move, sd)
            if higher > value:
                break
            share /= 2
        start += share * move
        value, gradient = higher, onward
    return value
