"""Therapists' shifts are found where there are clients, and shrunk to none where there are few."""

import numpy as np
import pytest
from tests.signals.dip.services import TRUTH, clients

from accord.signals.dip.engine import run
from accord.signals.dip.therapists import UNKNOWN, shifts

SHIFT = np.array([-4.0, -2.0, 0.0, 2.0, 4.0])


def found_with(number, seed, spread=1.0):
    who = np.arange(number) % len(SHIFT)
    observed = clients(number, seed, shift=spread * SHIFT[who]).observed
    return shifts(TRUTH, run(TRUTH, observed), who)


def test_shifts_are_found_within_their_errors():
    found = found_with(600, 21)
    assert np.abs((found.shift - SHIFT) / found.error).max() < 3
    assert found.error.max() < 1.2
    assert found.share == pytest.approx(8 / 57, rel=0.7)


def test_no_spread_gives_a_small_share_and_small_shifts():
    found = found_with(600, 22, spread=0.0)
    assert found.share < 0.03
    assert np.abs(found.shift).max() < 1.0


def test_one_client_shows_little_of_a_therapist():
    observed = clients(40, 23).observed
    observed.ratings[0] = 70.0
    who = np.where(np.arange(40) == 0, 7, 0)
    found = shifts(TRUTH, run(TRUTH, observed), who)
    assert found.therapist.tolist() == [0, 7]
    assert -8 < found.shift[1] < -0.5  # a mean 18 below the others


def test_levels_start_at_the_therapists_own_and_at_the_mean_where_unknown():
    found = found_with(600, 24)
    level, variance = found.levels(TRUTH, np.array([4, 99, UNKNOWN]))
    assert level[0] == pytest.approx(TRUTH.level + found.shift[4])
    assert level[1:].tolist() == [TRUTH.level] * 2
    assert variance[0] < variance[1] == TRUTH.level_sd**2


def test_a_client_without_answers_changes_nothing():
    observed = clients(50, 25).observed
    who = np.arange(50) % 2
    before = shifts(TRUTH, run(TRUTH, observed), who)
    observed.ratings[0] = np.nan
    rest = np.arange(1, 50)
    without = shifts(TRUTH, run(TRUTH, observed.rows(rest)), who[rest])
    after = shifts(TRUTH, run(TRUTH, observed), who)
    assert after.shift == pytest.approx(without.shift)
    assert after.shift != pytest.approx(before.shift)
