"""A table as it lies in a file: every cell as text, every row with the number a spreadsheet shows."""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from accord.basics.faults import Fault, Faults, refuse
from accord.exchange.mapping import FilePart

MOST_BYTES = 1_000_000_000
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one row: its place in the table (from 0), its number as people see it, the column."""

    place: int
    row: int
    column: str
    what: str
    do: str = ""

    def fault(self, file: str) -> Fault:
        """The same as a fault of `file`."""
        column = f", column {self.column}" if self.column else ""
        return Fault(f"{file}: row {self.row}{column}", self.what, self.do)


@dataclass(frozen=True)
class Column:
    """One column: distinct texts, each looked at only once, and the position of each row's text among them."""

    name: str
    texts: list[str]
    picks: Numbers


@dataclass(frozen=True)
class Table:
    """A file's cells as text (blank for none), the row number of each row, and the SHA-256 of the file.

    `broken` are rows whose number of cells does not fit the header; they are not in `cells`.
    """

    name: str
    sha256: str
    cells: pa.Table
    rows: Numbers
    broken: tuple[RowFault, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return list(self.cells.column_names)

    def column(self, name: str) -> "Column":
        """The cells of a column: its distinct texts, stripped, and which of them each row has."""
        encoded: Any = self.cells.column(name).combine_chunks()
        encoded = encoded.dictionary_encode()
        texts = [text.strip() for text in encoded.dictionary.to_pylist()]
        return Column(name, texts, encoded.indices.to_numpy(zero_copy_only=False))

    def __len__(self) -> int:
        return int(self.cells.num_rows)


def read_table(path: Path, how: FilePart) -> Table:
    """Read a whole table; raises `Faults` for a file that is not one (encoding, NUL, header, size)."""
    kind = how.format or SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise refuse(
            path.name, "its name does not say how it is written.", "Add 'file: {format: csv}' to the map."
        )
    raw = _bytes(path)
    digest = hashlib.sha256(raw).hexdigest()
    if kind == "parquet":
        cells = _parquet(path.name, raw)
        return Table(path.name, digest, cells, np.arange(1, cells.num_rows + 1, dtype=np.int64))
    delimiter = how.delimiter or ("\t" if kind == "tsv" else ",")
    cells, broken = _delimited(path.name, _utf8(path.name, raw, how.encoding), delimiter)
    taken = {one.row for one in broken}
    numbers = np.arange(2, cells.num_rows + len(taken) + 2, dtype=np.int64)
    kept = numbers[~np.isin(numbers, sorted(taken))] if taken else numbers
    return Table(path.name, digest, cells, kept, broken)


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MOST_BYTES else b""
    except FileNotFoundError:
        raise refuse(path.name, "there is no such file.", "Check the name and the folder.") from None
    except OSError as failure:
        raise refuse(path.name, f"it cannot be read ({failure.strerror}).") from None
    if size > MOST_BYTES:
        raise refuse(path.name, f"it has {size:,} bytes; at most {MOST_BYTES:,} are read.", "Split it.")
    if not raw.strip():
        raise refuse(path.name, "it is empty.", "Check that the export was finished.")
    return raw


def _utf8(name: str, raw: bytes, encoding: str) -> bytes:
    """The file's text as UTF-8 without a byte-order mark."""
    try:
        stated = codecs.lookup(encoding).name
    except LookupError:
        raise refuse(
            name, f"there is no encoding '{encoding}'.", "Write for example utf-8 or cp1252."
        ) from None
    marked = next((found for mark, found in MARKS if raw.startswith(mark)), None)
    if marked is None and b"\0" in raw and not stated.startswith(("utf-16", "utf-32")):
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        raise refuse(
            f"{name}: line {line}", "there is a NUL character.", "The file is damaged or not a text file."
        )
    try:
        text = raw.decode(marked or stated)
    except UnicodeDecodeError as failure:
        line = raw[: failure.start].count(b"\n") + 1
        raise refuse(
            f"{name}: line {line}",
            f"this is not {marked or encoding}.",
            "Say in the map how it is written ('file: {encoding: cp1252}'), or save it again as UTF-8.",
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise refuse(
            f"{name}: line {line}", "there is a NUL character.", "The file is damaged or not a text file."
        )
    return text.encode()


def _delimited(name: str, raw: bytes, delimiter: str) -> tuple[pa.Table, tuple[RowFault, ...]]:
    raw = raw.rstrip(b"\r\n")  # blank lines at the end are a habit of editors, not rows
    if raw.count(b'"') % 2:  # the reader would take everything after it for one cell
        raise refuse(
            name, "a quote is opened and never closed, or stands alone.", "Write one inside a cell as two."
        )
    header = _header(name, raw, delimiter)
    broken: list[RowFault] = []

    def skip(row: pyarrow.csv.InvalidRow) -> Literal["skip", "error"]:
        what = f"it has {row.actual_columns} cells, the header has {row.expected_columns}."
        broken.append(RowFault(-1, row.number or 0, "", what, "Look for a stray separator or quote."))
        return "skip"

    try:
        cells = pyarrow.csv.read_csv(
            io.BytesIO(raw),
            # One thread, because only then rows that do not fit are told with their number.
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=_block(raw)),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={column: pa.string() for column in header}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        raise refuse(
            name, "its rows cannot be told apart.", "Look for a quote that is never closed."
        ) from None
    return cells, tuple(broken)


def _block(raw: bytes) -> int:
    # A row must fit into a block; rows of text can be long, and a file is read at once anyway.
    return int(min(max(len(raw) + 1, 1 << 20), (1 << 31) - 1))


def _header(name: str, raw: bytes, delimiter: str) -> list[str]:
    rows = csv.reader(io.StringIO(raw[: 1 << 20].decode(errors="ignore")), delimiter=delimiter)
    first = next(rows, [])
    if faults := list(_header_faults(name, first)):
        raise Faults(faults)
    if next(rows, None) is None:
        raise refuse(name, "it has no rows below its header.", "Check that the export was finished.")
    return first


def _header_faults(name: str, header: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, column in enumerate(header, 1):
        if not column.strip():
            yield Fault(f"{name}: row 1", f"column {place} has no name.", "Give it one.")
        elif column in seen:
            yield Fault(f"{name}: row 1", f"column '{column}' comes twice.", "Rename one of the two.")
        seen.add(column)


def _parquet(name: str, raw: bytes) -> pa.Table:
    try:
        read = pyarrow.parquet.read_table(io.BytesIO(raw))
    except (pa.ArrowException, OSError):
        raise refuse(name, "this is not a Parquet file, or it is damaged.", "Export it again.") from None
    faults = list(_header_faults(name, read.column_names))
    columns = []
    for column in read.column_names:
        try:
            columns.append(pyarrow.compute.fill_null(read.column(column).cast(pa.string()), pa.scalar("")))
        except pa.ArrowException:
            faults.append(
                Fault(f"{name}: column {column}", "its type cannot be read as cells.", "Leave it out.")
            )
    if faults:
        raise Faults(faults)
    return pa.table(columns, names=read.column_names)
