"""A regression of a yes or no, with a random intercept per group or without, as a small frozen value."""

from dataclasses import dataclass
from typing import Literal

from accord.statistics.mixed.model import INTERCEPT

Link = Literal["logit", "cloglog"]
LAPLACE = 1  # points


@dataclass(frozen=True)
class Logistic:
    """Chance of `outcome` (0 or 1) in a row, by numeric columns, and by the group it is in.

    The intercept is always there and not named. `group` is the column whose groups have a random intercept; None:
    rows are alike but for their columns. `link`: logit, or cloglog (rows are then intervals of time at risk and the
    coefficients logs of hazard ratios). `points` of adaptive Gauss-Hermite quadrature; 1 is Laplace.
    """

    outcome: str
    fixed: tuple[str, ...] = ()
    group: str | None = None
    link: Link = "logit"
    points: int = 9

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the fixed effects in order, the intercept first."""
        return (INTERCEPT, *self.fixed)
