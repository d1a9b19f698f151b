"""Statistics that know nothing of therapy: mixed models, hazards, how well chances foretell, resampling.

Each method takes a small frozen value that names a model and a table, and gives a frozen value back, or `NotFitted`
with the reason. Multiple imputation is out of scope: rows with a gap are dropped and counted.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accord.statistics.estimate import NotFitted as NotFitted
    from accord.statistics.logistic.fitting import fit_logistic as fit_logistic
    from accord.statistics.logistic.model import Logistic as Logistic
    from accord.statistics.mixed.fitting import fit as fit
    from accord.statistics.mixed.model import Model as Model
    from accord.statistics.mixed.model import Random as Random

# Loaded when they are asked for, since SciPy takes a while.
_WHERE = {
    "Logistic": "logistic.model",
    "Model": "mixed.model",
    "NotFitted": "estimate",
    "Random": "mixed.model",
    "fit": "mixed.fitting",
    "fit_logistic": "logistic.fitting",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
