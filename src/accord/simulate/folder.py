"""A simulated service as a folder: five tables and ``about.json``, there as a whole or not at all."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from accord.basics.faults import Faults, refuse
from accord.simulate.block import Block
from accord.simulate.calibration import Figure, Tally
from accord.simulate.tables import COLUMNS, SCHEMAS, Numbering, make_tables

ABOUT = "about.json"
FORMATS = ("parquet", "csv")
TOGETHER = 40  # blocks in a row group: 10,000 clients, some 120,000 sessions, about 100 MB


@dataclass(frozen=True)
class Written:
    """What was written: rows by table, and the figures of the service."""

    rows: Mapping[str, int]
    figures: tuple[Figure, ...]


def refuse_taken(folder: Path, *, replace: bool) -> None:
    """Refuse a folder that holds something; `replace` allows one that holds a simulated service, never another.

    What studies said of a simulated service is no service.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise refuse(str(folder), "this is a file.", "Name a folder that is not there yet.")
    if not any(folder.iterdir()):
        return
    simulated = _is_simulated(folder)
    if not replace:
        do = "Name another folder, or add --replace." if simulated else "Name another folder."
        raise refuse(str(folder), "it is not empty.", do)
    if not simulated:
        raise refuse(str(folder), "it holds something else than a simulated service.", "Name another folder.")


def _is_simulated(folder: Path) -> bool:
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(about, dict) and about.get("simulated") is True and "what" not in about


def write_service(
    blocks: Iterable[Block],
    folder: Path,
    *,
    instruments: tuple[str, ...],
    format: str = "parquet",
    replace: bool = False,
    about: Mapping[str, Any] | None = None,
    progress: Callable[[Mapping[str, int]], None] = lambda rows: None,
    together: int = TOGETHER,
) -> Written:
    """Write a service, `together` blocks at a time; `about` goes into ``about.json`` beside rows and columns.

    The folder appears when all of it is there. Raises `Faults` for one that holds something and for a full disk.
    """
    refuse_taken(folder, replace=replace)
    tally, rows = Tally(), dict.fromkeys(COLUMNS, 0)
    with appearing(folder) as place:
        with ExitStack() as open_files:
            writers = {table: open_files.enter_context(_writer(place, table, format)) for table in COLUMNS}
            for tables in _batches(counted(blocks, tally), instruments, together):
                for name, table in tables.items():
                    writers[name].write_table(table)
                    rows[name] += table.num_rows
                progress(rows)
        text = json.dumps(
            {"simulated": True, **(about or {}), "format": format, "tables": _described(rows)}, indent=2
        )
        (place / ABOUT).write_text(text + "\n", encoding="utf-8")
    return Written(rows, tally.figures())


def counted(blocks: Iterable[Block], tally: Tally) -> Iterator[Block]:
    """The blocks as they are, each counted in `tally` on its way."""
    for block in blocks:
        tally.add(block)
        yield block


def _batches(
    blocks: Iterable[Block], instruments: tuple[str, ...], together: int
) -> Iterator[dict[str, pa.Table]]:
    """Tables of `together` blocks at a time."""
    waiting: dict[str, list[pa.Table]] = {name: [] for name in COLUMNS}
    before = Numbering()
    for block in blocks:
        for name, table in make_tables(block, before, instruments).items():
            waiting[name].append(table)
        before = before.after(block)
        if len(waiting["clients"]) == together:
            yield {name: pa.concat_tables(tables) for name, tables in waiting.items()}
            waiting = {name: [] for name in COLUMNS}
    if waiting["clients"]:
        yield {name: pa.concat_tables(tables) for name, tables in waiting.items()}


def _writer(folder: Path, table: str, format: str) -> Any:
    path = folder / f"{table}.{format}"
    if format == "csv":
        return pa.csv.CSVWriter(path, SCHEMAS[table])
    return pa.parquet.ParquetWriter(path, SCHEMAS[table], compression="zstd", compression_level=1)


def _described(rows: Mapping[str, int]) -> dict[str, Any]:
    """Rows and the column dictionary of each table."""
    return {
        table: {
            "rows": rows[table],
            "columns": {
                column.name: {"type": str(column.type), "meaning": column.meaning} for column in columns
            },
        }
        for table, columns in COLUMNS.items()
    }


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A folder beside `folder` to write into, which takes its name at the end and vanishes when that is not reached."""
    folder = folder.resolve()
    place: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        yield place
        place.chmod(0o755)
        _take_the_place_of(place, folder)
    except OSError as failure:
        raise _cannot_write(folder, failure) from None
    finally:
        if place is not None and place.exists():
            shutil.rmtree(place, ignore_errors=True)


def _take_the_place_of(place: Path, folder: Path) -> None:
    """Rename; what was there is put aside first and deleted last."""
    if not folder.exists():
        place.rename(folder)
        return
    aside = Path(f"{place}.old")
    folder.rename(aside)
    try:
        place.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    shutil.rmtree(aside)


def _cannot_write(folder: Path, failure: OSError) -> Faults:
    reason = os.strerror(failure.errno) if failure.errno else "the system refused"
    return refuse(str(folder), f"it cannot be written ({reason}).", "Nothing was left behind there.")
