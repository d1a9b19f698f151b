"""AUC: by hand, by counting pairs, DeLong's variance, and intervals that heed clusters."""

import numpy as np
import pytest

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.judging.discrimination import auc, within_auc
from accord.statistics.judging.resampling import bootstrap


def clustered(clusters: int = 60, size: int = 30, spread: float = 1.0, seed: int = 1):
    random = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), size)
    level = random.normal(0, spread, clusters)[cluster]
    score = level + random.normal(size=len(cluster))
    happened = random.random(len(cluster)) < 1 / (1 + np.exp(1.5 - 0.8 * score))
    return happened.astype(int), score, cluster


@pytest.mark.parametrize(
    ("outcome", "score", "expected"),
    [
        ([0, 0, 1, 1], [1, 2, 3, 4], 1.0),
        ([0, 0, 1, 1], [4, 3, 2, 1], 0.0),
        ([0, 0, 1, 1], [1, 1, 1, 1], 0.5),
        ([0, 1, 0, 1], [1, 2, 3, 3], 0.625),  # pairs: 1, 1, 0 and a half
        ([0, 0, 0, 1], [1, 2, 3, 2.5], 2 / 3),
    ],
)
def test_small_tables(outcome: list[int], score: list[float], expected: float) -> None:
    assert auc(outcome, score).value == pytest.approx(expected)


def test_delong_by_its_definition() -> None:
    happened, score, _ = clustered(clusters=12, size=10)
    score = score.round(1)  # with ties
    yes, no = score[happened == 1], score[happened == 0]
    kernel = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    variance = kernel.mean(1).var(ddof=1) / len(yes) + kernel.mean(0).var(ddof=1) / len(no)
    found = auc(happened, score)
    assert found.value == pytest.approx(kernel.mean(), abs=1e-12)
    assert found.se == pytest.approx(variance**0.5, abs=1e-12)
    assert auc(happened, score, np.arange(len(score))).se == pytest.approx(found.se, abs=1e-12)


def test_clusters_widen_the_interval_as_a_bootstrap_of_clusters_does() -> None:
    happened, score, cluster = clustered()
    found = auc(happened, score, cluster)
    again = bootstrap(lambda rows: auc(happened[rows], score[rows]).value, cluster, draws=400)
    assert found.se == pytest.approx(again.se, rel=0.12)
    assert found.se > 1.2 * auc(happened, score).se
    assert found.low < found.value < found.high


def test_within_clusters_only_pairs_of_one_cluster_count() -> None:
    outcome, score, cluster = [0, 1, 0, 1, 1, 0], [1, 2, 10, 12, 9, 5], [1, 1, 2, 2, 2, 3]
    assert within_auc(outcome, score, cluster).value == pytest.approx(2 / 3)
    # What lies between clusters does not count.
    happened, score, cluster = clustered(spread=2.0)
    moved = score + 100.0 * np.random.default_rng(2).normal(size=60)[cluster]
    assert within_auc(happened, score, cluster) == within_auc(happened, moved, cluster)
    assert within_auc(happened, score, cluster).value < auc(happened, score).value


@pytest.mark.parametrize(
    ("outcome", "score"), [([1, 1], [1, 2]), ([0, 0], [1, 2]), ([0, 1], [1, float("nan")])]
)
def test_what_cannot_be_told_is_told(outcome: list[int], score: list[float]) -> None:
    assert isinstance(auc(outcome, score), NotFitted)
    assert isinstance(within_auc(outcome, score, [1, 1]), NotFitted)


def test_one_cluster_has_a_value_and_no_interval() -> None:
    found = auc([0, 1, 0, 1], [1, 2, 3, 4], ["a"] * 4)
    assert isinstance(found, Estimate)
    assert found.low is found.high is found.se is None
