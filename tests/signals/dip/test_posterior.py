"""Drawn levels are each client's own, as uncertain as they are, and those of the right therapist's time."""

from dataclasses import replace

import numpy as np
import pytest
from tests.signals.dip.services import TRUTH, clients

from accord.signals.dip.engine import run
from accord.signals.dip.observed import Observed
from accord.signals.dip.posterior import levels


def test_levels_are_drawn_with_the_mean_and_spread_that_the_filter_leaves():
    past = clients(3, 51).observed
    filtered = run(TRUTH, past)
    mu, growth = levels(TRUTH, past, filtered).draw(np.repeat(np.arange(3), 20_000), np.random.default_rng(1))
    assert (mu[:, 0] == mu[:, -1]).all()
    for client in range(3):
        drawn = np.stack([one[client * 20_000 : (client + 1) * 20_000, 0] for one in (mu, growth)])
        together = np.cov(drawn)
        assert drawn.mean(axis=1) == pytest.approx([filtered.mu[client], filtered.growth[client]], abs=0.15)
        assert together[0, 0] == pytest.approx(filtered.mu_variance[client], rel=0.05)
        assert together[1, 1] == pytest.approx(filtered.growth_variance[client], rel=0.05)
        assert together[0, 1] == pytest.approx(filtered.covariance[client], abs=0.1)


def test_before_another_therapist_the_level_is_what_was_known_then():
    ratings = np.array([[60.0, 61, 60, 62, 85, 86, 84, 85], [70.0, 71, 72, 70, 71, 70, 72, 71]])
    again = np.zeros((2, 8), bool)
    again[0, 4] = True
    past = Observed(ratings=ratings, restart=again)
    found = levels(TRUTH, past, run(TRUTH, past))
    first = run(TRUTH, Observed(ratings=ratings[:1, :4]))
    assert found.stretch.tolist() == [[0] * 4 + [1] * 4, [0] * 8]
    assert found.mu[0, 0] == pytest.approx(first.mu[0], abs=0.2)
    assert found.mu[0, 1] > found.mu[0, 0] + 10
    # Who never changed is not touched by those who did.
    alone = run(TRUTH, replace(past.rows(np.array([1])), restart=None))
    assert found.mu[1, 0] == pytest.approx(alone.mu[0])
