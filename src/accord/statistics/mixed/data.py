"""What a model asks of a table or file, before anything is summed: names, kinds, and a look at the first rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from accord.basics.faults import Fault, Faults, refuse
from accord.basics.near import hint
from accord.statistics.mixed.model import Model

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
LOOKED_AT = 20_000  # first rows, from which columns are shifted and scaled


@dataclass(frozen=True, eq=False)
class First:
    """The first rows of the columns that a model uses, and how many rows there are in all."""

    table: pa.Table
    rows: int


def first_rows(model: Model, data: pa.Table | Path) -> First:
    """A look at `data` on behalf of `model`. `Faults`, all at once, where names or kinds cannot be used."""
    schemas, rows = _schemas(data)
    faults: list[Fault] = []
    for where, schema in schemas.items():
        faults += [*_name_faults(model, schema, where), *_kind_faults(model, schema, where)]
    faults = faults or list(_file_faults(model, schemas))
    if faults:
        raise Faults(faults)
    return First(_head(data, used(model)), rows)


def used(model: Model) -> list[str]:
    """Every column that the model needs, once: fixed effects, outcome, groupings."""
    return list(dict.fromkeys([*model.fixed, model.outcome, *(one.group for one in model.random)]))


def spread(first: First, names: Iterable[str]) -> tuple[Floats, Floats]:
    """Mean and SD of each column over the first rows: 0 and 1 where there is nothing to learn them from."""
    shift, scale = [], []
    for name in names:
        values = _finite(first.table.column(name))
        if values.size == 0:
            shift.append(0.0)
            scale.append(1.0)
            continue
        alike = values.min() == values.max()
        largest = float(np.abs(values).max())
        about = values / largest if largest > 0 else values  # so that not even 1e300 overflows
        shift.append(float(values[0]) if alike else float(about.mean()) * largest)
        scale.append(1.0 if alike else float(about.std()) * largest or 1.0)
    return np.array(shift), np.array(scale)


def constant_within(first: First, names: Sequence[str], group: str) -> set[str]:
    """Columns that vary in no group of the first rows, where there are any of two rows: to be checked over all rows."""
    table = first.table
    keys, keyed = table.column(group), np.ones(table.num_rows, dtype=bool)
    if keys.null_count:
        keyed = np.asarray(keys.is_valid().to_numpy(), dtype=bool)
        keys = keys.drop_null()
    codes = key_codes(keys)
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    if len(starts) in (0, len(codes)):
        return set()
    alike = set()
    for name in names:
        values = _floats(table.column(name))[keyed][order]
        values = np.where(np.isfinite(values), values, np.nan)
        low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
        if not (high > low).any():  # a group without any number says nothing
            alike.add(name)
    return alike


# --- keys -------------------------------------------------------------------------------------------------------------
def key_codes(keys: "pa.ChunkedArray[Any]") -> Integers:
    """Whole numbers from 0 that sort as the keys do; texts by the numbers of their letters, whatever the engine."""
    if is_text(keys.type):
        coded = pc.cast(keys, pa.large_string()).combine_chunks().dictionary_encode()
        place = np.empty(len(coded.dictionary), dtype=np.int64)
        place[np.asarray(pc.sort_indices(coded.dictionary))] = np.arange(len(place))
        return place[np.asarray(coded.indices, dtype=np.int64)]
    if pa.types.is_date(keys.type):
        keys = pc.cast(pc.cast(keys, pa.date32()), pa.int32())
    numbers = np.asarray(keys.to_numpy(), dtype=np.int64)
    return numbers - numbers.min() if len(numbers) else numbers


def is_text(kind: pa.DataType) -> bool:
    """Whether keys of this kind are words."""
    types = pa.types
    inner = kind.value_type if isinstance(kind, pa.DictionaryType) else kind
    return bool(types.is_string(inner) or types.is_large_string(inner) or types.is_string_view(inner))


# --- reading ----------------------------------------------------------------------------------------------------------
def files_of(path: Path) -> list[Path]:
    """The Parquet files of a path: itself, or those of a folder, in order."""
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.rglob("*.parquet") if not one.name.startswith(("_", ".")))


def _schemas(data: pa.Table | Path) -> tuple[dict[str, pa.Schema], int]:
    """The columns of each file by its name, and how many rows there are in all."""
    if isinstance(data, pa.Table):
        return {"the table": data.schema}, data.num_rows
    if not data.exists():
        raise refuse(str(data), "there is no such file.", "Check the path.")
    files = files_of(data)
    if not files:
        raise refuse(
            str(data), "the folder holds no Parquet file.", "Name a file, or a folder of Parquet files."
        )
    faults, rows = [], 0
    schemas: dict[str, pa.Schema] = {}
    for path in files:
        try:
            metadata = pq.read_metadata(path)
            schemas[str(path.relative_to(data)) if data.is_dir() else data.name] = (
                metadata.schema.to_arrow_schema()
            )
            rows += metadata.num_rows
        except (pa.ArrowException, OSError):
            what = "it is empty." if path.stat().st_size == 0 else "it cannot be read as a Parquet file."
            faults.append(
                Fault(str(path), what, "Write the file again; it may be cut off or of another kind.")
            )
    if faults:
        raise Faults(faults)
    return schemas, rows


def _head(data: pa.Table | Path, names: list[str]) -> pa.Table:
    if isinstance(data, pa.Table):
        return data.select(names).slice(0, LOOKED_AT)
    for path in files_of(data):
        try:
            with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 16) as file:
                for batch in file.iter_batches(LOOKED_AT, columns=names, use_threads=False):
                    return pa.Table.from_batches([batch]).select(names)
        except (pa.ArrowException, OSError) as reason:
            raise unreadable(path) from reason
    schemas, _ = _schemas(data)
    return next(iter(schemas.values())).empty_table().select(names)


def unreadable(path: Path) -> Faults:
    """The words for a file that breaks off while it is read."""
    return refuse(str(path), "it is damaged: it cannot be read to its end.", "Write the file again.")


def _floats(column: "pa.ChunkedArray[Any]") -> Floats:
    """As numbers, empty ones not a number. Arrow's own functions are not called where that can be helped: 40 MiB."""
    plain = pa.types.is_floating(column.type) or (pa.types.is_integer(column.type) and not column.null_count)
    return np.asarray(
        (column if plain else pc.cast(column, pa.float64(), safe=False)).to_numpy(), dtype=np.float64
    )


def _finite(column: "pa.ChunkedArray[Any]") -> Floats:
    values = _floats(column)
    return values[np.isfinite(values)]


# --- what is wrong ----------------------------------------------------------------------------------------------------
def _name_faults(model: Model, schema: pa.Schema, where: str) -> Iterator[Fault]:
    for name in used(model):
        same = [other for other in schema.names if other.casefold() == name.casefold()]
        if name not in schema.names:
            there = f"There are: {', '.join(schema.names[:12])}." if schema.names else "It has no columns."
            do = hint(name, schema.names) or there
            yield Fault(where, f"there is no column '{name}'.", do)
        elif len(same) > 1:
            both = " and ".join(f"'{other}'" for other in same)
            yield Fault(where, f"the columns {both} have one name in small letters.", "Rename one of them.")


def _kind_faults(model: Model, schema: pa.Schema, where: str) -> Iterator[Fault]:
    known = [name for name in used(model) if schema.names.count(name) == 1]
    groups = {one.group for one in model.random}
    for name in known:
        kind = schema.field(name).type
        if pa.types.is_null(kind):
            yield Fault(where, f"column '{name}' is empty in every row.", "Look where it comes from.")
        elif name in (model.outcome, *model.fixed) and not _is_number(kind):
            do = "Give numbers: code a text as 0 and 1, one column for each value but one."
            yield Fault(where, f"column '{name}' holds {kind}, no numbers.", do)
        elif name in groups and not _is_key(kind):
            do = "Give each group a whole number or a text as its key."
            yield Fault(where, f"column '{name}' holds {kind}, which cannot tell groups apart.", do)


def _file_faults(model: Model, schemas: Mapping[str, pa.Schema]) -> Iterator[Fault]:
    """Files of one folder that hold a column in another kind: an engine would round numbers to the first file's."""
    (first, kinds), *others = schemas.items()
    for where, schema in others:
        for name in used(model):
            one, other = kinds.field(name).type, schema.field(name).type
            if one != other and not (is_text(one) and is_text(other)):
                what = f"column '{name}' holds {other}, but {one} in {first}."
                yield Fault(
                    where, what, "Write all files of a folder with one kind of number for each column."
                )


def _is_number(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(
        types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) or types.is_boolean(kind)
    )


def _is_key(kind: pa.DataType) -> bool:
    types = pa.types
    return is_text(kind) or bool(types.is_integer(kind) or types.is_boolean(kind) or types.is_date(kind))
