"""The criterion of a linear mixed model and its exact gradient, from cross-products alone.

With V the covariance of the rows over the residual variance and D = L L' that of the random effects of a grouping,
groups are taken from the innermost outwards. H = Z' V^-1 W of a group, V holding only what lies inside of it:

    B = (I + H_Z D)^-1 H,   W' V^-1 W = W'W - sum of all H' D B,   and   log|V| = sum of log|I + H_Z D|.

Bates and others' profiled criterion follows (docs/method/mixed-models.md gives it with the gradient's derivation).
Groups lie along the last axis and are taken in blocks that fit into a processor's cache; the small matrices are
written out, so that the cost is a few passes over the sums of the innermost groups.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from accord.statistics.mixed.enclosing import Around, Outer, enclose
from accord.statistics.mixed.problem import Floats, Problem, by_parent
from accord.statistics.mixed.small import resolvent

BLOCK = 65536  # numbers of one kind in a block: half a MiB
LOG_2PI = float(np.log(2.0 * np.pi))

Factors = tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Cross:
    """W'V^-1W and what follows: `inverse` of its part of the fixed effects, `beta`, `rest` (the penalised sum).

    All over the kept fixed effects, in the units inside. `logdet` is log|V|, `log_fixed` log|X'V^-1X|.
    """

    logdet: float
    log_fixed: float
    inverse: Floats
    beta: Floats
    rest: float


@dataclass(eq=False)
class Gathered:
    """What the gradient at one level needs: sums over its groups, and sums of products per group around them."""

    own: Floats  # (q, q): sum of B_Z
    gram: Floats  # (q, w, q, w): sum of B B'
    mixed: Floats | None  # (q, q, u, w, parents): sum over a parent's groups of B[b, u] B[a, :]
    outer: Outer | None


@dataclass(frozen=True, eq=False)
class Held:
    """A weighted sum of the kept fixed effects (in the units inside) that is held at a value."""

    weights: Floats
    value: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The criterion at a place; `slopes` its derivative with respect to each D (q, q), if it was asked for."""

    criterion: float
    cross: Cross
    sigma2: float
    slopes: tuple[Floats, ...] = ()


class NotPositive(ValueError):
    """The products leave nothing to explain: X'V^-1X is singular or the penalised sum is not above zero."""


def factors_of(problem: Problem, theta: Floats) -> Factors:
    """Lower triangles from one vector, each column by column as lme4 has them."""
    factors, start = [], 0
    for level in problem.levels:
        size = len(level.columns)
        lower = np.zeros((size, size))
        rows, columns = triangle(size)
        lower[rows, columns] = theta[start : start + len(rows)]
        start += len(rows)
        factors.append(lower)
    return tuple(factors)


def triangle(size: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Places of a lower triangle, column by column."""
    columns, rows = np.triu_indices(size)
    return rows, columns


def theta_of(factors: Factors) -> Floats:
    """One vector from the lower triangles."""
    return np.concatenate([one[triangle(len(one))] for one in factors] or [np.zeros(0)])


def criterion(problem: Problem, theta: Floats) -> Evaluation:
    """Minus twice the log-likelihood, restricted or not, with the residual variance at its best."""
    return evaluate(problem, factors_of(problem, theta), slopes=False)


def criterion_with_slopes(
    problem: Problem, theta: Floats, sigma2: float | None = None
) -> tuple[Evaluation, Floats]:
    """The criterion and its gradient in theta; see `evaluate`."""
    factors = factors_of(problem, theta)
    at = evaluate(problem, factors, sigma2=sigma2)
    return at, gradient_of(factors, at.slopes)


def gradient_of(factors: Factors, slopes: tuple[Floats, ...]) -> Floats:
    """The gradient in theta from the slopes in D."""
    parts = [2.0 * (slope @ one)[triangle(len(one))] for slope, one in zip(slopes, factors, strict=True)]
    return np.concatenate(parts or [np.zeros(0)])


def evaluate(
    problem: Problem,
    factors: Factors,
    *,
    slopes: bool = True,
    sigma2: float | None = None,
    held: Held | None = None,
) -> Evaluation:
    """The criterion at these factors (any L with D = L L'), and its slopes in D.

    With `sigma2` the residual variance (in units inside) is that and not the best one. With `held` (ML only) the
    fixed effects obey it. NotPositive where there is nothing left to explain.
    """
    total, logdet, gathered = _forward(problem, factors, slopes)
    at = from_cross(problem, total, logdet, sigma2=sigma2, held=held)
    if not slopes:
        return at
    return replace(at, slopes=_slopes(problem, gathered, weights_of(problem, at)))


@dataclass(frozen=True, eq=False)
class Whole:
    """Of each group at a level, V with all levels: `seen` Z'V^-1W (q, w, groups), `inner` Z'V^-1Z (q, q, groups).

    `outer` is what `Outer` has, V with what lies inside of the group only.
    """

    seen: Floats
    inner: Floats
    outer: Outer


def whole(problem: Problem, factors: Factors, depth: int) -> Whole:
    """What is known of each group at this level."""
    _, _, gathered = _forward(problem, factors, slopes=True, keep=depth)
    around: Around | None = None
    for place in range(len(problem.levels) - 1, depth, -1):
        outer = gathered[place].outer
        assert outer is not None
        around = enclose(outer, problem.levels[place], around_of(problem, place - 1), around)
    own, level = gathered[depth].outer, problem.levels[depth]
    assert own is not None
    seen, inner = own.solved, own.solved[:, list(level.columns)]
    if around is not None:
        assert level.parent is not None
        through = seen[:, list(around.columns)]
        shift, shrink = around.shift[..., level.parent], around.shrink[..., level.parent]
        seen = seen - np.einsum("qun,uwn->qwn", through, shift)
        inner = inner - np.einsum("aun,uvn,bvn->abn", through, shrink, through)
    return Whole(seen, inner, own)


# --- from the innermost level outwards --------------------------------------------------------------------------------
def around_of(problem: Problem, depth: int) -> tuple[int, ...]:
    """Columns that vary at any level outside of this one."""
    return tuple(sorted({place for level in problem.levels[depth + 1 :] for place in level.columns}))


def _forward(
    problem: Problem, factors: Factors, slopes: bool, keep: int = -1
) -> tuple[Floats, float, list[Gathered]]:
    """W'V^-1W, log|V| and what the slopes need; `keep` is a level of which each group is kept as well."""
    total, logdet = problem.total.copy(), 0.0
    carried: Floats | None = None
    columns: tuple[int, ...] = ()
    gathered: list[Gathered] = []
    for depth, level in enumerate(problem.levels):
        inside = level.products
        if carried is not None:
            inside = inside - carried[[columns.index(place) for place in level.columns]]
        around = around_of(problem, depth)
        stage = _Stage(problem, depth, factors[depth], slopes, keep=depth > 0 or depth == keep)
        stage.run(inside)
        total -= 0.5 * (stage.explained + stage.explained.T)
        logdet += stage.logdet
        if stage.upwards is not None:
            if carried is not None:
                kept = carried[[columns.index(place) for place in around]]
                stage.upwards += by_parent(kept, level)
            carried, columns = stage.upwards, around
        if stage.gathered is not None:
            gathered.append(stage.gathered)
    return total, logdet, gathered


class _Stage:
    """One level: blocks of groups, each solved with its own small matrix."""

    def __init__(self, problem: Problem, depth: int, factor: Floats, slopes: bool, keep: bool) -> None:
        self.level, self.factor, self.within = problem.levels[depth], factor, factor @ factor.T
        self.columns, self.around = list(self.level.columns), list(around_of(problem, depth))
        size, width, groups = self.level.products.shape
        parents = problem.levels[depth + 1].size if depth + 1 < len(problem.levels) else 0
        self.explained = np.zeros((width, width))
        self.logdet = 0.0
        self.upwards = np.zeros((len(self.around), width, parents)) if parents else None
        self.gathered: Gathered | None = None
        if slopes:
            mixed = np.zeros((size, size, len(self.around), width, parents)) if parents else None
            shape = (size, width, groups)
            outer = Outer(np.empty(shape), np.empty(shape), np.empty((size, size, groups))) if keep else None
            gram = np.zeros((size * width, size * width))
            self.gathered = Gathered(np.zeros((size, size)), gram, mixed, outer)

    def run(self, inside: Floats) -> None:
        """Go through the blocks; a block may begin or end within a parent."""
        size, width, groups = inside.shape
        step = min(groups, max(256, BLOCK // (size * width)))
        room = np.empty(
            (2, size, width, step)
        )  # taken once: new pages cost more than what is computed in them
        crossing = np.zeros((size * width, size * width))
        for start in range(0, groups, step):
            part = inside[:, :, start : start + step]
            crossing += self._block(part, slice(start, start + step), room[..., : part.shape[2]])
        self.explained = np.einsum("ab,awbv->wv", self.within, crossing.reshape(size, width, size, width))

    def _block(self, inside: Floats, place: slice, room: Floats) -> Floats:
        """Adds the block up; the sum of H B' over its groups, for all pairs of rows."""
        size, width, groups = inside.shape
        turn, logdet = resolvent(inside[:, self.columns], self.factor)
        self.logdet += logdet
        solved = np.einsum("abn,bwn->awn", turn, inside, out=room[0])
        flat = solved.reshape(size * width, groups)
        if self.upwards is not None:
            self._to_parents(self.upwards, inside, solved, place, room[1])
        if self.gathered is not None:
            room[1] = (
                solved  # a copy: for so few rows BLAS is slower where it sees that both sides are the same
            )
            self.gathered.gram += flat @ room[1].reshape(size * width, groups).T
            self.gathered.own += solved[:, self.columns].sum(axis=-1)
            if (outer := self.gathered.outer) is not None:
                outer.solved[:, :, place] = solved
                outer.shrunk[:, :, place] = np.tensordot(self.within, solved, 1)
                outer.middle[:, :, place] = np.tensordot(self.within, turn, 1)
        return np.asarray(inside.reshape(size * width, groups) @ flat.T)

    def _to_parents(
        self, upwards: Floats, inside: Floats, solved: Floats, place: slice, room: Floats
    ) -> None:
        assert self.level.parent is not None
        parent = self.level.parent[place]
        starts = np.append(0, np.flatnonzero(parent[1:] != parent[:-1]) + 1)
        parents = slice(int(parent[0]), int(parent[-1]) + 1)
        for u, column in enumerate(self.around):
            shrunk = self.within @ solved[:, column]
            np.einsum("an,awn->wn", shrunk, inside, out=room[0])
            upwards[u, :, parents] += np.add.reduceat(room[0], starts, axis=-1)
            if self.gathered is not None and self.gathered.mixed is not None:
                for b in range(len(solved)):
                    np.multiply(solved, solved[b, column], out=room)
                    self.gathered.mixed[:, b, u][..., parents] += np.add.reduceat(room, starts, axis=-1)


# --- the criterion ----------------------------------------------------------------------------------------------------
def from_cross(
    problem: Problem,
    total: Floats,
    logdet: float = np.nan,
    *,
    sigma2: float | None = None,
    held: Held | None = None,
) -> Evaluation:
    """The criterion and its parts from W'V^-1W and log|V|; without the latter all but the criterion itself."""
    return _profiled(problem, _cross(problem, total, logdet, held), sigma2)


def _cross(problem: Problem, total: Floats, logdet: float, held: Held | None) -> Cross:
    kept, outcome = list(problem.kept), problem.outcome
    inner = total[np.ix_(kept, kept)]
    if not np.all(np.diag(inner) > 0):  # also where it is not a number
        raise NotPositive
    size = np.sqrt(np.diag(inner))
    try:
        lower = np.linalg.cholesky(inner / np.outer(size, size))
    except np.linalg.LinAlgError as error:
        raise NotPositive from error
    half = np.linalg.solve(lower, np.diag(1.0 / size))
    inverse = half.T @ half
    beta = half.T @ (half @ total[kept, outcome])
    rest = float(total[outcome, outcome] - total[kept, outcome] @ beta)
    if held is not None:
        image = inverse @ held.weights
        short = float(held.value - held.weights @ beta)
        beta = beta + image * short / float(held.weights @ image)
        rest += short**2 / float(held.weights @ image)
    if not rest > 0:
        raise NotPositive
    log_fixed = 2.0 * float(np.log(np.diag(lower)).sum() + np.log(size).sum())
    return Cross(logdet, log_fixed, inverse, beta, rest)


def _profiled(problem: Problem, cross: Cross, sigma2: float | None) -> Evaluation:
    freedom = problem.freedom
    sigma2 = cross.rest / freedom if sigma2 is None else sigma2
    value = cross.logdet + freedom * (LOG_2PI + float(np.log(sigma2))) + cross.rest / sigma2 + problem.offset
    return Evaluation(value + (cross.log_fixed if problem.reml else 0.0), cross, sigma2)


def weights_of(problem: Problem, at: Evaluation) -> Floats:
    """A of the gradient (w, w): K_xx^-1 for REML, and the outer product of [-beta, 1] over the residual variance."""
    weights = np.zeros_like(problem.total)
    places = [*problem.kept, problem.outcome]
    if problem.reml:
        weights[np.ix_(problem.kept, problem.kept)] = at.cross.inverse
    ends = np.append(-at.cross.beta, 1.0)
    weights[np.ix_(places, places)] += np.outer(ends, ends) / at.sigma2
    return weights


# --- the gradient, from the outermost level inwards -------------------------------------------------------------------
def _slopes(problem: Problem, gathered: list[Gathered], weights: Floats) -> tuple[Floats, ...]:
    slopes: list[Floats] = []
    around: Around | None = None
    for depth in reversed(range(len(problem.levels))):
        level, own = problem.levels[depth], gathered[depth]
        slopes.insert(0, _slope(own, around, weights))
        if depth:
            assert own.outer is not None
            around = enclose(own.outer, level, around_of(problem, depth - 1), around)
    return tuple(slopes)


def _slope(own: Gathered, around: Around | None, weights: Floats) -> Floats:
    """The sum over groups of Z'V^-1Z - Z'V^-1W A W'V^-1Z."""
    size, width = len(own.own), len(weights)
    gram = own.gram.reshape(size, width, size, width)
    slope = own.own - np.einsum("awbv,wv->ab", gram, weights)
    if around is not None:
        assert own.mixed is not None
        weighted = np.einsum("wv,uvn->uwn", weights, around.shift)
        crossed = np.einsum("abuwn,uwn->ab", own.mixed, weighted)
        slope += crossed + crossed.T
        square = own.mixed[:, :, :, list(around.columns)]
        turned = np.einsum("uwn,vwn->uvn", weighted, around.shift) + around.shrink
        slope -= np.einsum("abuvn,vun->ab", square, turned)
    return np.asarray(0.5 * (slope + slope.T))
