"""What a fitted mixed model says: frozen values, complete enough to ask further without the data."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.statistics.estimate import Dropped
from accord.statistics.mixed.model import Model
from accord.statistics.mixed.sums import Sums

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Coefficient:
    """A fixed effect in the units of its columns; `df` after Satterthwaite, the interval from t with them."""

    name: str
    estimate: float
    se: float
    df: float
    low: float
    high: float


@dataclass(frozen=True)
class Component:
    """The random effects of one grouping: their SDs, correlations and covariance matrix (columns x columns).

    `at_zero` names columns whose variance is zero (or directions in which the matrix has none): said, not hidden.
    """

    group: str
    columns: tuple[str, ...]
    sd: tuple[float, ...]
    correlation: Floats
    covariance: Floats
    at_zero: tuple[str, ...] = ()


@dataclass(frozen=True)
class Certificate:
    """Whether the criterion cannot be lowered nearby: no direction, into the boundary or along it, goes down.

    `gradient` is the largest absolute slope left, `least` the smallest eigenvalue of the slope in the covariance
    matrices (mixed models in docs/method/mixed-models.md); both scaled by the size of the problem.
    """

    optimal: bool
    gradient: float
    least: float


@dataclass(frozen=True, eq=False)
class Curvature:
    """How the criterion bends at the optimum, from which follows how sure variances and degrees of freedom are.

    `spread`: covariance of (theta, log sigma) as the criterion's bend tells it, zero where it does not bend upwards;
    `slopes`: derivative of the fixed effects' covariance with respect to each of them (parameters, columns, columns).
    """

    spread: Floats
    slopes: Floats


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model. `criterion` is minus twice the (restricted) log-likelihood, on lme4's scale.

    `covariance` of the fixed effects (columns x columns); `theta` the relative Cholesky factors, level by level, in
    the units inside (shifted and scaled by `sums`); `n` counts rows and groups by name: {"rows": …, "client": …}.
    """

    model: Model
    criterion: float
    fixed: tuple[Coefficient, ...]
    covariance: Floats
    random: tuple[Component, ...]
    residual_sd: float
    n: Mapping[str, int]
    converged: bool
    certificate: Certificate
    evaluations: int
    dropped: tuple[Dropped, ...]
    notes: tuple[str, ...]
    theta: Floats
    sums: Sums
    curvature: Curvature

    def effect(self, name: str) -> Coefficient:
        """The fixed effect of this name ("1" is the intercept); KeyError when there is none."""
        for one in self.fixed:
            if one.name == name:
                return one
        raise KeyError(name)

    def component(self, group: str) -> Component:
        """The random effects of this grouping; KeyError when there are none."""
        for one in self.random:
            if one.group == group:
                return one
        raise KeyError(group)
