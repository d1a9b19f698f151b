"""The optimum of other sums, where a fit is near: one step tells where it lies, without going through the groups.

At the estimates V is known, and with it B = Z'V^-1W of every group. What the slope of the criterion needs there are
sums over groups: W'V^-1W, Z'V^-1Z and B B'. With groups drawn anew these are weighted sums of what is kept. With
another outcome only its part is new, and it follows from the effects that this outcome would be predicted to have:

    v = D Z'V^-1 y,   W'V^-1 y = W'y - sum of (D B)' Z'y   over all groups of all levels.

The step is taken in the covariances D and not in their factors L: there the criterion is much nearer to a parabola, and
the optimum is missed by some .01 of an SE. An exact slope at that place leads to the optimum itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from accord.statistics.mixed.likelihood import (
    Evaluation,
    Whole,
    around_of,
    criterion_with_slopes,
    factors_of,
    from_cross,
    gradient_of,
    weights_of,
    whole,
)
from accord.statistics.mixed.optimise import EDGE, in_covariances, updated
from accord.statistics.mixed.problem import Floats, Problem, by_parent

STEPS = 12
CLOSE = 1e-6  # of the criterion: with less to be gained after the last step, .001 of an SE is missing
DIFFERENCE = 1e-4


@dataclass(frozen=True, eq=False)
class Known:
    """What the slope at the estimates needs of other data: W'V^-1W, and of each level Z'V^-1Z (q, q), B B' (qw, qw)."""

    total: Floats
    own: tuple[Floats, ...]
    gram: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Near:
    """The place of a fit: its groups, how the criterion bends in theta, how the log of the residual variance slopes."""

    problem: Problem
    theta: Floats
    hessian: Floats
    variance: Floats
    wholes: tuple[Whole, ...]
    known: Known

    @classmethod
    def of(cls, problem: Problem, theta: Floats) -> "Near | None":
        """From the optimum; None where a variance is about zero, so that a step may lead across the edge."""
        factors = factors_of(problem, theta)
        if not factors or min(float(np.abs(np.diag(one)).min()) for one in factors) < EDGE:
            return None
        steps = DIFFERENCE * np.eye(len(theta))
        ends = [[criterion_with_slopes(problem, theta + sign * step) for sign in (1, -1)] for step in steps]
        hessian = np.array([ahead - behind for (_, ahead), (_, behind) in ends]) / (2.0 * DIFFERENCE)
        hessian = 0.5 * (hessian + hessian.T)
        if np.linalg.eigvalsh(hessian)[0] <= 0:
            return None
        variance = [np.log(ahead.sigma2 / behind.sigma2) for (ahead, _), (behind, _) in ends]
        wholes = tuple(whole(problem, factors, depth) for depth in range(len(factors)))
        slope = np.array(variance) / (2.0 * DIFFERENCE)
        made = cls(problem, theta, hessian, slope, wholes, Known(problem.total, (), ()))
        once = [np.ones(level.size) for level in problem.levels]
        return replace(made, known=made.weighted(problem.total, once))

    def weighted(self, total: Floats, times: Sequence[Floats]) -> Known:
        """With every group taken so often; `total` is W'W of such data."""
        grams = []
        for level, one, factor, often in zip(
            self.problem.levels, self.wholes, factors_of(self.problem, self.theta), times, strict=True
        ):
            size, width, groups = one.seen.shape
            taken = (often * one.seen).reshape(size * width, groups)
            crossing = taken @ level.products.reshape(size * width, groups).T
            crossing = crossing.reshape(size, width, size, width)
            total = total - np.einsum("ab,awbv->wv", factor @ factor.T, crossing)
            grams.append(taken @ one.seen.reshape(size * width, groups).T)
        own = tuple(one.inner @ often for one, often in zip(self.wholes, times, strict=True))
        return Known(0.5 * (total + total.T), own, tuple(grams))

    def with_outcome(self, columns: Floats, square: float, products: Sequence[Floats]) -> Known:
        """With another outcome: X'y, y'y, and Z'y (q, groups) of every level."""
        outcome = self.problem.outcome
        column, grams = columns.copy(), []
        factors = factors_of(self.problem, self.theta)
        for one, factor, own, effects, gram in zip(
            self.wholes, factors, products, self._effects(products), self.known.gram, strict=True
        ):
            size, width, groups = one.seen.shape
            within = factor @ factor.T
            for shrunk, seen in zip(within @ own, one.seen, strict=True):
                column -= seen[:outcome] @ shrunk
            square -= float(np.vdot(own, effects))
            new, seen = gram.reshape(size, width, size, width).copy(), np.linalg.inv(within) @ effects
            new[..., outcome] = (one.seen.reshape(size * width, groups) @ seen.T).reshape(size, width, size)
            new[:, outcome] = new[..., outcome].transpose(2, 0, 1)
            new[:, outcome, :, outcome] = seen @ seen.T
            grams.append(new.reshape(size * width, size * width))
        total = self.known.total.copy()
        total[:outcome, outcome] = total[outcome, :outcome] = column
        total[outcome, outcome] = square
        return Known(total, self.known.own, tuple(grams))

    def _effects(self, products: Sequence[Floats]) -> list[Floats]:
        """The effects v (q, groups) that an outcome would be predicted to have."""
        within: list[Floats] = []  # as if there were no groups around
        carried: dict[int, Floats] = {}
        for depth, (level, one) in enumerate(zip(self.problem.levels, self.wholes, strict=True)):
            inside = products[depth].copy()
            for own, place in zip(inside, level.columns, strict=True):
                own -= carried.get(place, 0.0)
            within.append(np.einsum("abn,bn->an", one.outer.middle, inside))
            if level.parent is not None:
                taken = {
                    place: np.einsum("an,an->n", one.outer.shrunk[:, place], inside) + carried.get(place, 0.0)
                    for place in around_of(self.problem, depth)
                }
                carried = {place: by_parent(values, level) for place, values in taken.items()}
        acting: dict[int, Floats] = {}  # by column: what acts on each group from around it
        effects: list[Floats] = []
        for level, one, effect in zip(
            reversed(self.problem.levels), reversed(self.wholes), reversed(within), strict=True
        ):
            if level.parent is not None:
                acting = {place: values[level.parent] for place, values in acting.items()}
            for place, values in acting.items():
                effect = effect - one.outer.shrunk[:, place] * values
            for own, place in zip(effect, level.columns, strict=True):
                acting[place] = acting.get(place, 0.0) + own
            effects.insert(0, effect)
        return effects

    def slope(self, problem: Problem, known: Known) -> Floats:
        """The gradient of other data's criterion at the estimates; `problem` says how many rows they have."""
        weights = weights_of(problem, from_cross(problem, known.total))
        slopes = []
        for own, gram in zip(known.own, known.gram, strict=True):
            size, width = len(own), len(weights)
            slope = own - np.einsum("awbv,wv->ab", gram.reshape(size, width, size, width), weights)
            slopes.append(0.5 * (slope + slope.T))
        return gradient_of(factors_of(problem, self.theta), tuple(slopes))

    def optimum(self, problem: Problem, known: Known) -> tuple[Floats, Evaluation] | None:
        """Where other data's criterion is lowest; None where steps do not go straight there. NotPositive as there.

        What a step gains shrinks by more each time, so what the next one would gain is known before it is computed.
        The criterion is not computed at the last place: over so short a step the residual variance follows its slope,
        and the fixed effects stay, since they hardly know of the covariances.
        """
        theta, hessian, gradient = self.theta, self.hessian, self.slope(problem, known)
        step = _downhill(hessian, gradient)
        gain = float(-step @ gradient)
        for _ in range(STEPS):
            onward = in_covariances(problem, theta, step)
            at, slopes = criterion_with_slopes(problem, onward)
            hessian = updated(hessian, onward - theta, slopes - gradient)
            theta, gradient, before = onward, slopes, gain
            step = _downhill(hessian, gradient)
            gain = float(-step @ gradient)
            if not 0.0 <= gain <= max(before, CLOSE):
                return None
            if gain * min(1.0, gain / before if before else 1.0) < CLOSE:
                return theta + step, replace(at, sigma2=at.sigma2 * float(np.exp(self.variance @ step)))
        return None


def _downhill(hessian: Floats, gradient: Floats) -> Floats:
    return np.asarray(-np.linalg.solve(hessian, gradient))
