"""Predicted effects of groups (BLUPs), each with how sure it is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.statistics.mixed.components import kept_of
from accord.statistics.mixed.likelihood import criterion, factors_of, whole
from accord.statistics.mixed.problem import Floats, arrange
from accord.statistics.mixed.result import Fit
from accord.statistics.mixed.scaling import back


@dataclass(frozen=True, eq=False)
class Predicted:
    """Effects of each group of one grouping: `values` and `se` (groups, columns), `covariance` (groups, q, q).

    In the units of the data; group k has `keys[k]`, in the order of the sums.
    """

    group: str
    keys: npt.NDArray[np.object_]
    columns: tuple[str, ...]
    values: Floats
    se: Floats
    covariance: Floats


def predicted(fit: Fit, group: str, *, fixed_unsure: bool = False) -> Predicted:
    """The predicted effects of `group`; KeyError when the model has no such grouping.

    SEs are those given the fixed effects and variances (lme4's condVar); with `fixed_unsure` the uncertainty of the
    fixed effects is added (the prediction error variance of Henderson's equations).
    """
    depth = [one.group for one in fit.random].index(fit.component(group).group)
    problem = arrange(fit.sums, kept_of(fit))
    level, factors = problem.levels[depth], factors_of(problem, fit.theta)
    at = criterion(problem, fit.theta)
    known = whole(problem, factors, depth)
    seen, inner = known.seen, known.inner
    inside = factors[depth] @ factors[depth].T
    ends = np.append(-at.cross.beta, 1.0)
    values = np.einsum("ab,bwn,w->na", inside, seen[:, [*problem.kept, problem.outcome]], ends)
    spread = inside - np.einsum("ab,bcn,cd->nad", inside, inner, inside)
    if fixed_unsure:
        through = np.einsum("ab,bwn->naw", inside, seen[:, list(problem.kept)])
        spread = spread + np.einsum("naw,wv,nbv->nab", through, at.cross.inverse, through)
    mapped = back(fit.sums, level.columns)
    covariance = at.sigma2 * np.einsum("ab,nbc,dc->nad", mapped, spread, mapped)
    values = values @ mapped.T
    placed = np.empty_like(level.order)
    placed[level.order] = np.arange(level.size)
    covariance = covariance[placed]
    se = np.sqrt(np.maximum(np.einsum("naa->na", covariance), 0.0))
    return Predicted(group, fit.sums.groups[depth], fit.random[depth].columns, values[placed], se, covariance)
