"""The truth of a block is what its formulas say, and each parameter does what it is named for."""

from dataclasses import replace

import numpy as np
import pytest

from accord.course.session import Attendance
from accord.simulate.answers import CHECK_IN, SRS, WAI_SR, Gap
from accord.simulate.appointments import STATES
from accord.simulate.block import make_block, make_blocks
from accord.simulate.parameters import read_parameters

OURS = read_parameters()


def blocks(count: int = 40, **changes):
    return [make_block(replace(OURS, **changes), 5, place) for place in range(count)]


def stacked(made, name: str):
    return np.concatenate([getattr(block.truth, name) for block in made])


def test_the_alliance_is_the_sum_of_its_parts():
    truth = make_block(OURS, 1, 0).truth
    growth = truth.growth[:, None] * np.log(np.arange(1, truth.alliance.shape[1] + 1))
    level = (truth.therapist_part + truth.client_part)[:, None]
    np.testing.assert_allclose(truth.alliance, level + growth + truth.state - truth.depth, atol=1e-12)


def test_spreads_are_those_asked_for():
    made = blocks()
    assert stacked(made, "client_part").std() == pytest.approx(0.71, abs=0.02)
    assert stacked(made, "therapist_part").std() == pytest.approx(0.25, abs=0.03)
    state = stacked(made, "state")
    assert state.std(0) == pytest.approx(np.full(20, 0.45), abs=0.015)
    assert np.corrcoef(state[:, 0], state[:, 1])[0, 1] == pytest.approx(0.35, abs=0.03)


def test_a_dip_begins_at_the_second_session_lasts_six_at_most_and_keeps_its_depth():
    made = blocks(dip_repair=0.05, slow_repair=1.0)
    in_dip, onset = stacked(made, "in_dip"), stacked(made, "onset")
    repaired, depth = stacked(made, "repaired"), stacked(made, "depth")
    assert not in_dip[:, 0].any()
    assert onset[:, 1].mean() == pytest.approx(0.06, abs=0.008)
    lengths, run = [], np.zeros(len(in_dip), dtype=int)
    for t in range(in_dip.shape[1]):
        lengths += list(run[repaired[:, t]])
        run = np.where(in_dip[:, t], run + 1, 0)
        lasts = in_dip[:, t] & ~onset[:, t]
        assert (depth[lasts, t] == depth[lasts, t - 1]).all()
        assert depth[repaired[:, t], t] == pytest.approx(depth[repaired[:, t], t - 1] / 2)
    assert max(lengths) == 6
    assert depth[onset].min() == pytest.approx(0.3)
    assert (depth[~in_dip & ~repaired] == 0).all()


def test_a_sudden_repair_comes_back_at_once():
    made = blocks(4, slow_repair=0.0)
    assert (stacked(made, "depth")[stacked(made, "repaired")] == 0).all()


def test_the_hazard_is_its_formula_and_the_end_as_planned_is_not_leaving():
    truth = make_block(OURS, 2, 0).truth
    number = np.arange(1, truth.alliance.shape[1] + 1)
    logit = -3.55 - 0.55 * truth.alliance + 0.75 * truth.in_dip - 0.25 * np.log(number)
    before_the_end = number < truth.planned[:, None]
    np.testing.assert_allclose(
        truth.hazard[before_the_end], 1 / (1 + np.exp(-logit[before_the_end])), atol=1e-12
    )
    assert (truth.held[~truth.left] == truth.planned[~truth.left]).all()
    assert (truth.held[truth.left] < truth.planned[truth.left]).all()


def test_ceilings_are_on_the_scales_and_never_above():
    for block in blocks(4, straight_lining=0.0):
        for metric, values in (
            (SRS, block.answers.srs),
            (WAI_SR, block.answers.wai_sr),
            (CHECK_IN, block.answers.check_in),
        ):
            given = values[~np.isnan(values)]
            assert metric.low <= given.min() and given.max() == metric.high
            assert np.allclose(given / metric.step, np.round(given / metric.step))


def test_informative_gaps_take_low_alliances_and_chance_takes_any():
    made = blocks(missing=0.3, missing_informative=0.5)
    held = np.concatenate([block.truth.took_place for block in made])
    gap, alliance = (
        np.concatenate([block.answers.gap for block in made])[held],
        stacked(made, "alliance")[held],
    )
    assert (gap != Gap.NONE).mean() == pytest.approx(
        0.28, abs=0.02
    )  # less than .30: the two can fall together
    assert alliance[gap == Gap.INFORMATIVE].mean() < alliance[gap == Gap.NONE].mean() - 0.4
    assert alliance[gap == Gap.RANDOM].mean() == pytest.approx(alliance[gap == Gap.NONE].mean(), abs=0.12)


def test_by_default_twelve_in_a_hundred_check_ins_are_missing():
    made = blocks(80)
    held = np.concatenate([block.truth.took_place for block in made])
    gap = np.concatenate([block.answers.gap for block in made])[held]
    assert (gap != Gap.NONE).mean() == pytest.approx(0.12, abs=0.005)


def test_straight_liners_give_one_answer_throughout_and_others_hardly_ever():
    block = make_block(replace(OURS, straight_lining=0.5, item_skipped=0.0), 3, 0)
    same = np.array([len(np.unique(given[~np.isnan(given)])) == 1 for given in block.answers.check_in])
    who = block.truth.straight_liner
    assert 0.4 < who.mean() < 0.6
    assert same[who].all()
    assert same[~who].mean() < 0.05  # a few are at the top throughout and mean it
    assert not np.nansum(block.answers.felt_off[who])


def test_felt_off_knows_of_dips_as_stated():
    made = blocks(straight_lining=0.0)
    felt, in_dip = np.concatenate([block.answers.felt_off for block in made]), stacked(made, "in_dip")
    assert np.nanmean(felt[in_dip]) == pytest.approx(0.35, abs=0.02)
    assert np.nanmean(felt[~in_dip]) == pytest.approx(0.03, abs=0.003)


def test_the_alliance_has_sagged_when_the_client_arrives_and_a_new_dip_is_half_seen():
    made = blocks()
    held = np.concatenate([block.truth.took_place for block in made])
    arrival = np.concatenate([block.answers.arrival for block in made])
    assert np.isnan(arrival[:, 0]).all()
    alliance = stacked(made, "alliance")
    low = held & (alliance < -1.0) & ~stacked(made, "onset")  # far below the ceiling
    low[:, 0] = False
    assert np.nanmean(arrival[low] - (92.5 + 10 * alliance[low])) == pytest.approx(
        -2.6, abs=0.4
    )  # mean of max(0, sag)
    none = np.concatenate([block.answers.arrival for block in blocks(arrival_registers=0.0)])
    onset = stacked(made, "onset") & held
    assert np.nanmean(none[onset]) > np.nanmean(arrival[onset]) + 2


def test_caseloads_are_uneven_unless_asked_otherwise():
    def spread(**changes):
        return np.mean([np.bincount(block.truth.therapist).std() for block in blocks(**changes)])

    assert spread(caseload_imbalance=0.0) < 6 < 9 < spread(caseload_imbalance=0.9)


def test_appointments_are_in_order_on_weekdays_unequally_spaced():
    rows = make_block(OURS, 4, 0).appointments
    same = rows.client[1:] == rows.client[:-1]
    gaps = np.diff(rows.day)[same]
    assert gaps.min() >= 1 and len(np.unique(gaps)) > 5
    assert (rows.day % 7 < 5).all()
    assert (np.diff(rows.slot)[same] == 1).all()


def test_sessions_held_are_there_once_and_what_fell_out_has_a_reason():
    block = make_block(OURS, 6, 0)
    rows, truth = block.appointments, block.truth
    for client in range(block.clients):
        mine = rows.session[rows.client == client]
        assert list(mine[mine >= 0]) == list(range(truth.held[client]))
    states = {STATES[place] for place in rows.attendance[~rows.held]}
    assert states == {Attendance.CANCELLED, Attendance.MISSED_WITH_NOTICE, Attendance.MISSED_WITHOUT_NOTICE}
    assert {STATES[place] for place in rows.attendance[rows.held]} == {Attendance.ATTENDED, Attendance.LATE}


def test_low_alliances_miss_more_often_and_some_leave_by_not_coming():
    made = blocks(missed_slope=1.0)
    for block in made:
        rows = block.appointments
        last = np.append(rows.client[1:] != rows.client[:-1], True)
        gone = last & ~rows.held
        assert block.truth.left[rows.client[gone]].all()
    low, high = [], []
    for block in made:
        missed = np.isin(block.appointments.attendance, [STATES.index(s) for s in STATES if s.missed])
        count = np.bincount(block.appointments.client, missed, block.clients) / block.truth.held
        level = block.truth.client_part
        low.append(count[level < -0.5].mean())
        high.append(count[level > 0.5].mean())
    assert np.mean(low) > 2 * np.mean(high)


def test_a_client_is_the_same_however_many_are_made():
    few = list(make_blocks(OURS, 9, clients=260))
    many = list(make_blocks(OURS, 9, clients=600))
    np.testing.assert_array_equal(few[1].answers.check_in, many[1].answers.check_in[:10])
    np.testing.assert_array_equal(few[1].appointments.day, many[1].appointments.head(10).day)
    assert sum(block.clients for block in many) == 600


def test_sessions_are_whole_courses_until_there_are_enough():
    made = list(make_blocks(OURS, 9, sessions=5000))
    counts = np.concatenate(
        [np.bincount(block.appointments.client, minlength=block.clients) for block in made]
    )
    assert counts.sum() >= 5000 > counts[:-1].sum()


def test_parts_do_not_share_their_chance():
    """A change to how often forms are missing leaves the truth and the appointments as they are."""
    one, other = make_block(OURS, 7, 0), make_block(replace(OURS, missing=0.4, late=0.0), 7, 0)
    np.testing.assert_array_equal(one.truth.alliance, other.truth.alliance)
    np.testing.assert_array_equal(one.appointments.day, other.appointments.day)
