"""Shares of variance: exact for groups, also near 0; kinds less chance; and the difference of the two."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import f as fisher

from accord.statistics.estimate import Estimate
from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.sums import Sums
from accord.studies.variance_share import difference, exact_ratio, fixed_variance

MODEL = Model("y", ("x",), (Random("g"),))


def drawn(random, sizes, ratio):
    group = np.repeat(np.arange(len(sizes)), sizes)
    y = random.normal(0, np.sqrt(ratio), len(sizes))[group] + random.normal(size=len(group))
    return group, random.normal(size=len(group)), y


def summed(group, x, y):
    """Sums as a fit has them; written out, since fitting hundreds of models would take long."""
    design = np.column_stack([np.ones(len(y)), x, y])
    products = np.add.reduceat(design, np.searchsorted(group, np.arange(group[-1] + 1)))
    keys = np.arange(group[-1] + 1).astype(str).astype(object)
    rows = np.bincount(group)
    return Sums(
        MODEL, np.zeros(3), np.ones(3), design.T @ design, (keys,), (), (products[:, None, :],), (rows,)
    )


def test_in_a_balanced_plan_it_is_the_textbook_interval():
    group, _, y = drawn(np.random.default_rng(2), [10] * 30, 0.3)
    low, high = exact_ratio(summed(group, np.zeros(300), y))
    by_group = y.reshape(30, 10)
    between, within = 10 * by_group.mean(1).var(ddof=1), by_group.var(axis=1, ddof=1).mean()
    ends = [(between / within / fisher.ppf(tail, 29, 270) - 1) / 10 for tail in (0.975, 0.025)]
    assert (low, high) == pytest.approx(ends, rel=1e-6)


def test_the_sums_of_a_fit_say_the_same_whatever_the_units():
    group, x, y = drawn(np.random.default_rng(2), [4, 9, 12, 30, 7], 0.3)
    data = pa.table({"y": 1e6 + 10 * y, "x": 300 - 7 * x, "g": group.astype(str)})
    assert exact_ratio(fit(MODEL, data).sums) == pytest.approx(exact_ratio(summed(group, x, y)), rel=1e-6)


@pytest.mark.parametrize("ratio", [0.0, 0.02, 0.3])
def test_it_holds_what_is_true_also_near_zero(ratio):
    random = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        low, high = exact_ratio(summed(*drawn(random, random.integers(2, 30, 25), ratio)))
        held += low <= ratio <= high
    assert 0.925 <= held / 400 <= (1.0 if ratio == 0 else 0.975)


def test_groups_of_one_row_each_tell_nothing():
    assert exact_ratio(summed(*drawn(np.random.default_rng(5), [1] * 8, 0.1))) is None


def test_two_kinds_that_do_not_differ_have_no_variance_beyond_chance():
    random = np.random.default_rng(6)
    se, shares = 0.1, np.array([0.5])
    values, held = [], 0
    for _ in range(500):
        found = fixed_variance(np.array([random.normal(0, se)]), np.array([[se**2]]), shares, 1e6)
        values.append(found.value)
        held += found.low <= 0
    assert np.mean(values) < se**2 / 4
    assert held / 500 > 0.93


def test_kinds_that_differ_are_told_with_their_variance():
    random = np.random.default_rng(7)
    se, effect, shares = 0.1, 0.4, np.array([0.5])
    true, held = 0.25 * effect**2, 0
    for _ in range(300):
        found = fixed_variance(np.array([random.normal(effect, se)]), np.array([[se**2]]), shares, 1e6)
        held += found.low <= true <= found.high
    assert 0.92 <= held / 300 <= 0.98


def test_a_difference_keeps_the_lopsidedness_of_both():
    found = difference(Estimate(0.05, None, 0.01, 0.12), Estimate(0.01, None, 0.0, 0.02))
    assert found.value == pytest.approx(0.04)
    assert found.high - found.value > found.value - found.low
    assert difference(Estimate(0.05), Estimate(0.01, None, 0.0, 0.02)).low is None
