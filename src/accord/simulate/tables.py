"""The tables of a simulated service: what it would have on file, and apart from that the truth.

`COLUMNS` is the column dictionary: table, column, type, meaning. The docs are checked against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accord.course.session import Attendance
from accord.instruments.definition import Missing, Respondent
from accord.simulate.answers import ARRIVAL, CHECK_IN, SRS, TWIN, WAI_SR, Gap
from accord.simulate.appointments import STATES
from accord.simulate.block import Block
from accord.simulate.calibration import total_of_four
from accord.simulate.draws import Floats, Integers
from accord.simulate.parameters import KINDS

Cells: TypeAlias = "pa.Array[Any]"

WELLBEING = "accord-wellbeing"
OPENED = date(2024, 1, 1)  # a Monday, as day 0 of the appointments is
MOST_ITEMS = 5


@dataclass(frozen=True)
class Column:
    """One column: its type and what it means."""

    name: str
    type: pa.DataType
    meaning: str


CLIENT = Column("client", pa.string(), "Client, c0000001 and so on.")
SLOT = Column("slot", pa.int16(), "Place of the appointment in the client's course, from 1.")
COLUMNS: dict[str, tuple[Column, ...]] = {
    "clients": (
        CLIENT,
        Column("therapist", pa.string(), "The client's therapist, t000001 and so on."),
        Column("first_day", pa.date32(), "Day of the first appointment."),
        Column("planned", pa.int16(), "Number of sessions planned."),
        Column("held", pa.int16(), "Number of sessions held."),
        Column("dropped_out", pa.bool_(), "Whether the client left before that."),
        Column("outcome", pa.float64(), "Result at the end, standardised, higher better; empty: not known."),
    ),
    "sessions": (
        CLIENT,
        SLOT,
        Column("number", pa.int16(), "Number among the sessions held, from 1; empty: it fell out."),
        Column("therapist", pa.string(), "The client's therapist."),
        Column("day", pa.date32(), "Day of the appointment; the service opened on 2024-01-01."),
        Column("kind", pa.string(), f"How people meet: {', '.join(KINDS)}."),
        Column(
            "attendance",
            pa.string(),
            f"One of {', '.join(state for state in STATES if state is not Attendance.PLANNED)}.",
        ),
    ),
    "answers": (
        CLIENT,
        SLOT,
        Column("instrument", pa.string(), "Instrument, one of Accord's own."),
        Column("respondent", pa.string(), "client or therapist."),
        *(
            Column(
                f"item{item}",
                pa.int16(),
                f"Answer to item {item}; empty: see `reason`, or the form has no such.",
            )
            for item in range(1, MOST_ITEMS + 1)
        ),
        Column(
            "reason",
            pa.string(),
            "not_reached: no form came; declined: an item was left out; empty: complete.",
        ),
    ),
    "ratings": (
        CLIENT,
        SLOT,
        Column("instrument", pa.string(), "Instrument."),
        Column("respondent", pa.string(), "client or therapist."),
        Column("scale", pa.string(), "TOTAL."),
        Column("value", pa.float64(), "The total; empty: see `reason`."),
        Column(
            "reason", pa.string(), "Why there is no total: not_reached, or declined; empty: there is one."
        ),
    ),
    "truth": (
        CLIENT,
        SLOT,
        Column(
            "alliance", pa.float64(), "Alliance after the session, in units of about one SD between clients."
        ),
        Column("therapist_part", pa.float64(), "The therapist's part of it."),
        Column("client_part", pa.float64(), "The client's part of it."),
        Column("growth_part", pa.float64(), "The client's growth so far."),
        Column("state", pa.float64(), "What passes from session to session."),
        Column("in_dip", pa.bool_(), "Whether a dip lasts."),
        Column("onset", pa.bool_(), "Whether it began with this session."),
        Column("repaired", pa.bool_(), "Whether this is the first session after a dip."),
        Column("depth", pa.float64(), "How far the alliance lies below where it would be."),
        Column("sag", pa.float64(), "How far it had fallen before the session."),
        Column("straight_liner", pa.bool_(), "Whether the client gives the same answer to everything."),
        Column("gap", pa.string(), "Why the check-in is not there: random or informative; empty: it is."),
        Column("hazard", pa.float64(), "Chance of leaving after this session."),
        Column("left", pa.bool_(), "Whether the client did."),
        Column("outcome", pa.float64(), "The client's outcome, also where the service does not know it."),
    ),
}
TABLES = tuple(COLUMNS)
SCHEMAS = {
    table: pa.schema([(column.name, column.type) for column in columns], metadata={"simulated": "true"})
    for table, columns in COLUMNS.items()
}
RATED = (CHECK_IN.instrument, SRS.instrument, WAI_SR.instrument)  # what `--instrument` may name


@dataclass(frozen=True)
class Tables:
    """The tables of some blocks; `truth` is for whoever tries a method, never for the method."""

    clients: pa.Table
    sessions: pa.Table
    answers: pa.Table
    ratings: pa.Table
    truth: pa.Table

    def items(self) -> Iterator[tuple[str, pa.Table]]:
        """Each table with its name."""
        for name in TABLES:
            yield name, getattr(self, name)


@dataclass(frozen=True)
class Numbering:
    """How many clients and therapists came before a block, so that names go on where the last block ended."""

    clients: int = 0
    therapists: int = 0

    def after(self, block: Block) -> "Numbering":
        """The numbering for the block after this one."""
        return Numbering(self.clients + block.clients, self.therapists + int(block.truth.therapist.max()) + 1)


def make_tables(
    block: Block, before: Numbering, instruments: tuple[str, ...] = (CHECK_IN.instrument,)
) -> Tables:
    """The tables of one block, with the alliance rated on `instruments` (of `RATED`)."""
    names = _Names(block, before)
    return Tables(
        clients=_clients(block, names),
        sessions=_sessions(block, names),
        answers=_answers(block, names, instruments),
        ratings=_ratings(block, names, instruments),
        truth=_truth(block, names),
    )


class _Names:
    """Names of clients and therapists, made once for a block."""

    def __init__(self, block: Block, before: Numbering) -> None:
        self.clients = _numbered("c", before.clients, block.clients, 7)
        therapists = int(block.truth.therapist.max()) + 1
        self.therapists = _numbered("t", before.therapists, therapists, 6)


def _numbered(letter: str, before: int, count: int, width: int) -> Cells:
    return pa.array([f"{letter}{before + place + 1:0{width}d}" for place in range(count)], pa.string())


def _pick(words: Cells, places: Integers) -> Cells:
    return words.take(places)


def _words(words: tuple[str, ...], places: Integers) -> Cells:
    """Words by place; -1 is empty."""
    known: Cells = pa.array([*words, None], pa.string())
    return known.take(np.where(places < 0, len(words), places))


def _whole(values: Floats) -> Cells:
    """Whole numbers, empty where there is NaN."""
    absent = np.isnan(values)
    return pa.array(np.where(absent, 0, values).astype(np.int16), mask=absent)


def _decimal(values: Floats) -> Cells:
    return pa.array(values, mask=np.isnan(values))


def _dates(days: Integers) -> Cells:
    return pa.array(np.datetime64(OPENED) + days.astype("timedelta64[D]"), pa.date32())


def _table(name: str, columns: list[Cells]) -> pa.Table:
    return pa.Table.from_arrays(columns, schema=SCHEMAS[name])


def _clients(block: Block, names: _Names) -> pa.Table:
    truth, rows = block.truth, block.appointments
    first = np.searchsorted(rows.client, np.arange(block.clients))
    return _table(
        "clients",
        [
            names.clients,
            _pick(names.therapists, truth.therapist),
            _dates(rows.day[first]),
            pa.array(truth.planned.astype(np.int16)),
            pa.array(truth.held.astype(np.int16)),
            pa.array(truth.left),
            _decimal(block.answers.outcome),
        ],
    )


def _sessions(block: Block, names: _Names) -> pa.Table:
    rows = block.appointments
    number = np.where(rows.held, rows.session + 1, 0).astype(np.int16)
    return _table(
        "sessions",
        [
            _pick(names.clients, rows.client),
            pa.array(rows.slot.astype(np.int16)),
            pa.array(number, mask=~rows.held),
            _pick(names.therapists, block.truth.therapist[rows.client]),
            _dates(rows.day),
            _words(tuple(kind.value for kind in KINDS), rows.kind),
            _words(tuple(state.value for state in STATES), rows.attendance),
        ],
    )


@dataclass(frozen=True)
class _Form:
    """One kind of form over the sessions held: items (rows x items) and the total (rows)."""

    instrument: str
    respondent: Respondent
    items: Floats | None
    total: Floats
    asked: npt.NDArray[np.bool_]


def _forms(block: Block, instruments: tuple[str, ...]) -> list[_Form]:
    rows, answers = block.appointments, block.answers
    at = rows.client[rows.held], rows.session[rows.held]
    always = np.ones(len(at[0]), dtype=np.bool_)
    check_in, twin, wellbeing = answers.check_in[at], answers.twin[at], answers.wellbeing[at]
    arrival = answers.arrival[at]
    with_felt_off = np.concatenate([check_in, answers.felt_off[at][:, None]], axis=1)
    forms = [
        _Form(CHECK_IN.instrument, Respondent.CLIENT, with_felt_off, total_of_four(check_in), always),
        _Form(SRS.instrument, Respondent.CLIENT, None, answers.srs[at], always),
        _Form(WAI_SR.instrument, Respondent.CLIENT, None, answers.wai_sr[at], always),
        _Form(TWIN.instrument, Respondent.THERAPIST, twin, total_of_four(twin), always),
        _Form(ARRIVAL.instrument, Respondent.CLIENT, arrival[:, None], arrival, at[1] > 0),
        _Form(WELLBEING, Respondent.CLIENT, wellbeing, total_of_four(wellbeing), always),
    ]
    left_out = set(RATED) - set(instruments)
    if CHECK_IN.instrument in left_out:
        left_out.add(TWIN.instrument)
    return [form for form in forms if form.instrument not in left_out]


REASONS = (Missing.NOT_REACHED.value, Missing.DECLINED.value)


def _answers(block: Block, names: _Names, instruments: tuple[str, ...]) -> pa.Table:
    """One row per form that has items and was asked."""
    rows = block.appointments
    client, slot = rows.client[rows.held], rows.slot[rows.held]
    parts = []
    for form in _forms(block, instruments):
        if form.items is None:
            continue
        items = np.full((len(client), MOST_ITEMS), np.nan)
        items[:, : form.items.shape[1]] = form.items
        gone = np.isnan(form.items)
        reason = np.select([gone.all(1), gone.any(1)], [0, 1], -1)
        parts.append((form, items[form.asked], reason[form.asked], client[form.asked], slot[form.asked]))
    counts = [len(part[1]) for part in parts]
    stacked = np.concatenate([part[1] for part in parts])
    return _table(
        "answers",
        [
            _pick(names.clients, np.concatenate([part[3] for part in parts])),
            pa.array(np.concatenate([part[4] for part in parts]).astype(np.int16)),
            *_who([part[0] for part in parts], counts),
            *(_whole(stacked[:, item]) for item in range(MOST_ITEMS)),
            _words(REASONS, np.concatenate([part[2] for part in parts])),
        ],
    )


def _ratings(block: Block, names: _Names, instruments: tuple[str, ...]) -> pa.Table:
    """One row per form that was asked: its total, or why there is none."""
    rows = block.appointments
    client, slot = rows.client[rows.held], rows.slot[rows.held]
    forms = _forms(block, instruments)
    reasons = []
    for form in forms:
        given = ~np.isnan(form.items).all(1) if form.items is not None else ~np.isnan(form.total)
        reason = np.select([~np.isnan(form.total), given], [-1, 1], 0)
        reasons.append(reason[form.asked])
    counts = [int(form.asked.sum()) for form in forms]
    return _table(
        "ratings",
        [
            _pick(names.clients, np.concatenate([client[form.asked] for form in forms])),
            pa.array(np.concatenate([slot[form.asked] for form in forms]).astype(np.int16)),
            *_who(forms, counts),
            _words(("TOTAL",), np.zeros(sum(counts), dtype=np.int64)),
            _decimal(np.concatenate([form.total[form.asked] for form in forms])),
            _words(REASONS, np.concatenate(reasons)),
        ],
    )


def _who(forms: list[_Form], counts: list[int]) -> tuple[Cells, Cells]:
    """Instrument and respondent of each row."""
    place = np.repeat(np.arange(len(forms)), counts)
    instruments = pa.array([form.instrument for form in forms], pa.string())
    respondents = pa.array([form.respondent.value for form in forms], pa.string())
    return _pick(instruments, place), _pick(respondents, place)


def _truth(block: Block, names: _Names) -> pa.Table:
    """One row per appointment; what belongs to a session held is empty for the others."""
    truth, rows = block.truth, block.appointments
    held = rows.held
    at = rows.client, np.maximum(rows.session, 0)
    number = at[1] + 1

    def session(values: npt.NDArray[np.generic]) -> Cells:
        cells: Cells = pa.array(values[at], mask=~held)
        return cells

    def client(values: npt.NDArray[np.generic]) -> Cells:
        cells: Cells = pa.array(values[rows.client])
        return cells

    gap = np.where(held, block.answers.gap[at], Gap.NONE) - 1
    left = truth.left[rows.client] & (number == truth.held[rows.client])
    columns = {
        "client": _pick(names.clients, rows.client),
        "slot": pa.array(rows.slot.astype(np.int16)),
        "alliance": session(truth.alliance),
        "therapist_part": client(truth.therapist_part),
        "client_part": client(truth.client_part),
        "growth_part": pa.array(truth.growth[rows.client] * np.log(number), mask=~held),
        "state": session(truth.state),
        "in_dip": session(truth.in_dip),
        "onset": session(truth.onset),
        "repaired": session(truth.repaired),
        "depth": session(truth.depth),
        "sag": session(truth.sag),
        "straight_liner": client(truth.straight_liner),
        "gap": _words(("random", "informative"), gap),
        "hazard": session(truth.hazard),
        "left": pa.array(left, mask=~held),
        "outcome": client(truth.outcome),
    }
    return _table("truth", [columns[column.name] for column in COLUMNS["truth"]])
