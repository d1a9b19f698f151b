"""Fit a regression of a yes or no: counted rows, exact gradient, a Hessian from it, words for what cannot be fitted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.logistic.counting import Counted, count
from accord.statistics.logistic.links import LINKS, LinkFunctions
from accord.statistics.logistic.model import LAPLACE, Logistic
from accord.statistics.logistic.quadrature import Integrated, Rows
from accord.statistics.logistic.result import LogisticFit
from accord.statistics.logistic.search import NO_SD, VAST_SD, Optimum, fit_plain, search
from accord.statistics.logistic.separation import repeated, separating
from accord.statistics.logistic.spread import Z95, profile_end, sd_estimate
from accord.statistics.mixed.result import Coefficient

Floats = npt.NDArray[np.float64]

FAR = 12.0  # a linear predictor beyond this says that something is told without fail


def fit_logistic(
    model: Logistic, data: pa.Table | Path, *, spread_interval: bool = True
) -> LogisticFit | NotFitted:
    """Fit `model` to a table or a Parquet file; a reason in words where that cannot be done.

    Without `spread_interval` the SD of the groups has no interval, which can save most of the time of a refit.
    """
    counted = count(model, data)
    if isinstance(counted, NotFitted):
        return counted
    if problem := _design_problem(model, counted):
        return problem
    link = LINKS[model.link]
    plain = fit_plain(counted.rows, link)
    if plain is None or _reaches_far(counted.rows, plain.place):
        if told := separating(counted.rows):
            return _separated(model, counted, told)
        if plain is None:
            return _not(counted, "the search for the best values did not settle.", "Leave a column out.")
    if model.group is None:
        return _result(model, counted, plain, 0.0, None, ())
    if problem := _groups_problem(model, counted):
        return problem
    return _fit_groups(model, counted, link, plain, spread_interval)


# --- what cannot be fitted --------------------------------------------------------------------------------------------
def _not(counted: Counted, reason: str, do: str = "") -> NotFitted:
    return NotFitted(reason, do, counted.came, counted.dropped)


def _design_problem(model: Logistic, counted: Counted) -> NotFitted | None:
    constant = [
        name for place, name in enumerate(model.columns) if place and not counted.rows.design[:, place].any()
    ]
    if constant:
        names = ", ".join(f"'{name}'" for name in constant)
        said = f"{names}: the same in every row, so nothing can go with it."
        return replace(_not(counted, said, "Leave it out."), columns=tuple(constant))
    pairs = []
    for place, parts in repeated(counted.rows.design):
        others = " and ".join(f"'{model.columns[part]}'" for part in parts if part) or "the intercept"
        pairs.append(f"'{model.columns[place]}' says the same as {others}")
    if pairs:
        return _not(counted, "; ".join(pairs) + ".", "Leave one of them out.")
    if counted.used <= len(model.columns):
        return _not(counted, f"{counted.used} rows are too few for {len(model.columns)} coefficients.")
    return None


def _separated(model: Logistic, counted: Counted, told: list[int]) -> NotFitted:
    columns = tuple(model.columns[place] for place in told)
    names = ", ".join(f"'{name}'" for name in columns) or "the columns"
    return replace(
        _not(
            counted,
            f"{names} {'tells' if len(columns) == 1 else 'together tell'} '{model.outcome}' without fail in some rows "
            "(separation), so the best coefficient has no end.",
            "Join rare values, leave the column out, or gather more rows.",
        ),
        columns=columns,
    )


def _groups_problem(model: Logistic, counted: Counted) -> NotFitted | None:
    rows = counted.rows
    if len(rows.sizes) < 2:
        return _not(
            counted,
            f"there is only one '{model.group}', so how much they differ cannot be told.",
            "Leave it out.",
        )
    trials, events = (np.add.reduceat(one, rows.starts) for one in (rows.trials, rows.events))
    if np.all(trials < 2):
        return _not(counted, f"every '{model.group}' has one row only, so they cannot be told from chance.")
    if np.all((events == 0) | (events == trials)):
        return _not(
            counted,
            f"in every '{model.group}' '{model.outcome}' is always the same, so how much they differ has no end.",
            "Join groups.",
        )
    return None


def _reaches_far(rows: Rows, place: Floats) -> bool:
    return bool(np.abs(rows.design @ place).max() > FAR)


# --- with a random intercept per group --------------------------------------------------------------------------------
def _fit_groups(
    model: Logistic, counted: Counted, link: LinkFunctions, plain: Optimum, interval: bool
) -> LogisticFit | NotFitted:
    """Search from a moderate SD; where that ends at none, or no higher than none, the plain fit is the answer."""
    inside = Integrated(counted.rows, link, model.points)
    best = search(inside, plain)
    if best is None or best.place[-1] > VAST_SD:
        if told := separating(counted.rows):
            return _separated(model, counted, told)
        return _not(counted, f"how much '{model.group}' differ has no end in these data.", "Join groups.")
    if best.place[-1] < NO_SD or best.value < plain.value:
        return _at_zero(model, counted, inside, plain, interval)
    notes = [] if best.settled else ["the search ended before the slope was 0: read the numbers with care."]
    if best.place[-1] > 5.0 and model.points == LAPLACE:
        notes.append(f"'{model.group}' differ very much: use more points than Laplace.")
    spread = None if interval else Estimate(float(best.place[-1]))
    return _result(model, counted, best, float(best.place[-1]), inside, tuple(notes), spread)


def _at_zero(
    model: Logistic, counted: Counted, inside: Integrated, plain: Optimum, interval: bool
) -> LogisticFit:
    """The groups do not differ beyond chance: said, with how much they might."""
    inside.modes[:] = 0.0
    size = len(plain.place)
    spread = Estimate(0.0)
    if interval:
        high = profile_end(inside, plain.place, plain.information, plain.value, 0.0, 0.25)
        spread = Estimate(0.0, None, 0.0, high, method="profile")
    note = f"the spread of '{model.group}' is zero: rows in them are no more alike than chance makes them."
    joint = np.zeros((size + 1, size + 1))
    joint[:size, :size], joint[size, size] = plain.information, 1.0
    at = Optimum(
        np.append(plain.place, 0.0), plain.value, joint, plain.slope, inside.evaluations, plain.settled
    )
    return _result(model, counted, at, 0.0, inside, (note,), spread)


# --- the result -------------------------------------------------------------------------------------------------------
def _result(
    model: Logistic,
    counted: Counted,
    best: Optimum,
    sd: float,
    inside: Integrated | None,
    notes: tuple[str, ...],
    spread: Estimate | None = None,
) -> LogisticFit:
    """Back to the units of the columns: coefficients, covariance, and how sure each group's intercept is."""
    size = len(model.columns)
    joint = np.linalg.inv(best.information)
    back = np.diag(1.0 / counted.scale)
    back[0, 1:] = -counted.shift[1:] / counted.scale[1:]
    estimates = back @ best.place[:size]
    covariance = back @ joint[:size, :size] @ back.T
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    fixed = tuple(
        Coefficient(name, float(b), float(se), float("inf"), float(b - Z95 * se), float(b + Z95 * se))
        for name, b, se in zip(model.columns, estimates, errors, strict=True)
    )
    effects, sure = np.zeros(0), np.zeros(0)
    groups = counted.groups if inside else counted.groups[:0]
    if inside:
        inside(best.place[:size], sd)
        effects, sure = sd * inside.modes, sd * inside.scales(best.place[:size], sd)
        spread = spread or sd_estimate(inside, best, float(np.sqrt(max(joint[-1, -1], 0.0))))
    n = {"rows": counted.used, "events": counted.events, "patterns": len(counted.rows.events)}
    return LogisticFit(
        model=model,
        fixed=fixed,
        covariance=covariance,
        group_sd=spread,
        log_likelihood=best.value,
        n=n | ({model.group: len(groups)} if model.group else {}),
        converged=best.settled,
        slope=best.slope,
        evaluations=best.evaluations,
        groups=groups,
        effects=effects,
        effect_sds=sure,
        dropped=counted.dropped,
        notes=notes,
    )
