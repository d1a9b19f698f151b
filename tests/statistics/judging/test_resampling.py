"""Folds and bootstrap keep clusters whole."""

import numpy as np
import pytest

from accord.statistics.judging.resampling import bootstrap, cluster_draws, folds

GROUPS = np.repeat(np.arange(40), np.random.default_rng(1).integers(1, 40, 40))


def test_folds_keep_groups_whole_and_are_about_as_large() -> None:
    found = folds(GROUPS, 5)
    assert all(len(set(found[one == GROUPS])) == 1 for one in range(40))
    sizes = np.bincount(found)
    assert len(sizes) == 5
    assert sizes.max() - sizes.min() < 0.1 * len(GROUPS)
    assert (folds(GROUPS, 5) == found).all()
    assert (folds(GROUPS, 5, seed=2) != found).any()


def test_a_large_group_has_a_fold_to_itself() -> None:
    groups = np.repeat(np.arange(21), [200] + [10] * 20)
    found = folds(groups, 5)
    assert sorted(np.bincount(found)) == [50, 50, 50, 50, 200]


def test_a_draw_has_whole_clusters() -> None:
    for rows in cluster_draws(GROUPS, 5):
        counts = np.bincount(rows, minlength=len(GROUPS))
        assert all(len(set(counts[one == GROUPS])) == 1 for one in range(40))


def test_the_bootstrap_of_a_mean_has_the_error_of_cluster_means() -> None:
    random = np.random.default_rng(3)
    cluster = np.repeat(np.arange(100), 20)
    values = random.normal(size=100)[cluster] + random.normal(size=2000)
    found = bootstrap(lambda rows: float(values[rows].mean()), cluster, draws=600)
    assert found.value == pytest.approx(values.mean())
    assert found.se == pytest.approx(values.reshape(100, 20).mean(1).std(ddof=1) / 10, rel=0.1)
    assert found == bootstrap(lambda rows: float(values[rows].mean()), cluster, draws=600)


def test_without_an_interval_the_reason_is_there() -> None:
    assert "one cluster" in bootstrap(len, [1, 1, 1]).method
    assert "too few draws" in bootstrap(lambda rows: float("nan"), [1, 2, 3], draws=20).method
