"""When a model foretells too well: which of its predictors may know more than they should."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.judging.discrimination import auc
from accord.statistics.logistic.model import Logistic
from accord.studies.leaving.predictors import Known, looking_ahead
from accord.studies.leaving.risk import AtRisk
from accord.studies.snapshot.opened import Snapshot

Foretold = Callable[[Logistic, AtRisk, int, int], npt.NDArray[np.float64] | NotFitted]
PARTS = 3  # fewer than for the card: only the order counts here
# By how much the AUC falls without a suspect: about half of what lies between the published .658 (BEN22) and .75. The
# alliance of simulated services, which knows nothing of later, makes .03 to .07. [design]
STANDS_OUT = 0.05


@dataclass(frozen=True)
class Suspect:
    """A predictor: by how much the AUC falls without it, and whether it is known to come from later.

    `fall` is None when it was not asked, or when the model cannot be fitted without it. `later`: it is said to be
    recorded at the end, or its values change when later sessions are taken away.
    """

    name: str
    fall: float | None
    later: bool


def suspects(
    snapshot: Snapshot, model: Logistic, risk: AtRisk, foretold: Foretold | None, seed: int
) -> tuple[tuple[Suspect, ...], tuple[str, ...]]:
    """All predictors, the likeliest first, where the means to foretell are given; and those that look ahead."""
    found_ahead = looking_ahead(snapshot, risk.predictors)
    ahead = tuple(one.name for one in risk.predictors if one.known is Known.AT_END or one.name in found_ahead)
    if foretold is None:
        return (), ahead
    whole = _height(foretold, model, risk, seed)
    found = []
    for name in model.fixed:
        without = replace(model, fixed=tuple(one for one in model.fixed if one != name))
        left = _height(foretold, without, risk, seed)
        fall = whole - left if whole is not None and left is not None else None
        found.append(Suspect(name, fall, name in ahead))
    return tuple(sorted(found, key=lambda one: (not one.later, -(one.fall or 0.0)))), ahead


def standing_out(found: Iterable[Suspect]) -> tuple[str, ...]:
    """Names of those that a person has to look at: without them the AUC falls clearly, or nothing can be fitted.

    All of them where none stands out: two that say the same hide each other.
    """
    told = list(found)
    out = tuple(one.name for one in told if one.later or one.fall is None or one.fall >= STANDS_OUT)
    return out or tuple(one.name for one in told)


def _height(foretold: Foretold, model: Logistic, risk: AtRisk, seed: int) -> float | None:
    """The AUC of a model; None when it cannot be fitted."""
    chances = foretold(model, risk, seed, PARTS)
    told = NotFitted("") if isinstance(chances, NotFitted) else auc(risk.left, chances)
    return told.value if isinstance(told, Estimate) else None
