"""What the rows of a file say of a course or a client as a whole: how it ended, treatment, plan, language.

A file may say it in one row or in every row. Of rows of one client that say different things none is chosen: they are
faults.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from accord.basics.near import hint
from accord.course.ending import LONGEST_WORDS, MOST_PLANNED, Ending
from accord.exchange.cells import Wrong, whole
from accord.exchange.mapping import Ended, ImportMap
from accord.exchange.table import Numbers, Table
from accord.exchange.visits import NOWHERE, Faulty, Visit, cells, listed

ENDINGS = ", ".join(Ending)


@dataclass(frozen=True)
class Said:
    """What a file says of one client's course; None: it does not say. `place` and `row` are the first that did.

    `day`: of the last session whose row says how it ended; where none does, of the last whose row says anything.
    """

    place: int
    row: int
    day: date
    ended: Ended | None = None
    treatment: str | None = None
    planned: int | None = None
    language: str | None = None


Sayings = Mapping[str, Sequence[Any]]  # by what is told: what each row says of it


def read_sayings(
    table: Table, chosen: ImportMap, visits: Sequence[Visit], row_visits: Sequence[Numbers], faulty: Faulty
) -> Sayings:
    """Every row's word on these; a row that says something else than an earlier one of its client is a fault."""
    course, language = chosen.course, chosen.client.language_column
    asked: dict[str, tuple[str, Callable[[str], Any]]] = {}
    if course.ending:
        asked["ended"] = course.ending.column, _ending(course.ending.values)
    if course.treatment:
        asked["treatment"] = course.treatment, _treatment
    if course.planned:
        asked["planned"] = course.planned, _planned
    if language:
        asked["language"] = language.column, listed(language)
    said = {name: cells(table, column, read, faulty) for name, (column, read) in asked.items()}
    for name, values in said.items():
        _agree(table, asked[name][0], visits, row_visits[0], values, faulty)
    return said


def by_client(
    sayings: Sayings,
    table: Table,
    visits: Sequence[Visit],
    row_visits: Sequence[Numbers],
    kept: npt.NDArray[np.bool_],
    used: npt.NDArray[np.bool_],
) -> dict[str, Said]:
    """What the `kept` rows say of each client; a course ends with the last `used` visit of the rows that say so."""
    found: dict[str, Said] = {}
    for place in np.flatnonzero(kept).tolist() if sayings else ():
        here = [
            visits[numbers[place]]
            for numbers in row_visits
            if numbers[place] != NOWHERE and used[numbers[place]]
        ]
        told = {name: said[place] for name, said in sayings.items() if said[place] is not None}
        if not told or not here:
            continue
        day = max(visit.day for visit in here)
        one = found.get(here[0].client, Said(place, int(table.rows[place]), day))
        _, last = max((one.ended is not None, one.day), ("ended" in told, day))
        found[here[0].client] = replace(one, **told, day=last)
    return found


def _agree(
    table: Table, column: str, visits: Sequence[Visit], numbers: Numbers, said: Sequence[Any], faulty: Faulty
) -> None:
    first: dict[str, tuple[Any, int]] = {}
    for place, (number, value) in enumerate(zip(numbers.tolist(), said, strict=True)):
        if number == NOWHERE or value is None:
            continue
        before, row = first.setdefault(visits[number].client, (value, int(table.rows[place])))
        if before != value:
            faulty.add(
                place, column, f"row {row} says something else of this client.", "Say it once, or alike."
            )


def _ending(known: dict[str, Ended | None]) -> Callable[[str], Ended | Wrong | None]:
    def read(text: str) -> Ended | Wrong | None:
        if text in known:
            return known[text]
        do = f"Add it to 'values': null where the course goes on, else one of {ENDINGS}."
        return Wrong("this is none of the map's endings.", f"{hint(text, known)} {do}".strip())

    return read


def _treatment(text: str) -> str | Wrong | None:
    if len(text) > LONGEST_WORDS:
        return Wrong(f"the treatment has more than {LONGEST_WORDS} characters.", "Name it in fewer words.")
    return text or None


def _planned(text: str) -> int | Wrong | None:
    if not text:
        return None
    found = whole(text)
    if isinstance(found, int) and not 1 <= found <= MOST_PLANNED:
        return Wrong(f"planned sessions are 1 to {MOST_PLANNED}.", "Leave the cell blank where it is open.")
    return found
