"""The sessions of a table: whose, which, when. Rows that cannot be placed are told with row and column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import numpy as np

from accord.basics.faults import refuse
from accord.course.session import Attendance, SessionKind
from accord.exchange.cells import When, Wrong, when_reader, whole
from accord.exchange.mapping import ImportMap, WordsPart
from accord.exchange.table import Numbers, RowFault, Table

MOST_CODE = 40  # characters of a pseudonym
MOST_SESSIONS = 10_000
NOWHERE = -1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visit:
    """One session of the file.

    `order` is its place where the file has numbers, else 0; where it is not `dated`, `day` is assumed.
    """

    client: str
    order: int
    day: date
    at: datetime | None
    dated: bool
    row: int
    place: int
    kind: SessionKind | None = None
    attendance: Attendance | None = None
    therapist: str | None = None


@dataclass
class Faulty:
    """Row faults, collected while a table is read."""

    table: Table
    found: list[RowFault] = field(default_factory=list)

    def add(self, place: int | np.integer[Any], column: str, what: str, do: str = "") -> None:
        """Note a fault in the row at `place`."""
        self.found.append(RowFault(int(place), int(self.table.rows[place]), column, what, do))


def read_visits(
    table: Table, chosen: ImportMap, faulty: Faulty, clinic_zone: str, today: date
) -> tuple[list[Visit], list[Numbers]]:
    """The visits of the file, and for each session of a row which visit it is (`NOWHERE`: a fault)."""
    clients = _clients(table, chosen, faulty)
    session = chosen.session
    if session.numbers:
        orders: list[Sequence[int | None]] = [
            [place] * len(table) for place in range(1, len(session.numbers) + 1)
        ]
    elif session.number:
        first = session.counts_from
        orders = [cells(table, session.number, _from(first), faulty)]
    else:
        orders = [[0] * len(table)]
    whens: Sequence[When | None] | None = None
    if session.date:
        whens = cells(table, session.date.column, when_reader(session.date, clinic_zone, today), faulty)
    kinds = words(table, session.kind_column, faulty)
    fixed = session.kind if isinstance(session.kind, SessionKind) else None
    attendances = words(table, session.attendance, faulty)
    therapists = _therapists(table, chosen, faulty)
    undated = session.undated
    visits: list[Visit] = []
    known: dict[tuple[str, int, date, datetime | None], int] = {}
    found = []
    for of_session in orders:
        places = np.full(len(table), NOWHERE, dtype=np.int64)
        for place, (client, order) in enumerate(zip(clients, of_session, strict=True)):
            when = (
                _assumed(order, undated) if undated and order is not None else whens[place] if whens else None
            )
            if client is None or order is None or when is None:
                continue
            key = (client, order, when.day, when.at)
            number = known.get(key)
            if number is None:
                number = known[key] = len(visits)
                visits.append(
                    Visit(
                        client,
                        order,
                        when.day,
                        when.at,
                        undated is None,
                        int(table.rows[place]),
                        place,
                        kinds[place] if kinds else fixed,
                        attendances[place] if attendances else None,
                        therapists[place] if therapists else None,
                    )
                )
            places[place] = number
        found.append(places)
    if undated and any(visit.day > today for visit in visits):
        raise refuse(
            "session: undated", "the assumed days reach into the future.", "Choose an earlier 'first_day'."
        )
    return visits, found


def _assumed(order: int, undated: Any) -> When:
    return When(undated.first_day + timedelta(days=(order - 1) * undated.every_days))


def _from(first: int) -> Callable[[str], int | Wrong]:
    def read(text: str) -> int | Wrong:
        found = whole(text)
        if isinstance(found, int) and not first <= found <= MOST_SESSIONS:
            return Wrong(
                f"a session's number is {first} to {MOST_SESSIONS}.",
                "Say where they start with 'counts_from'.",
            )
        return found if isinstance(found, Wrong) else found - first + 1

    return read


def _clients(table: Table, chosen: ImportMap, faulty: Faulty) -> Sequence[str | None]:
    prefix = chosen.client.prefix

    def read(text: str) -> str | Wrong:
        if not text:
            return Wrong("there is no client.", "Give each row the client's pseudonym.")
        if len(prefix) + len(text) > MOST_CODE:
            return Wrong(f"the pseudonym is longer than {MOST_CODE} characters.", "Shorten it.")
        return (
            prefix + text
            if text.isprintable()
            else Wrong("the pseudonym has characters that cannot be shown.")
        )

    return cells(table, chosen.client.column, read, faulty)


def _therapists(table: Table, chosen: ImportMap, faulty: Faulty) -> Sequence[str | None] | None:
    part = chosen.therapist
    if part is None:
        return None
    return cells(table, part.column, lambda text: part.staff.get(text, text).lower() if text else "", faulty)


def words(table: Table, part: WordsPart | None, faulty: Faulty) -> Sequence[Any] | None:
    """The column's cells as what the map lets them stand for; None without such a column."""
    return None if part is None else cells(table, part.column, listed(part), faulty)


def listed(part: WordsPart) -> Callable[[str], Any]:
    """How the cells of a column are read that stand for something."""
    missing = Wrong("this is none of the map's values.", "Add it to 'values'.")
    return lambda text: part.values.get(text, missing)


def cells(table: Table, name: str, read: Callable[[str], T | Wrong], faulty: Faulty) -> list[T | None]:
    """The column's cells as `read` reads them; None where there is a fault, which is noted."""
    column = table.column(name)
    parsed = [read(text) for text in column.texts]
    for position, one in enumerate(parsed):
        if isinstance(one, Wrong):
            for place in np.flatnonzero(column.picks == position):
                faulty.add(place, name, one.what, one.do)
    kept = [None if isinstance(one, Wrong) else one for one in parsed]
    return [kept[position] for position in column.picks.tolist()]
