"""From what an engine found to the arrays of `Sums`: in order, nesting checked, products of constants filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from accord.statistics.estimate import NotFitted
from accord.statistics.mixed.data import is_text, key_codes
from accord.statistics.mixed.model import Model
from accord.statistics.mixed.sums import Integers, Sums

Floats = npt.NDArray[np.float64]
Keys: TypeAlias = "pa.ChunkedArray[Any] | npt.NDArray[Any]"
MOST_OF_BLOCKS = 64 * 2**20  # bytes


@dataclass(frozen=True, eq=False)
class Found:
    """The engine's answer with one place per innermost group, in order of the outermost key, then the next.

    `columns`: "rows"; "s1_2", the sum of the product of columns 1 and 2 of W; "low3" and "high3", a column that
    should be constant within groups, in its own units. `keys` and `codes` per grouping: the key, and a whole number
    that sorts as the keys do. `overall` has products that no grouping needs, summed by outermost group, in order.
    """

    model: Model
    shift: Floats
    scale: Floats
    constant: frozenset[str]
    keys: tuple["Keys", ...]
    codes: tuple[Integers, ...]
    columns: Mapping[str, Floats]
    overall: Mapping[str, Floats]

    @cached_property
    def rows(self) -> int:
        """Rows that were used."""
        return round(float(self.columns["rows"].sum()))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Columns of W in order."""
        return (*self.model.columns, self.model.outcome)

    @cached_property
    def varying(self) -> frozenset[str]:
        """Columns that were taken to be constant within groups and are not."""
        return frozenset(
            name
            for n, name in enumerate(self.names)
            if name in self.constant and not np.array_equal(self.columns[f"low{n}"], self.columns[f"high{n}"])
        )

    def product(self, a: int, b: int) -> Floats:
        """The sum of the product of two columns of W in each innermost group."""
        for here, other in ((a, b), (b, a)):
            if self.names[here] in self.constant:
                value = (self.columns[f"low{here}"] - self.shift[here - 1]) / self.scale[here - 1]
                return np.asarray(value * self.product(0, other))
        return self.columns["rows"] if a == b == 0 else self.columns[f"s{min(a, b)}_{max(a, b)}"]


def in_order(
    model: Model,
    shift: Floats,
    scale: Floats,
    constant: frozenset[str],
    groups: pa.Table,
    overall: pa.Table | None,
) -> Found:
    """The engine's tables as arrays; it may give groups in any order."""
    keys, codes, order = _sorted(groups)
    return Found(
        model=model,
        shift=shift,
        scale=scale,
        constant=constant,
        keys=tuple(_picked(one, order) for one in keys),
        codes=tuple(own[order] for own in codes),
        columns=_in_order(groups, order),
        overall=_in_order(overall, _sorted(overall)[2]) if overall is not None else {},
    )


def _sorted(groups: pa.Table) -> tuple[list["pa.ChunkedArray[Any]"], list[Integers], Integers]:
    """Keys, innermost first, whole numbers that sort as they do, and the order by the outermost, then the next."""
    keys = [groups.column(name) for name in groups.column_names if name.startswith("g")]
    codes = [key_codes(one) for one in keys]
    order: Integers = np.arange(groups.num_rows, dtype=np.int64)
    for own in codes:
        order = order[np.argsort(own[order], kind="stable")]
    return keys, codes, order


def _in_order(groups: pa.Table, order: Integers) -> dict[str, Floats]:
    names = [name for name in groups.column_names if not name.startswith("g")]
    return {name: np.asarray(groups.column(name).to_numpy(), dtype=np.float64)[order] for name in names}


def arranged(found: Found) -> Sums | NotFitted:
    """The sums, with groups in such an order that `parent` never falls; words where groups are not nested."""
    starts = [_begins(found.codes[level:]) for level in range(len(found.codes))]
    for level, begins in enumerate(starts[:-1]):
        if problem := _nesting_problem(found.model, level, found.codes[level][begins]):
            return problem
    products, total, blocks = _products(found, starts)
    return Sums(
        model=found.model,
        shift=np.concatenate([[0.0], found.shift]),
        scale=np.concatenate([[1.0], found.scale]),
        total=total,
        groups=tuple(
            _as_objects(_picked(keys, begins)) for keys, begins in zip(found.keys, starts, strict=True)
        ),
        parent=tuple(
            np.searchsorted(outer, inner, side="right").astype(np.int64) - 1
            for inner, outer in pairwise(starts)
        ),
        products=products,
        rows=tuple(
            np.add.reduceat(found.columns["rows"], begins).round().astype(np.int64) for begins in starts
        ),
        blocks=blocks,
    )


def _products(found: Found, starts: list[Integers]) -> tuple[tuple[Floats, ...], Floats, Floats | None]:
    """Z'W of every group of every grouping, W'W of all rows, and of each outermost group."""
    width = len(found.names)
    slopes = [[found.names.index(name) for name in one.columns] for one in found.model.random]
    # Numbers of one kind lie side by side, as they are worked on (`problem.arrange`).
    products = tuple(
        np.empty((len(columns), width, len(begins))).transpose(2, 0, 1)
        for begins, columns in zip(starts, slopes, strict=True)
    )
    total = np.zeros((width, width))
    blocks = _room(len(starts[-1]) if starts else 0, width)
    for a in range(width):
        for b in range(a, width):
            by_outer = found.overall.get(f"s{a}_{b}")
            own = found.product(a, b) if by_outer is None else by_outer
            total[a, b] = total[b, a] = own.sum()
            if blocks is not None and by_outer is None:
                by_outer = np.add.reduceat(own, starts[-1])
            if blocks is not None and by_outer is not None and len(by_outer) == len(blocks):
                blocks[:, a, b] = blocks[:, b, a] = by_outer
            for here, other in {(a, b), (b, a)}:
                _fill(products, starts, slopes, own, here, other)
    return products, total, blocks


def _room(groups: int, width: int) -> Floats | None:
    fits = 0 < groups * width**2 * 8 <= MOST_OF_BLOCKS
    return np.zeros((groups, width, width)) if fits else None


def _fill(
    products: tuple[Floats, ...],
    starts: list[Integers],
    slopes: list[list[int]],
    own: Floats,
    here: int,
    other: int,
) -> None:
    """The product of columns `here` and `other` into every grouping where `here` varies."""
    for level, columns in enumerate(slopes):
        if here in columns:
            summed = own if level == 0 else np.add.reduceat(own, starts[level])
            products[level][:, columns.index(here), other] = summed


# --- order and nesting ------------------------------------------------------------------------------------------------
def _begins(codes: tuple[Integers, ...]) -> Integers:
    """Where a new group begins, in order."""
    changes = np.zeros(len(codes[0]), dtype=bool)
    changes[:1] = True
    for own in codes:
        changes[1:] |= own[1:] != own[:-1]
    return np.flatnonzero(changes)


def _nesting_problem(model: Model, level: int, own: Integers) -> NotFitted | None:
    """A key that stands in several groups of the grouping around it is refused: it would be hidden otherwise."""
    times = np.unique(own, return_counts=True)[1]
    several = int((times > 1).sum())
    if not several:
        return None
    inner, outer = model.random[level].group, model.random[level + 1].group
    verb = "comes" if several == 1 else "come"
    return NotFitted(
        f"{several:,} of {len(times):,} in '{inner}' {verb} with more than one '{outer}'.",
        f"If one key stands for different groups, make it unique, such as '{outer}' and '{inner}' in one text. If they"
        f" moved, give each part a key of its own or leave them out. Or leave out '{outer}'.",
    )


def _picked(keys: "Keys", places: Integers) -> "Keys":
    """Keys at these places: whole numbers as NumPy's, so that the engine's table can be let go."""
    if isinstance(keys, pa.ChunkedArray) and not pa.types.is_integer(keys.type):
        return keys.take(places)
    numbers: npt.NDArray[Any] = keys.to_numpy() if isinstance(keys, pa.ChunkedArray) else keys
    return numbers[places]


def _as_objects(keys: "Keys") -> npt.NDArray[np.object_]:
    if isinstance(keys, np.ndarray):
        return keys.astype(object)
    return np.array(
        (pc.cast(keys, pa.large_string()) if is_text(keys.type) else keys).to_pylist(), dtype=object
    )
