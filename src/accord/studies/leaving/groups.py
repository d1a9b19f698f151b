"""Whether the model foretells equally well for everyone: by what is told of clients, small groups kept back."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.judging.discrimination import auc
from accord.studies.frontiers.groups import NOT_TOLD, Cell, rounded, shown, traits
from accord.studies.leaving.risk import AtRisk
from accord.studies.snapshot.opened import Snapshot

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """Clients who share a value of a trait. `ratio` is clients seen to leave over those foretold: 1 is right.

    `people` are told in fives.
    """

    trait: str
    value: str
    auc: Estimate | NotFitted
    ratio: Estimate
    people: int


def by_group(
    snapshot: Snapshot, risk: AtRisk, chances: npt.NDArray[np.float64]
) -> tuple[tuple[Group, ...], int]:
    """Groups in which five people or more left and as many did not; and how many groups are kept back.

    As everywhere (`frontiers.groups`): nothing that is kept back can be had by subtraction, and those of whom nothing
    was told are a group of their own.
    """
    whose = {
        row["course"]: row["client"]
        for row in snapshot.query("SELECT course, client FROM people").to_pylist()
    }
    client = np.array([whose[one] for one in risk.table["course"].to_pylist()], str)
    found: list[Group] = []
    kept_back = 0
    for trait in traits(snapshot):
        group = np.array([trait.group.get(one, NOT_TOLD) for one in client])
        names = [str(one) for one in np.unique(group)]
        cells = {name: _cell(client, group == name, risk.left) for name in names}
        told = shown(cells)
        kept_back += len(cells) - len(told)
        found += [
            _group(trait.name, name, group == name, cells[name], risk, chances)
            for name in sorted(told)
            if name != NOT_TOLD
        ]
    return tuple(found), kept_back


def _cell(client: npt.NDArray[np.str_], inside: Flags, left: npt.NDArray[np.float64]) -> Cell:
    people, gone = set(client[inside]), set(client[inside & (left == 1)])
    return Cell(len(people), len(gone), len(people - gone))


def _group(
    trait: str, value: str, inside: Flags, cell: Cell, risk: AtRisk, chances: npt.NDArray[np.float64]
) -> Group:
    left = risk.left
    events, expected = float(left[inside].sum()), float(chances[inside].sum())
    ratio = Estimate(float("nan"))
    if events and expected:
        # The log of a ratio of counts to their expectation (Poisson). Two digits, the events behind the interval in
        # fives: else its width would tell to the last person how many left.
        width = 1.96 / float(np.sqrt(rounded(int(events)) or events))
        value_of = round(events / expected, 2)
        ratio = Estimate(
            value_of,
            None,
            value_of * float(np.exp(-width)),
            value_of * float(np.exp(width)),
            method="Poisson, log scale",
        )
    return Group(
        trait=trait,
        value=value,
        auc=auc(left[inside], chances[inside], risk.therapist[inside]),
        ratio=ratio,
        people=rounded(cell.people),
    )
