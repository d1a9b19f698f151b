"""Whether a folder is a snapshot that can be asked: everything that is wrong with it, before anything is asked."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet

from accord.basics.faults import Fault, Faults, refuse
from accord.basics.near import hint, near_name
from accord.course.ending import Ending
from accord.course.layout import LAYOUT, MARK, TABLES, About, Column
from accord.course.session import Attendance, SessionKind

TAKE = "Take one with 'accord snapshot', or make one with 'accord simulate --snapshot'."
AGAIN = "Take the snapshot again."
UNIQUE = {"courses": ("course",), "sessions": ("session",)}  # else a join would count rows twice
CLOSED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("courses", "ending"): tuple(Ending),
    ("sessions", "kind"): tuple(SessionKind),
    ("sessions", "attendance"): tuple(Attendance),
}


def parts_of(path: Path, table: str) -> tuple[Path, ...]:
    """The files of a table, one or several: ``<table>.parquet``, or the parts in the folder ``<table>``."""
    parts = tuple(sorted((path / table).glob("*.parquet")))
    return parts or (path / f"{table}.parquet",)


def read_about(path: Path) -> About:
    """What ``about.json`` says; `Faults` when this is no snapshot, or its files are not what the layout asks for."""
    if not path.is_dir():
        what = "this is a file, not a folder." if path.exists() else "there is no such folder."
        raise refuse(str(path), what, TAKE)
    about = _about(path)
    faults = [fault for table in TABLES for fault in _file_faults(path, table)]
    if faults:
        raise Faults(faults)
    return about


def _about(path: Path) -> About:
    where = str(path / MARK)
    try:
        told = json.loads((path / MARK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise refuse(where, "it is missing, so this is no snapshot.", TAKE) from None
    except (OSError, ValueError):
        raise refuse(where, "it cannot be read.", AGAIN) from None
    layout = told.get("layout") if isinstance(told, dict) else None
    if layout is None:
        raise refuse(where, "it names no layout, so this is another kind of folder.", TAKE)
    if type(layout) is not int or layout != LAYOUT:
        do = "Take the snapshot again, or read it with the version of Accord that took it."
        raise refuse(where, f"the snapshot has layout {layout!r:.20}; this version reads {LAYOUT}.", do)
    return _known(told, where)


def _known(told: Mapping[str, Any], where: str) -> About:
    types = {"services": list, "simulated": bool, "taken_at": str, "accord": str}
    faults = [
        Fault(where, f"'{name}' is missing or is no {kind.__name__}.", AGAIN)
        for name, kind in types.items()
        if not isinstance(told.get(name), kind)
    ]
    if faults:
        raise Faults(faults)
    if not told["services"] or not all(
        isinstance(one, str) and one.isprintable() for one in told["services"]
    ):
        faults.append(Fault(where, "'services' are no names of services.", AGAIN))
    if not _is_time(told["taken_at"]):
        faults.append(Fault(where, "'taken_at' is no time.", AGAIN))
    if faults:
        raise Faults(faults)
    return About(told["layout"], tuple(told["services"]), told["simulated"], told["taken_at"], told["accord"])


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _file_faults(path: Path, table: str) -> Iterator[Fault]:
    for file in parts_of(path, table):
        if not file.is_file():
            names = {one.stem: one.name for one in path.iterdir() if one.name not in _expected()}
            near = near_name(
                file.stem, names
            )  # without what all of them end in, which would make any two alike
            do = f"There is {names[near]}; is that it?" if near else AGAIN
            yield Fault(str(file), "this table is missing.", do)
            continue
        try:
            schema = pyarrow.parquet.read_schema(file)
        except (OSError, pa.ArrowException):
            yield Fault(str(file), "it cannot be read as Parquet; it is damaged or no such file.", AGAIN)
            continue
        yield from _column_faults(str(file), schema, TABLES[table])


def _expected() -> set[str]:
    return {f"{table}.parquet" for table in TABLES} | {MARK}


def _column_faults(where: str, schema: pa.Schema, columns: tuple[Column, ...]) -> Iterator[Fault]:
    others = [name for name in schema.names if name not in {column.name for column in columns}]
    for column in columns:
        places = schema.get_all_field_indices(column.name)
        if len(places) != 1:
            what = f"the column '{column.name}' is {'missing' if not places else 'there twice'}."
            yield Fault(where, what, hint(column.name, others) or AGAIN)
        elif not _fits(schema.field(places[0]).type, column.type):
            found = schema.field(places[0]).type
            yield Fault(where, f"the column '{column.name}' holds {found}, not {column.type}.", AGAIN)


def _fits(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether DuckDB reads `found` as `wanted` without a loss: widths and encodings may differ, kinds may not."""
    if isinstance(found, pa.DictionaryType):
        found = found.value_type
    kinds = (
        lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
        pa.types.is_integer,
        pa.types.is_date,
        pa.types.is_boolean,
    )
    if pa.types.is_null(found):
        return True
    if pa.types.is_floating(wanted):
        return bool(pa.types.is_floating(found) or pa.types.is_integer(found))
    return any(kind(found) and kind(wanted) for kind in kinds)


def check_tables(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Raise `Faults` for cells that cannot be: empty where they may not be, words of no closed set, keys twice.

    Damage inside a file shows when it is read; it is told as a fault as well.
    """
    faults: list[Fault] = []
    for table, columns in TABLES.items():
        try:
            faults += _cell_faults(path, connection, table, columns)
        except duckdb.Error:
            where = ", ".join(str(part) for part in parts_of(path, table))
            faults.append(Fault(where, "it cannot be read to the end; it is damaged.", AGAIN))
    if faults:
        raise Faults(faults)


def damage(path: Path) -> list[Fault]:
    """A fault for every file that cannot be read to its end, all columns: slow, for when an answer broke off."""
    faults = []
    for table in TABLES:
        for file in parts_of(path, table):
            try:
                with pyarrow.parquet.ParquetFile(file) as opened:
                    for batch in opened.iter_batches():
                        batch.validate(full=True)
            except (OSError, pa.ArrowException):
                faults.append(Fault(str(file), "it cannot be read to the end; it is damaged.", AGAIN))
    return faults


def _cell_faults(
    path: Path, connection: duckdb.DuckDBPyConnection, table: str, columns: tuple[Column, ...]
) -> Iterator[Fault]:
    where = str(parts_of(path, table)[0] if len(parts_of(path, table)) == 1 else path / table)
    counts = {column.name: f'count(*) - count("{column.name}")' for column in columns if not column.empty}
    keys = UNIQUE.get(table, ())
    asked = [*counts.values(), *(f'count("{key}") - count(DISTINCT "{key}")' for key in keys)]
    (found,) = connection.execute(f"SELECT {', '.join(asked)} FROM {table}").fetchall()
    for name, empty in zip(counts, found, strict=False):
        if empty:
            yield Fault(where, f"the column '{name}' is empty in {empty} rows, which it may not be.", AGAIN)
    for key, twice in zip(keys, found[len(counts) :], strict=True):
        if twice:
            yield Fault(where, f"{twice} rows have a '{key}' that is there already.", AGAIN)
    for (closed, name), words in CLOSED.items():
        if closed == table:
            sql = f'SELECT DISTINCT "{name}" FROM {table} WHERE "{name}" IS NOT NULL ORDER BY 1'
            for (word,) in connection.execute(sql).fetchall():
                if word not in words:
                    do = hint(word, words) or f"There are {', '.join(words)}."
                    yield Fault(where, f"the column '{name}' says '{word}', which is none of its words.", do)
