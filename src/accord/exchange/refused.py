"""The rows that an import left out, with the reasons, as a file beside the input: to be mended and brought in again."""

import csv
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from accord.exchange.table import RowFault, Table

ADDED = ("accord_row", "accord_reasons")


def write_refused(table: Table, faults: Iterable[RowFault], beside: Path) -> Path:
    """Write ``<name>.refused.csv`` for its owner's eyes only; an older one is replaced. Returns where it lies.

    It holds the file's own columns, then the row number and all reasons. The map works on it as it is, but for the two
    columns that it will name as unknown.
    """
    reasons: dict[int, list[str]] = defaultdict(list)
    places: dict[int, int] = {}
    for fault in faults:
        column = f"{fault.column}: " if fault.column else ""
        reasons[fault.row].append(f"{column}{fault.what}")
        places[fault.row] = fault.place
    path = beside.with_name(f"{beside.stem}.refused.csv")
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", newline="", encoding="utf-8") as out:
            written = csv.writer(out)
            written.writerow([*table.columns, *ADDED])
            for row in sorted(reasons):
                place = places[row]
                # A row whose cells do not fit the header was never taken apart; its number must do.
                cells = (
                    [""] * len(table.columns)
                    if place < 0
                    else list(table.cells.slice(place, 1).to_pylist()[0].values())
                )
                written.writerow([*cells, row, " ".join(dict.fromkeys(reasons[row]))])
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
    return path
