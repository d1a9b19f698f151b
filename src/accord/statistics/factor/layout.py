"""Where each parameter of a factor model stands in one vector, by group; shared ones stand at the same place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.statistics.factor.model import Equal, Factors, Floats, Moments

Places = npt.NDArray[np.int64]
FIXED = -1
Bound = tuple[float | None, float | None]


@dataclass(frozen=True, eq=False)
class Part:
    """The parameters of one group."""

    loadings: Floats
    residuals: Floats
    intercepts: Floats
    psi: Floats
    alpha: Floats
    of: Places

    def matrix(self) -> Floats:
        """Loadings as items x factors."""
        found = np.zeros((len(self.of), len(self.alpha)))
        found[np.arange(len(self.of)), self.of] = self.loadings
        return found

    def implied(self) -> tuple[Floats, Floats]:
        """Covariance and mean of the items."""
        matrix = self.matrix()
        return matrix @ self.psi @ matrix.T + np.diag(self.residuals), self.intercepts + matrix @ self.alpha


@dataclass(frozen=True, eq=False)
class Layout:
    """Places by group: loadings, residuals, intercepts (groups, p); psi (groups, m, m), alpha (groups, m).

    `FIXED` means 1 on the diagonal of psi, and 0 in alpha.
    """

    of: Places
    loadings: Places
    residuals: Places
    intercepts: Places
    psi: Places
    alpha: Places
    size: int

    def start(self, groups: Sequence[Moments]) -> Floats:
        """Half of each item's variance is the factor's."""
        found = np.zeros(self.size)
        for at, group in enumerate(groups):
            variance = np.diag(group.covariance)
            found[self.loadings[at]] = np.sqrt(variance / 2)
            found[self.residuals[at]] = variance / 2
            found[self.intercepts[at]] = group.mean
            for i, j in zip(*np.nonzero(self.psi[at] >= 0), strict=True):
                found[self.psi[at][i, j]] = 1.0 if i == j else 0.5
        return found

    def bounds(self, least: float) -> list[Bound]:
        """Residual and factor variances are positive; correlations, where variances are 1, are none beyond 1."""
        found: list[Bound] = [(None, None)] * self.size
        for place in self.residuals.ravel():
            found[place] = (least, None)
        for at in range(len(self.psi)):
            fixed = bool((np.diag(self.psi[at]) == FIXED).all())
            for i, j in zip(*np.nonzero(self.psi[at] >= 0), strict=True):
                if i == j:
                    found[self.psi[at][i, j]] = (least, None)
                elif fixed:
                    found[self.psi[at][i, j]] = (-1.0, 1.0)
        return found

    def add_slope(self, slope: Floats, at: int, part: Part, sigma: Floats, mu: Floats) -> None:
        """Add the gradient of a group, from the slopes in its covariance and mean."""
        matrix, own = part.matrix(), np.arange(len(self.of))
        np.add.at(
            slope, self.loadings[at], 2 * (sigma @ matrix @ part.psi)[own, self.of] + mu * part.alpha[self.of]
        )
        np.add.at(slope, self.residuals[at], np.diag(sigma))
        np.add.at(slope, self.intercepts[at], mu)
        inner = matrix.T @ sigma @ matrix
        free = self.psi[at] >= 0
        np.add.at(slope, self.psi[at][free], inner[free])  # both halves of an off-diagonal stand at one place
        known = self.alpha[at] >= 0
        np.add.at(slope, self.alpha[at][known], (matrix.T @ mu)[known])

    def derivatives(self, at: int, part: Part) -> tuple[Floats, Floats]:
        """Of a group's covariance (k, p, p) and mean (k, p) by each parameter."""
        items = len(self.of)
        sigma, mu = np.zeros((self.size, items, items)), np.zeros((self.size, items))
        matrix = part.matrix()
        through = matrix @ part.psi
        for i in range(items):
            row = through[:, self.of[i]]
            sigma[self.loadings[at, i], i, :] += row
            sigma[self.loadings[at, i], :, i] += row
            mu[self.loadings[at, i], i] += part.alpha[self.of[i]]
            sigma[self.residuals[at, i], i, i] += 1
            mu[self.intercepts[at, i], i] += 1
        for i, j in zip(*np.nonzero(self.psi[at] >= 0), strict=True):
            sigma[self.psi[at][i, j]] += np.outer(matrix[:, i], matrix[:, j])
        for f in np.flatnonzero(self.alpha[at] >= 0):
            mu[self.alpha[at, f]] += matrix[:, f]
        return sigma, mu

    def correlation(self, place: Floats, covariance: Floats) -> tuple[Floats, Floats]:
        """Correlations of the first group's factors, whose variances are 1, and their standard errors."""
        places = self.psi[0]
        free = places >= 0
        found, spread = np.eye(len(places)), np.zeros(places.shape)
        found[free] = place[places[free]]
        spread[free] = np.sqrt(np.maximum(np.diag(covariance)[places[free]], 0))
        return found, spread


def read(layout: Layout, place: Floats, at: int) -> Part:
    """The parameters of the group `at`."""
    psi, alpha = layout.psi[at], layout.alpha[at]
    return Part(
        place[layout.loadings[at]],
        place[layout.residuals[at]],
        place[layout.intercepts[at]],
        np.where(psi >= 0, place[psi], np.eye(len(psi))),
        np.where(alpha >= 0, place[alpha], 0.0),
        layout.of,
    )


def lay_out(model: Factors, groups: int, equal: Equal) -> Layout:
    """Places for a model in so many groups."""
    items, factors = model.items, model.factors
    next_place = iter(range(10**9))

    def places(*shape: int) -> Places:
        return np.array([next(next_place) for _ in range(int(np.prod(shape)))], np.int64).reshape(shape)

    def by_group(shared: bool) -> Places:
        return np.repeat(places(1, items), groups, axis=0) if shared else places(groups, items)

    loadings = by_group(equal is not Equal.FORM)
    intercepts = by_group(equal is Equal.INTERCEPTS)
    residuals = by_group(False)
    psi = np.full((groups, factors, factors), FIXED, np.int64)
    alpha = np.full((groups, factors), FIXED, np.int64)
    for at in range(groups):
        for i in range(factors):
            for j in range(i + 1, factors):
                psi[at, i, j] = psi[at, j, i] = next(next_place)
            if at and equal is not Equal.FORM:
                psi[at, i, i] = next(next_place)
        if at and equal is Equal.INTERCEPTS:
            alpha[at] = places(factors)
    return Layout(np.array(model.of, np.int64), loadings, residuals, intercepts, psi, alpha, next(next_place))
