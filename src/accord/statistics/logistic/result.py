"""What a fitted regression of a yes or no says: frozen values, complete enough to foretell without the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accord.statistics.estimate import Dropped, Estimate
from accord.statistics.logistic.links import LINKS
from accord.statistics.logistic.model import Logistic
from accord.statistics.mixed.result import Coefficient

Floats = npt.NDArray[np.float64]
POINTS = 20  # of the quadrature over groups never seen; exact to 1e-6 for SDs up to 3

Whose = Literal["any", "typical", "own"]


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """A fitted model; coefficients are log odds (logit) or log hazards (cloglog) in the units of the columns.

    `covariance` of the fixed effects (columns x columns). `group_sd`: SD of the random intercepts, None without a
    group. `effects`: for each of `groups` the mode of its intercept given its rows; `effect_sds` how sure it is.
    `n` counts rows, events, groups by the name of their column, and patterns (distinct rows). `slope` is the largest
    slope of the log-likelihood left, in SEs: about 0 at the optimum.
    """

    model: Logistic
    fixed: tuple[Coefficient, ...]
    covariance: Floats
    group_sd: Estimate | None
    log_likelihood: float
    n: Mapping[str, int]
    converged: bool
    slope: float
    evaluations: int
    groups: npt.NDArray[np.object_]
    effects: Floats
    effect_sds: Floats
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()

    def effect(self, name: str) -> Coefficient:
        """The fixed effect of this name ("1" is the intercept); KeyError when there is none."""
        for one in self.fixed:
            if one.name == name:
                return one
        raise KeyError(name)

    def ratio(self, name: str, step: float = 1.0) -> Estimate:
        """Odds ratio (logit) or hazard ratio (cloglog) per `step` of a column."""
        one = self.effect(name)
        low, high = sorted((one.low * step, one.high * step))
        value = float(np.exp(one.estimate * step))
        return Estimate(
            value, value * one.se * abs(step), float(np.exp(low)), float(np.exp(high)), method="Wald"
        )

    def predict(
        self,
        data: pa.Table | Mapping[str, npt.ArrayLike],
        *,
        whose: Whose = "any",
        groups: Sequence[object] | None = None,
    ) -> Floats:
        """The chance in each row of `data`, which has the columns of `fixed`; NaN where one of them is empty.

        `whose`: "any" is a group nobody has seen (averaged over groups), "typical" one in the middle, "own" that of
        the row (`groups`, or the group's column in `data`; those never seen count as "any").
        """
        eta = self._line(data)
        sd = self.group_sd.value if self.group_sd else 0.0
        chance = LINKS[self.model.link].chance
        if whose == "typical" or sd == 0.0:
            return chance(eta)
        nodes, weights = np.polynomial.hermite.hermgauss(POINTS)
        shifts = np.sqrt(2.0) * sd * nodes
        averaged = np.asarray(sum(w * chance(eta + s) for w, s in zip(weights, shifts, strict=True)))
        anybody: Floats = np.asarray(averaged / np.sqrt(np.pi))
        if whose == "any":
            return anybody
        keys = groups if groups is not None else _listed(data, self.model.group or "")
        known = dict(zip(self.groups.tolist(), self.effects.tolist(), strict=True))
        own = np.array([known.get(key, np.nan) for key in keys], float)
        return np.asarray(np.where(np.isnan(own), anybody, chance(eta + np.nan_to_num(own))))

    def _line(self, data: pa.Table | Mapping[str, npt.ArrayLike]) -> Floats:
        """Intercept and columns, without the group."""
        first, *others = self.fixed
        rows = (
            data.num_rows if isinstance(data, pa.Table) else len(next(iter(map(_values, data.values())), ()))
        )
        eta = np.full(rows, first.estimate)
        for one in others:
            eta = eta + one.estimate * _values(data[one.name])
        return eta


def _values(column: object) -> Floats:
    """A column as numbers; NaN where it is empty."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.Array):
        column = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.asarray(column, float)


def _listed(data: pa.Table | Mapping[str, npt.ArrayLike], name: str) -> list[object]:
    column = data[name]
    if isinstance(column, pa.ChunkedArray | pa.Array):
        return list(column.to_pylist())
    return list(np.asarray(column, object))
