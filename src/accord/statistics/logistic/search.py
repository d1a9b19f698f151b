"""The search for the highest likelihood, without groups and with them, in scaled units."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from accord.statistics.logistic.links import Counts, LinkFunctions
from accord.statistics.logistic.quadrature import Integrated, Rows

Floats = npt.NDArray[np.float64]
Downhill = Callable[[Floats], tuple[float, Floats]]

START_SD = 0.5
NO_SD = 1e-3  # an SD below this is held against none at all
VAST_SD = 30.0  # an SD beyond this means that groups have one outcome each
DIFFERENCE = 1e-3  # step of the Hessian's differences, in SEs
STILL = 1e-6  # slope in SEs at which the search ends
STEPS = 60


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where the likelihood is highest, in scaled units; `information` is minus its Hessian there."""

    place: Floats
    value: float
    information: Floats
    slope: float  # in SEs
    evaluations: int
    settled: bool


def fit_plain(rows: Rows, link: LinkFunctions) -> Optimum | None:
    """Newton's method; both log-likelihoods are concave. None where it does not settle."""
    counts = Counts(rows.events, rows.trials)
    place = np.zeros(rows.design.shape[1])
    place[0] = link.start(float(rows.events.sum() / rows.trials.sum()))
    value = float(link.value(rows.design @ place, counts)[0].sum())
    for step in range(STEPS):
        slopes = link.slopes(rows.design @ place, counts)
        gradient = slopes.score @ rows.design
        information = -(rows.design.T * slopes.bend) @ rows.design
        try:
            move = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            return None
        slope = float(np.sqrt(max(float(gradient @ move), 0.0)))
        if slope < STILL * 1e-2 or not np.isfinite(slope):
            return Optimum(place, value, information, slope, step, True) if np.isfinite(slope) else None
        share = 1.0
        while share > 1e-6:
            onward = place + share * move
            higher = float(link.value(rows.design @ onward, counts)[0].sum())
            if higher >= value - 1e-12 * abs(value):
                break
            share /= 2
        place, value = onward, higher
    return None


def search(inside: Integrated, plain: Optimum, start: float = START_SD) -> Optimum | None:
    """BFGS in units in which the plain fit's information is 1, then Newton with a Hessian from exact gradients."""
    size = len(plain.place)
    root = np.linalg.cholesky(np.linalg.inv(plain.information))
    spread = 0.5 / np.sqrt(len(inside.rows.sizes))  # about the SE of an SD
    units = np.zeros((size + 1, size + 1))
    units[:size, :size], units[size, size] = root, spread
    begin = np.append(plain.place, start)

    def downhill(at: Floats) -> tuple[float, Floats]:
        place = begin + units @ at
        value, gradient = inside(place[:-1], abs(place[-1]))
        gradient[-1] *= 1.0 if place[-1] >= 0 else -1.0
        return -value, -(units.T @ gradient)

    found = minimize(
        downhill, np.zeros(size + 1), jac=True, method="BFGS", options={"gtol": 1e-3, "maxiter": 200}
    )
    at = np.asarray(found.x)
    if not np.all(np.isfinite(at)):
        return None
    value, information = float(-found.fun), np.eye(size + 1)
    for _ in range(3):
        place = begin + units @ at
        if abs(place[-1]) < NO_SD or abs(place[-1]) > VAST_SD:
            break
        information = _hessian(downhill, at)
        if np.linalg.eigvalsh(information)[0] <= 0:
            break
        at, value, settled = _newton(downhill, at, information)
        if settled:
            break
    gradient = downhill(at)[1]
    place = begin + units @ at
    place[-1] = abs(place[-1])
    back = np.linalg.inv(units)
    try:
        slope = float(np.sqrt(abs(gradient @ np.linalg.solve(information, gradient))))
    except np.linalg.LinAlgError:
        slope = float("inf")
    return Optimum(place, value, back.T @ information @ back, slope, inside.evaluations, slope < 100 * STILL)


def _hessian(downhill: Downhill, at: Floats) -> Floats:
    """Differences of the exact gradient, in units of about one SE each."""
    here = downhill(at)[1]
    rows = np.array([(downhill(at + DIFFERENCE * unit)[1] - here) / DIFFERENCE for unit in np.eye(len(at))])
    return np.asarray(0.5 * (rows + rows.T))


def _newton(downhill: Downhill, at: Floats, information: Floats) -> tuple[Floats, float, bool]:
    """A few steps with one Hessian; whether the slope is then 0."""
    low, gradient = downhill(at)
    for _ in range(6):
        move = np.linalg.solve(information, gradient)
        if np.sqrt(abs(gradient @ move)) < STILL:
            return at, -low, True
        lower, onward = downhill(at - move)
        if lower > low + 1e-9 * abs(low):
            break
        at, low, gradient = at - move, lower, onward
    return at, -low, bool(np.sqrt(abs(gradient @ np.linalg.solve(information, gradient))) < STILL)
