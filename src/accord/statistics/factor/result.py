"""What a fitted factor model says: frozen values."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from accord.statistics.factor.model import Equal, Factors, Floats


@dataclass(frozen=True, eq=False)
class GroupPart:
    """The parameters in one group: loadings (p,), residual variances (p,), intercepts (p,), factors (m, m) and (m,).

    The first group's factors have variance 1 and mean 0; so have the others' unless something is shared with them.
    """

    loadings: Floats
    residuals: Floats
    intercepts: Floats
    factor_covariance: Floats
    factor_mean: Floats
    factor_mean_se: Floats

    @property
    def implied(self) -> Floats:
        """The covariance of the items that the model implies, but for the factors of other items."""
        return np.outer(self.loadings, self.loadings)


@dataclass(frozen=True, eq=False)
class FactorFit:
    """A fitted model. Indices as lavaan reports them: RMSEA counts groups, SRMR includes means where groups do.

    `factor_correlation` (m, m) with `factor_correlation_se` is of the first group. `at_zero` are items whose residual
    variance came out as zero somewhere: said, not hidden.
    """

    model: Factors
    equal: Equal
    groups: tuple[GroupPart, ...]
    count: int
    chi2: float
    df: int
    cfi: float
    rmsea: float
    srmr: float
    log_likelihood: float
    parameters: int
    factor_correlation: Floats
    factor_correlation_se: Floats
    converged: bool
    at_zero: tuple[int, ...] = ()

    @property
    def p(self) -> float:
        """Chance of such a chi-square when the model is right; nan without degrees of freedom."""
        return float(chi2.sf(self.chi2, self.df)) if self.df else float("nan")

    @property
    def bic(self) -> float:
        """Bayesian information criterion; lower is better."""
        return float(-2 * self.log_likelihood + self.parameters * np.log(self.count))
