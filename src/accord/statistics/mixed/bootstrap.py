"""Fit again and again, without the data: from resampled blocks of the sums, or from sums simulated from the fit.

*Cluster*: outermost groups are drawn with replacement, each with all its sums; nothing is assumed of what happens
inside of them. *Parametric*: the sums that new outcomes would have are drawn from the fitted model; what random
numbers that takes is in `simulating.py`. Either way a refit starts from the estimates and takes a few Newton steps.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.mixed.components import kept_of
from accord.statistics.mixed.likelihood import NotPositive, criterion, criterion_with_slopes, factors_of
from accord.statistics.mixed.optimise import search
from accord.statistics.mixed.problem import Level, Problem, arrange
from accord.statistics.mixed.result import Fit
from accord.statistics.mixed.scaling import back, fixed_back
from accord.statistics.mixed.simulating import Drawing

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Kind = Literal["cluster", "parametric"]
Redrawn = Callable[[np.random.Generator], Problem]

FEWEST_GROUPS = 10  # outermost groups below which drawing them says little; [design]
NEWTON = 12
NEAR = (
    1e-5  # of the criterion: with less to be gained after the last step, the optimum is near to .005 of an SE
)
EDGE = 0.02  # an SD so small beside the residual one is sought without a short cut
DIFFERENCE = 1e-4
THREADS = 2


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
    redrawn = _resampled(fit, problem) if kind == "cluster" else _simulated(fit, problem)
    if isinstance(redrawn, NotFitted):
        return redrawn
    refit = partial(_refit, fit, _bend(problem, fit.theta), redrawn)
    seeds = np.random.SeedSequence(seed).spawn(draws)
    with ThreadPoolExecutor(THREADS) as pool:
        found = [one for one in pool.map(refit, seeds) if one is not None]
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
def _bend(problem: Problem, theta: Floats) -> Floats | None:
    """The Hessian at the estimates, to start every refit from; None where a variance is about zero."""
    diagonal = [np.abs(np.diag(one)) for one in factors_of(problem, theta)]
    if not len(theta) or min(float(one.min()) for one in diagonal) < EDGE:
        return None
    steps = DIFFERENCE * np.eye(len(theta))
    ends = [(_downhill(problem, theta + step)[1], _downhill(problem, theta - step)[1]) for step in steps]
    hessian = np.array([ahead - behind for ahead, behind in ends]) / (2.0 * DIFFERENCE)
    hessian = 0.5 * (hessian + hessian.T)
    return hessian if np.linalg.eigvalsh(hessian)[0] > 0 else None


def _downhill(problem: Problem, theta: Floats) -> tuple[float, Floats]:
    at, gradient = criterion_with_slopes(problem, theta)
    return at.criterion, gradient


def _refit(
    fit: Fit, hessian: Floats | None, redrawn: Redrawn, seed: np.random.SeedSequence
) -> tuple[Floats, Floats] | None:
    """Fixed effects and SDs from new sums, in the units of the data; None where there are none."""
    problem = redrawn(np.random.Generator(np.random.SFC64(seed)))
    try:
        theta = None if hessian is None else _newton(problem, fit.theta, hessian)
        if theta is None:
            theta = search(problem, None if hessian is None else fit.theta).theta
        at = criterion(problem, theta)
    except NotPositive:
        return None
    sds = [
        np.sqrt(np.diag(mapped @ factor @ factor.T @ mapped.T) * at.sigma2)
        for level, factor in zip(problem.levels, factors_of(problem, theta), strict=True)
        for mapped in [back(fit.sums, level.columns)]
    ]
    residual = np.sqrt(at.sigma2) * fit.sums.scale[problem.outcome]
    return fixed_back(fit.sums, problem.kept, at.cross.beta), np.concatenate([*sds, [residual]])


def _newton(problem: Problem, theta: Floats, hessian: Floats) -> Floats | None:
    """Steps from the estimates, the Hessian mended by BFGS on the way; None where they do not go straight down.

    What a step gains shrinks by more each time, so what the next one would gain is known before it is computed.
    """
    low, gradient = _downhill(problem, theta)
    before = 0.0
    for _ in range(NEWTON):
        step = -np.linalg.solve(hessian, gradient)
        gain = float(-step @ gradient)
        if gain < 0 or not np.isfinite(gain):
            return None
        if gain * (min(1.0, gain / before) if before else 1.0) < NEAR:
            return np.asarray(theta + step)
        value, onward = _downhill(problem, theta + step)
        if value > low:
            return None
        turn, image = onward - gradient, hessian @ step
        if turn @ step > 1e-3 * (step @ image):
            hessian = hessian - np.outer(image, image) / (step @ image) + np.outer(turn, turn) / (turn @ step)
        theta, low, gradient, before = theta + step, value, onward, gain
    return None


# --- new sums ---------------------------------------------------------------------------------------------------------
def _resampled(fit: Fit, problem: Problem) -> Redrawn | NotFitted:
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

    def redrawn(random: np.random.Generator) -> Problem:
        drawn = np.sort(random.integers(0, groups, groups))
        times = np.bincount(drawn, minlength=groups).astype(np.float64)
        total = np.tensordot(times, blocks, 1)
        levels = tuple(_redrawn(level, drawn, end) for level, end in zip(problem.levels, ends, strict=True))
        return replace(
            problem, levels=_with_parents(levels, ends, drawn), total=total, rows=float(times @ rows)
        )

    return redrawn


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


def _simulated(fit: Fit, problem: Problem) -> Redrawn:
    """Outcomes drawn from the fitted model, of which only the sums are ever made."""
    drawing = Drawing.of(fit, problem)
    outcome = problem.outcome

    def redrawn(random: np.random.Generator) -> Problem:
        drawn = drawing.draw(random)
        total = problem.total.copy()
        total[outcome, :outcome] = total[:outcome, outcome] = drawn.columns
        total[outcome, outcome] = drawn.square
        levels = []
        for level, own in zip(problem.levels, drawn.levels, strict=True):
            products = level.products.copy()
            products[:, outcome] = own
            levels.append(replace(level, products=products))
        return replace(problem, levels=tuple(levels), total=total)

    return redrawn
