"""Judged rows written as they come: CSV, Parquet or JSON, to a file whole or not at all, or to a stream."""

import csv
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from accord.basics.faults import refuse
from accord.exchange.course_alarms import Judged
from accord.exchange.course_table import CourseTable

COLUMNS = ("client", "session", "p_dip", "alarm", "rule", "version", "reason")
ENDINGS = {".csv": "csv", ".parquet": "parquet", ".json": "json"}
DIGITS = 6
NOTES = {
    "p_dip": {"description": "Probability of being in a dip after this session"},
    "alarm": {"description": "Empty where the session cannot be judged"},
}
TYPES: dict[str, pa.DataType] = {
    "client": pa.string(),
    "session": pa.int64(),
    "p_dip": pa.float64(),
    "alarm": pa.bool_(),
    "rule": pa.string(),
    "version": pa.string(),
    "reason": pa.string(),
}
SCHEMA = pa.schema(
    {name: pa.field(name, kind, metadata=NOTES.get(name)) for name, kind in TYPES.items()}.values()
)

Write = Callable[[Judged], None]
ALARM = (False, True, None)  # by place: 0, 1 and -1


@contextmanager
def rows_to_file(place: Path, table: CourseTable) -> Iterator[Write]:
    """Write rows of `table` into a file of the kind its ending says; it appears when the block ends well."""
    form = ENDINGS[place.suffix.lower()]
    waiting = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        if form == "parquet":
            with pyarrow.parquet.ParquetWriter(waiting, SCHEMA, compression="zstd") as writer:
                yield lambda judged: writer.write_table(_arrow(judged, table))
        else:
            with (
                waiting.open("w", encoding="utf-8", newline="") as stream,
                rows_to_stream(stream, table, form) as write,
            ):
                yield write
        waiting.replace(place)
    except OSError as failure:
        do = "Choose another place."
        raise refuse(str(place), f"it cannot be written ({failure.strerror}).", do) from None
    finally:
        waiting.unlink(missing_ok=True)


@contextmanager
def rows_to_stream(stream: IO[str], table: CourseTable, form: str) -> Iterator[Write]:
    """Write rows of `table` to an open stream as CSV, or as one JSON array with a row on each line."""
    if form == "csv":
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        words = {None: "", True: "true", False: "false"}
        yield lambda judged: writer.writerows(
            (client, session, "" if p is None else p, words[alarm], *rest)
            for client, session, p, alarm, *rest in _rows(judged, table)
        )
        return
    opened = False

    def write(judged: Judged) -> None:
        nonlocal opened
        lines = (
            json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False)
            for row in _rows(judged, table)
        )
        stream.write(",\n" if opened else "[\n")
        stream.write(",\n".join(lines))
        opened = True

    yield write
    stream.write("\n]\n" if opened else "[]\n")


def _rows(judged: Judged, table: CourseTable) -> Iterator[tuple[Any, ...]]:
    """Plain values, row by row; None where there is none."""
    client, session = table.client[judged.rows].tolist(), table.session[judged.rows].tolist()
    chance = [None if p != p else p for p in np.round(judged.p_dip, DIGITS).tolist()]
    for who, number, p, alarm, reason in zip(
        client, session, chance, judged.alarm.tolist(), judged.reason.tolist(), strict=True
    ):
        yield table.clients[who], number, p, ALARM[alarm], judged.rule, judged.version, judged.words[reason]


def _arrow(judged: Judged, table: CourseTable) -> pa.Table:
    client = table.client[judged.rows]
    names = pa.array(table.clients[int(client[0]) : int(client[-1]) + 1], pa.string())
    unknown = np.isnan(judged.p_dip)
    count = len(client)
    return pa.table(
        [
            names.take(client - client[0]),
            pa.array(table.session[judged.rows]),
            pa.array(np.round(judged.p_dip, DIGITS), mask=unknown),
            pa.array(judged.alarm == 1, mask=judged.alarm < 0),
            pa.array([judged.rule] * count),
            pa.array([judged.version] * count),
            pa.array(judged.words).take(judged.reason),
        ],
        schema=SCHEMA,
    )
