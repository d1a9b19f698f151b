"""Variances and correlations of random effects: in the units of the data, zeros said, with intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp

import numpy as np
from scipy.special import ndtri

from accord.statistics.estimate import Estimate
from accord.statistics.mixed.likelihood import Factors, factors_of
from accord.statistics.mixed.model import Random
from accord.statistics.mixed.problem import Floats, Problem, arrange
from accord.statistics.mixed.result import Component, Fit
from accord.statistics.mixed.scaling import back
from accord.statistics.mixed.sums import Sums

NOTHING = 1e-10  # a variance below this share of the residual one is zero
RESIDUAL = "residual"
STEP = 1e-5

Told = Callable[[Factors, float], float]  # a number that follows from the relative factors and log sigma


@dataclass(frozen=True)
class Spread:
    """An SD of one column between groups, or the correlation of two (`other`); `note` says why there is no interval."""

    group: str
    column: str
    other: str | None
    estimate: Estimate
    note: str = ""


# --- one grouping -----------------------------------------------------------------------------------------------------
def component(
    sums: Sums, random: Random, columns: tuple[int, ...], inside: Floats, sigma2: float
) -> Component:
    """From the covariance matrix inside (shifted and scaled units) and the residual variance there."""
    mapped = back(sums, columns)
    covariance = mapped @ inside @ mapped.T
    unit = np.diag(mapped) ** 2 * sigma2
    at_zero = np.diag(covariance) <= NOTHING * unit
    covariance[at_zero] = covariance[:, at_zero] = 0.0
    sd = np.sqrt(np.diag(covariance))
    safe = np.where(sd > 0, sd, 1.0)
    correlation = np.where(np.outer(sd, sd) > 0, covariance / np.outer(safe, safe), np.nan)
    np.fill_diagonal(correlation, 1.0)
    correlation = np.clip(correlation, -1.0, 1.0)
    zeros = [name for name, zero in zip(random.columns, at_zero, strict=True) if zero]
    left = [random.columns[place] for place in np.flatnonzero(~at_zero)]
    if len(left) > 1 and _flat(inside):
        zeros.append(" with ".join(left))
    return Component(random.group, random.columns, tuple(sd.tolist()), correlation, covariance, tuple(zeros))


def _flat(inside: Floats) -> bool:
    """Whether some direction of those that vary has no variance; asked inside, where units are alike."""
    size = np.sqrt(np.diag(inside))
    varies = size > 0
    alike = inside[np.ix_(varies, varies)] / np.outer(size[varies], size[varies])
    return bool(np.linalg.eigvalsh(alike)[0] < 1e-8)


def note_of(made: Component) -> str | None:
    """What is zero, in words; None where nothing is."""
    names = [f"the variance of '{name}'" for name in made.columns if name in made.at_zero]
    together = [name for name in made.at_zero if name not in made.columns]
    said = []
    if names:
        said.append(f"{' and '.join(names)} between groups of '{made.group}' is zero.")
    if together:
        said.append(
            f"random effects of '{made.group}' ({together[0]}) move together without fail: their covariance matrix "
            "has a direction without variance."
        )
    return " ".join(said) or None


# --- with intervals ---------------------------------------------------------------------------------------------------
def components(fit: Fit, level: float = 0.95) -> tuple[Spread, ...]:
    """Every SD and correlation with its interval, grouping by grouping, the residual SD last.

    Delta method: on the log of an SD and on Fisher's z of a correlation, from the criterion's curvature. Where a
    variance is zero there is no such interval, and the note says so; `profile_sd` gives its upper end.
    """
    problem = arrange(fit.sums, kept_of(fit))
    made: list[Spread] = []
    for depth, one in enumerate(fit.random):
        made += [_sd_of(fit, problem, depth, place, level) for place in range(len(one.columns))]
        made += [
            _correlation_of(fit, problem, depth, pair, level)
            for pair in combinations(range(len(one.columns)), 2)
        ]
    half = float(ndtri(0.5 + level / 2.0)) * float(np.sqrt(fit.curvature.spread[-1, -1]))
    sd = fit.residual_sd
    se = sd * float(np.sqrt(fit.curvature.spread[-1, -1]))
    estimate = Estimate(sd, se, sd * exp(-half), sd * exp(half), level, method="delta, on the log")
    return (*made, Spread(RESIDUAL, "1", None, estimate))


def kept_of(fit: Fit) -> tuple[int, ...]:
    """Places in W of the fixed effects that were kept."""
    return tuple(fit.model.columns.index(one.name) for one in fit.fixed)


def told_se(fit: Fit, problem: Problem, told: Told) -> float:
    """SE of a number that follows from the covariance parameters, by the delta method."""
    log_sigma = float(np.log(fit.residual_sd / fit.sums.scale[problem.outcome]))
    at = np.append(fit.theta, log_sigma)

    def there(place: Floats) -> float:
        return told(factors_of(problem, place[:-1]), float(place[-1]))

    steps = STEP * np.eye(len(at))
    slopes = np.array([(there(at + step) - there(at - step)) / (2.0 * STEP) for step in steps])
    return float(np.sqrt(max(float(slopes @ fit.curvature.spread @ slopes), 0.0)))


def covariance_told(fit: Fit, columns: Sequence[int], factor: Floats, log_sigma: float) -> Floats:
    """The covariance matrix of random effects in the units of the data."""
    turned = back(fit.sums, tuple(columns)) @ factor
    return np.asarray(np.exp(2.0 * log_sigma) * turned @ turned.T)


def _sd_of(fit: Fit, problem: Problem, depth: int, place: int, level: float) -> Spread:
    one, columns = fit.random[depth], problem.levels[depth].columns
    sd, name = one.sd[place], one.columns[place]
    if name in one.at_zero:
        return Spread(
            one.group, name, None, Estimate(0.0, level=level), "zero, so no interval: see the profile"
        )

    def log_sd(factors: Factors, log_sigma: float) -> float:
        inside = covariance_told(fit, columns, factors[depth], log_sigma)
        return 0.5 * float(np.log(inside[place, place]))

    se = told_se(fit, problem, log_sd)
    half = float(ndtri(0.5 + level / 2.0)) * se
    estimate = Estimate(sd, sd * se, sd * exp(-half), sd * exp(half), level, method="delta, on the log")
    return Spread(one.group, name, None, estimate)


def _correlation_of(fit: Fit, problem: Problem, depth: int, pair: tuple[int, int], level: float) -> Spread:
    one, columns = fit.random[depth], problem.levels[depth].columns
    a, b = pair
    names, value = (one.columns[a], one.columns[b]), float(one.correlation[a, b])
    if not np.isfinite(value):
        return Spread(one.group, *names, Estimate(value, level=level), "none: one of the two has no variance")
    if abs(value) > 1.0 - 1e-8:
        return Spread(one.group, *names, Estimate(value, level=level), "at its end, so no interval")

    def fisher(factors: Factors, log_sigma: float) -> float:
        inside = covariance_told(fit, columns, factors[depth], log_sigma)
        return float(np.arctanh(inside[a, b] / np.sqrt(inside[a, a] * inside[b, b])))

    se = told_se(fit, problem, fisher)
    half, middle = float(ndtri(0.5 + level / 2.0)) * se, float(np.arctanh(value))
    low, high = float(np.tanh(middle - half)), float(np.tanh(middle + half))
    method = "delta, on Fisher's z"
    return Spread(one.group, *names, Estimate(value, (1 - value**2) * se, low, high, level, method=method))
