"""Least squares in clusters: intervals that hold, what cannot be told, and many comparisons at once."""

import numpy as np
import pytest

from accord.statistics.clustered import Regression, false_discoveries, regress
from accord.statistics.estimate import NotFitted


def test_clusters_that_belong_together_widen_the_interval():
    draw = np.random.default_rng(1)
    cluster = np.repeat(np.arange(20), 30)
    y = draw.normal(0, 1, 20)[cluster] + draw.normal(0, 1, 600)
    together = regress(np.ones((600, 1)), y, cluster)
    apart = regress(np.ones((600, 1)), y, np.arange(600))
    assert isinstance(together, Regression) and isinstance(apart, Regression)
    assert together.contrast([1]).se > 2.5 * apart.contrast([1]).se
    assert together.contrast([1]).df == pytest.approx(19, abs=0.01)


def test_the_interval_of_a_difference_holds_with_few_uneven_clusters():
    draw = np.random.default_rng(2)
    cluster = np.repeat(np.arange(10), [2, 3, 5, 8, 12, 20, 30, 4, 4, 2])
    group = (cluster % 2).astype(float)
    design = np.column_stack([1 - group, group])
    held = 0
    for _ in range(400):
        y = draw.normal(0, 1, 10)[cluster] + draw.normal(0, 1, len(cluster))
        one = regress(design, y, cluster).contrast([-1, 1])
        held += one.low <= 0 <= one.high
    assert 0.92 <= held / 400 <= 0.99


@pytest.mark.parametrize(
    "design, cluster, words",
    [
        (np.ones((10, 1)), np.arange(10) % 2, "2 clusters are too few"),
        (np.ones((10, 2)), np.arange(10), "says the same"),
    ],
)
def test_what_cannot_be_told_is_said(design, cluster, words):
    found = regress(design, np.arange(10.0), cluster)
    assert isinstance(found, NotFitted)
    assert words in found.reason


def test_many_comparisons_are_allowed_for():
    # The worked example of Benjamini and Hochberg's rule: each chance times how many there are over its rank.
    assert false_discoveries([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert len(false_discoveries([])) == 0
