"""Answers to the items of a form from a snapshot: one row per form in which every item of its total was answered."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from accord.instruments.definition import Instrument
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import COUNTS

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Answers:
    """Rows x items in the order of `numbers`, turned so that higher is better; who it is about; session number.

    `incomplete` are forms left out since an item of the total had no answer.
    """

    numbers: tuple[int, ...]
    values: Floats
    client: Words
    therapist: Words
    number: npt.NDArray[np.int64]
    incomplete: int

    def __len__(self) -> int:
        return len(self.values)

    def one_each(self, at: int = 3) -> npt.NDArray[np.int64]:
        """Rows, one per client: the last form up to session `at`, or else the first after it."""
        early = self.number <= at
        order = np.lexsort((np.where(early, -self.number, self.number), ~early, self.client))
        _, first = np.unique(self.client[order], return_index=True)
        found: npt.NDArray[np.int64] = order[first]
        return found


def answers(snapshot: Snapshot, form: Instrument) -> Answers:
    """Complete forms of `form` about sessions held; every item of its main scale."""
    scale = form.scale(form.main_scale)
    columns = ", ".join(f"max(value) FILTER (item = {item} AND {COUNTS}) AS i{item}" for item in scale.items)
    chosen = ", ".join(map(str, scale.items))
    table = snapshot.query(
        f"""
        WITH forms AS (
          SELECT session, version, {columns}, row_number() OVER (PARTITION BY session ORDER BY version DESC) AS place
          FROM items WHERE instrument = '{form.id}' AND respondent = '{form.respondent.value}'
            AND item IN ({chosen})
          GROUP BY session, version HAVING count(value) > 0
        )
        SELECT client, coalesce(therapist, client) AS therapist, number, {", ".join(f"i{item}" for item in scale.items)}
        FROM forms JOIN rated USING (session) WHERE place = 1 ORDER BY client, rated.course, number
        """
    )
    values = np.column_stack([_column(table[f"i{item}"]) for item in scale.items])
    for place, item in enumerate(scale.items):
        if item in scale.reversed:
            low, high = form.item(item).low, form.item(item).high
            values[:, place] = (low or 0.0) + (high or 0.0) - values[:, place]
    whole = np.isfinite(values).all(1)
    return Answers(
        scale.items,
        values[whole],
        np.asarray(table["client"].to_pylist(), dtype=str)[whole],
        np.asarray(table["therapist"].to_pylist(), dtype=str)[whole],
        np.asarray(table["number"].to_pylist(), dtype=np.int64)[whole],
        int((~whole).sum()),
    )


def _column(column: Any) -> Floats:
    return np.asarray(column.cast("float64").to_numpy(), np.float64)
