"""How far a client's mean over k ratings can be leaned on.

One-session dependability G is the share of the differences between single ratings that lies between clients. The mean
of k ratings has ``k G / (1 + (k - 1) G)`` (Spearman-Brown). With ratings of 30 clients or more G comes from the
service's own data (one-way random effects, unequal k), else it is the published .77 (science.md 1.1, CC11, seen).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import fmean

from accord.instruments.definition import Confidence, Evidence

PUBLISHED = 0.77
PUBLISHED_EVIDENCE = Evidence(Confidence.SEEN, "CC11: Crits-Christoph et al. 2011, PMC3111943")
ENOUGH_CLIENTS = 30  # with two ratings or more each, for own data to take the published number's place
ENOUGH = 0.80  # "dependable enough to lean on"; the published advice is two ratings or more for it


@dataclass(frozen=True)
class Spread:
    """How ratings on one scale differ: mean of clients' means, variance between clients and within a client.

    `clients` counts those with two ratings or more; `evidence` says whether the service's own data or another source
    stand behind the numbers.
    """

    mean: float
    between: float
    within: float
    clients: int
    evidence: Evidence

    @property
    def one_session(self) -> float:
        """One-session dependability G, 0 to 1."""
        total = self.between + self.within
        return self.between / total if total else 0.0


# Until a service has 30 clients: the mean and the spread of the simulated benchmark on a 0 to 100 scale (science.md
# 3.5: mean 37 of 40, SD of a rating .93 x 4 of 40), split by the published G.
_USUAL_MEAN, _USUAL_SD = 92.5, 9.3


def published_spread(low: float = 0.0, high: float = 100.0) -> Spread:
    """The spread to assume on a scale from `low` to `high` while own data are few; its mean and SD are our design."""
    part = (high - low) / 100
    variance = (_USUAL_SD * part) ** 2
    return Spread(
        low + _USUAL_MEAN * part, PUBLISHED * variance, (1 - PUBLISHED) * variance, 0, PUBLISHED_EVIDENCE
    )


def spread(clients: Iterable[Sequence[float]], *, low: float = 0.0, high: float = 100.0) -> Spread:
    """The spread of ratings, one sequence per client; the published one when fewer than 30 clients have two or more.

    Method of moments for the one-way random-effects model with unequal numbers (Searle): within-variance is the pooled
    one, between-variance ``(MSB - MSW) / n0``, not below zero.
    """
    groups = [list(one) for one in clients if len(one) >= 2]
    if len(groups) < ENOUGH_CLIENTS:
        return published_spread(low, high)
    sizes = [len(group) for group in groups]
    total, count = sum(sizes), len(groups)
    means = [fmean(group) for group in groups]
    grand = fmean(chain.from_iterable(groups))
    within = sum((value - mean) ** 2 for group, mean in zip(groups, means, strict=True) for value in group)
    within /= total - count
    between_square = sum(size * (mean - grand) ** 2 for size, mean in zip(sizes, means, strict=True)) / (
        count - 1
    )
    typical = (total - sum(size * size for size in sizes) / total) / (count - 1)
    evidence = Evidence(Confidence.CALCULATED, f"this service's own ratings, {count} clients")
    return Spread(fmean(means), max(0.0, (between_square - within) / typical), within, count, evidence)


def spearman_brown(one_session: float, k: int) -> float:
    """Dependability of the mean of k ratings, each with `one_session` (0 to 1); ValueError for k below 1."""
    if k < 1:
        raise ValueError("a mean needs at least one rating")
    return k * one_session / (1 + (k - 1) * one_session)


@dataclass(frozen=True)
class Dependability:
    """How far the mean of `k` ratings can be leaned on, and where that is known from."""

    k: int
    value: float
    one_session: float
    clients: int
    evidence: Evidence

    @property
    def enough(self) -> bool:
        """Whether the mean is dependable enough to lean on (.80)."""
        return self.value >= ENOUGH


def dependability(k: int, among: Spread) -> Dependability:
    """Dependability of a client's mean over k ratings among clients that differ as `among` says."""
    g = among.one_session
    return Dependability(k, spearman_brown(g, k), g, among.clients, among.evidence)
