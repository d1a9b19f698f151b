"""How well a factor model fits: chi-square, CFI, RMSEA, SRMR, as lavaan computes them for normal data."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accord.statistics.factor.model import Floats, Moments


@dataclass(frozen=True)
class Indices:
    """Chi-square against the saturated model, and three indices."""

    chi2: float
    cfi: float
    rmsea: float
    srmr: float


def saturated(groups: Sequence[Moments]) -> tuple[float, float]:
    """The criterion (times rows) of the model that fits any moments; and what -2 log-likelihood has besides."""
    value = sum(g.count * (np.linalg.slogdet(g.covariance)[1] + len(g.mean)) for g in groups)
    constant = sum(g.count * len(g.mean) * np.log(2 * np.pi) for g in groups)
    return float(value), float(constant)


def indices(
    groups: Sequence[Moments], implied: Sequence[tuple[Floats, Floats]], chi2: float, df: int
) -> Indices:
    """`implied` is each group's covariance and mean; the baseline is items that go with nothing, in every group."""
    chi2 = max(chi2, 0.0)
    total, items = sum(g.count for g in groups), len(groups[0].mean)
    apart = sum(
        g.count * (np.log(np.diag(g.covariance)).sum() - np.linalg.slogdet(g.covariance)[1]) for g in groups
    )
    beyond = max(chi2 - df, 0.0)
    worst = max(float(apart) - len(groups) * items * (items - 1) / 2, beyond)
    return Indices(
        chi2=chi2,
        cfi=1 - beyond / worst if worst > 0 else 1.0,
        rmsea=float(np.sqrt(beyond / (total * df) * len(groups))) if df else 0.0,
        srmr=sum(
            g.count / total * _srmr(g, *one, len(groups) > 1) for g, one in zip(groups, implied, strict=True)
        ),
    )


def _srmr(group: Moments, sigma: Floats, mu: Floats, with_means: bool) -> float:
    sd = np.sqrt(np.diag(group.covariance))
    off = ((group.covariance - sigma) / np.outer(sd, sd))[np.tril_indices(len(sd))]
    if with_means:
        off = np.concatenate([off, (group.mean - mu) / sd])
    return float(np.sqrt(np.mean(off**2)))
