"""A long table of ratings, a row per client and session: read whole, checked whole, every fault at once.

Rows may come in any order. Kept as arrays, sorted by client (as they first appear) and session; absent is NaN.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from accord.basics.faults import Fault, Faults, refuse
from accord.basics.near import near_name
from accord.exchange.course_cells import Floats, Sheet, Wrong
from accord.exchange.mapping import FilePart
from accord.exchange.table import SUFFIXES, Numbers, Table, read_table

REQUIRED = ("client", "session", "rating")
RATED = ("rating", "therapist_rating", "arrival")
ASKED = ("tension", "felt_off")
OPTIONAL = ("therapist", "date", "therapist_rating", "arrival", "tension", "felt_off")
COLUMNS = (*REQUIRED, *OPTIONAL)
STEPS = (1.0, 0.5, 0.25, 0.2, 0.1, 0.05, 0.01, 0.001)


@dataclass(frozen=True)
class Range:
    """The ends of the scale, the higher the better."""

    low: float
    high: float


@dataclass(frozen=True)
class CourseTable:
    """A table of courses: of each row its client and therapist (places in the lists, -1 unknown), session, answers.

    `answers` has the columns of ratings and questions that the file has. `days` counts from 1970; None without dates.
    `unused` are columns of the file that mean nothing here.
    """

    name: str
    sha256: str
    clients: list[str]
    client: Numbers
    session: Numbers
    answers: dict[str, Floats]
    days: Floats | None = None
    therapists: list[str] = field(default_factory=list)
    therapist: Numbers | None = None
    unused: tuple[str, ...] = ()

    @property
    def ratings(self) -> Floats:
        """The main rating of each row."""
        return self.answers["rating"]

    @property
    def starts(self) -> Numbers:
        """The first row of each client, and at the end the number of rows."""
        return np.searchsorted(self.client, np.arange(len(self.clients) + 1)).astype(np.int64)

    def __len__(self) -> int:
        return len(self.client)


def read_courses(path: Path, scale: Range) -> CourseTable:
    """Read and check a table of ratings; `Faults` with everything that is wrong with it, by row and column."""
    sheet = _sheet(path)
    faults = list(_missing_columns(sheet.table))
    if faults:
        raise Faults(faults)
    answers = {name: sheet.numbers(name, scale.low, scale.high) for name in RATED if sheet.has(name)}
    answers |= {name: sheet.yes_no(name) for name in ASKED if sheet.has(name)}
    session = sheet.sessions("session")
    days = sheet.days("date") if sheet.has("date") else None
    clients, client = sheet.names("client")
    sheet.note(client < 0, "client", "there is no client.", "Give every row the code of its client.")
    therapists, therapist = sheet.names("therapist") if sheet.has("therapist") else ([], None)
    placed = (client >= 0) & ~np.isnan(session)
    order = np.lexsort((session, client))
    order = order[placed[order]]
    sheet.wrong += _out_of_order(client, session, days, order)
    if sheet.wrong or sheet.table.broken:
        raise Faults(sheet.faults())
    table = sheet.table
    return CourseTable(
        name=table.name,
        sha256=table.sha256,
        clients=clients,
        client=client[order],
        session=session[order].astype(np.int64),
        answers={name: values[order] for name, values in answers.items()},
        days=None if days is None else days[order],
        therapists=therapists,
        therapist=None if therapist is None else therapist[order],
        unused=tuple(name for name in table.columns if name not in COLUMNS),
    )


def step_of(ratings: Floats, scale: Range) -> float:
    """The smallest step of a scale, as its answers show it: the largest usual one that divides them all [design]."""
    given = np.unique(ratings[~np.isnan(ratings)]) - scale.low
    for step in STEPS:
        if step < scale.high - scale.low and np.allclose(given / step, np.round(given / step), atol=1e-6):
            return step
    return STEPS[-1] * (scale.high - scale.low)


def near_columns(table: CourseTable) -> list[tuple[str, str]]:
    """Columns that are not used although they look like one that would be: as they are, and as they should be named."""
    taken = {*table.answers, *REQUIRED}
    taken |= {"date"} if table.days is not None else set()
    taken |= {"therapist"} if table.therapist is not None else set()
    free = [name for name in OPTIONAL if name not in taken]
    return [(name, near) for name in table.unused if (near := near_name(name, free))]


def _sheet(path: Path) -> Sheet:
    if path.suffix.lower() not in SUFFIXES:
        raise refuse(path.name, "its name does not say how it is written.", "Name it .csv, .tsv or .parquet.")
    if SUFFIXES[path.suffix.lower()] != "parquet" and path.is_file() and _is_header_only(path):
        raise refuse(path.name, "it has no rows below its header.", "Check that the export was finished.")
    try:
        table = read_table(path, FilePart())
        # What spreadsheets write where the comma is the decimal sign.
        semicolons = len(table.columns) == 1 and ";" in table.columns[0]
        if semicolons:
            table = read_table(path, FilePart(format="csv", delimiter=";"))
    except Faults as faults:
        raise Faults(_without_map(fault) for fault in faults.faults) from None
    if not len(table) and not table.broken:  # Parquet
        raise refuse(table.name, "it has no rows below its header.", "Check that the export was finished.")
    return Sheet(table, "," if semicolons else ".")


def _is_header_only(path: Path) -> bool:
    with path.open("rb") as lines:
        return len(list(islice((line for line in lines if line.strip()), 2))) == 1


def _without_map(fault: Fault) -> Fault:
    """`read_table` speaks to people who have a map; this file has none."""
    return Fault(fault.where, fault.what, "Save it again as UTF-8.") if "map" in fault.do else fault


def _missing_columns(table: Table) -> Iterator[Fault]:
    """A fault for every column that is needed and not there, with the name that was probably meant."""
    free = [name for name in table.columns if name not in COLUMNS]
    for name in REQUIRED:
        if name not in table.columns:
            near = near_name(name, free)
            do = f"Rename '{near}', if that is it." if near else f"It has: {', '.join(table.columns)}."
            yield Fault(f"{table.name}: row 1", f"there is no column '{name}'.", do)


def _out_of_order(client: Numbers, session: Floats, days: Floats | None, order: Numbers) -> Iterator[Wrong]:
    """What is wrong between a client's rows, taken in `order`: a session twice, a date that runs backwards."""
    before, now = order[:-1], order[1:]
    same = client[now] == client[before]
    twice = same & (session[now] == session[before])
    if twice.any():
        what = "this session of this client is there already, in row {other}."
        do = "Leave one of the two out; two sessions on one day have two numbers."
        yield Wrong(now[twice], "session", what, do, before[twice])
    if days is not None:
        back = same & ~twice & (days[now] < days[before])
        if back.any():
            what = "this date lies before that of the client's session before, in row {other}."
            do = "Correct the date, or number the sessions in the order they were held."
            yield Wrong(now[back], "date", what, do, before[back])
