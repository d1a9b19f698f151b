"""The fit finds what the courses were drawn with, and stays where it starts when there is little to go by."""

from dataclasses import replace

import numpy as np
import pytest
from tests.signals.dip.services import TRUTH, clients

from accord.signals.dip import fit
from accord.signals.dip.engine import run
from accord.signals.dip.fit import MAIN, even, fit_beside, fit_main
from accord.signals.dip.model import Question, published


def freed(parameters):
    return np.array([one.kind.freed(getattr(parameters, one.name), 0.0, 10.0) for one in MAIN])


def standard_errors(start, parameters, observed):
    """From each client's slope of the log likelihood (and the prior): a way that the fit itself does not use."""
    sds = np.array([one.sd for one in MAIN])
    middle = (freed(parameters) - freed(start)) / sds
    base = run(parameters, observed).likelihood
    slopes = []
    for i in range(len(MAIN)):
        aside = middle.copy()
        aside[i] += 1e-4
        slopes.append((run(fit._at(start, MAIN, aside), observed).likelihood - base) / 1e-4)
    slopes = np.array(slopes)
    return np.sqrt(np.diag(np.linalg.inv(slopes @ slopes.T + np.eye(len(MAIN))))) * sds


@pytest.mark.slow
def test_2000_clients_give_the_parameters_back_within_their_standard_errors():
    observed = clients(2000, 11).observed
    start = published(level=float(np.nanmedian(observed.ratings)))
    found = fit_main(start, observed)
    errors = standard_errors(start, found.parameters, observed)
    off = (freed(found.parameters) - freed(TRUTH)) / errors
    assert found.converged
    assert np.abs(off).max() < 3, dict(zip([one.name for one in MAIN], off.round(2), strict=True))
    assert (off**2).mean() < 2
    # The interval has to be of use, too: what many answers show is known to a few hundredths.
    assert errors[[one.name in ("level", "level_sd", "state_sd") for one in MAIN]].max() < 0.08


def test_the_highest_point_is_higher_than_the_start_and_flat():
    observed = clients(150, 12).observed
    start = published(level=float(np.nanmedian(observed.ratings)))
    cost = fit.objective(start, MAIN, observed)
    found = fit_main(start, observed)
    x = (freed(found.parameters) - freed(start)) / np.array([one.sd for one in MAIN])
    assert cost(x) < cost(np.zeros(len(MAIN))) - 5
    for i in range(len(MAIN)):
        for step in (-0.1, 0.1):
            aside = x.copy()
            aside[i] += step
            assert cost(aside) > cost(x) - 1e-3, MAIN[i].name


def test_a_scale_of_another_length_gives_the_same_shares_and_sizes():
    observed = clients(60, 13).observed
    start = published(level=90.0)
    wide = fit_main(start, observed).parameters
    small = fit_main(
        published(0.0, 10.0, 0.1, 9.0), replace(observed, ratings=observed.ratings / 10)
    ).parameters
    assert small.onset == pytest.approx(wide.onset, rel=1e-2)
    assert small.depth * 10 == pytest.approx(wide.depth, rel=1e-2)
    assert small.level * 10 == pytest.approx(wide.level, rel=1e-3)


def test_one_client_moves_only_the_level():
    observed = replace(clients(1, 14, missing=0.0).observed, ratings=np.array([[70.0, 72, 71, 74]]))
    start = published(level=71.5)
    found = fit_main(start, observed)
    assert found.converged
    assert found.parameters.level == pytest.approx(71, abs=2)
    for name in ("onset", "depth", "error_sd", "level_sd"):
        assert getattr(found.parameters, name) == pytest.approx(getattr(start, name), rel=0.35), name


def test_the_questions_are_learnt_where_they_were_answered_and_only_there():
    truth = replace(TRUTH, felt_off=Question(0.55, 0.02))
    observed = clients(400, 15, truth=truth, felt_off=np.zeros((400, 8))).observed
    observed = replace(observed, tension=np.full((400, 8), np.nan))
    found = fit_beside(replace(TRUTH, felt_off=published().felt_off), observed).parameters
    assert found.felt_off.sensitivity == pytest.approx(0.55, abs=0.12)
    assert found.felt_off.false_yes == pytest.approx(0.02, abs=0.01)
    assert (found.tension, found.twin, found.onset) == (TRUTH.tension, TRUTH.twin, TRUTH.onset)


def test_the_rating_before_the_session_is_learnt():
    truth = replace(
        TRUTH, level=80.0, arrival=replace(TRUTH.arrival, shift=-4.0, registers=0.7, error_sd=3.0)
    )
    observed = clients(300, 16, truth=truth, arrival=np.zeros((300, 8))).observed
    found = fit_beside(replace(truth, arrival=published().arrival), observed).parameters.arrival
    middle = found.shift + found.loading * 80.0
    assert middle == pytest.approx(-4.0 + 80.0, abs=0.5)
    assert found.error_sd == pytest.approx(3.0, abs=0.3)
    assert found.registers == pytest.approx(0.7, abs=0.2)


def test_who_ticks_the_same_box_four_times_is_left_out_but_not_at_the_top():
    nan = np.nan
    ratings = np.array(
        [
            [80, 80, 80, 80],
            [80, 80, 80, nan],
            [80, 80, 80, 81],
            [100, 100, 100, 100],
            [nan, nan, nan, nan],
        ]
    )
    assert even(ratings, 99.5).tolist() == [True, False, False, False, False]


def test_a_fit_that_does_not_settle_stays_at_the_start_and_says_so(monkeypatch):
    monkeypatch.setattr(fit, "ROUNDS", 1)
    start = published(level=90.0)
    found = fit_main(start, clients(100, 17).observed)
    assert (found.parameters, found.converged) == (start, False)
