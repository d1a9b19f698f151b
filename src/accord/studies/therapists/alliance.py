"""The alliance within and between therapists (Baldwin's form, science.md 7), with observed and with shrunken means.

``y_ij = g00 + gw (A_ij - M_j) + gb M_j + case mix + u_j + e_ij``. With the observed mean for M_j, which rests on few
people, gb is drawn towards gw. The shrunken form puts the predicted level of the therapist in its place, in both terms:
what of the observed mean is chance then counts as the people's own.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import t

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.result import Fit
from accord.studies.therapists.case_mix import CaseMix

WITHIN, BETWEEN = "within", "between"


@dataclass(frozen=True)
class Form:
    """Points of outcome per point of alliance, within a therapist's people and between; context: the difference."""

    within: Estimate
    between: Estimate
    context: Estimate


@dataclass(frozen=True)
class Baldwin:
    """Both forms. `share` is the therapists' share of the alliance's variance, the reason why means are shrunken."""

    observed: Form
    shrunken: Form
    share: float
    courses: int
    therapists: int


def baldwin(mix: CaseMix) -> Baldwin | NotFitted:
    """Fitted on the courses with an early alliance."""
    rows = mix.rows.filter(pc.is_valid(mix.rows.column("alliance")))
    level = fit(Model("alliance", (), (Random("therapist"),)), rows.select(["therapist", "alliance"]))
    if isinstance(level, NotFitted):
        return level
    alliance = rows.column("alliance").to_numpy()
    names, place, counts = np.unique(
        rows.column("therapist").to_numpy(zero_copy_only=False).astype(str),
        return_inverse=True,
        return_counts=True,
    )
    means = np.bincount(place, alliance) / counts
    variance = level.component("therapist").covariance[0, 0]
    share = float(variance / (variance + level.residual_sd**2))
    reliable = counts * share / (1 + (counts - 1) * share)
    middle = level.effect("1").estimate
    observed = _form(rows, mix.columns, alliance, means[place])
    if isinstance(observed, NotFitted):
        return observed
    shrunken = _form(rows, mix.columns, alliance, (middle + reliable * (means - middle))[place])
    if isinstance(shrunken, NotFitted):
        return shrunken
    return Baldwin(observed, shrunken, share, rows.num_rows, len(names))


def _form(
    rows: pa.Table, columns: tuple[str, ...], alliance: np.ndarray, means: np.ndarray
) -> Form | NotFitted:
    table = rows.append_column(WITHIN, pa.array(alliance - means)).append_column(BETWEEN, pa.array(means))
    found = fit(Model("outcome", (WITHIN, BETWEEN, *columns), (Random("therapist"),)), table)
    if isinstance(found, NotFitted):
        return found
    return Form(_estimate(found, WITHIN), _estimate(found, BETWEEN), _context(found))


def _estimate(found: Fit, name: str) -> Estimate:
    one = found.effect(name)
    return Estimate(
        one.estimate, se=one.se, low=one.low, high=one.high, df=one.df, method="REML, Satterthwaite"
    )


def _context(found: Fit) -> Estimate:
    """Between less within; degrees of freedom of the between part, which has the fewer."""
    within, between = found.effect(WITHIN), found.effect(BETWEEN)
    i, j = (found.model.columns.index(name) for name in (WITHIN, BETWEEN))
    se = float(np.sqrt(found.covariance[i, i] + found.covariance[j, j] - 2 * found.covariance[i, j]))
    value, half = between.estimate - within.estimate, float(t.ppf(0.975, between.df)) * se
    return Estimate(value, se=se, low=value - half, high=value + half, df=between.df, method="REML")
