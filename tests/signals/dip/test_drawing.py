"""Drawn courses are the model's: what they have on average is what the formulas say."""

from dataclasses import replace

import numpy as np
import pytest
from tests.signals.dip.services import TRUTH, clients

from accord.signals.dip.drawing import draw, pattern, session_number
from accord.signals.dip.model import Beside, Question

MANY = 20_000
OPEN = replace(TRUTH, high=1000.0, low=-1000.0, step=1e-6, level=0.0)  # no end is ever reached


def test_moments_of_the_line_are_those_of_the_formula():
    drawn = clients(MANY, 1, missing=0.0, truth=replace(OPEN, onset=0.0))
    line = np.log(5)
    values = drawn.observed.ratings[:, 4]
    error = OPEN.error_sd**2 * (1 + 8 * OPEN.outlier)
    variance = OPEN.level_sd**2 + line**2 * OPEN.growth_sd**2 + OPEN.state_sd**2 + error
    assert values.mean() == pytest.approx(line * OPEN.growth, abs=4 * np.sqrt(variance / MANY))
    assert values.var() == pytest.approx(variance, rel=0.05)


def test_what_passes_decays_with_time_so_that_far_sessions_share_less():
    still = replace(OPEN, onset=0.0, level_sd=0.0, growth_sd=0.0, error_sd=1e-6)
    for gap in (0.5, 3.0):
        drawn = clients(MANY, 2, sessions=2, missing=0.0, truth=still, elapsed=np.full((MANY, 2), gap))
        together = np.corrcoef(drawn.observed.ratings.T)[0, 1]
        assert together == pytest.approx(OPEN.phi**gap, abs=0.03)


def test_dips_begin_stay_and_end_as_often_as_stated_and_never_at_the_first_session():
    drawn = clients(MANY, 3, missing=0.0, truth=OPEN)
    before, now = drawn.in_dip[:, :-1], drawn.in_dip[:, 1:]
    assert not drawn.in_dip[:, 0].any()
    assert now[~before].mean() == pytest.approx(OPEN.onset, abs=0.003)
    assert now[before].mean() == pytest.approx(1 - OPEN.end, abs=0.015)
    assert (drawn.onset[:, 1:] == (now & ~before)).all()
    fall = drawn.observed.ratings[drawn.in_dip].mean() - drawn.observed.ratings[~drawn.in_dip].mean()
    assert fall == pytest.approx(-OPEN.depth, abs=1.0)


def test_answers_are_whole_steps_on_the_scale_and_absent_where_they_were():
    drawn = clients(500, 4, truth=replace(TRUTH, step=5.0, level=99.0))
    values = drawn.observed.ratings[~np.isnan(drawn.observed.ratings)]
    assert set(np.unique(values % 5)) == {0.0}
    assert values.max() == 100
    assert np.isnan(drawn.observed.ratings).mean() == pytest.approx(0.12, abs=0.02)


def test_another_therapist_counts_from_one_and_no_dip_goes_along():
    again = np.zeros((MANY, 8), bool)
    again[:, 4] = True
    drawn = clients(MANY, 5, missing=0.0, truth=replace(OPEN, onset=0.5, end=0.01), restart=again)
    assert session_number(drawn.observed)[0].tolist() == [1, 2, 3, 4, 1, 2, 3, 4]
    assert drawn.in_dip[:, 3].mean() > 0.8
    assert not drawn.in_dip[:, 4].any()


def test_the_other_inputs_see_the_dip_as_far_as_they_say():
    truth = replace(
        OPEN,
        felt_off=Question(0.4, 0.1),
        arrival=Beside(0.0, 1.0, 0.5, 0.0, 1.0),
        twin=Beside(10.0, 0.5, 0.2, 3.0, 1.0),
    )
    zero = np.zeros((MANY, 8))
    asked = replace(pattern(MANY, 8), felt_off=zero, arrival=zero, twin=np.where(zero == 0, 0.0, 0.0))
    seen = draw(truth, asked, np.zeros(MANY), np.zeros(MANY), np.random.default_rng(6))
    assert seen.observed.felt_off[seen.in_dip].mean() == pytest.approx(0.4, abs=0.02)
    assert seen.observed.felt_off[~seen.in_dip].mean() == pytest.approx(0.1, abs=0.01)
    old = seen.in_dip & ~seen.onset
    for stream, where, mean in (
        ("arrival", ~seen.in_dip, 0.0),
        ("arrival", seen.onset, -0.5 * truth.depth),
        ("arrival", old, -truth.depth),
        ("twin", ~seen.in_dip, 10.0),
        ("twin", seen.in_dip, 10.0 - 0.5 * 0.2 * truth.depth),
    ):
        assert getattr(seen.observed, stream)[where].mean() == pytest.approx(mean, abs=0.4), stream
    assert np.corrcoef(seen.observed.twin[:, 0], seen.observed.twin[:, 7])[0, 1] > 0.5
