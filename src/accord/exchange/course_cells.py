"""The cells of a table of courses: each column read by its kind, and what is wrong in it kept until all is read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from accord.basics.faults import Fault
from accord.exchange.cells import WHOLE
from accord.exchange.table import Numbers, Table

Floats = npt.NDArray[np.float64]

NO_ANSWER = {"", "na", "nan", "null", "none"}  # how other tools write an empty cell
YES_NO = {"1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0, "yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0}
MOST_SESSIONS = 1000  # a larger number is a date or a record's id, not the count of a course's sessions
MOST_TOLD = 40  # faults told one by one; the rest are counted
NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
DAY = 86_400.0  # seconds

Parse = Callable[[str], float | None]  # NaN for an empty cell, None for one that cannot be read


@dataclass(frozen=True)
class Wrong:
    """The same thing wrong in some rows (places in the table); `other`: a second row that each is about."""

    places: Numbers
    column: str
    what: str
    do: str
    other: Numbers | None = None


@dataclass
class Sheet:
    """A table being read, and everything found wrong with it so far."""

    table: Table
    decimal: str = "."
    wrong: list[Wrong] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether the file has this column."""
        return name in self.table.columns

    def note(self, bad: npt.NDArray[np.bool_], column: str, what: str, do: str) -> None:
        """Keep what is wrong in the rows that are bad."""
        if bad.any():
            self.wrong.append(Wrong(np.flatnonzero(bad), column, what, do))

    def numbers(self, name: str, low: float, high: float) -> Floats:
        """A column of ratings from `low` to `high`, NaN for no answer."""
        do = f"Write a number from {low:g} to {high:g}, or leave it empty for no answer."
        values = self._read(name, lambda text: number(text, self.decimal), "this is not a number.", do)
        what = f"this is outside {low:g} to {high:g}."
        do = "Correct it, or give the ends of the scale with --range LOW:HIGH."
        self.note((values < low) | (values > high), name, what, do)
        return values

    def yes_no(self, name: str) -> Floats:
        """A column of yes and no as 1 and 0, NaN for no answer."""
        do = "Write 1 or 0, yes or no, or leave it empty for no answer."
        return self._read(name, yes_no, "this is neither yes nor no.", do)

    def sessions(self, name: str) -> Floats:
        """The number of each row's session; NaN where it is wrong."""
        do = f"Number each client's sessions 1, 2, 3 in the order they were held, up to {MOST_SESSIONS}."
        return self._read(name, session, "this is not the number of a session.", do, "there is no number.")

    def days(self, name: str) -> Floats:
        """The day of each row, counted from 1970; NaN where it is wrong."""
        do = "Write it as 2024-05-31; or leave the whole column out, and sessions count as evenly spaced."
        return self._read(name, day, "this is no date.", do, "there is no date.")

    def names(self, name: str) -> tuple[list[str], Numbers]:
        """Distinct names in the order they appear, and each row's place among them; -1 where there is none."""
        column = self.table.column(name)
        places: dict[str, int] = {}
        codes = [places.setdefault(text, len(places)) if text else -1 for text in column.texts]
        return list(places), np.array(codes, np.int64)[column.picks]

    def _read(self, name: str, parse: Parse, what: str, do: str, if_empty: str = "") -> Floats:
        column = self.table.column(name)
        values = [parse(text) for text in column.texts]
        self.note(np.array([value is None for value in values], bool)[column.picks], name, what, do)
        found = np.array([np.nan if value is None else value for value in values], np.float64)
        if if_empty:
            empty = np.array([value is not None and np.isnan(value) for value in values], bool)
            self.note(empty[column.picks], name, if_empty, do)
        return found[column.picks]

    def faults(self) -> Iterator[Fault]:
        """All faults by row: the first ones told, the rest counted."""
        table = self.table
        told = [(fault.row, fault.fault(table.name)) for fault in table.broken]
        for one in self.wrong:
            for n, place in enumerate(one.places[:MOST_TOLD].tolist()):
                other = "" if one.other is None else str(table.rows[one.other[n]])
                row = int(table.rows[place])
                where = f"{table.name}: row {row}, column {one.column}"
                told.append((row, Fault(where, one.what.format(other=other), one.do)))
        total = len(table.broken) + sum(len(one.places) for one in self.wrong)
        told.sort(key=lambda pair: pair[0])
        yield from (fault for _, fault in told[:MOST_TOLD])
        if total > MOST_TOLD:
            what = f"there are {total:,} faults in all; the first {MOST_TOLD} are told."
            yield Fault(table.name, what, "Mend these first.")


def number(text: str, decimal: str = ".") -> float | None:
    """A number, with the decimal sign of the file."""
    if text.casefold() in NO_ANSWER:
        return float("nan")
    written = text.replace(",", ".") if decimal == "," and "." not in text else text
    return float(written) if NUMBER.fullmatch(written) else None


def yes_no(text: str) -> float | None:
    """1 for yes, 0 for no."""
    known = text.casefold()
    return float("nan") if known in NO_ANSWER else YES_NO.get(known)


def session(text: str) -> float | None:
    """The number of a session."""
    if text.casefold() in NO_ANSWER:
        return float("nan")
    return float(text) if WHOLE.fullmatch(text) and float(text) <= MOST_SESSIONS else None


def day(text: str) -> float | None:
    """Days since 1970; a time without a zone counts as UTC, which moves a gap by hours at most."""
    if text.casefold() in NO_ANSWER:
        return float("nan")
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() / DAY
