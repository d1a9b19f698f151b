"""A table read by its map: visits and forms in arrays, and every fault with its row and column. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from accord.exchange.cells import Reading, Wrong
from accord.exchange.layout import Form, Layout
from accord.exchange.mapping import ImportMap, OnlyPart
from accord.exchange.said import Said, Sayings, by_client, read_sayings
from accord.exchange.table import Column, Numbers, RowFault, Table
from accord.exchange.visits import NOWHERE, Faulty, Visit, read_visits
from accord.instruments.definition import Missing

GIVEN, DECLINED, NOT_REACHED, NOT_ASKED, WRONG = range(5)
ABSENT = {Missing.DECLINED: DECLINED, Missing.NOT_REACHED: NOT_REACHED, Missing.NOT_ASKED: NOT_ASKED}

Floats = npt.NDArray[np.float64]
Kinds = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Batch:
    """All responses to one form, a row each.

    `visits` says which visit each belongs to; `values` is NaN where `kinds` says that an answer is absent, and how.
    """

    form: Form
    visits: Numbers
    places: Numbers
    rows: Numbers
    values: Floats
    kinds: Kinds

    def __len__(self) -> int:
        return len(self.visits)

    def only(self, kept: npt.NDArray[np.bool_]) -> "Batch":
        """The responses that are kept."""
        return Batch(
            self.form,
            self.visits[kept],
            self.places[kept],
            self.rows[kept],
            self.values[kept],
            self.kinds[kept],
        )


@dataclass(frozen=True)
class Incoming:
    """What a file brings, without the rows that have faults.

    `said`: what is told of a course as a whole, by client. `refused` are the places of all rows that are left out;
    `empty` counts forms without an answer: no responses.
    """

    table: Table
    visits: tuple[Visit, ...]
    batches: tuple[Batch, ...]
    said: dict[str, Said]
    faults: tuple[RowFault, ...]
    refused: frozenset[int]
    empty: int
    unknown: tuple[str, ...] = ()

    @property
    def responses(self) -> int:
        """How many responses there are."""
        return sum(len(batch) for batch in self.batches)


def read_incoming(
    table: Table, chosen: ImportMap, layout: Layout, *, clinic_zone: str, today: date
) -> Incoming:
    """Everything in the table that the map asks for. Raises `Faults` only for what concerns the whole file."""
    faulty = Faulty(table, list(table.broken))
    read = {"session": _by_row, "answer": _by_answer, "client": _by_client}[chosen.a_row_is]
    visits, row_visits = read_visits(table, chosen, faulty, clinic_zone, today)
    batches = [
        batch for form in layout.forms if (batch := read(table, form, row_visits, chosen, faulty)) is not None
    ]
    if chosen.a_row_is == "answer":
        _nameless(table, layout, row_visits[0], faulty)
    for batch in batches:
        _doubles(batch, faulty)
    sayings = read_sayings(table, chosen, visits, row_visits, faulty)
    return _sound(
        table, visits, row_visits, batches, sayings, faulty, layout, whole_forms=chosen.a_row_is == "answer"
    )


# Forms


@dataclass(frozen=True)
class _Parsed:
    """One column read for one item or scale: number, kind and fault of each distinct text."""

    column: Column
    values: Floats
    kinds: Kinds
    wrong: dict[int, Wrong]


def _parsed(column: Column, form: Form, name: str, reading: Reading) -> _Parsed:
    values = np.full(len(column.texts), np.nan)
    kinds = np.zeros(len(column.texts), dtype=np.uint8)
    wrong: dict[int, Wrong] = {}
    for position, text in enumerate(column.texts):
        found = reading(text)
        if isinstance(found, Missing):
            kinds[position] = ABSENT[found]
            continue
        if not isinstance(found, Wrong) and (what := form.fault_of(name, found)) is not None:
            found = Wrong(what)
        if isinstance(found, Wrong):
            kinds[position], wrong[position] = WRONG, found
        else:
            values[position] = found
    return _Parsed(column, values, kinds, wrong)


def _reading(form: Form, chosen: ImportMap) -> Reading:
    return Reading(chosen.file.decimal, chosen.file.empty, form.part.labels or None, form.part.absent or None)


def _by_row(
    table: Table, form: Form, row_visits: list[Numbers], chosen: ImportMap, faulty: Faulty, session: int = 0
) -> Batch | None:
    """Where a row is a session: each row that is meant holds one response."""
    meant = np.flatnonzero(_meant(table, form.part.only))
    reading = _reading(form, chosen)
    values = np.full((len(meant), len(form.cells)), np.nan)
    kinds = np.full((len(meant), len(form.cells)), NOT_REACHED, dtype=np.uint8)
    for place, cell in enumerate(form.cells):
        parsed = _parsed(table.column(cell.columns[session]), form, cell.name, reading)
        picks = parsed.column.picks[meant]
        values[:, place], kinds[:, place] = parsed.values[picks], parsed.kinds[picks]
        if parsed.wrong:
            _tell(parsed, meant, picks, faulty)
    return Batch(form, row_visits[session][meant], meant, table.rows[meant], values, kinds)


def _by_client(
    table: Table, form: Form, row_visits: list[Numbers], chosen: ImportMap, faulty: Faulty
) -> Batch | None:
    """Where a row is a client: each row holds a response per session."""
    parts = [
        _by_row(table, form, row_visits, chosen, faulty, session)
        for session in range(len(chosen.session.numbers))
    ]
    made = [part for part in parts if part is not None]
    return Batch(
        form,
        np.concatenate([part.visits for part in made]),
        np.concatenate([part.places for part in made]),
        np.concatenate([part.rows for part in made]),
        np.concatenate([part.values for part in made]),
        np.concatenate([part.kinds for part in made]),
    )


def _by_answer(
    table: Table, form: Form, row_visits: list[Numbers], chosen: ImportMap, faulty: Faulty
) -> Batch | None:
    """Where a row is one answer: rows of the same visit make one response; an answer without a row was not reached."""
    assert form.part.value is not None
    names = _named_items(table, form)
    meant = np.flatnonzero(_meant(table, form.part.only) & (names != NOWHERE) & (row_visits[0] != NOWHERE))
    visits, response = np.unique(row_visits[0][meant], return_inverse=True)
    values = np.full((len(visits), len(form.cells)), np.nan)
    kinds = np.full((len(visits), len(form.cells)), NOT_REACHED, dtype=np.uint8)
    first = np.full((len(visits), len(form.cells)), NOWHERE, dtype=np.int64)
    places = np.full(len(visits), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(places, response, meant)
    reading, column = _reading(form, chosen), table.column(form.part.value)
    for index, cell in enumerate(form.cells):
        mine = names[meant] == index
        rows, of = meant[mine], response[mine]
        if not len(rows):
            continue
        parsed = _parsed(column, form, cell.name, reading)
        picks = column.picks[rows]
        _tell(parsed, rows, picks, faulty)
        for place, which in zip(rows.tolist(), of.tolist(), strict=True):
            if first[which, index] != NOWHERE:
                earlier = table.rows[first[which, index]]
                faulty.add(
                    place, form.part.value, f"the same answer stands in row {earlier} already.", "Keep one."
                )
            else:
                first[which, index] = place
        values[of[::-1], index], kinds[of[::-1], index] = (
            parsed.values[picks][::-1],
            parsed.kinds[picks][::-1],
        )
    return Batch(form, visits, places, table.rows[places], values, kinds)


def _named_items(table: Table, form: Form) -> Numbers:
    """For each row the place of its item or scale among the form's, or `NOWHERE`."""
    column = table.column(str(form.part.item or form.part.scale))
    places = {cell.name: place for place, cell in enumerate(form.cells)}
    found = [
        places.get(str(form.part.names.get(text, text)), NOWHERE) if text else NOWHERE
        for text in column.texts
    ]
    return np.array(found, dtype=np.int64)[column.picks] if found else np.zeros(0, dtype=np.int64)


def _nameless(table: Table, layout: Layout, visits: Numbers, faulty: Faulty) -> None:
    """Rows that a form means but whose item or scale no form knows."""
    asked = np.zeros(len(table), dtype=np.bool_)
    known = np.zeros(len(table), dtype=np.bool_)
    for form in layout.forms:
        meant = _meant(table, form.part.only)
        asked |= meant
        known |= meant & (_named_items(table, form) != NOWHERE)
    name = next((str(form.part.item or form.part.scale) for form in layout.forms), "")
    for place in np.flatnonzero(asked & ~known & (visits != NOWHERE)):
        faulty.add(
            place, name, "this names no item or scale of the form.", "Say what it stands for under 'names'."
        )


def _meant(table: Table, only: OnlyPart | None) -> npt.NDArray[np.bool_]:
    if only is None:
        return np.ones(len(table), dtype=np.bool_)
    column = table.column(only.column)
    return np.array([text == only.equals for text in column.texts], dtype=np.bool_)[column.picks]


def _tell(parsed: _Parsed, places: Numbers, picks: Numbers, faulty: Faulty) -> None:
    for position, wrong in parsed.wrong.items():
        for place in places[picks == position]:
            faulty.add(place, parsed.column.name, wrong.what, wrong.do)


def _doubles(batch: Batch, faulty: Faulty) -> None:
    """A second row for the same session and form."""
    first: dict[int, int] = {}
    full = ~_blank(batch)
    for place, row, visit, holds in zip(
        batch.places.tolist(), batch.rows.tolist(), batch.visits.tolist(), full.tolist(), strict=True
    ):
        if visit == NOWHERE or not holds:
            continue
        if visit in first:
            what = f"row {first[visit]} has the same session and form ({batch.form.instrument}) already."
            faulty.add(place, "", what, "Keep one of the two.")
        else:
            first[visit] = row


def _blank(batch: Batch) -> npt.NDArray[np.bool_]:
    """Responses without any answer: nobody filled in a form."""
    return np.asarray(((batch.kinds == NOT_REACHED) | (batch.kinds == NOT_ASKED)).all(axis=1), dtype=np.bool_)


# What is left when rows with faults are taken out


def _sound(
    table: Table,
    visits: list[Visit],
    row_visits: list[Numbers],
    batches: Iterable[Batch],
    sayings: Sayings,
    faulty: Faulty,
    layout: Layout,
    *,
    whole_forms: bool,
) -> Incoming:
    refused = {fault.place for fault in faulty.found if fault.place >= 0}
    if whole_forms and refused:
        # A form with one answer refused would read as a form with one answer missing.
        touched = {int(row_visits[0][place]) for place in refused} - {NOWHERE}
        for place in np.flatnonzero(np.isin(row_visits[0], list(touched))):
            if place not in refused:
                faulty.add(place, "", "another row of this session is refused.", "Mend that one first.")
        refused = {fault.place for fault in faulty.found if fault.place >= 0}
    keep_row = np.ones(len(table), dtype=np.bool_)
    keep_row[sorted(refused)] = False
    kept, empty = [], 0
    for batch in batches:
        blank = _blank(batch)
        sound = keep_row[batch.places] & (batch.visits != NOWHERE)
        empty += int((blank & sound).sum())
        kept.append(batch.only(sound & ~blank))
    used = np.zeros(len(visits), dtype=np.bool_)
    for of_session in row_visits if len(row_visits) == 1 else ():
        used[of_session[keep_row & (of_session != NOWHERE)]] = True
    for batch in kept:  # where a row is a client, a session without any answer is not known to have been
        used[batch.visits] = True
    number = np.cumsum(used) - 1
    renumbered = [
        Batch(one.form, number[one.visits], one.places, one.rows, one.values, one.kinds) for one in kept
    ]
    left = tuple(visit for visit, is_used in zip(visits, used.tolist(), strict=True) if is_used)
    return Incoming(
        table,
        left,
        tuple(renumbered),
        by_client(sayings, table, visits, row_visits, keep_row, used),
        tuple(sorted(faulty.found, key=lambda fault: (fault.row, fault.column))),
        frozenset(refused),
        empty,
        layout.unknown,
    )
