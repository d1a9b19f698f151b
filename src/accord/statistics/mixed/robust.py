"""Cluster-robust standard errors of fixed effects (CR2) with Satterthwaite's degrees of freedom, from the sums.

Right also where the random effects or their distribution are wrong, as long as the outermost groups are independent.
With Phi the model's covariance of a cluster's rows, M = (X'V^-1X)^-1 and Psi = Phi - X M X', CR2 weighs the residuals
of each cluster by the symmetric A with A Psi A = Phi. A differs from the unit matrix only in the space that the
cluster's Z and X span, so the products of those columns are all that is needed, and no row is. (Pustejovsky and Tipton
2018, doi:10.1080/07350015.2016.1247004; the same numbers as the R package clubSandwich, tests/validation.)
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import block_diag
from scipy.special import stdtrit

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.mixed.bootstrap import group_ends
from accord.statistics.mixed.components import kept_of
from accord.statistics.mixed.likelihood import criterion, factors_of
from accord.statistics.mixed.problem import Problem, arrange
from accord.statistics.mixed.result import Fit
from accord.statistics.mixed.scaling import back

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
NOTHING = 1e-11  # an eigenvalue below this share of the greatest is none


@dataclass(frozen=True, eq=False)
class Robust:
    """Fixed effects with robust SE, df and interval, by name; their `covariance`; `clusters` is the grouping."""

    clusters: str
    number: int
    fixed: dict[str, Estimate]
    covariance: Floats


@dataclass(frozen=True, eq=False)
class _Part:
    """What one cluster adds: `pull` X'Phi^-1 A e (p,), `own` and `seen`, quadratic forms for the degrees of freedom.

    For a = A Phi^-1 X M (rows, p): own = a' Phi a and seen = X'a, both (p, p).
    """

    pull: Floats
    own: Floats
    seen: Floats


def robust(fit: Fit, level: float = 0.95) -> Robust | NotFitted:
    """CR2 by the outermost grouping."""
    if not fit.model.random:
        return NotFitted("There are no groups to hold errors alike in.", "Name a grouping.", fit.n["rows"])
    problem = arrange(fit.sums, kept_of(fit))
    outer = problem.levels[-1].group
    if fit.sums.blocks is None:
        said = f"There are so many '{outer}' ({problem.levels[-1].size:,}) that their own sums were not kept."
        return NotFitted(
            said, "With so many, the model's own errors or a larger grouping will do.", fit.n["rows"]
        )
    at = criterion(problem, fit.theta)
    bread, beta = at.cross.inverse, at.cross.beta
    parts = [_part(problem, one, bread, beta) for one in _clusters(fit, problem)]
    mapped = back(fit.sums, problem.kept)
    pulls = np.array([bread @ one.pull for one in parts]) @ mapped.T
    covariance = pulls.T @ pulls
    fixed = {}
    for place, effect in enumerate(fit.fixed):
        se = float(np.sqrt(covariance[place, place]))
        df = _freedom(parts, bread, mapped[place])
        half = float(stdtrit(df, 0.5 + level / 2.0)) * se
        value = effect.estimate
        fixed[effect.name] = Estimate(
            value, se, value - half, value + half, level, df, "CR2, t with Satterthwaite's df"
        )
    return Robust(outer, len(parts), fixed, covariance)


@dataclass(frozen=True, eq=False)
class _Cluster:
    """Products of a cluster's columns T = [Z of every group, X]: `gram` T'T, `outcome` T'y, `spread` block D of Z."""

    gram: Floats
    outcome: Floats
    spread: Floats


def _clusters(fit: Fit, problem: Problem) -> Iterator[_Cluster]:
    assert fit.sums.blocks is not None
    kept, outcome = list(problem.kept), problem.outcome
    factors = factors_of(problem, fit.theta)
    blocks = fit.sums.blocks[problem.levels[-1].order]
    ends = list(group_ends(problem))
    for cluster, block in enumerate(blocks):
        places = [np.arange(end[cluster], end[cluster + 1]) for end in ends]
        rows = [
            level.products[:, :, own].transpose(2, 0, 1).reshape(-1, len(block))
            for level, own in zip(problem.levels, places, strict=True)
        ]
        effects = np.vstack(rows)
        size = len(effects)
        gram = np.empty((size + len(kept), size + len(kept)))
        gram[:size, :size] = _between(problem, places)
        gram[:size, size:] = effects[:, kept]
        gram[size:, :size] = effects[:, kept].T
        gram[size:, size:] = block[np.ix_(kept, kept)]
        spread = block_diag(
            *(factor @ factor.T for factor, own in zip(factors, places, strict=True) for _ in own)
        )
        yield _Cluster(gram, np.append(effects[:, outcome], block[kept, outcome]), spread)


def _between(problem: Problem, places: list[Integers]) -> Floats:
    """Z'Z of all groups of one cluster: of a group with itself and with those around it; others share no row."""
    sizes = [len(level.columns) * len(own) for level, own in zip(problem.levels, places, strict=True)]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    gram = np.zeros((starts[-1], starts[-1]))
    for depth, level in enumerate(problem.levels):
        size = len(level.columns)
        for n, group in enumerate(places[depth].tolist()):
            mine = slice(starts[depth] + n * size, starts[depth] + (n + 1) * size)
            at = group
            for around in range(depth, len(problem.levels)):
                if around > depth:
                    parent = problem.levels[around - 1].parent
                    assert parent is not None
                    at = int(parent[at])
                wide = problem.levels[around]
                m = at - int(places[around][0])
                many = len(wide.columns)
                theirs = slice(starts[around] + m * many, starts[around] + (m + 1) * many)
                gram[mine, theirs] = level.products[:, list(wide.columns), group]
                gram[theirs, mine] = gram[mine, theirs].T
    return gram


def _part(problem: Problem, cluster: _Cluster, bread: Floats, beta: Floats) -> _Part:
    """All in an orthonormal basis of the space that T spans, in which a column of T is `turned`'s."""
    size = len(cluster.spread)
    unit = np.sqrt(np.maximum(np.diag(cluster.gram), 1e-300))
    values, vectors = np.linalg.eigh(cluster.gram / np.outer(unit, unit))
    there = values > NOTHING * values[-1]
    root = np.sqrt(values[there])
    turned = (vectors[:, there] * root).T * unit  # Q'T
    outcome = (vectors[:, there] / root).T @ (cluster.outcome / unit)  # Q'y
    effects, columns = turned[:, :size], turned[:, size:]
    phi = np.eye(len(root)) + effects @ cluster.spread @ effects.T
    psi = phi - columns @ bread @ columns.T
    half = _power(phi, 0.5)
    adjust = half @ _power(half @ psi @ half, -0.5) @ half
    weighted = np.linalg.solve(phi, columns)  # Phi^-1 X
    adjusted = adjust @ weighted
    scaled = adjusted @ bread
    return _Part(adjusted.T @ (outcome - columns @ beta), scaled.T @ phi @ scaled, columns.T @ scaled)


def _power(matrix: Floats, power: float) -> Floats:
    """A power of a symmetric matrix; directions without anything stay so."""
    values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
    there = values > NOTHING * values[-1]
    return np.asarray((vectors[:, there] * values[there] ** power) @ vectors[:, there].T)


def _freedom(parts: list[_Part], bread: Floats, weights: Floats) -> float:
    """Satterthwaite's degrees of freedom of a contrast of fixed effects inside.

    With p_j the weights of cluster j's contribution, its variance is a quadratic form whose matrix has the elements
    p_i' V p_j: own on the diagonal, less what the estimated fixed effects take away between all pairs.
    """
    own = np.array([weights @ one.own @ weights for one in parts])
    seen = np.array([one.seen @ weights for one in parts])
    lost = np.einsum("jp,pq,jq->j", seen, bread, seen)
    shared = bread @ seen.T @ seen
    square = float(own @ own - 2.0 * own @ lost + np.sum(shared * shared.T))
    return float((own.sum() - lost.sum()) ** 2 / square)
