"""Promise: 100,000 repair histories are replayed within ten times reading them from Parquet, in the same run.

Histories are drawn from what may happen when, so that every kind of event, both ways through supervision and reopened
repairs are among them. Reading is `pyarrow.parquet.read_table` of the whole table with its words as dictionaries, the
quickest way there is; replaying takes that table and gives where each repair stands. A sample is held to the
one-by-one path.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from accord.repair.event import Ending, Event, Kind, Origin, Step, Strain
from accord.repair.history import Many, moment, replay_many
from accord.repair.state import WAYS, Stage, replay
from accord.repair.table import SCHEMA, as_table, from_table

HISTORIES, DRAWN = 100_000, 5_000  # drawn once, then repeated under other keys
LIMIT = 10.0
REPEATS = 5
ENDS = 0.2  # chance that a history goes no further after an event
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)


def rows() -> list[dict[str, Any]]:
    """One row: reading and replaying, checked on a sample."""
    histories = _draw(np.random.default_rng(31))
    words = [field.name for field in SCHEMA if pa.types.is_dictionary(field.type)]
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        path = Path(folder) / "repairs.parquet"
        pq.write_table(_many_times(as_table(histories)), path)
        reading, table = _best(lambda: pq.read_table(path, read_dictionary=words))
    replaying, many = _best(lambda: replay_many(from_table(table)))
    _same(list(histories.values())[:500], many)
    ratio = replaying / reading
    return [
        {
            "name": "replaying repair histories",
            "size": f"{HISTORIES:,} repairs, {table.num_rows:,} events",
            "result": f"{replaying * 1000:.0f} ms against {reading * 1000:.0f} ms to read",
            "limit": f"<= {LIMIT:g} x reading",
            "ratio": ratio,
            "holds": ratio <= LIMIT,
        }
    ]


def _best(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the fastest of some calls, and what it gave."""
    times, found = [], None
    for _ in range(REPEATS):
        start = perf_counter()
        found = call()
        times.append(perf_counter() - start)
    return min(times), found


def _draw(random: np.random.Generator) -> dict[str, tuple[Event, ...]]:
    return {f"r{n:07d}": _history(random) for n in range(DRAWN)}


def _history(random: np.random.Generator) -> tuple[Event, ...]:
    """A walk through `WAYS`."""
    stage: Stage | None = None
    events = list[Event]()
    while not events or random.random() > ENDS:
        kind = _any(random, list(WAYS[stage]))
        stage = WAYS[stage][kind]
        at = (events[-1].at if events else BEGAN) + timedelta(hours=int(random.integers(1, 200)))
        events.append(_event(random, kind, at))
    return tuple(events)


def _event(random: np.random.Generator, kind: Kind, at: datetime) -> Event:
    took = kind is Kind.TOOK
    return Event(
        kind,
        by=f"s{random.integers(40):03d}",
        at=at,
        session=f"m{random.integers(1_000_000):06d}",
        origin=_any(random, list(Origin)) if kind is Kind.BEGAN else None,
        strain=_any(random, list(Strain)) if kind is Kind.BEGAN else None,
        step=_any(random, list(Step)) if took else None,
        signs=("short_answers", "late")[: random.integers(3)] if took else (),
        ways=("name_unheard_missed",)[: random.integers(2)] if took else (),
        ending=_any(random, list(Ending)) if kind is Kind.CLOSED else None,
    )


def _any(random: np.random.Generator, among: list[Any]) -> Any:
    return among[random.integers(len(among))]


def _many_times(table: pa.Table) -> pa.Table:
    """The table again and again under other keys, until there are `HISTORIES`."""
    place, keys = table.schema.get_field_index("repair"), table.column("repair").to_pylist()
    return pa.concat_tables(
        table.set_column(place, "repair", pa.array([f"{turn:02d}{key}" for key in keys]))
        for turn in range(HISTORIES // DRAWN)
    )


def _same(histories: list[tuple[Event, ...]], many: Many) -> None:
    for place, events in enumerate(histories):
        one = replay(events)
        stage, ending = list(Stage)[many.stage[place]], many.ending[place]
        steps = {step for step, at in zip(Step, many.first[place], strict=True) if moment(at)}
        if (one.stage, one.ending, one.closed_at, set(one.steps)) != (
            stage,
            None if ending < 0 else list(Ending)[ending],
            moment(many.closed_at[place]),
            steps,
        ):
            raise AssertionError("the batch path and the one-by-one path differ")
