"""A simulated service as a snapshot: the layout that studies open, and the truth in a table of its own beside it.

`OUTCOME` is the outcome that the truth speaks of, standardised, as a rating at the last session held, where the service
knows it; so a study can be held against what is true.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from accord import __version__
from accord.course.ending import Ending
from accord.course.layout import LAYOUT, MARK, SCHEMAS
from accord.instruments.definition import Missing, Respondent
from accord.instruments.registry import instrument
from accord.simulate.block import Block, make_blocks
from accord.simulate.calibration import Tally
from accord.simulate.draws import Integers
from accord.simulate.folder import TOGETHER, Written, appearing, counted, refuse_taken
from accord.simulate.parameters import Parameters, as_plain, change_parameters
from accord.simulate.tables import COLUMNS, MOST_ITEMS, OPENED, RATED, Column, Numbering, Tables, make_tables

OUTCOME = "simulated-outcome"
SERVICE = "simulated"
LANGUAGE = "en"
TRAIT = "group"
TRAINING = "alliance"
PARTS = (  # what only the truth of a snapshot has, beside the columns that `tables.py` describes
    Column("session", pa.string(), "Key of the session, as in the table of sessions."),
    *COLUMNS["truth"],
    Column("group_part", pa.float64(), "What the client's group adds to the alliance."),
    Column("training_part", pa.float64(), "What the therapist's training adds to the alliance."),
    Column("treatment_part", pa.float64(), "What the treatment adds to the outcome."),
    Column("therapist_outcome_part", pa.float64(), "What the therapist adds to the outcome."),
)
TRUTH = pa.schema([(column.name, column.type) for column in PARTS])
Cells: TypeAlias = Any  # of Arrow, in one piece or several
WRITTEN: Mapping[str, pa.Schema] = {
    name: schema.with_metadata({"simulated": "true"}) for name, schema in {**SCHEMAS, "truth": TRUTH}.items()
}


def simulate_snapshot(
    out: Path,
    *,
    clients: int,
    seed: int = 1,
    parameters: Mapping[str, Any] | None = None,
    replace: bool = False,
) -> None:
    """Write a snapshot of a service with so many clients to the folder `out`, rated on every instrument of `RATED`.

    `parameters` changes ours, as they would stand in a file. Raises `Faults` for a folder that holds something, and for
    parameters that cannot be.
    """
    chosen = change_parameters(parameters or {})
    blocks = make_blocks(chosen, seed, clients=clients)
    write_snapshot(blocks, out, parameters=chosen, replace=replace, about={"seed": seed})


def write_snapshot(
    blocks: Iterable[Block],
    folder: Path,
    *,
    parameters: Parameters,
    instruments: tuple[str, ...] = RATED,
    replace: bool = False,
    about: Mapping[str, Any] | None = None,
    progress: Callable[[Mapping[str, int]], None] = lambda rows: None,
    together: int = TOGETHER,
) -> Written:
    """Write blocks, `together` at a time. The folder appears when all of it is there."""
    refuse_taken(folder, replace=replace)
    tally, rows = Tally(), dict.fromkeys(WRITTEN, 0)
    with appearing(folder) as place:
        with ExitStack() as open_files:
            writers = {
                name: open_files.enter_context(
                    pa.parquet.ParquetWriter(place / f"{name}.parquet", schema, compression="zstd")
                )
                for name, schema in WRITTEN.items()
            }
            for tables in _batches(counted(blocks, tally), parameters, instruments, together):
                for name, table in tables.items():
                    writers[name].write_table(table)
                    rows[name] += table.num_rows
                progress(rows)
        told = {
            "layout": LAYOUT,
            "services": [SERVICE],
            "simulated": True,
            "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "accord": __version__,
            "rows": rows,
            "parameters": as_plain(parameters),
            **(about or {}),
        }
        (place / MARK).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return Written(rows, tally.figures())


def _batches(
    blocks: Iterable[Block], parameters: Parameters, instruments: tuple[str, ...], together: int
) -> Iterator[dict[str, pa.Table]]:
    waiting: list[dict[str, pa.Table]] = []
    before = Numbering()
    for block in blocks:
        waiting.append(snapshot_tables(make_tables(block, before, instruments), block, parameters))
        before = before.after(block)
        if len(waiting) == together:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(parts: list[dict[str, pa.Table]]) -> dict[str, pa.Table]:
    return {name: pa.concat_tables([part[name] for part in parts]) for name in WRITTEN}


def snapshot_tables(tables: Tables, block: Block, parameters: Parameters) -> dict[str, pa.Table]:
    """The tables of one block in the layout of a snapshot, and the truth."""
    return {
        "courses": _courses(tables, block, several=len(parameters.treatments) > 1),
        "sessions": _sessions(tables),
        "ratings": pa.concat_tables([_ratings(tables), _outcomes(tables, block)]),
        "items": _items(tables),
        "signals": SCHEMAS["signals"].empty_table(),
        "traits": _traits(tables, block, several=len(parameters.groups) > 1),
        "trainings": _trainings(tables, block),
        "truth": _truth(tables, block),
    }


def _course_keys(client: Cells) -> Cells:
    """Keys of courses; one per client, told apart from the client's by its letter."""
    return pc.replace_substring(client, "c", "k", max_replacements=1)


def _session_keys(table: pa.Table) -> Cells:
    place: Cells = pc.utf8_lpad(table["slot"].cast(pa.string()), 3, padding="0")
    client: Cells = table["client"]
    return pc.binary_join_element_wise(client, place, pa.scalar("-", pa.string()))


def _same(word: str, rows: int) -> Cells:
    return pa.repeat(pa.scalar(word, pa.string()), rows)


def _courses(tables: Tables, block: Block, *, several: bool) -> pa.Table:
    clients, rows = tables.clients, block.appointments
    last = np.searchsorted(rows.client, np.arange(block.clients), side="right") - 1
    left = clients["dropped_out"]
    return pa.Table.from_arrays(
        [
            _course_keys(clients["client"]),
            clients["client"],
            _same(SERVICE, len(clients)),
            clients["therapist"],
            clients["first_day"],
            tables.sessions["day"].take(last),
            pc.if_else(left, Ending.LEFT.value, Ending.AS_PLANNED.value),
            clients["planned"].cast(pa.int32()),
            _numbered("treatment", block.truth.treatment) if several else pa.nulls(len(clients), pa.string()),
            _same(LANGUAGE, len(clients)),
        ],
        schema=SCHEMAS["courses"],
    )


def _sessions(tables: Tables) -> pa.Table:
    sessions = tables.sessions
    return pa.Table.from_arrays(
        [
            _session_keys(sessions),
            _course_keys(sessions["client"]),
            sessions["client"],
            sessions["therapist"],
            sessions["number"].cast(pa.int32()),
            sessions["day"],
            sessions["slot"].cast(pa.int32()),
            sessions["kind"],
            sessions["attendance"],
        ],
        schema=SCHEMAS["sessions"],
    )


def _numbered(word: str, numbers: Integers) -> Cells:
    return pa.array([f"{word}-{number}" for number in numbers.tolist()], pa.string())


def _traits(tables: Tables, block: Block, *, several: bool) -> pa.Table:
    """The group of each client, where clients are told apart."""
    if not several:
        return SCHEMAS["traits"].empty_table()
    client = tables.clients["client"]
    group = _numbered(TRAIT, block.truth.group)
    return pa.Table.from_arrays([client, _same(TRAIT, len(client)), group], schema=SCHEMAS["traits"])


def _trainings(tables: Tables, block: Block) -> pa.Table:
    """The training of each therapist who took it."""
    days = block.truth.trained_on
    found = dict(zip(tables.clients["therapist"].to_pylist(), days.tolist(), strict=True))
    trained = [(therapist, day) for therapist, day in sorted(found.items()) if np.isfinite(day)]
    return pa.Table.from_pylist(
        [
            {"therapist": therapist, "training": TRAINING, "day": OPENED + timedelta(days=int(day))}
            for therapist, day in trained
        ],
        schema=SCHEMAS["trainings"],
    )


def _truth(tables: Tables, block: Block) -> pa.Table:
    truth, rows = block.truth, block.appointments
    at = rows.client, np.maximum(rows.session, 0)
    return pa.Table.from_arrays(
        [
            _session_keys(tables.truth),
            *tables.truth.columns,
            pa.array(truth.group_part[rows.client]),
            pa.array(truth.training_part[at], mask=~rows.held),
            pa.array(truth.treatment_part[rows.client]),
            pa.array(truth.therapist_outcome_part[rows.client]),
        ],
        schema=TRUTH,
    )


def _versions(instruments: Cells) -> Cells:
    """The version of each row's instrument."""
    encoded = instruments.combine_chunks().dictionary_encode()
    known = pa.array([instrument(name).version for name in encoded.dictionary.to_pylist()], pa.int32())
    return known.take(encoded.indices)


def _ratings(tables: Tables) -> pa.Table:
    ratings = tables.ratings
    return pa.Table.from_arrays(
        [
            _session_keys(ratings),
            _course_keys(ratings["client"]),
            ratings["instrument"],
            _versions(ratings["instrument"]),
            ratings["respondent"],
            ratings["scale"],
            ratings["value"],
            ratings["reason"],
        ],
        schema=SCHEMAS["ratings"],
    )


def _outcomes(tables: Tables, block: Block) -> pa.Table:
    """The standardised outcome at each client's last session held, where the service knows it."""
    rows = block.appointments
    held = np.flatnonzero(rows.held)
    last = held[np.searchsorted(rows.client[held], np.arange(block.clients), side="right") - 1]
    known = ~np.isnan(block.answers.outcome)
    sessions = tables.sessions.take(last[known])
    count = len(sessions)
    return pa.Table.from_arrays(
        [
            _session_keys(sessions),
            _course_keys(sessions["client"]),
            _same(OUTCOME, count),
            pa.repeat(pa.scalar(1, pa.int32()), count),
            _same(Respondent.CLIENT.value, count),
            _same("TOTAL", count),
            pa.array(block.answers.outcome[known]),
            pa.nulls(count, pa.string()),
        ],
        schema=SCHEMAS["ratings"],
    )


def _items(tables: Tables) -> pa.Table:
    """One row per item that a form has."""
    return pa.concat_tables(_item(tables.answers, number) for number in range(1, MOST_ITEMS + 1))


def _item(answers: pa.Table, number: int) -> pa.Table:
    names: list[Any] = answers["instrument"].unique().to_pylist()
    asked = [name for name in names if number <= _count(name)]
    rows = answers.filter(pc.is_in(answers["instrument"], pa.array(asked, pa.string())))
    value = rows[f"item{number}"].cast(pa.float64())
    given: Cells = rows["reason"]
    # Of a form that came, an item without an answer was declined.
    reason = pc.if_else(pc.equal(given, pa.scalar(Missing.NOT_REACHED.value)), given, Missing.DECLINED.value)
    return pa.Table.from_arrays(
        [
            _session_keys(rows),
            _course_keys(rows["client"]),
            rows["instrument"],
            _versions(rows["instrument"]),
            rows["respondent"],
            pa.repeat(pa.scalar(number, pa.int32()), len(rows)),
            value,
            pc.if_else(pc.is_valid(value), None, reason),
        ],
        schema=SCHEMAS["items"],
    )


def _count(name: str) -> int:
    """How many items of this form are simulated: those of its total, and whether something felt off."""
    return {"accord-check-in": 5, "accord-arrival": 1}.get(name, 4)
