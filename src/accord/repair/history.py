"""Many repairs at once: histories as columns, replayed together; the same rules as `state.after`, event by event.

`replay_many` walks over the first events of all histories, then over the second ones, and so on. It agrees with
`state.replay` on every history (tests/repair/test_history.py); the table of what may happen when is the same. Tables of
events for Parquet are made and read by `table.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from accord.repair.event import Ending, Event, Kind, Origin, Step, Strain
from accord.repair.state import NEEDS, WAYS, Stage

Integers: TypeAlias = npt.NDArray[np.int64]
Codes: TypeAlias = npt.NDArray[np.int8]
Flags: TypeAlias = npt.NDArray[np.bool_]

NONE = -1  # code of what was not said
NEVER = np.iinfo(np.int64).min  # time of what did not happen
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), datetime.resolution


@dataclass(frozen=True)
class History:
    """One repair with what is known beside it.

    `events` in order. `about` is the number of the session it is about and `noticed` that of the last session held when
    it began; None where it is not known. `dip`: it began from a fall of the line.
    """

    events: tuple[Event, ...]
    about: int | None = None
    noticed: int | None = None
    dip: bool = False


@dataclass(frozen=True)
class Columns:
    """Events of n histories, one after the other; history i has the rows ``starts[i]`` to ``starts[i + 1]``.

    Codes are places in the enums, `NONE` for nothing; `at` in microseconds since 1970 (UTC); `known`: who is known.
    """

    starts: Integers
    kind: Codes
    at: Integers
    known: Flags
    origin: Codes
    strain: Codes
    step: Codes
    ending: Codes

    @property
    def lengths(self) -> Integers:
        """How many events each history has."""
        result: Integers = np.diff(self.starts)
        return result


@dataclass(frozen=True)
class Many:
    """Where n repairs stand. Codes and times as in `Columns`; `NEVER` for what did not happen.

    `refused` is the number of the first event that cannot be, from 1, and 0 without one; a history with such an event
    has the stage `NONE`, and the rest of it means nothing. `first` and `last` are n x 4: when a step was first and last
    noted, in the order of `Step`.
    """

    stage: Codes
    refused: Integers
    origin: Codes
    strain: Codes
    ending: Codes
    begun_at: Integers
    looked_at: Integers
    asked_at: Integers
    closed_at: Integers
    last_at: Integers
    first: Integers
    last: Integers


def codes(words: type[StrEnum]) -> dict[str, int]:
    """The code of each word: its place in the enum."""
    return {one.value: place for place, one in enumerate(words)}


_STAGES, _KINDS, _STEPS = list(Stage), list(Kind), list(Step)
# The table of `state.WAYS` as numbers: a row for each stage and the last one for before the first event.
_LEADS = np.full((len(_STAGES) + 1, len(_KINDS)), NONE, dtype=np.int8)
for _stage, _ways in WAYS.items():
    for _kind, _to in _ways.items():
        _LEADS[len(_STAGES) if _stage is None else _STAGES.index(_stage), _KINDS.index(_kind)] = (
            _STAGES.index(_to)
        )
_BEFORE = np.int8(len(_STAGES))


def replay_many(columns: Columns) -> Many:
    """Where every repair stands after its events."""
    n, k = len(columns.starts) - 1, codes(Kind)
    allowed = _complete(columns)
    stage = np.full(n, _BEFORE, dtype=np.int8)
    refused = np.zeros(n, dtype=np.int64)
    origin, ending = np.full((2, n), NONE, dtype=np.int8)
    strain = np.full(n, codes(Strain)[Strain.UNSURE], dtype=np.int8)
    begun, looked, asked, closed, latest = np.full((5, n), NEVER)
    first, last = np.full((2, n, len(_STEPS)), NEVER)
    lengths = columns.lengths
    refused[lengths == 0] = 1  # not even the event with which it began
    open_ = np.flatnonzero(lengths > 0)
    for place in range(int(lengths.max(initial=0))):
        open_ = open_[lengths[open_] > place]
        rows = columns.starts[open_] + place
        leads = _LEADS[stage[open_], columns.kind[rows]]
        fine = allowed[rows] & (leads != NONE) & (columns.at[rows] >= latest[open_])
        if not fine.all():
            refused[open_[~fine]] = place + 1
            open_, rows, leads = open_[fine], rows[fine], leads[fine]
        kind, at = columns.kind[rows], columns.at[rows]
        stage[open_], latest[open_] = leads, at
        said = columns.strain[rows]
        strain[open_[said != NONE]] = said[said != NONE]
        if place == 0:
            begun[open_], origin[open_] = at, columns.origin[rows]
            continue
        took = kind == k[Kind.TOOK]
        which, step = open_[took], columns.step[rows[took]]
        last[which, step] = at[took]
        new = first[which, step] == NEVER
        first[which[new], step[new]] = at[took][new]
        looked[open_[kind == k[Kind.LOOKED]]] = at[kind == k[Kind.LOOKED]]
        asked[open_[kind == k[Kind.ASKED]]] = at[kind == k[Kind.ASKED]]
        asked[open_[(kind == k[Kind.RETURNED]) | (kind == k[Kind.REOPENED])]] = NEVER
        ends, again = kind == k[Kind.CLOSED], open_[kind == k[Kind.REOPENED]]
        closed[open_[ends]], ending[open_[ends]] = at[ends], columns.ending[rows[ends]]
        closed[again], ending[again] = NEVER, NONE
    stage[refused > 0] = NONE
    return Many(stage, refused, origin, strain, ending, begun, looked, asked, closed, latest, first, last)


def _complete(columns: Columns) -> Flags:
    """Which events have who did it, and what one of their kind needs (`state.NEEDS`)."""
    fine: Flags = columns.known & (columns.kind != NONE)
    for kind, needed in NEEDS.items():
        fine &= (columns.kind != codes(Kind)[kind]) | (getattr(columns, needed) != NONE)
    return fine


def as_columns(histories: Iterable[Sequence[Event]]) -> Columns:
    """Columns of histories that are in memory; every time needs a zone (ValueError)."""
    events, starts = list[Event](), [0]
    for history in histories:
        events += history
        starts.append(len(events))
    if any(one.at.tzinfo is None for one in events):
        raise ValueError("an event without a time zone cannot be put in order with others")

    def column(name: str, words: type[StrEnum]) -> Codes:
        known = codes(words)
        return np.array([known.get(getattr(one, name), NONE) for one in events], dtype=np.int8)

    return Columns(
        starts=np.array(starts, dtype=np.int64),
        kind=column("kind", Kind),
        at=np.array([_micros(one.at) for one in events], dtype=np.int64),
        known=np.array([bool(one.by) for one in events], dtype=np.bool_),
        origin=column("origin", Origin),
        strain=column("strain", Strain),
        step=column("step", Step),
        ending=column("ending", Ending),
    )


def moment(micros: int) -> datetime | None:
    """A time of `Many` as a moment; None for `NEVER`."""
    return None if micros == NEVER else _EPOCH + _MICROSECOND * int(micros)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
