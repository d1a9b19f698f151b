"""Courses of a table as the arrays that the dip filter reads, a block of clients at a time.

A number left out between two sessions of a client counts as a session held without an answer. With dates the time
between sessions counts in units of the usual interval.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from accord.exchange.course_cells import Floats
from accord.exchange.course_table import CourseTable
from accord.exchange.table import Numbers
from accord.signals.dip.observed import Observed

MOST_CELLS = 1 << 16  # of a block: small beside any table that needs blocks, large enough for NumPy
SHORTEST, LONGEST = 0.25, 8.0  # usual intervals that a gap counts as, at least and at most [design]


@dataclass(frozen=True)
class Block:
    """Some clients of a table: their rows, where each row stands in the arrays (client, session), and the arrays."""

    rows: slice
    clients: slice
    who: Numbers
    column: Numbers
    observed: Observed

    def of(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The values of an array (client x session) row by row."""
        found: npt.NDArray[Any] = values[self.who, self.column]
        return found


def first_session(table: CourseTable) -> int:
    """Where the table counts from: 0 if it has a session 0, else 1."""
    return 0 if len(table) and table.session.min() == 0 else 1


def usual_interval(table: CourseTable) -> float | None:
    """The median time from one session to the next, in days; None without dates, or where nobody came on two days."""
    if table.days is None:
        return None
    same = np.diff(table.client) == 0
    gaps = (np.diff(table.days) / np.maximum(np.diff(table.session), 1))[same]
    return float(np.median(gaps[gaps > 0])) if (gaps > 0).any() else None


def blocks(
    table: CourseTable, interval: float | None = None, most_cells: int = MOST_CELLS
) -> Iterator[Block]:
    """The table in blocks of whole clients; `interval` is the usual time between sessions, in days."""
    starts, first = table.starts, first_session(table)
    lengths = (table.session[starts[1:] - 1] - first + 1).tolist()
    begin, width = 0, 0
    for client, length in enumerate(lengths):
        wider = max(width, length)
        if client > begin and wider * (client - begin + 1) > most_cells:
            yield _block(table, slice(begin, client), starts, first, interval)
            begin, wider = client, length
        width = wider
    if begin < len(lengths):
        yield _block(table, slice(begin, len(lengths)), starts, first, interval)


def whole(table: CourseTable, interval: float | None = None) -> Block:
    """All clients of the table in one block."""
    return _block(table, slice(0, len(table.clients)), table.starts, first_session(table), interval)


def single_therapist(table: CourseTable) -> Numbers | None:
    """Each client's therapist where it was one and the same throughout, else -1; None without that column."""
    if table.therapist is None:
        return None
    known = table.therapist >= 0
    least, most = (np.full(len(table.clients), value) for value in (len(table.therapists), -1))
    np.minimum.at(least, table.client[known], table.therapist[known])
    np.maximum.at(most, table.client[known], table.therapist[known])
    return np.where(least == most, most, -1).astype(np.int64)


def first_therapist(table: CourseTable) -> Numbers | None:
    """Each client's first therapist, -1 where none is known; None without that column."""
    if table.therapist is None:
        return None
    found = np.full(len(table.clients), -1, np.int64)
    known = np.flatnonzero(table.therapist >= 0)[::-1]  # the first one is written last
    found[table.client[known]] = table.therapist[known]
    return found


def _block(table: CourseTable, clients: slice, starts: Numbers, first: int, interval: float | None) -> Block:
    rows = slice(int(starts[clients.start]), int(starts[clients.stop]))
    who = table.client[rows] - clients.start
    column = table.session[rows] - first
    shape = (clients.stop - clients.start, int(column.max()) + 1)

    def grid(values: Floats) -> Floats:
        spread = np.full(shape, np.nan)
        spread[who, column] = values
        return spread

    answers = {name: grid(values[rows]) for name, values in table.answers.items()}
    restart = np.zeros(shape, bool)
    if table.therapist is not None:
        changes = _changes(who, table.therapist[rows])
        restart[who[changes], column[changes]] = True
    return Block(
        rows=rows,
        clients=clients,
        who=who,
        column=column,
        observed=Observed(
            ratings=answers["rating"],
            felt_off=answers.get("felt_off"),
            tension=answers.get("tension"),
            arrival=answers.get("arrival"),
            twin=answers.get("therapist_rating"),
            elapsed=_elapsed(table, rows, who, column, shape, interval),
            restart=restart if restart.any() else None,
        ),
    )


def _changes(who: Numbers, therapist: Numbers) -> Numbers:
    """Rows from which on a client has another therapist than the last one known."""
    known = np.flatnonzero(therapist >= 0)
    same = who[known[1:]] == who[known[:-1]]
    other = therapist[known[1:]] != therapist[known[:-1]]
    changes: Numbers = known[1:][same & other]
    return changes


def _elapsed(
    table: CourseTable,
    rows: slice,
    who: Numbers,
    column: Numbers,
    shape: tuple[int, int],
    interval: float | None,
) -> Floats | None:
    """Time since the session before, 1 the usual interval; a gap with sessions left out is spread evenly over them."""
    if table.days is None or interval is None:
        return None
    elapsed = np.ones(shape)
    same = who[1:] == who[:-1]
    steps = np.where(same, np.diff(column), 1)
    gaps = np.clip(np.diff(table.days[rows]) / steps / interval, SHORTEST, LONGEST)
    for left_out in range(int(steps[same].max()) if same.any() else 0):
        there = np.flatnonzero(same & (steps > left_out))
        elapsed[who[there + 1], column[there + 1] - left_out] = gaps[there]
    return elapsed
