"""De-identifying an export: who agreed, new ids, days instead of dates, no words, no small cells. Pure.

What it does not do is promise anonymity: who knows a client's days and ratings can find them again. Hand the result on
under an agreement, not on a web page.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from accord.basics.faults import refuse
from accord.exchange.dictionary import RESEARCH, TABLES, columns

CELL = 5  # clients; science.md 11.6: never fewer per cell
KEYS = ("client", "course", "session", "response", "therapist")
# Values that describe a person or how they were met; one that fewer than `CELL` clients share could point at them.
CATEGORIES = (
    ("sessions", "therapist"),
    ("sessions", "kind"),
    ("sessions", "attendance"),
    ("responses", "channel"),
    ("responses", "language"),
    ("responses", "standing"),
    ("scores", "standing"),
)

Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class KeptBack:
    """Something that was left out because too few clients share it; `values` different ones in `rows` rows."""

    table: str
    column: str
    what: str
    values: int
    rows: int


@dataclass(frozen=True)
class Research:
    """De-identified tables, the clients in them, those who are not, and what was kept back."""

    tables: Mapping[str, pa.Table]
    clients: int
    without_consent: int
    kept_back: tuple[KeptBack, ...]


def de_identify(tables: Mapping[str, pa.Table], agreed: Collection[str], *, timezone: str) -> Research:
    """The research export of clinic tables; `agreed` are the keys of clients whose newest word on research is yes.

    Raises `Faults` when fewer than five clients agreed.
    """
    rows: Rows = {name: tables[name].to_pylist() for name in TABLES}
    everyone = {row["client"] for row in rows["sessions"]}
    chosen = everyone & set(agreed)
    if len(chosen) < CELL:
        raise refuse(
            "research", f"fewer than {CELL} clients agreed to it.", "Nothing is exported about so few."
        )
    rows = {name: [row for row in rows[name] if row["client"] in chosen] for name in TABLES}
    _days(rows, timezone)
    kept = [*_rare_instruments(rows), *_long_courses(rows), *_rare_values(rows)]
    _new_ids(rows)
    made = {name: _table(tables[name], name, rows[name]) for name in TABLES}
    return Research(made, len(chosen), len(everyone) - len(chosen), tuple(kept))


def _days(rows: Rows, timezone: str) -> None:
    """Days since the first session of the course in the place of dates; none where the day was only assumed."""
    zone = ZoneInfo(timezone)
    first: dict[str, date] = {}
    for row in rows["sessions"]:
        first[row["course"]] = min(row["day"], first.get(row["course"], row["day"]))
    session_first: dict[str, date] = {}
    assumed = set()
    for row in rows["sessions"]:
        session_first[row["session"]] = first[row["course"]]
        if row["day_assumed"]:
            assumed.add(row["session"])
        row["day"] = None if row["day_assumed"] else (row["day"] - first[row["course"]]).days
        row["course_ended"] = row["course_ended_on"] is not None
    for row in rows["responses"]:
        finished: datetime = row["finished_at"]
        day = finished.astimezone(zone).date()
        row["day"] = None if row["session"] in assumed else (day - session_first[row["session"]]).days


def _rare_instruments(rows: Rows) -> Iterable[KeptBack]:
    """Instruments that fewer than five clients answered: left out whole."""
    for name in sorted({row["instrument"] for table in ("responses", "scores") for row in rows[table]}):
        who = {
            row["client"]
            for table in ("responses", "scores")
            for row in rows[table]
            if row["instrument"] == name
        }
        if len(who) >= CELL:
            continue
        for table in ("responses", "scores"):
            left = [row for row in rows[table] if row["instrument"] != name]
            if len(left) < len(rows[table]):
                what = f"{name}: fewer than {CELL} clients answered it"
                yield KeptBack(table, "instrument", what, 1, len(rows[table]) - len(left))
            rows[table] = left


def _long_courses(rows: Rows) -> Iterable[KeptBack]:
    """Sessions so far into a course that fewer than five clients came to one: left out with their answers."""
    who: dict[int, set[str]] = defaultdict(set)
    for row in rows["sessions"]:
        if row["number"] is not None:
            who[row["number"]].add(row["client"])
    rare = {number for number, clients in who.items() if len(clients) < CELL}
    if not rare:
        return
    # Not only the rare numbers: those that follow have fewer still, and a gap would tell who went on.
    beyond = min(rare)
    gone = {
        row["session"] for row in rows["sessions"] if row["number"] is not None and row["number"] >= beyond
    }
    for table in TABLES:
        left = [row for row in rows[table] if row["session"] not in gone]
        if len(left) < len(rows[table]):
            what = f"sessions from number {beyond} on: fewer than {CELL} clients came so far"
            yield KeptBack(table, "number", what, len(rare), len(rows[table]) - len(left))
        rows[table] = left


def _rare_values(rows: Rows) -> Iterable[KeptBack]:
    """Single values that fewer than five clients share: blanked."""
    for table, column in CATEGORIES:
        who: dict[Any, set[str]] = defaultdict(set)
        for row in rows[table]:
            if row[column] is not None:
                who[row[column]].add(row["client"])
        rare = {value for value, clients in who.items() if len(clients) < CELL}
        blanked = 0
        for row in rows[table]:
            if row[column] in rare:
                row[column] = None
                blanked += 1
        if rare:
            what = f"values that fewer than {CELL} clients share, blanked"
            yield KeptBack(table, column, what, len(rare), blanked)


def _new_ids(rows: Rows) -> None:
    """Random ids, drawn anew for every export, and rows in their order, so that the old order is gone too."""
    drawn: dict[tuple[str, str], str] = {}
    for table in TABLES:
        for row in rows[table]:
            for kind in KEYS:
                if row.get(kind) is not None:
                    row[kind] = drawn.setdefault((kind, row[kind]), f"{kind[0]}{secrets.token_hex(8)}")
        rows[table].sort(key=lambda row: _order(row))


def _order(row: Row) -> tuple[Any, ...]:
    number = row.get("number")
    return (
        row["client"],
        number if number is not None else 0,
        row["session"],
        str(row.get("response")),
        row.get("item", 0),
    )


def _table(clinic: pa.Table, name: str, rows: list[Row]) -> pa.Table:
    types = {field.name: field.type for field in clinic.schema}
    schema = pa.schema(
        (column, pa.int32() if column == "day" else pa.bool_() if column == "course_ended" else types[column])
        for column in columns(RESEARCH, name)
    )
    return pa.Table.from_pylist(rows, schema=schema)


def counted(kept: Iterable[KeptBack]) -> str:
    """How much was kept back, in one line."""
    total: Counter[str] = Counter()
    for one in kept:
        total[one.table] += one.rows
    return ", ".join(f"{count} rows of {table}" for table, count in total.items()) or "nothing"
