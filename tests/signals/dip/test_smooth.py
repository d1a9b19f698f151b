"""The smoothed history: against statsmodels without dips, and as a person would expect with them."""

from dataclasses import replace

import numpy as np
import pytest

from accord.signals.dip.model import published
from accord.signals.dip.scalar import Asked, follow
from accord.signals.dip.smooth import smooth

PLAIN = replace(published(), outlier=0.0, high=1e9)


def history(parameters, ratings):
    asked = [Asked(float(value)) for value in ratings]
    return smooth(parameters, asked, follow(parameters, asked))


def test_without_dips_it_is_the_smoother_of_statsmodels():
    smoother = pytest.importorskip("statsmodels.tsa.statespace.kalman_smoother")
    par = replace(PLAIN, onset=1e-12)
    ratings = np.array([80.0, 84, np.nan, 79, 83, 88, 84])
    model = smoother.KalmanSmoother(k_endog=1, k_states=3)
    model.bind(ratings[None, :].copy(order="F"))
    design = np.ones((1, 3, len(ratings)))
    design[0, 1] = np.log(np.arange(1, len(ratings) + 1))
    model["design"], model["selection"] = design, np.eye(3)
    model["transition"] = np.diag([1, 1, par.phi])
    model["state_cov"] = np.diag([0, 0, par.state_sd**2 * (1 - par.phi**2)])
    model["obs_cov"] = np.array([[par.error_sd**2]])
    spread = np.diag([par.level_sd**2, par.growth_sd**2, par.state_sd**2])
    model.initialize_known(np.array([par.level, par.growth, 0.0]), spread)
    reference = model.smooth()
    lines = [design[0, :, t] @ reference.smoothed_state[:, t] for t in range(len(ratings))]
    np.testing.assert_allclose([one.expected for one in history(par, ratings)], lines, atol=1e-6)
    spreads = [
        design[0, :, t] @ reference.smoothed_state_cov[:, :, t] @ design[0, :, t] + par.error_sd**2
        for t in range(len(ratings))
    ]
    np.testing.assert_allclose([one.expected_sd**2 for one in history(par, ratings)], spreads, atol=1e-6)


def test_what_came_later_settles_what_was_a_dip():
    one_low = history(published(), [85, 85, 86, 85, 68, 70, 85, 85])
    assert min(one_low[4].p_dip, one_low[5].p_dip) > 0.75
    for_good = history(published(), [85, 85, 86, 85, 76, 75, 76, 75, 76, 75, 76, 75])
    first = follow(published(), [Asked(float(v)) for v in (85, 85, 86, 85, 76)])[-1]
    assert for_good[-1].expected < 82
    assert first.expected > 84


def test_the_band_does_not_follow_a_dip_down():
    dip = history(published(), [85, 85, 86, 85, 70, 71, 85, 85])
    assert all(abs(one.expected - 85) < 4 for one in dip)


def test_the_last_session_is_what_the_filter_says():
    asked = [Asked(float(v)) for v in (85, 84, 86, 70)]
    told = follow(published(), asked)
    last = smooth(published(), asked, told)[-1]
    assert last.p_dip == pytest.approx(told[-1].p_dip)
    assert last.expected == pytest.approx(told[-1].level)


def test_nothing_flows_back_over_a_change_of_therapist():
    before = [Asked(float(v)) for v in (85, 84, 86)]
    alone = smooth(published(), before, follow(published(), before))
    after = [*before, Asked(40.0, restart=True), Asked(41.0)]
    assert smooth(published(), after, follow(published(), after))[:3] == alone
