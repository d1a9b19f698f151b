"""A snapshot's tables: asked of a database by ADBC, which answers in Arrow, and written as Parquet.

SQLite is read by a process of its own. ADBC brings another SQLite than Python's; two of them in one process undo each
other's locks on a file (sqlite.org, "How to corrupt", 2.2.1), and the instant that a snapshot is of would move.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from accord.course.layout import SCHEMAS

BATCH = 65_536  # rows that SQLite hands over at a time
SHOWN = 300  # letters of a failure
LONGEST_DAY = 10  # letters of 2026-03-14; an instant has more


@dataclass(frozen=True)
class Asked:
    """One question: the table it is for, whose, the zone of the clinic's clock, and the SQL.

    The answer has the columns of the layout and `month` (empty: the table is one file), `first` and `second`, by which
    it is sorted. A row with a negative `first` only tells the types.
    """

    table: str
    service: str
    zone: str
    sql: str


Read = Callable[[str], Iterator[pa.RecordBatch]]


def write_answers(read: Read, questions: Iterable[Asked], folder: Path) -> dict[str, int]:
    """Ask each question and write its table; questions for one table follow one another. Returns rows by table."""
    rows = dict.fromkeys(SCHEMAS, 0)
    parts: _Parts | None = None
    for asked in questions:
        if parts is None or parts.table != asked.table:
            if parts is not None:
                parts.close()
            parts = _Parts(folder, asked.table)
        for batch in read(asked.sql):
            rows[asked.table] += parts.add(asked, batch)
    if parts is not None:
        parts.close()
    return rows


class _Parts:
    """The files of one table: a single one, or one per service and month.

    A file is written in one go when its last row is here: then it is the same file whatever lies in the others.
    """

    def __init__(self, folder: Path, table: str) -> None:
        self.folder, self.table, self.schema = folder, table, SCHEMAS[table]
        self.path = folder / f"{table}.parquet"
        self.waiting: list[pa.Table] = []

    def add(self, asked: Asked, batch: pa.RecordBatch) -> int:
        """Take the rows of a batch, which come in order of their months; returns how many they are."""
        rows = pa.Table.from_batches([batch])
        rows = rows.filter(pc.greater_equal(rows["first"], pa.scalar(0, rows["first"].type)))
        months: list[Any] = rows["month"].unique().to_pylist()
        for month in months:
            if month:
                self._turn_to(self.folder / self.table / f"{asked.service}-{month}.parquet")
            part = rows.filter(pc.equal(rows["month"], pa.scalar(month)))
            self.waiting.append(fitted(part, self.schema, asked.zone))
        return len(rows)

    def _turn_to(self, path: Path) -> None:
        if path != self.path:
            if self.waiting:
                self._write()
            self.path = path

    def _write(self) -> None:
        self.path.parent.mkdir(exist_ok=True)
        rows = pa.concat_tables([self.schema.empty_table(), *self.waiting]).combine_chunks()
        pa.parquet.write_table(rows, self.path, compression="zstd")
        self.waiting = []

    def close(self) -> None:
        """Write what waits; a table of which there is nothing is an empty file."""
        self._write()


def fitted(rows: pa.Table, schema: pa.Schema, zone: str) -> pa.Table:
    """The rows as the layout wants them: an instant in UTC becomes the day of the clinic's clock."""
    columns = []
    for field in schema:
        cells: Any = rows[field.name]
        if pa.types.is_date(field.type):
            cells = _days(cells.cast(pa.string()), zone)
        columns.append(cells.cast(field.type))
    return pa.Table.from_arrays(columns, schema=schema)


def _days(cells: Any, zone: str) -> Any:
    """Days as they stand (2026-03-14), and those of instants in UTC (2026-03-14 09:00:00.5)."""
    instants = pc.greater(pc.utf8_length(cells), pa.scalar(LONGEST_DAY, pa.int32()))
    if not pc.any(instants).as_py():
        return cells.cast(pa.date32())
    utc = pc.assume_timezone(pc.if_else(instants, cells, None).cast(pa.timestamp("us")), "UTC")
    local = pc.local_timestamp(utc.cast(pa.timestamp("us", tz=zone))).cast(pa.date32())
    return pc.if_else(instants, local, pc.if_else(instants, None, cells).cast(pa.date32()))


@contextmanager
def reading_sqlite(file: str) -> Iterator[Read]:
    """A way to ask the database in `file`, all at one instant; for a process that has it open in no other way."""
    import adbc_driver_sqlite.dbapi

    # A connection without autocommit begins its transaction with the first question.
    with adbc_driver_sqlite.dbapi.connect(f"{Path(file).absolute().as_uri()}?mode=ro") as opened:
        yield _asking(opened, {"adbc.sqlite.query.batch_rows": BATCH})
        opened.rollback()


@contextmanager
def reading_postgresql(conninfo: str) -> Iterator[Read]:
    """A way to ask the database that libpq reaches with `conninfo`; all answers are of one instant."""
    import adbc_driver_postgresql.dbapi  # type: ignore[import-untyped]

    with adbc_driver_postgresql.dbapi.connect(conninfo) as opened:
        with opened.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield _asking(opened, {})
        opened.rollback()


def _asking(opened: Any, options: Mapping[str, Any]) -> Read:
    def read(sql: str) -> Iterator[pa.RecordBatch]:
        with opened.cursor(adbc_stmt_kwargs=dict(options)) as cursor:
            cursor.execute(sql)
            yield from cursor.fetch_record_batch()

    return read


def write_sqlite_elsewhere(file: str, questions: Iterable[Asked], folder: Path) -> dict[str, int]:
    """Have another process ask the SQLite database in `file`; raises `OSError` with what it said when it fails."""
    order = {"file": file, "folder": str(folder), "questions": [asdict(one) for one in questions]}
    done = subprocess.run(
        [sys.executable, "-m", "accord.exchange.snapshot"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"the process that reads the database ended with {done.returncode}") from None
    if "failed" in told:
        raise OSError(told["errno"], told["failed"])
    return dict(told["rows"])


def main() -> None:
    """Read an order from standard input, carry it out, and tell the rows on standard output."""
    order = json.load(sys.stdin)
    questions = [Asked(**one) for one in order["questions"]]
    try:
        with reading_sqlite(order["file"]) as read:
            rows = write_answers(read, questions, Path(order["folder"]))
    except (
        OSError
    ) as failure:  # of the disk or the database; what ADBC raises is one too where the file is at fault
        told: dict[str, Any] = {"failed": str(failure.strerror)[:SHOWN], "errno": failure.errno or 0}
    else:
        told = {"rows": rows}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
