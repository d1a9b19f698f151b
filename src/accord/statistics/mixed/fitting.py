"""Fit a linear mixed model exactly, from sums; words for what cannot be fitted."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from accord.statistics.estimate import Dropped, NotFitted
from accord.statistics.mixed.checking import (
    collinear,
    few,
    problem_of_groups,
    problem_of_model,
    problem_of_outcome,
)
from accord.statistics.mixed.components import component, note_of
from accord.statistics.mixed.inference import coefficients, curvature
from accord.statistics.mixed.likelihood import NotPositive, factors_of
from accord.statistics.mixed.model import Model
from accord.statistics.mixed.optimise import Optimum, search
from accord.statistics.mixed.problem import Problem, arrange
from accord.statistics.mixed.result import Component, Fit
from accord.statistics.mixed.scaling import back
from accord.statistics.mixed.sums import Sums

FAR = 20  # powers of ten away from 1 at which a column's SD is named as the trouble
SQUARES = (1e-75, 1e75)  # SDs and SEs outside have a fourth power that is 0 or infinite
NO_REST = 1e-9  # a residual variance below this share of the outcome's means that nothing is left to explain


def fit(model: Model, data: pa.Table | Path, *, engine: str = "duckdb") -> Fit | NotFitted:
    """Fit `model` to a table or a Parquet file; a reason in words where that cannot be done."""
    from accord.statistics.mixed.scan import summed  # engines are found only when they are needed

    if (problem := problem_of_model(model)) is not None:
        return problem
    scanned = summed(model, data, engine)
    if isinstance(scanned, NotFitted):
        return scanned
    return fit_sums(*scanned)


def fit_sums(sums: Sums, dropped: tuple[Dropped, ...] = (), notes: tuple[str, ...] = ()) -> Fit | NotFitted:
    """Fit the model of `sums`; `dropped` and `notes` are passed on."""
    rows = sums.count + sum(one.rows for one in dropped)

    def not_fitted(reason: str, do: str) -> NotFitted:
        return NotFitted(reason, do, rows, dropped)

    if (why := problem_of_outcome(sums) or problem_of_groups(sums)) is not None:
        return not_fitted(*why)
    kept, said = collinear(sums)
    if sums.count <= len(kept):
        return not_fitted(
            f"{sums.count} rows are too few for {len(kept)} fixed effects.",
            "Gather more or leave columns out.",
        )
    problem = arrange(sums, kept)
    try:
        found = search(problem)
    except NotPositive:
        found = None
    if found is None or found.at.sigma2 < NO_REST:
        return not_fitted(
            f"the columns and groups tell '{sums.model.outcome}' exactly, so no residual variance is left.",
            "Look whether a column repeats the outcome, or whether each group has one value only.",
        )
    try:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            made = _result(sums, problem, found, dropped, notes + said)
    except OverflowError:
        made = None
    if made is None or not _within(made):
        return not_fitted(*_beyond(sums))
    return made


def _within(made: Fit) -> bool:
    """Whether every number of the result, and its square, is one that a computer has a sign for."""
    least, largest = SQUARES
    numbers = [number for one in made.fixed for number in (one.estimate, one.se, one.low, one.high)]
    spreads = [made.residual_sd, *(one.se for one in made.fixed)]
    blocks = [made.covariance, *(one.covariance for one in made.random)]
    return bool(
        np.isfinite(numbers).all()
        and all(np.isfinite(block).all() for block in blocks)
        and all(least < one < largest for one in spreads)
    )


def _beyond(sums: Sums) -> tuple[str, str]:
    """Words for columns so large or so small that what is made of them is lost."""
    names = (*sums.model.columns, sums.model.outcome)
    far = [f"'{name}'" for name, one in zip(names, sums.scale, strict=True) if abs(np.log10(one)) > FAR]
    what = f"the numbers of {' and '.join(far)}" if far else "the numbers of some columns"
    return (
        f"{what} are too large or too small to be computed with.",
        "Give them in another unit, or look for a code such as 1e300 for missing.",
    )


def _result(
    sums: Sums, problem: Problem, found: Optimum, dropped: tuple[Dropped, ...], notes: tuple[str, ...]
) -> Fit:
    model, sigma2 = sums.model, found.at.sigma2
    bend = curvature(sums, problem, found)
    mapped = back(sums, problem.kept)
    covariance = sigma2 * mapped @ found.at.cross.inverse @ mapped.T
    components = tuple(
        component(sums, random, level.columns, sigma2 * factor @ factor.T, sigma2)
        for random, level, factor in zip(
            model.random, problem.levels, factors_of(problem, found.theta), strict=True
        )
    )
    n = {"rows": sums.count} | {level.group: level.size for level in problem.levels}
    return Fit(
        model=model,
        criterion=found.at.criterion,
        fixed=coefficients(sums, problem.kept, found.at.cross.beta, covariance, bend),
        covariance=covariance,
        random=components,
        residual_sd=float(np.sqrt(sigma2) * sums.scale[problem.outcome]),
        n=n,
        converged=found.converged,
        certificate=found.certificate,
        evaluations=found.evaluations,
        dropped=dropped,
        notes=notes + _said(components, n, found),
        theta=found.theta,
        sums=sums,
        curvature=bend,
    )


def _said(components: tuple[Component, ...], n: dict[str, int], found: Optimum) -> tuple[str, ...]:
    notes = [few(n[one.group], one.group) for one in components] + [note_of(one) for one in components]
    if not found.converged:
        notes.append(
            "the search did not settle on an optimum: read the numbers with care, or simplify the model."
        )
    return tuple(note for note in notes if note)
