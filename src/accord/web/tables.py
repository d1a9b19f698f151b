"""Many rows at once: ids allotted beforehand, values adapted by column, one statement for all.

`bulk_create` builds an object per row and asks for each field; an import of a million answers or a restore cannot wait
for that. What is written is the same: the tests compare.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import OperationalError, connection, models

from accord.basics.faults import refuse
from accord.web.secrecy import EncryptedTextField, lock

CHUNK = 5_000
ROOM_KIB = 256 * 1024


def roomy() -> None:
    """Let SQLite keep more pages in memory on this connection: large writes would else go over the same pages again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"pragma cache_size = -{ROOM_KIB}")


@contextmanager
def told_plainly() -> Iterator[None]:
    """A database that cannot write now is told as a fault: what happened, and that nothing is half-written."""
    try:
        yield
    except OperationalError as failure:
        words = str(failure).lower()
        for sign, what, do in _CANNOT:
            if sign in words:
                raise refuse("database", f"{what} Nothing was written.", do) from None
        raise


_CANNOT = (
    ("full", "the disk is full.", "Make room and try again."),
    ("locked", "another program is writing to it.", "Try again in a minute."),
    ("readonly", "it cannot be written to.", "Check who owns the data folder."),
    ("read-only", "it cannot be written to.", "Check who owns the data folder."),
)


def allot(model: type[models.Model], count: int) -> Sequence[int]:
    """`count` fresh ids of a model's table; call it inside the transaction that uses them."""
    if not count:
        return ()
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # The transaction holds the only write lock, so nobody else can take these ids meanwhile.
            cursor.execute("select coalesce(max(seq), 0) from sqlite_sequence where name = %s", [table])
            (seq,) = cursor.fetchone()
            cursor.execute(f"select coalesce(max(id), 0) from {connection.ops.quote_name(table)}")
            (highest,) = cursor.fetchone()
            first = max(seq, highest) + 1
            return range(first, first + count)
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [table, count]
        )
        return [row[0] for row in cursor.fetchall()]


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    told: Callable[[int], None] | None = None,
) -> int:
    """Write rows whose values stand in the order of `columns` (attribute names); returns how many."""
    fields = [model._meta.get_field(name.removesuffix("_id")) for name in columns]
    adapters = [adapter(field) for field in fields]
    needed = [(place, adapt) for place, adapt in enumerate(adapters) if adapt is not None]
    return insert_raw(
        model._meta.db_table,
        [field.column for field in fields],
        (_adapted(row, needed) for row in rows),
        told,
    )


def _adapted(row: Sequence[Any], needed: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = list(row)
    for place, adapt in needed:
        value = values[place]
        if value is not None:
            values[place] = adapt(value)
    return values


def insert_raw(
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    told: Callable[[int], None] | None = None,
) -> int:
    """Write rows of values that the database takes as they are."""
    quote = connection.ops.quote_name
    names, marks = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    statement = f"insert into {quote(table)} ({names}) values ({marks})"
    done, chunk = 0, []
    with connection.cursor() as cursor:
        for row in rows:
            chunk.append(row)
            if len(chunk) == CHUNK:
                cursor.executemany(statement, chunk)
                done += len(chunk)
                chunk = []
                if told:
                    told(CHUNK)
        if chunk:
            cursor.executemany(statement, chunk)
            if told:
                told(len(chunk))
    return done + len(chunk)


def adapter(field: models.Field) -> Callable[[Any], Any] | None:
    """What turns a value of this field into one that the database takes; None where it takes it as it is."""
    if isinstance(field, EncryptedTextField):
        return lock
    ops = connection.ops
    match field.get_internal_type():
        case "DateTimeField":
            return _Remembered(ops.adapt_datetimefield_value).__getitem__
        case "DateField":
            return _Remembered(ops.adapt_datefield_value).__getitem__
        case "TimeField":
            return ops.adapt_timefield_value
        case "JSONField":
            return _as_json
    return None


class _Remembered(dict):
    """Days and instants repeat within one import; turning each into text once is most of the time saved."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, value: Any) -> Any:
        self[value] = made = self.make(value)
        return made


def _as_json(value: Any) -> str:
    """Text is taken for JSON that was written already."""
    return value if isinstance(value, str) else json.dumps(value)


def reset_sequences(chosen: Iterable[type[models.Model]]) -> None:
    """Let the next id of each table come after the highest there is; SQLite does so by itself."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(chosen))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
