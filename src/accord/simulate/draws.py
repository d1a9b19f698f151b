"""What every part of the simulator draws with: shares, and states that pass from session to session."""

import numpy as np
import numpy.typing as npt

from accord.simulate.parameters import Shares

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def draw_shares(random: np.random.Generator, shares: Shares, size: tuple[int, ...]) -> Floats:
    """Outcomes drawn by their probabilities."""
    values, chances = np.array(shares).T
    result: Floats = values[np.searchsorted(np.cumsum(chances)[:-1], random.random(size), side="right")]
    return result


def draw_states(random: np.random.Generator, n: int, longest: int, sd: float, phi: float) -> Floats:
    """A stationary first-order autoregression per client."""
    noise = random.normal(0, 1, (n, longest))
    state = np.empty((n, longest))
    state[:, 0] = sd * noise[:, 0]
    step = sd * np.sqrt(1 - phi**2)
    for t in range(1, longest):
        state[:, t] = phi * state[:, t - 1] + step * noise[:, t]
    return state
