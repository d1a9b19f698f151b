"""Sums laid out for the search: groups sorted by the group around them, numbers of one kind side by side."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from accord.statistics.mixed.sums import Sums

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
KEPT = 2**22 - 2**16  # numbers, a little less than the 32 MiB up to which glibc learns from what is freed


@dataclass(frozen=True, eq=False)
class Level:
    """One grouping. `columns` are the places in W of the columns that vary here (q of them).

    `products` (q, w, groups): Z'W of each group, w the width of W. `parent`: for each group its place one level out,
    ascending; None for the outermost. `order`: for each group its place in the sums.
    """

    group: str
    columns: tuple[int, ...]
    products: Floats
    parent: Integers | None
    order: Integers

    @property
    def size(self) -> int:
        """Groups."""
        return len(self.order)


@dataclass(frozen=True, eq=False)
class Problem:
    """What a criterion is computed from. `kept` are the places in W of the fixed effects that are not dropped.

    `total` (w, w) is W'W; `outcome` the place of the outcome in W; `offset` what brings the criterion back to the
    units of the data (every column was divided by its scale).
    """

    levels: tuple[Level, ...]
    total: Floats
    kept: tuple[int, ...]
    outcome: int
    rows: float
    reml: bool
    offset: float

    @property
    def freedom(self) -> float:
        """Rows less fixed effects for REML, rows for ML."""
        return self.rows - len(self.kept) if self.reml else self.rows


def arrange(sums: Sums, kept: tuple[int, ...]) -> Problem:
    """Lay the sums out; costs a copy of them where groups are not sorted by their parents already."""
    np.empty(
        KEPT
    )  # freed at once, so that the C library keeps what is freed and need not clear it anew each time
    names = sums.model.columns
    levels: list[Level] = []
    place_of: Integers | None = (
        None  # for each group of the level just laid out (outermost first) its new place
    )
    for depth in reversed(range(len(sums.model.random))):
        random = sums.model.random[depth]
        parent = None if place_of is None else place_of[sums.parent[depth]]
        order = np.arange(len(sums.groups[depth]))
        products = sums.products[depth].transpose(1, 2, 0)
        if parent is not None and np.any(np.diff(parent) < 0):
            order = np.argsort(parent, kind="stable")
            parent, products = parent[order], products[:, :, order]
        place_of = np.empty_like(order)
        place_of[order] = np.arange(len(order))
        columns = tuple(names.index(name) for name in random.columns)
        levels.insert(0, Level(random.group, columns, np.ascontiguousarray(products), parent, order))
    rows, outcome, reml = float(sums.count), len(names), sums.model.reml
    problem = Problem(tuple(levels), sums.total, kept, outcome, rows, reml, 0.0)
    return replace(problem, offset=offset_of(problem, sums.scale))


def offset_of(problem: Problem, scale: Floats) -> float:
    """The criterion in the units of the data less that of the scaled columns."""
    columns = 2.0 * float(np.sum(np.log(scale[list(problem.kept)]))) if problem.reml else 0.0
    return columns + 2.0 * problem.freedom * float(np.log(scale[problem.outcome]))


def by_parent(values: Floats, level: Level) -> Floats:
    """Sums of the last axis (groups) over the groups of each parent."""
    assert level.parent is not None
    return np.asarray(np.add.reduceat(values, np.flatnonzero(np.diff(level.parent, prepend=-1)), axis=-1))


def thin(problem: Problem, every: int) -> Problem:
    """Every so-manieth outermost group with all in it, to start from; of W'W only the part between groups is exact.

    Products inside the innermost groups are not known one by one, so their sum is taken in proportion to rows.
    """
    levels: list[Level] = []
    chosen = np.arange(0, problem.levels[-1].size, every)
    for depth in reversed(range(len(problem.levels))):
        level, parent = problem.levels[depth], None
        if level.parent is not None:
            places = np.full(problem.levels[depth + 1].size, -1)
            places[chosen] = np.arange(len(chosen))
            chosen = np.flatnonzero(places[level.parent] >= 0)
            parent = places[level.parent[chosen]]
        products = np.ascontiguousarray(level.products[:, :, chosen])
        levels.insert(0, replace(level, products=products, parent=parent, order=level.order[chosen]))
    return _thinned(problem, tuple(levels))


def by_ml(problem: Problem, sums: Sums) -> Problem:
    """The same problem with the likelihood in place of the restricted one."""
    problem = replace(problem, reml=False)
    return replace(problem, offset=offset_of(problem, sums.scale))


def _thinned(problem: Problem, levels: tuple[Level, ...]) -> Problem:
    whole, part = problem.levels[0], levels[0]
    if 0 not in part.columns:
        share = part.size / whole.size
        return replace(problem, levels=levels, total=problem.total * share, rows=round(problem.rows * share))
    between_whole, between = _between(whole), _between(part)
    rows = float(part.products[part.columns.index(0), 0].sum())
    share = (rows - part.size) / (problem.rows - whole.size)
    total = between + share * (problem.total - between_whole)
    return replace(problem, levels=levels, total=total, rows=rows)


def _between(level: Level) -> Floats:
    """Sum over groups of (1'W)'(1'W) / rows."""
    ones = level.products[level.columns.index(0)]
    return np.asarray((ones / ones[0]) @ ones.T)
