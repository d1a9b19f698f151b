"""Fit again and again, without the data: from resampled blocks of the sums, or from sums simulated from the fit.

*Cluster*: outermost groups are drawn with replacement, each with all its sums; nothing is assumed of what happens
inside of them. *Parametric*: the sums that new outcomes would have are drawn from the fitted model; what random
numbers that takes is in `simulating.py`. How a refit starts from the estimates is in `near.py`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.mixed.components import kept_of
from accord.statistics.mixed.likelihood import NotPositive, factors_of
from accord.statistics.mixed.near import Known, Near
from accord.statistics.mixed.optimise import search
from accord.statistics.mixed.problem import Level, Problem, arrange
from accord.statistics.mixed.result import Fit
from accord.statistics.mixed.scaling import back, fixed_back
from accord.statistics.mixed.simulating import Drawing

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Kind = Literal["cluster", "parametric"]

FEWEST_GROUPS = 10  # outermost groups below which drawing them says little; [design]


@dataclass(frozen=True, eq=False)
class Redrawn:
    """New sums, and what they come to at the estimates."""

    problem: Problem
    known: Callable[[Near], Known]


Redraw = Callable[[np.random.Generator], Redrawn]


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """What refits gave: percentile intervals, the SE is their SD. `random` by (group, column) are SDs.

    `fixed_draws` (refits, fixed effects) and `sd_draws` (refits, SDs in the order of `random`, the residual one last)
    are there for whoever needs another number; `failed` refits could not be computed and are left out.
    """

    kind: Kind
    asked: int
    failed: int
    fixed: Mapping[str, Estimate]
    random: Mapping[tuple[str, str], Estimate]
    residual_sd: Estimate
    fixed_draws: Floats
    sd_draws: Floats


def bootstrap(
    fit: Fit, draws: int = 1000, *, kind: Kind = "cluster", seed: int = 1, level: float = 0.95
) -> Bootstrap | NotFitted:
    """`draws` refits; the same `seed` gives the same, however many processors there are."""
    problem = arrange(fit.sums, kept_of(fit))
    redraw = _resampled(fit, problem) if kind == "cluster" else _simulated(fit, problem)
    if isinstance(redraw, NotFitted):
        return redraw
    near = Near.of(problem, fit.theta)
    refits = (_refit(fit, near, redraw(_random(one))) for one in np.random.SeedSequence(seed).spawn(draws))
    found = [one for one in refits if one is not None]
    if len(found) < max(2, draws // 2):
        said = f"{draws - len(found)} of {draws} refits could not be computed."
        return NotFitted(said, "Simplify the model, or take the other kind of bootstrap.", fit.n["rows"])
    fixed, sds = (np.array([one[part] for one in found]) for part in (0, 1))
    return _told(fit, kind, draws, fixed, sds, level)


def _told(fit: Fit, kind: Kind, asked: int, fixed: Floats, sds: Floats, level: float) -> Bootstrap:
    ends = np.array([(1.0 - level) / 2.0, (1.0 + level) / 2.0])

    def told(value: float, drawn: Floats) -> Estimate:
        low, high = np.quantile(drawn, ends).tolist()
        return Estimate(value, float(drawn.std(ddof=1)), low, high, level, method=f"{kind} bootstrap")

    names = [(one.group, column) for one in fit.random for column in one.columns]
    sd = [value for one in fit.random for value in one.sd]
    return Bootstrap(
        kind=kind,
        asked=asked,
        failed=asked - len(fixed),
        fixed={one.name: told(one.estimate, fixed[:, n]) for n, one in enumerate(fit.fixed)},
        random={name: told(sd[n], sds[:, n]) for n, name in enumerate(names)},
        residual_sd=told(fit.residual_sd, sds[:, -1]),
        fixed_draws=fixed,
        sd_draws=sds,
    )


# --- one refit --------------------------------------------------------------------------------------------------------
def _random(seed: np.random.SeedSequence) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


def _refit(fit: Fit, near: Near | None, drawn: Redrawn) -> tuple[Floats, Floats] | None:
    """Fixed effects and SDs from new sums, in the units of the data; None where there are none."""
    problem = drawn.problem
    try:
        found = None if near is None else near.optimum(problem, drawn.known(near))
        if found is None:
            sought = search(problem, None if near is None else near.theta)
            found = sought.theta, sought.at
    except NotPositive:
        return None
    theta, at = found
    sds = [
        np.sqrt(np.diag(mapped @ factor @ factor.T @ mapped.T) * at.sigma2)
        for level, factor in zip(problem.levels, factors_of(problem, theta), strict=True)
        for mapped in [back(fit.sums, level.columns)]
    ]
    residual = np.sqrt(at.sigma2) * fit.sums.scale[problem.outcome]
    return fixed_back(fit.sums, problem.kept, at.cross.beta), np.concatenate([*sds, [residual]])


# --- new sums ---------------------------------------------------------------------------------------------------------
def _resampled(fit: Fit, problem: Problem) -> Redraw | NotFitted:
    """Outermost groups drawn with replacement."""
    if not problem.levels:
        return NotFitted("There are no groups to draw.", "Take the parametric bootstrap.", fit.n["rows"])
    outer, groups = problem.levels[-1].group, problem.levels[-1].size
    if groups < FEWEST_GROUPS:
        said = f"There are only {groups} '{outer}', too few to draw from ({FEWEST_GROUPS} are needed)."
        return NotFitted(said, "Take the parametric bootstrap.", fit.n["rows"])
    if fit.sums.blocks is None:
        said = f"There are so many '{outer}' ({groups:,}) that their own sums were not kept."
        return NotFitted(said, "Take the parametric bootstrap.", fit.n["rows"])
    blocks = fit.sums.blocks[problem.levels[-1].order]
    rows = fit.sums.rows[-1][problem.levels[-1].order]
    ends = list(group_ends(problem))
    sizes = [end[1:] - end[:-1] for end in ends]

    def redraw(random: np.random.Generator) -> Redrawn:
        drawn = np.sort(random.integers(0, groups, groups))
        times = np.bincount(drawn, minlength=groups).astype(np.float64)
        total = np.tensordot(times, blocks, 1)
        levels = tuple(_redrawn(level, drawn, end) for level, end in zip(problem.levels, ends, strict=True))
        made = replace(
            problem, levels=_with_parents(levels, ends, drawn), total=total, rows=float(times @ rows)
        )
        return Redrawn(made, lambda near: near.weighted(total, [np.repeat(times, size) for size in sizes]))

    return redraw


def group_ends(problem: Problem) -> Iterator[Integers]:
    """For each level where the groups of each outermost group begin, and the end: (outermost + 1,)."""
    outermost = problem.levels[-1].size
    for depth in range(len(problem.levels)):
        place = np.arange(problem.levels[depth].size)
        for level in problem.levels[depth:-1]:
            assert level.parent is not None
            place = level.parent[place]
        yield np.searchsorted(place, np.arange(outermost + 1)).astype(np.int64)


def _redrawn(level: Level, drawn: Integers, ends: Integers) -> Level:
    return replace(level, products=np.take(level.products, _members(drawn, ends), axis=-1))


def _members(drawn: Integers, ends: Integers) -> Integers:
    """The places of all groups inside the outermost groups drawn, in order."""
    begins, sizes = ends[drawn], (ends[1:] - ends[:-1])[drawn]
    before = np.cumsum(sizes) - sizes
    return np.asarray(np.repeat(begins - before, sizes) + np.arange(int(sizes.sum())))


def _with_parents(levels: tuple[Level, ...], ends: list[Integers], drawn: Integers) -> tuple[Level, ...]:
    """A group drawn twice is two groups, and so is each one inside of it."""
    made = []
    for depth, level in enumerate(levels):
        parent = None
        if level.parent is not None:
            around = ends[depth + 1]
            sizes = (ends[depth][1:] - ends[depth][:-1])[drawn]
            outer = (around[1:] - around[:-1])[drawn]
            moved = np.cumsum(outer) - outer - around[drawn]
            parent = level.parent[_members(drawn, ends[depth])] + np.repeat(moved, sizes)
        made.append(replace(level, parent=parent, order=np.arange(level.products.shape[-1])))
    return tuple(made)


def _simulated(fit: Fit, problem: Problem) -> Redraw:
    """Outcomes drawn from the fitted model, of which only the sums are ever made."""
    drawing = Drawing.of(fit, problem)
    outcome = problem.outcome
    levels = tuple(replace(level, products=level.products.copy()) for level in problem.levels)

    def redraw(random: np.random.Generator) -> Redrawn:
        drawn = drawing.draw(random)
        total = problem.total.copy()
        total[outcome, :outcome] = total[:outcome, outcome] = drawn.columns
        total[outcome, outcome] = drawn.square
        for level, own in zip(levels, drawn.levels, strict=True):
            level.products[:, outcome] = own  # in place: sums drawn are used before the next are
        made = replace(problem, levels=levels, total=total)
        return Redrawn(made, lambda near: near.with_outcome(drawn.columns, drawn.square, drawn.levels))

    return redraw
