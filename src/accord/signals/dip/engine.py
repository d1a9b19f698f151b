"""The fastest way to run the filter that this installation has: compiled where numba is there, else NumPy."""

from accord.signals.dip import batch, compiled
from accord.signals.dip.model import Parameters
from accord.signals.dip.observed import Filtered, Observed

WORTH_COMPILING = 2000  # cells; below that NumPy is done before numba has begun


def run(parameters: Parameters, observed: Observed) -> Filtered:
    """The filter over all clients; the same figures either way, to 1e-6."""
    if compiled.available() and (compiled.ready() or observed.ratings.size >= WORTH_COMPILING):
        return compiled.run(parameters, observed)
    return batch.run(parameters, observed)
