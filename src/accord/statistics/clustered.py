"""Least squares where rows belong together in clusters: robust standard errors (CR2) and degrees of freedom.

CR2 after Bell and McCaffrey (2002) for an identity working model, with Satterthwaite degrees of freedom per contrast
(Pustejovsky and Tipton 2018). Everything is made from k x k pieces per cluster, so clusters may be large.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t

from accord.statistics.estimate import Estimate, NotFitted

Floats = npt.NDArray[np.float64]
FEWEST = 3  # clusters; of fewer nothing can be told


@dataclass(frozen=True, eq=False)
class Regression:
    """Coefficients (k,) with their robust covariance; `turned` (clusters, k, k) are what degrees of freedom need."""

    coefficients: Floats
    covariance: Floats
    rows: int
    clusters: int
    bread: Floats
    turned: Floats
    squared: Floats

    def contrast(self, weights: npt.ArrayLike) -> Estimate:
        """The sum of coefficients times `weights`, with a t interval."""
        c = np.asarray(weights, np.float64)
        value, se = float(c @ self.coefficients), float(np.sqrt(max(float(c @ self.covariance @ c), 0.0)))
        df = self._df(c)
        width = float(t.ppf(0.975, df)) * se if df > 0 else float("nan")
        return Estimate(
            value, se, value - width, value + width, df=df, method="CR2 over clusters, Satterthwaite t"
        )

    def p(self, weights: npt.ArrayLike) -> float:
        """Two-sided chance of a contrast at least this far from 0; 1 where it has no spread."""
        found = self.contrast(weights)
        if not found.se or not found.df:
            return 1.0
        return float(2 * t.sf(np.abs(found.value / found.se), found.df))

    def _df(self, c: Floats) -> float:
        at = self.bread @ c
        own = np.einsum("i,gij,j->g", at, self.squared, at)
        across = self.turned @ at  # clusters x k
        middle = across @ self.bread @ across.T if len(across) < 2000 else None
        inner = np.einsum("gi,ij,gj->g", across, self.bread, across)
        trace = own.sum() - inner.sum()
        if middle is None:
            product = self.bread @ (across.T @ across)
            square = (own**2).sum() - 2 * (own * inner).sum() + np.trace(product @ product)
        else:
            square = ((np.diag(own) - middle) ** 2).sum()
        return float(trace**2 / square) if square > 0 else 0.0


def regress(design: Floats, outcome: Floats, cluster: npt.NDArray[np.generic]) -> Regression | NotFitted:
    """Least squares of `outcome` (n,) on `design` (n, k), which has a column for the intercept if one is meant."""
    _, code, sizes = np.unique(cluster, return_inverse=True, return_counts=True)
    rows, columns = design.shape
    if len(sizes) < FEWEST:
        return NotFitted(f"{len(sizes)} clusters are too few to tell how sure this is.", rows=rows)
    gram = design.T @ design
    if np.linalg.matrix_rank(design) < columns:
        return NotFitted("a column says the same as others together.", "Leave one out.", rows)
    bread = np.linalg.inv(gram).astype(np.float64)
    coefficients = bread @ design.T @ outcome
    left = outcome - design @ coefficients
    root = np.linalg.cholesky(bread)
    order = np.argsort(code, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    sorted_design = design[order]
    grams = np.add.reduceat(np.einsum("ni,nj->nij", sorted_design, sorted_design), starts)
    scores = np.add.reduceat(sorted_design * left[order, None], starts)
    # A = (I - X B X')^(-1/2) of a cluster; X'A = K X', where K is made from the eigenvalues of R' X'X R, B = R R'.
    values, vectors = np.linalg.eigh(np.einsum("ji,gjk,kl->gil", root, grams, root))
    stretch = 1 / np.sqrt(np.where(values > 1 - 1e-10, np.inf, 1 - np.clip(values, 0, 1)))
    stretch = np.where(values > 1 - 1e-10, 0.0, stretch)
    inverse_root = np.linalg.inv(root)
    adjust = np.einsum("ji,gjk,gk,glk,lm->gim", inverse_root, vectors, stretch, vectors, root.T)
    turned_scores = np.einsum("gij,gj->gi", adjust, scores)
    meat = turned_scores.T @ turned_scores
    turned = np.einsum("gij,gjk->gik", adjust, grams)
    squared = np.einsum("gij,gkj->gik", turned, adjust)
    return Regression(
        coefficients, bread @ meat @ bread, rows, len(sizes), bread, turned.transpose(0, 2, 1), squared
    )


def false_discoveries(chances: npt.ArrayLike) -> Floats:
    """Chances adjusted so that a share of those below .05 is false at most .05 of the time (Benjamini-Hochberg)."""
    p = np.asarray(chances, np.float64)
    order = np.argsort(p)
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    found = np.empty(len(p))
    found[order] = np.minimum.accumulate(ranked[::-1])[::-1]
    return np.minimum(found, 1.0)
