"""Sums that outcomes drawn from a fitted model would have, drawn without the outcomes.

Inside, an outcome is y = X beta + sum of Z b + e. Of e a fit asks only Z'e of every group, X'e and e'e. Taking
groupings from the innermost outwards and then the fixed effects, each set of columns is freed of what those before it
span within its group; in what is left lies an orthonormal basis Q. The numbers Q'e are independent and normal, all
that is asked is a sum of them, and what of e'e they leave is chi-squared with the remaining degrees of freedom: exact,
at a cost that grows with groups and not with rows.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.statistics.mixed.components import kept_of
from accord.statistics.mixed.likelihood import factors_of
from accord.statistics.mixed.problem import Problem, by_parent
from accord.statistics.mixed.result import Fit

Floats = npt.NDArray[np.float64]
NOTHING = 1e-10  # what is left of a column beside those before it, below which nothing is


@dataclass(frozen=True, eq=False)
class Drawn:
    """The outcome's part of new sums: `columns` X'y (over W), `square` y'y, `levels` Z'y (q, groups) of each."""

    columns: Floats
    square: float
    levels: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is needed to draw: for each level Q'W (q, w, groups) and `last`, that of the fixed effects (columns, w).

    `there` (q, groups): which of Q are more than nothing; `left`: degrees of freedom outside of all of them.
    `expected`: Z'X beta of every group, and `expected_columns` W'X beta.
    """

    problem: Problem
    factors: tuple[Floats, ...]
    sigma: float
    beta: Floats
    bases: tuple[Floats, ...]
    there: tuple[npt.NDArray[np.bool_], ...]
    last: Floats
    left: int
    expected: tuple[Floats, ...]
    expected_columns: Floats

    @classmethod
    def of(cls, fit: Fit, problem: Problem) -> "Drawing":
        """From a fit; `beta` is in the units inside, without the outcome."""
        bases: list[Floats] = []
        total = problem.total
        for depth, level in enumerate(problem.levels):
            before = np.array([level.products[a, place] for a, place in enumerate(level.columns)])
            basis = _basis(_freed(problem, bases, depth), level.columns, before)
            bases.append(basis)
            flat = basis.transpose(1, 0, 2).reshape(basis.shape[1], -1)
            total = total - flat @ flat.T
        kept = kept_of(fit)
        before = np.diag(problem.total)[list(kept), None]
        last = _basis(total[list(kept)][:, :, None], kept, before)[:, :, 0]
        there = tuple(np.any(basis != 0, axis=1) for basis in bases)
        left = int(problem.rows) - sum(int(one.sum()) for one in there) - int(np.any(last != 0, axis=1).sum())
        beta = np.zeros(len(problem.total))
        beta[list(kept)] = _inside(fit, problem)
        sigma = fit.residual_sd / float(fit.sums.scale[problem.outcome])
        return cls(
            problem=problem,
            factors=factors_of(problem, fit.theta),
            sigma=sigma,
            beta=beta,
            bases=tuple(bases),
            there=there,
            last=last,
            left=left,
            expected=tuple(np.einsum("qwn,w->qn", level.products, beta) for level in problem.levels),
            expected_columns=problem.total @ beta,
        )

    def draw(self, random: np.random.Generator) -> Drawn:
        """The outcome's part of new sums."""
        levels = self.problem.levels
        effects = [
            self.sigma * (factor @ random.standard_normal((len(level.columns), level.size)))
            for level, factor in zip(levels, self.factors, strict=True)
        ]
        noise = [self.sigma * random.standard_normal(there.shape) * there for there in self.there]
        last = self.sigma * random.standard_normal(len(self.last)) * np.any(self.last != 0, axis=1)
        chance = float(self.sigma**2 * random.chisquare(self.left)) if self.left > 0 else 0.0
        told, erred = self._told(effects), self._erred(noise)
        columns_told, columns_erred = self.expected_columns, last @ self.last
        for level, effect, basis, own in zip(levels, effects, self.bases, noise, strict=True):
            columns_told = columns_told + _combined(level.products, effect)
            columns_erred = columns_erred + _combined(basis, own)
        square = float(self.beta @ (columns_told + 2.0 * columns_erred))
        square += sum(float(np.vdot(b, t + 2.0 * e)) for b, t, e in zip(effects, told, erred, strict=True))
        square += chance + float(last @ last) + sum(float(np.vdot(one, one)) for one in noise)
        columns = (columns_told + columns_erred)[: self.problem.outcome]
        return Drawn(columns, square, tuple(t + e for t, e in zip(told, erred, strict=True)))

    def _told(self, effects: list[Floats]) -> list[Floats]:
        """Z'(X beta + Z b) of every group: its own effects and those around it act through it, those inside add up."""
        told = [one.copy() for one in self.expected]
        acting: dict[int, Floats] = {}  # by column, on each group of the level
        for depth in reversed(range(len(told))):
            level = self.problem.levels[depth]
            if level.parent is not None:
                acting = {column: one[level.parent] for column, one in acting.items()}
            for column, own in zip(level.columns, effects[depth], strict=True):
                acting[column] = acting[column] + own if column in acting else own
            for column, one in acting.items():
                told[depth] += level.products[:, column] * one
        for depth, effect in enumerate(effects):
            self._add_outwards(told, self.problem.levels[depth].products, effect, depth)
        return told

    def _erred(self, noise: list[Floats]) -> list[Floats]:
        """Z'e of every group."""
        erred = []
        for level, basis, own in zip(self.problem.levels, self.bases, noise, strict=True):
            erred.append(np.array([np.einsum("qn,qn->n", basis[:, place], own) for place in level.columns]))
        for depth, (basis, own) in enumerate(zip(self.bases, noise, strict=True)):
            self._add_outwards(erred, basis, own, depth)
        return erred

    def _add_outwards(self, target: list[Floats], products: Floats, own: Floats, depth: int) -> None:
        """Add `own` (q, groups) of a level, through `products` (q, w, groups), to every group around."""
        levels = self.problem.levels
        for column in sorted({one for level in levels[depth + 1 :] for one in level.columns}):
            values = np.einsum("qn,qn->n", products[:, column], own)
            for inner, level, into in zip(
                levels[depth:], levels[depth + 1 :], target[depth + 1 :], strict=False
            ):
                values = by_parent(values, inner)
                if column in level.columns:
                    into[level.columns.index(column)] += values


def _combined(products: Floats, own: Floats) -> Floats:
    """Sum over q and groups of `products` (q, w, groups) times `own` (q, groups)."""
    return np.asarray(sum(one @ part for one, part in zip(products, own, strict=True)))


def _inside(fit: Fit, problem: Problem) -> Floats:
    """The fixed effects in the units inside."""
    estimates = np.array([one.estimate for one in fit.fixed])
    kept, scale, shift = list(problem.kept), fit.sums.scale, fit.sums.shift
    inside = estimates * scale[kept] / scale[problem.outcome]
    if 0 in problem.kept:
        at = problem.kept.index(0)
        inside[at] = (estimates @ np.where(np.array(kept) == 0, 1.0, shift[kept]) - shift[-1]) / scale[-1]
    return np.asarray(inside)


def _freed(problem: Problem, bases: list[Floats], depth: int) -> Floats:
    """Z'W of a level's groups, without what the groups inside of them span."""
    level = problem.levels[depth]
    freed = level.products
    for place, basis in enumerate(bases):
        spanned = np.einsum("qan,qwn->awn", basis[:, list(level.columns)], basis)
        for inner in problem.levels[place:depth]:
            spanned = by_parent(spanned, inner)
        freed = freed - spanned
    return freed


def _basis(products: Floats, columns: tuple[int, ...], before: Floats) -> Floats:
    """Q'W (q, w, groups) from Z'W: Cholesky's way, with a row of zeros where nothing is left of a column.

    `before` (q, groups) are the squares of the columns when nothing was taken from them yet.
    """
    basis, rest = np.zeros_like(products), products.copy()
    for a, place in enumerate(columns):
        size = rest[a, place]
        there = size > NOTHING * before[a]
        basis[a] = np.where(there, rest[a] / np.sqrt(np.where(there, size, 1.0)), 0.0)
        for b in range(a + 1, len(columns)):
            rest[b] -= basis[a, columns[b]] * basis[a]
    return basis
