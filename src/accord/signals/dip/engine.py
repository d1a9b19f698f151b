"""The fastest way to run the filter that this installation has: compiled where numba is there, else NumPy."""

from accord.signals.dip import batch, compiled
from accord.signals.dip.model import Parameters
from accord.signals.dip.observed import Filtered, Observed


def run(parameters: Parameters, observed: Observed) -> Filtered:
    """The filter over all clients; the same figures either way, to 1e-6.

    Never chosen by size: an installation gives the same last digits whenever it is asked.
    """
    return compiled.run(parameters, observed) if compiled.available() else batch.run(parameters, observed)
