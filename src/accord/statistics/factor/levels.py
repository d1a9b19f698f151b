"""Covariances of items within clusters and between them, and what leaving out each cluster makes of them.

By analysis of variance: W = SSW / (N - J), B = (SSB / (J - 1) - W) / n0, n0 = (N - sum n_j^2 / N) / (J - 1).
Everything is made from each cluster's sums, so that leaving one out costs no second look at the rows.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.statistics.factor.model import Floats

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Levels:
    """`within`, `between`, `total` (p, p) of `rows` in `clusters`; each also without one cluster: (clusters, p, p)."""

    rows: int
    clusters: int
    within: Floats
    between: Floats
    without: tuple[Floats, Floats]  # within and between

    @property
    def total(self) -> Floats:
        """Of one row of any cluster."""
        return self.within + self.between


def levels(rows: Floats, cluster: npt.NDArray[np.generic]) -> Levels | None:
    """Both covariances of rows x items; None without three clusters, and rows that repeat in three."""
    _, code, size = np.unique(cluster, return_inverse=True, return_counts=True)
    if len(size) < 3 or (size > 1).sum() < 3:
        return None
    order = np.argsort(code, kind="stable")
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    centred = (rows - rows.mean(0))[order]
    sums = np.add.reduceat(centred, starts)
    products = np.add.reduceat(np.einsum("ni,nj->nij", centred, centred), starts)
    n = size.astype(np.float64)
    means_out = np.einsum("ji,jk->jik", sums, sums) / n[:, None, None]
    inner = products - means_out
    pieces = _Pieces(n.sum(), len(n), (n**2).sum(), sums.sum(0), inner.sum(0), means_out.sum(0))
    each = _Pieces(
        pieces.rows - n, pieces.clusters - 1, pieces.squares - n**2, pieces.sums - sums,
        pieces.inner - inner, pieces.outer - means_out,
    )  # fmt: skip
    within, between = _both(pieces)
    return Levels(len(rows), len(n), within, between, _both(each))


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Sums over clusters; either of all, or a stack with one of them left out."""

    rows: float | Floats
    clusters: int
    squares: float | Floats
    sums: Floats
    inner: Floats
    outer: Floats


def _both(p: _Pieces) -> tuple[Floats, Floats]:
    rows, squares = np.asarray(p.rows)[..., None, None], np.asarray(p.squares)[..., None, None]
    within = p.inner / (rows - p.clusters)
    centre = np.einsum("...i,...k->...ik", p.sums, p.sums) / rows
    each = (rows - squares / rows) / (p.clusters - 1)
    return within, ((p.outer - centre) / (p.clusters - 1) - within) / each
