"""The history of one client seen from today: how likely each past session lay in a dip, and the line without dips.

Alarms never use it, since it knows later sessions; it draws the band of ordinary ratings in a picture. Kim's smoother
for the two modes: backwards, each pair of modes moves what was known at t by what is now known of t + 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.signals.dip.model import Parameters
from accord.signals.dip.scalar import NEVER, OUTLIER, Asked, Branch, Followed

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Smoothed:
    """One past session: P(dip), and where an ordinary rating would lie there, given all that is known today."""

    p_dip: float
    expected: float
    expected_sd: float


@dataclass
class _Known:
    """Mean and covariance of (mu, g, s, D) in each mode, and the chance of the dip."""

    means: list[Matrix]
    covariances: list[Matrix]
    in_dip: float


def smooth(parameters: Parameters, asked: Sequence[Asked], told: Sequence[Followed]) -> tuple[Smoothed, ...]:
    """Every session in the light of all; `told` is what `follow` said about `asked`. Nothing flows over a restart."""
    found: list[Smoothed] = []
    later: _Known | None = None
    for place in range(len(told) - 1, -1, -1):
        one = _unpacked(told[place])
        if later is not None and not asked[place + 1].restart:
            one = _from_later(parameters, asked[place + 1], one, later)
        found.append(_said(parameters, asked, place, one))
        later = one
    return tuple(reversed(found))


def _unpacked(told: Followed) -> _Known:
    steady, dipped, in_dip = told.state[0], told.state[1], told.state[2]
    return _Known(
        [_mean(steady), _mean(dipped)], [_covariance(steady), _covariance(dipped)], min(1.0, in_dip)
    )


def _mean(branch: Branch) -> Matrix:
    return np.array(branch[1:5])


def _covariance(branch: Branch) -> Matrix:
    made = np.zeros((4, 4))
    made[np.triu_indices(4)] = branch[5:]
    return made + np.triu(made, 1).T


def _from_later(par: Parameters, asked: Asked, now: _Known, later: _Known) -> _Known:
    """What is known at t once t + 1 is known: over the four pairs of modes, merged to two."""
    elapsed = asked.elapsed
    phi = par.phi**elapsed
    stays = (1 - par.end) ** elapsed
    chance = np.array(
        [[(1 - now.in_dip) * (1 - par.onset), (1 - now.in_dip) * par.onset],
         [now.in_dip * (1 - stays), now.in_dip * stays]]
    )  # fmt: skip
    into = np.array([1 - later.in_dip, later.in_dip])
    weights = chance / np.maximum(chance.sum(0), NEVER) * into
    weights = weights / weights.sum()
    means, covariances = [], []
    for mode in (0, 1):
        parts = [_pair(par, phi, now, later, mode, after) for after in (0, 1)]
        share = weights[mode] / max(weights[mode].sum(), NEVER)
        mean = share[0] * parts[0][0] + share[1] * parts[1][0]
        covariance = np.zeros((4, 4))
        for weight, (m, p) in zip(share, parts, strict=True):
            covariance += weight * (p + np.outer(m - mean, m - mean))
        means.append(mean)
        covariances.append(covariance)
    return _Known(means, covariances, float(weights[1].sum()))


def _pair(
    par: Parameters, phi: float, now: _Known, later: _Known, mode: int, after: int
) -> tuple[Matrix, Matrix]:
    """Mean and covariance at t in `mode`, if t + 1 is in `after`."""
    mean, covariance = now.means[mode], now.covariances[mode]
    sized = 4 if mode == after == 1 else 3  # D is shared by two sessions of the same dip only
    move = np.diag([1.0, 1.0, phi, 1.0])[:sized, :sized]
    known = covariance[:sized, :sized]
    ahead = move @ known @ move.T
    ahead[2, 2] += par.state_sd**2 * (1 - phi * phi)
    gain = covariance[:, :sized] @ move.T @ np.linalg.inv(ahead)
    moved = mean + gain @ (later.means[after][:sized] - move @ mean[:sized])
    return moved, covariance + gain @ (later.covariances[after][:sized, :sized] - ahead) @ gain.T


def _said(par: Parameters, asked: Sequence[Asked], place: int, known: _Known) -> Smoothed:
    begin = max((k for k in range(1, place + 1) if asked[k].restart), default=0)
    look = np.array([1.0, np.log(place - begin + 1), 1.0])
    lines = [float(look @ mean[:3]) for mean in known.means]
    spreads = [float(look @ covariance[:3, :3] @ look) for covariance in known.covariances]
    d = known.in_dip
    mean = (1 - d) * lines[0] + d * lines[1]
    variance = (1 - d) * spreads[0] + d * spreads[1] + d * (1 - d) * (lines[1] - lines[0]) ** 2
    # The state of that session is part of what is ordinary; it is not to narrow the band around itself.
    error = par.error_sd**2 * (1 + (OUTLIER - 1) * par.outlier)
    return Smoothed(d, mean, float(np.sqrt(max(variance, 0.0) + error)))
