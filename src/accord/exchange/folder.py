"""An export as a folder of files: written beside its place and put there whole, or not at all."""

import csv
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from accord.basics.faults import refuse
from accord.exchange.dictionary import Note

MARK = "about.json"  # every export has it; a folder without it is never replaced
FORMATS = ("parquet", "csv")
EXPORT, SNAPSHOT, RESULTS = "an export", "a snapshot", "what studies said"


def kind_of(place: Path) -> str | None:
    """Which kind of folder of Accord's `place` is, as its ``about.json`` says; None for every other folder."""
    try:
        told = json.loads((place / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(told, dict):
        return None
    return SNAPSHOT if "layout" in told else RESULTS if told.get("what") == "studies" else EXPORT


def refuse_taken(place: Path, *, replace: bool, kind: str = EXPORT) -> None:
    """Raise `Faults` when `kind` must not go to `place`: only its own kind is ever replaced."""
    if not place.parent.is_dir():
        raise refuse(str(place), "the folder around it does not exist.", "Make it first, or choose another.")
    if not place.exists():
        return
    there = kind_of(place)
    if not replace:
        do = "Choose another name, or --replace it." if there == kind else "Choose another name."
        raise refuse(str(place), "it is there already.", do)
    if there is None:
        raise refuse(str(place), "it is no export of Accord, so it is not replaced.", "Choose another name.")
    if there != kind:
        raise refuse(str(place), f"it is {there}, so {kind} does not replace it.", "Choose another name.")


@contextmanager
def whole_folder(place: Path, *, replace: bool = False, kind: str = EXPORT) -> Iterator[Path]:
    """A folder to write into, which becomes `place` when the block ends well and vanishes when it does not."""
    refuse_taken(place, replace=replace, kind=kind)
    waiting = place.with_name(f".{place.name}.{os.getpid()}")
    waiting.mkdir(mode=0o700)
    try:
        yield waiting
        if place.exists():
            old = place.with_name(f".{place.name}.{os.getpid()}.old")
            place.rename(old)
            waiting.rename(place)
            shutil.rmtree(old)
        else:
            waiting.rename(place)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def write_tables(folder: Path, tables: Mapping[str, pa.Table], notes: tuple[Note, ...], form: str) -> None:
    """Write each table as ``<name>.<form>``; in Parquet each column carries its meaning."""
    for name, table in tables.items():
        if form == "csv":
            pyarrow.csv.write_csv(table, folder / f"{name}.csv")
        else:
            pyarrow.parquet.write_table(
                _labelled(table, name, notes), folder / f"{name}.parquet", compression="zstd"
            )


def _labelled(table: pa.Table, name: str, notes: tuple[Note, ...]) -> pa.Table:
    meanings = {note.column: note for note in notes if note.table == name}
    fields = []
    for field in table.schema:
        note = meanings[field.name]
        labels = json.dumps(dict(note.labels)) if note.labels else ""
        told = {"description": note.meaning, "unit": note.unit, "labels": labels}
        fields.append(field.with_metadata({key: value for key, value in told.items() if value}))
    return table.cast(pa.schema(fields))


def write_dictionary(folder: Path, words: Mapping[str, list[dict[str, Any]]]) -> None:
    """Write the dictionary as one JSON file and as a CSV file for each part."""
    text = json.dumps(words, ensure_ascii=False, indent=1)
    (folder / "dictionary.json").write_text(text, encoding="utf-8")
    for part, rows in words.items():
        with (folder / f"dictionary-{part}.csv").open("w", newline="", encoding="utf-8") as out:
            written = csv.writer(out)
            written.writerow(rows[0] if rows else [part])
            written.writerows([_cell(value) for value in row.values()] for row in rows)


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(" = ".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)
    return "" if value is None else value


def write_about(folder: Path, about: Mapping[str, Any]) -> None:
    """Write what this export is: when, of what, how many rows, what was kept back."""
    (folder / MARK).write_text(json.dumps(about, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
