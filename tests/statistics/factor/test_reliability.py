"""Alpha and omega by level: what they must give, their intervals, and where nothing can be told."""

import numpy as np
import pytest

from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.factor.levels import levels
from accord.statistics.factor.reliability import alpha, alphas, omega, omegas


def ratings(
    clients: int, each: int, *, seed: int, between: float = 1.0, within: float = 0.7
) -> tuple[np.ndarray, np.ndarray]:
    """Four items of equal loading; error variance .5 within, .3 between."""
    draw = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clients), each)
    level = draw.normal(0, between, clients)[cluster] + draw.normal(0, within, clients * each)
    own = draw.normal(0, np.sqrt(0.3), (clients, 4))[cluster] if between else 0
    return level[:, None] + own + draw.normal(0, np.sqrt(0.5), (clients * each, 4)), cluster


def test_equal_items_have_alpha_and_omega_after_spearman_and_brown():
    covariance = 0.6 + 0.4 * np.eye(4)
    expected = 4 * 0.6 / (1 + 3 * 0.6)
    assert float(alpha(covariance)) == pytest.approx(expected)
    assert omega(covariance) == pytest.approx(expected)


def test_unequal_items_have_more_omega_than_alpha():
    loading = np.array([0.9, 0.8, 0.5, 0.3])
    covariance = np.outer(loading, loading) + np.diag(1 - loading**2)
    common = loading.sum() ** 2
    assert omega(covariance) == pytest.approx(common / (common + (1 - loading**2).sum()))
    assert float(alpha(covariance)) < omega(covariance)


def test_each_level_has_its_own():
    found = levels(*ratings(3000, 5, seed=1))
    assert found is not None
    told = alphas(found)
    within, between = 4 * 0.49 / (4 * 0.49 + 0.5), 4 * 1 / (4 * 1 + 0.3)
    total = 4 * 1.49 / (4 * 1.49 + 0.8)
    assert told.within.value == pytest.approx(within, abs=0.01)
    assert told.between.value == pytest.approx(between, abs=0.01)
    assert told.total.value == pytest.approx(total, abs=0.01)


def test_leaving_a_client_out_is_the_same_as_not_having_it():
    rows, cluster = ratings(20, 3, seed=2)
    keep = cluster != 7
    found, without = levels(rows[:-1], cluster[:-1]), levels(rows[:-1][keep[:-1]], cluster[:-1][keep[:-1]])
    assert found is not None and without is not None
    assert found.without[0][7] == pytest.approx(without.within)
    assert found.without[1][7] == pytest.approx(without.between)


@pytest.mark.slow
@pytest.mark.parametrize("judge", [alphas, omegas])
def test_intervals_hold_the_truth_about_19_times_in_20(judge):
    within, between = 4 * 0.49 / (4 * 0.49 + 0.5), 4 * 1 / (4 * 1 + 0.3)
    held = {"within": 0, "between": 0}
    for seed in range(200):
        found = levels(*ratings(60, 4, seed=seed))
        assert found is not None
        told = judge(found)
        for name, true in (("within", within), ("between", between)):
            one = getattr(told, name)
            held[name] += one.low <= true <= one.high
    assert all(180 <= one <= 198 for one in held.values()), held


def test_without_differences_between_clients_nothing_is_told_of_them():
    found = levels(*ratings(40, 6, seed=5, between=0.0))
    assert found is not None
    told = alphas(found)
    assert isinstance(told.within, Estimate)
    assert isinstance(told.between, NotFitted) or told.between.low < 0.5


def test_one_rating_each_has_no_levels():
    rows, _ = ratings(50, 1, seed=1)
    assert levels(rows, np.arange(50)) is None
