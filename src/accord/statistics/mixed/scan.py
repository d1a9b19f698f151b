"""One aggregation for all engines: from rows to the sums of each innermost group, in one scan.

Rows that cannot be used are dropped jointly and counted. Columns are shifted by the means of the first rows before
anything is multiplied. What is constant within the innermost groups is not multiplied at all: its products are the
constant times a sum. Traps 1, 7 and 8 of docs/method/mixed-models.md are met here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from math import floor, log10
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accord.statistics.estimate import Dropped, NotFitted
from accord.statistics.mixed.arranging import Found, arranged, in_order
from accord.statistics.mixed.checking import problem_of_model
from accord.statistics.mixed.data import First, constant_within, first_rows, spread, used
from accord.statistics.mixed.engines import DEFAULT, Ask, Settings, opened
from accord.statistics.mixed.model import Model
from accord.statistics.mixed.sums import Sums

Floats = npt.NDArray[np.float64]
Pair = tuple[int, int]
MANY = (
    24  # so many products that no level needs are cheaper as sums by outermost group, in a scan of their own
)
FAR_OFF = 100.0  # a mean so many SDs from the shift: the first rows misled, and the scan is made again
ROUNDS = 4


def summed(
    model: Model, data: pa.Table | Path, engine: str = "duckdb", settings: Settings = DEFAULT
) -> tuple[Sums, tuple[Dropped, ...], tuple[str, ...]] | NotFitted:
    """The sums that `model` needs from `data` (a table, a Parquet file or a folder of them), what was left out, notes.

    `Faults` for columns that are not there or of the wrong kind, for a damaged file, and for an engine that is not
    installed; `NotFitted` where the data are such that there can be no fit.
    """
    if (problem := problem_of_model(model)) is not None:
        return problem
    first = first_rows(model, data)
    if first.rows == 0:
        return NotFitted("There are no rows.", "Give a file with at least one row per group.")
    names = {f"c{n}": name for n, name in enumerate(used(model))}
    with opened(data, names, engine, settings) as ask:
        return _summed(model, first, ask)


def _summed(
    model: Model, first: First, ask: Ask
) -> tuple[Sums, tuple[Dropped, ...], tuple[str, ...]] | NotFitted:
    columns = [*model.fixed, model.outcome]
    inner = model.random[0].group if model.random else None
    constant = frozenset(constant_within(first, columns, inner) if inner else ())
    scan = Scan(model, *spread(first, columns), constant)
    dropped: tuple[Dropped, ...] | None = None
    for turn in range(ROUNDS):
        found = scan.found(ask)
        if dropped is None:
            dropped = _left_out(model, ask) if found.rows < first.rows else ()
        if found.rows < 2:
            few = "No row" if found.rows == 0 else "One row only"
            return NotFitted(f"{few} can be used.", _mend(dropped), first.rows, dropped)
        if found.varying:
            scan = replace(scan, constant=scan.constant - found.varying)
            continue
        sums = arranged(found)
        if isinstance(sums, NotFitted):
            return replace(sums, rows=first.rows, dropped=dropped)
        if not np.isfinite(sums.total).all():
            return _too_large(sums, first.rows, dropped)
        nearer = _nearer(sums)
        if nearer is None or turn == ROUNDS - 1:
            return sums, dropped, ()
        scan = replace(scan, shift=nearer[0], scale=nearer[1])
    raise AssertionError("columns that vary are found in the first round")


@dataclass(frozen=True, eq=False)
class Scan:
    """What is asked of the engine. `constant` are columns taken to be constant within the innermost groups."""

    model: Model
    shift: Floats
    scale: Floats
    constant: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of W in order; the place of a name here is its number below."""
        return (*self.model.columns, self.model.outcome)

    def found(self, ask: Ask) -> Found:
        """What the engine gives back: one row per innermost group, not yet in order."""
        near, far = self._pairs()
        levels = len(self.model.random)
        keys = [f"g{n}" for n in range(levels)]
        outer = ask(lambda frame: self._ready(frame).group_by(keys[-1]).agg(*_products(far))) if far else None
        groups = ask(lambda frame: self._by_group(self._ready(frame), keys, near))
        return in_order(self.model, self.shift, self.scale, self.constant, groups, outer)

    def _pairs(self) -> tuple[list[Pair], list[Pair]]:
        """Products summed by innermost group, and those summed by outermost group only, since no level needs them."""
        columns = self.columns
        moving = [n for n, name in enumerate(columns) if n > 0 and name not in self.constant]
        slopes = {columns.index(name) for one in self.model.random for name in one.columns}
        pairs = [(0, n) for n in moving] + list(combinations_with_replacement(moving, 2))
        far = [pair for pair in pairs if 0 not in pair and not slopes & set(pair)]
        if len(self.model.random) < 2 or len(far) <= MANY:
            far = []
        return [pair for pair in pairs if pair not in far], far

    def _ready(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Usable rows; columns as w1, w2 … shifted and scaled, those that are constant within groups as they came."""
        model = self.model
        place = {name: f"c{n}" for n, name in enumerate(used(model))}
        numbers = {n: nw.col(place[name]).cast(nw.Float64) for n, name in enumerate(self.columns) if n > 0}
        usable = [number.is_finite() for number in numbers.values()]
        usable += [~nw.col(place[one.group]).is_null() for one in model.random]
        keys = [nw.col(place[one.group]).alias(f"g{n}") for n, one in enumerate(model.random)]
        made = [
            (number if self.columns[n] in self.constant else self._centred(number, n)).alias(f"w{n}")
            for n, number in numbers.items()
        ]
        return frame.filter(*usable).select(*keys, *made)

    def _centred(self, number: nw.Expr, place: int) -> nw.Expr:
        return (number - float(self.shift[place - 1])) / float(self.scale[place - 1])

    def _by_group(
        self, frame: nw.LazyFrame[Any], keys: list[str], pairs: Sequence[Pair]
    ) -> nw.LazyFrame[Any]:
        wanted = [nw.len().alias("rows"), *_products(pairs)]
        for n, name in enumerate(self.columns):
            if name in self.constant:
                wanted += [nw.col(f"w{n}").min().alias(f"low{n}"), nw.col(f"w{n}").max().alias(f"high{n}")]
        return frame.group_by(*keys).agg(*wanted) if keys else frame.select(*wanted)


def _products(pairs: Sequence[Pair]) -> list[nw.Expr]:
    """Sums of products; column 0 is the intercept."""
    return [
        (nw.col(f"w{b}") if a == 0 else nw.col(f"w{a}") * nw.col(f"w{b}")).sum().alias(f"s{a}_{b}")
        for a, b in pairs
    ]


# --- rows that cannot be used -----------------------------------------------------------------------------------------
def _left_out(model: Model, ask: Ask) -> tuple[Dropped, ...]:
    """Rows left out, each counted once, under the first column that is empty or holds no finite number."""
    place = {name: f"c{n}" for n, name in enumerate(used(model))}
    order = [model.outcome, *model.fixed, *(one.group for one in model.random)]
    counts: list[nw.Expr] = []
    words: list[str] = []
    fine: nw.Expr | None = None
    for name in dict.fromkeys(order):
        empty = nw.col(place[name]).is_null()
        reasons = [(empty, f"'{name}' is empty")]
        if name == model.outcome or name in model.fixed:
            finite = nw.col(place[name]).cast(nw.Float64).is_finite()
            reasons.append((~empty & ~finite, f"'{name}' is no finite number"))
        for wrong, why in reasons:
            asked = wrong if fine is None else fine & wrong
            counts.append(nw.when(asked).then(nw.lit(1)).otherwise(nw.lit(0)).sum().alias(f"n{len(counts)}"))
            words.append(why)
            fine = ~wrong if fine is None else fine & ~wrong
    row = ask(lambda frame: frame.select(*counts)).to_pylist()[0]
    return tuple(Dropped(int(n), why) for n, why in zip(row.values(), words, strict=True) if n)


def _mend(dropped: tuple[Dropped, ...]) -> str:
    if not dropped:
        return "Give more rows."
    most = max(dropped, key=lambda one: one.rows)
    return f"Most were left out since {most.why} ({most.rows:,} rows): look at that column."


def _too_large(sums: Sums, rows: int, dropped: tuple[Dropped, ...]) -> NotFitted:
    names = (*sums.model.columns, sums.model.outcome)
    wrong = [
        f"'{name}'" for name, own in zip(names, np.diag(sums.total), strict=True) if not np.isfinite(own)
    ]
    said = f"The numbers of {', '.join(wrong)} are too large to be squared."
    return NotFitted(
        said, "Give them in a larger unit, or look for a code such as 1e300 for missing.", rows, dropped
    )


# --- when the first rows misled ---------------------------------------------------------------------------------------
def _nearer(sums: Sums) -> tuple[Floats, Floats] | None:
    """Another shift and scale where means lie far from the first rows'; None where these will do."""
    count = sums.total[0, 0]
    mean = sums.total[0, 1:] / count
    square = np.diag(sums.total)[1:] / count
    sd = np.sqrt(np.maximum(square - mean**2, 0.0))
    moved = np.abs(mean * sums.scale[1:]) > 1e-9 * np.abs(sums.shift[1:])
    far = (np.abs(mean) > FAR_OFF * sd) & moved
    if not far.any():
        return None
    known = sd > 1e-6 * np.abs(mean)  # else rounding is all that is left of it, and the next round shows it
    shift = np.where(far, sums.shift[1:] + _round(mean * sums.scale[1:]), sums.shift[1:])
    scale = np.where(far & known, _round(sd * sums.scale[1:]), sums.scale[1:])
    return shift, np.where(scale > 0, scale, 1.0)


def _round(values: Floats) -> Floats:
    """To six digits, so that every engine goes on from the same numbers."""
    return np.array([0.0 if v == 0 else round(v, 5 - floor(log10(abs(v)))) for v in values.tolist()])
