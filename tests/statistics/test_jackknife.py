"""Sums per cluster say the same as the rows, and leaving out a cluster of sums the same as leaving out its rows."""

import numpy as np
import pytest
from scipy.stats import t

from accord.statistics.jackknife import (
    FISHER,
    add_up,
    covariances,
    gather,
    jackknife,
    partial_r,
)


@pytest.fixture
def rows():
    random = np.random.default_rng(1)
    cluster = random.choice(list("abcdefg"), 200).astype(object)
    z = random.normal(size=200)
    x = z + random.normal(size=200)
    y = 0.5 * x + z + random.normal(size=200)
    return {"x": x, "y": y, "z": z}, cluster


def by_rows(columns):
    """Correlation of what is left of x and y after z, from the rows themselves."""
    z = np.column_stack([np.ones(len(columns["z"])), columns["z"]])
    left = [one - z @ np.linalg.lstsq(z, one, rcond=None)[0] for one in (columns["x"], columns["y"])]
    return np.corrcoef(*left)[0, 1]


def r(sums):
    return partial_r(covariances(sums), 0, 1, [2])


def test_a_partial_correlation_from_sums_is_that_of_the_rows(rows):
    columns, cluster = rows
    assert r(gather(columns, cluster).sums.sum(0)) == pytest.approx(by_rows(columns), abs=1e-12)


@pytest.mark.parametrize("far", [1e6, 1e8])
def test_far_from_zero_no_digits_are_lost(rows, far):
    columns, cluster = rows
    moved = {name: one + far for name, one in columns.items()}
    assert r(gather(moved, cluster).sums.sum(0)) == pytest.approx(by_rows(columns), abs=1e-6)


def test_the_interval_is_that_of_leaving_rows_out(rows):
    columns, cluster = rows
    found = jackknife(r, gather(columns, cluster).sums, scale=FISHER)
    names = sorted(set(cluster))
    without = [by_rows({k: v[cluster != name] for k, v in columns.items()}) for name in names]
    middle = np.arctanh(by_rows(columns))
    se = np.sqrt((len(names) - 1) / len(names) * np.sum((np.arctanh(without) - middle) ** 2))
    wide = t.ppf(0.975, len(names) - 1) * se
    assert (found.low, found.high) == pytest.approx(
        (np.tanh(middle - wide), np.tanh(middle + wide)), abs=1e-12
    )
    assert found.df == len(names) - 1


def test_rows_that_lack_a_value_are_left_out_and_counted(rows):
    columns, cluster = rows
    columns["x"] = np.where(np.arange(200) < 20, np.nan, columns["x"])
    found = gather(columns, cluster)
    assert (found.rows, found.dropped) == (180, 20)


def test_a_column_without_spread_has_no_correlation(rows):
    columns, cluster = rows
    assert jackknife(r, gather(columns | {"x": np.full(200, 7.0)}, cluster).sums) is None


def test_a_given_column_without_spread_counts_for_nothing(rows):
    columns, cluster = rows
    flat = gather(columns | {"z": np.full(200, 7.0)}, cluster).sums.sum(0)
    assert r(flat) == pytest.approx(np.corrcoef(columns["x"], columns["y"])[0, 1], abs=1e-12)


def test_one_cluster_gives_a_value_without_an_interval(rows):
    columns, _ = rows
    found = jackknife(r, gather(columns, np.full(200, "a", object)).sums)
    assert found.low is None and found.high is None and found.value == pytest.approx(by_rows(columns))


def test_plain_sums_by_cluster():
    keys, sums = add_up([np.array([1.0, 2.0, 4.0])], np.array(["b", "a", "b"], object))
    assert list(keys) == ["a", "b"] and sums.tolist() == [[2.0], [5.0]]


def test_intervals_hold_what_is_true_where_clusters_differ():
    """Unequal clusters of rows that are alike: 95 of 100, where an interval from rows alone holds far fewer."""
    random = np.random.default_rng(4)
    held = naive = 0
    for _ in range(400):
        sizes = random.integers(2, 40, 15)
        cluster = np.repeat(np.arange(15).astype(str).astype(object), sizes)
        level = np.repeat(random.normal(size=15), sizes)
        value = level + random.normal(size=len(level))
        _, sums = add_up([np.ones(len(value)), value], cluster)
        found = jackknife(lambda one: one[..., 1] / one[..., 0], sums)
        held += found.low <= 0 <= found.high
        naive += abs(value.mean()) <= 1.96 * value.std() / len(value) ** 0.5
    assert 0.92 <= held / 400 <= 1.0
    assert naive / 400 < 0.75
