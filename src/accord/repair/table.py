"""Histories as an Arrow table, one row per event, for Parquet: the way in and out of `history.Columns`."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa

from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.repair.event import Ending, Event, Kind, Origin, Step, Strain
from accord.repair.history import NONE, Codes, Columns, Integers, codes

_WORD = pa.dictionary(pa.int32(), pa.string())
# One row per event: those of a repair together, in order. Free notes are no part of it.
SCHEMA = pa.schema(
    [
        ("repair", pa.string()),
        ("kind", _WORD),
        ("by", _WORD),
        ("at", pa.timestamp("us", tz="UTC")),
        ("session", pa.string()),
        ("origin", _WORD),
        ("strain", _WORD),
        ("step", _WORD),
        ("signs", pa.list_(pa.string())),
        ("ways", pa.list_(pa.string())),
        ("ending", _WORD),
    ]
)


def as_table(histories: Mapping[str, Sequence[Event]]) -> pa.Table:
    """The table of these histories by key of the repair (see `SCHEMA`)."""
    rows = [
        {"repair": key, **{name: getattr(one, name) for name in SCHEMA.names[1:]}}
        for key, events in histories.items()
        for one in events
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def from_table(table: pa.Table) -> Columns:
    """Columns of a table of events (`SCHEMA`; plain strings will do); `Faults` for a column or a word it cannot have.

    The rows of a repair stand together and in order; a repair that comes a second time is refused.
    """
    missing = [name for name in SCHEMA.names if name not in table.column_names]
    if missing:
        raise refuse("repairs", f"the table has no column {', '.join(missing)}.", "It needs those of SCHEMA.")
    at = table.column("at")
    if not pa.types.is_timestamp(at.type) or at.type.tz is None:
        raise refuse("repairs", "the times in 'at' have no zone.", "Write them with one, such as UTC.")
    if table.column("repair").null_count or at.null_count:
        raise refuse("repairs", "an event has no repair or no time.", "Fill 'repair' and 'at' in every row.")
    names = _encoded(table.column("by"))
    known = np.array([bool(name) for name in names.dictionary.to_pylist()] + [False])
    return Columns(
        starts=_starts(table.column("repair")),
        kind=_column(table, "kind", Kind),
        at=at.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy(),
        known=known[names.indices.fill_null(len(known) - 1).to_numpy(zero_copy_only=False)],
        origin=_column(table, "origin", Origin),
        strain=_column(table, "strain", Strain),
        step=_column(table, "step", Step),
        ending=_column(table, "ending", Ending),
    )


def _encoded(column: Any) -> Any:
    """One dictionary array of a column of words, however it came."""
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = (
            pa.concat_arrays(whole.unify_dictionaries().chunks) if whole.num_chunks else pa.array([], _WORD)
        )
    return whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()


def _column(table: pa.Table, name: str, words: type[StrEnum]) -> Codes:
    encoded, known = _encoded(table.column(name)), codes(words)
    written = encoded.dictionary.to_pylist()
    for word in written:
        if word and word not in known:
            raise refuse("repairs", f"'{word}' in the column '{name}' is unknown.", hint(word, known))
    place = np.array([known.get(word or "", NONE) for word in written] + [NONE], dtype=np.int8)
    result: Codes = place[encoded.indices.fill_null(len(written)).to_numpy(zero_copy_only=False)]
    return result


def _starts(column: Any) -> Integers:
    """Where each repair begins, and the end."""
    encoded = _encoded(column)
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    starts = (
        np.flatnonzero(np.diff(codes, prepend=codes[:1] - 1)) if len(codes) else np.zeros(0, dtype=np.int64)
    )
    if len(np.unique(codes[starts])) != len(starts):
        raise refuse(
            "repairs", "the events of a repair do not stand together.", "Sort the table by 'repair' and 'at'."
        )
    return np.append(starts, len(codes)).astype(np.int64)
