"""A table of answers, one row per response: columns ``item1`` to ``itemN``, empty for not reached, or ``declined``."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from accord.basics.faults import Fault, Faults, refuse
from accord.basics.near import hint
from accord.instruments.definition import Answer, Instrument, Item, ItemKind, Missing
from accord.instruments.reading import read_text
from accord.instruments.scoring import allowed

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,9})?")
MOST_BYTES = 200_000_000
ABSENT = {"": Missing.NOT_REACHED, **{kind.value.replace("_", " "): kind for kind in Missing}}


@dataclass(frozen=True)
class Column:
    """One column of the file and the item it holds; `written` is its name as it stands there."""

    place: int
    written: str
    item: Item


def read_sheet(instrument: Instrument, path: Path) -> list[dict[int, Answer]]:
    """The answers of every row; `Faults` with all that is wrong in the file, by row and column.

    Rows count from 1 after the header. A column that is not there was not asked. Words given to a text item are not
    kept. Comma, semicolon (then also with decimal commas) and tab are told apart by the header.
    """
    text = read_text(path, MOST_BYTES)
    if not text.strip():
        raise refuse(path.name, "it is empty.", f"Its first line names the columns: {_example(instrument)}.")
    separator = _separator(instrument, path, text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    faults: list[Fault] = []
    rows: list[dict[int, Answer]] = []
    try:
        header = next(lines)
        columns, faults = _columns(instrument, path, header)
        unasked = {item.number: Missing.NOT_ASKED for item in instrument.items}
        for line in lines:
            if not line:
                continue
            where = f"{path.name} row {len(rows) + 1}"
            if len(line) != len(header):
                what = f"it has {len(line)} fields, the header has {len(header)}."
                faults.append(Fault(where, what, "Put a field with a separator in it in quotes."))
            rows.append({**unasked, **_row(columns, line, where, separator, faults)})
    except csv.Error as failure:
        faults.append(
            Fault(f"{path.name} line {lines.line_num}", f"this cannot be read as a table ({failure}).")
        )
    if not rows and not faults:
        faults.append(Fault(path.name, "it has a header and no rows."))
    if faults:
        raise Faults(faults)
    return rows


def _example(instrument: Instrument) -> str:
    last = len(instrument.items)
    return "item1" if last == 1 else f"item1,item2,…,item{last}" if last > 2 else "item1,item2"


def _separator(instrument: Instrument, path: Path, text: str) -> str:
    """The separator that splits the header into most names of items."""
    header = text.lstrip("\n\r").split("\n", 1)[0].rstrip("\r")
    known = {f"item{item.number}" for item in instrument.items}
    hits = {
        separator: sum(name.strip(' "').lower() in known for name in header.split(separator))
        for separator in SEPARATORS
    }
    best = max(hits, key=lambda separator: (hits[separator], header.count(separator)))
    if not hits[best]:
        first = header.split(best)[0].strip(' "')[:30]
        do = hint(first, known) or f"Its first line names the columns: {_example(instrument)}."
        raise refuse(f"{path.name} header", "no column is named after an item.", do)
    return best


def _columns(instrument: Instrument, path: Path, header: list[str]) -> tuple[list[Column], list[Fault]]:
    """The columns that hold items, and a fault for each that does not or stands twice."""
    known = {f"item{item.number}": item for item in instrument.items}
    names = [name.strip().lower() for name in header]
    counts = Counter(names)
    columns, faults = [], []
    for place, (name, written) in enumerate(zip(names, header, strict=True)):
        where = f"{path.name} column {place + 1}"
        if name not in known:
            there = f"{instrument.id} has {_example(instrument)}; leave other columns out."
            do = there if re.fullmatch(r"item\d+", name) else hint(name, known) or there
            faults.append(Fault(where, f"'{written.strip()[:30]}' is no item of {instrument.id}.", do))
        elif counts[name] > 1:
            faults.append(Fault(where, f"{name} stands {counts[name]} times.", "Keep one."))
        else:
            columns.append(Column(place, name, known[name]))
    return columns, faults


def _row(
    columns: list[Column], line: list[str], where: str, separator: str, faults: list[Fault]
) -> dict[int, Answer]:
    answers: dict[int, Answer] = {}
    for column in columns:
        written = line[column.place].strip() if column.place < len(line) else ""
        answer = _answer(column.item, written, separator)
        if answer is None:
            # Never what was written: it may be a client's words in the wrong column.
            faults.append(Fault(f"{where} column {column.written}", _wrong(written), allowed(column.item)))
        else:
            answers[column.item.number] = answer
    return answers


def _answer(item: Item, written: str, separator: str) -> Answer | None:
    """The answer in a field; None when it is none that the item takes."""
    absent = ABSENT.get(written.lower().replace("_", " "))
    if absent is not None:
        return absent
    if item.kind is ItemKind.TEXT:
        return Missing.NOT_ASKED
    number = written.replace(",", ".") if separator != "," else written
    if not NUMBER.fullmatch(number) or not item.allows(float(number)):
        return None
    return float(number)


def _wrong(written: str) -> str:
    is_number = NUMBER.fullmatch(written.replace(",", "."))
    return (
        "the answer is out of range." if is_number else "this is neither a number, nor empty, nor 'declined'."
    )
