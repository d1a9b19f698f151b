"""Whether the model foretells equally well for everyone: by what is told of clients, small groups kept back."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.judging.discrimination import auc
from accord.studies.leaving.risk import AtRisk
from accord.studies.result import CELL
from accord.studies.snapshot.opened import Snapshot


@dataclass(frozen=True)
class Group:
    """Clients who share a value of a trait. `ratio` is clients seen to leave over those foretold: 1 is right."""

    trait: str
    value: str
    auc: Estimate | NotFitted
    ratio: Estimate
    courses: int
    events: int


def by_group(
    snapshot: Snapshot, risk: AtRisk, chances: npt.NDArray[np.float64]
) -> tuple[tuple[Group, ...], int]:
    """Groups with at least `CELL` courses that left and as many that did not; and how many groups are kept back.

    Where one group alone would be kept back, the smallest of the others goes with it: else it could be told from
    the total.
    """
    told = snapshot.query(
        "SELECT DISTINCT course, trait, value FROM traits JOIN people USING (client)"
    ).to_pylist()
    course, left = np.asarray(risk.table["course"].to_pylist(), object), risk.left
    members: dict[str, dict[str, set[str]]] = {}
    for row in told:
        members.setdefault(row["trait"], {}).setdefault(row["value"], set()).add(row["course"])
    found: list[Group] = []
    kept_back = 0
    for trait, values in sorted(members.items()):
        sized = sorted((_group(trait, value, np.isin(course, list(who)), course, left, chances, risk.therapist)
                        for value, who in values.items()), key=lambda one: (one.events, one.courses))  # fmt: skip
        small = [one for one in sized if min(one.events, one.courses - one.events) < CELL]
        if len(small) == 1 and len(sized) > 1:
            small.append(next(one for one in sized if one is not small[0]))
        kept_back += len(small)
        found += sorted((one for one in sized if one not in small), key=lambda one: one.value)
    return tuple(found), kept_back


def _group(
    trait: str,
    value: str,
    inside: npt.NDArray[np.bool_],
    course: npt.NDArray[np.object_],
    left: npt.NDArray[np.float64],
    chances: npt.NDArray[np.float64],
    therapist: npt.NDArray[np.object_],
) -> Group:
    events, expected = float(left[inside].sum()), float(chances[inside].sum())
    ratio = Estimate(float("nan"))
    if events and expected:
        # The log of a ratio of counts to their expectation (Poisson).
        width = 1.96 / np.sqrt(events)
        value_of = events / expected
        ratio = Estimate(value_of, value_of / float(np.sqrt(events)), value_of * float(np.exp(-width)),
                         value_of * float(np.exp(width)), method="Poisson, log scale")  # fmt: skip
    return Group(
        trait=trait,
        value=value,
        auc=auc(left[inside], chances[inside], therapist[inside]),
        ratio=ratio,
        courses=len(set(course[inside])),
        events=int(events),
    )
