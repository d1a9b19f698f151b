"""Judging: alarms and ends as told by hand, and a wrong band is found out."""

import numpy as np
import pytest
from tests.studies.expected.test_fitting import FORM, made

from accord.course.expected import ExpectedCourse
from accord.studies.expected import bands, neighbours
from accord.studies.expected.bands import LANDMARKS, fit_parts
from accord.studies.expected.judging import METHODS, judge
from accord.studies.expected.shares import share

TOLD = made(900, seed=7)


@pytest.fixture(scope="module")
def judged():
    return judge(fit_parts(TOLD, FORM, 1).parts, 10.0)


def test_everyone_is_judged_once_and_both_ways_hold_what_they_say(judged):
    by_session, _lead = judged
    assert set(by_session) == set(LANDMARKS)
    for session, one in by_session.items():
        assert len(one.so_far) == int((TOLD.number == session).sum())
        for how in METHODS:
            assert one.inside[how].mean() == pytest.approx(0.8, abs=0.05)
            assert one.narrow[how].mean() == pytest.approx(0.68, abs=0.06)
        assert one.so_far.mean() == pytest.approx(0.8, abs=0.05)


def test_worse_at_the_end_is_a_fall_from_first_to_last_rating(judged):
    by_session, lead = judged
    last = dict(zip(TOLD.place.tolist(), TOLD.value.tolist(), strict=True))
    fell = sum(TOLD.intake[place] - value >= 10 for place, value in last.items())
    assert len(lead.sessions) == fell
    four = by_session[4]
    assert four.worse.sum() <= fell and not four.worse[~four.followed].any()


def test_the_chance_of_ending_worse_is_right_on_average(judged):
    one = judged[0][4]
    for how in METHODS:
        told = one.chance[how][one.followed]
        assert told.mean() == pytest.approx(one.worse[one.followed].mean(), abs=0.03)


def test_a_form_where_higher_is_worse_alarms_on_the_other_side():
    turned = made(900, seed=7)
    turned.intake[:], turned.value[:] = 27 - turned.intake / 4, 27 - turned.value / 4
    by_session, lead = judge(fit_parts(turned, "phq-9", 1).parts, 2.5)
    mine, _ = judge(fit_parts(TOLD, FORM, 1).parts, 10.0)
    for session in LANDMARKS:
        assert np.mean(by_session[session].alarm["model"] == mine[session].alarm["model"]) > 0.99
        assert np.array_equal(by_session[session].worse, mine[session].worse)
        assert np.allclose(by_session[session].chance["model"], mine[session].chance["model"], atol=0.01)
    assert len(lead.sessions) > 0


def test_a_band_that_is_wrong_is_found_out(monkeypatch):
    real = bands.fit_expected

    def off(told, instrument, **more):
        course = real(told, instrument, **more)
        assert isinstance(course, ExpectedCourse)
        kept = course.as_json()
        kept["effects"] = [course.effects[0] + 12, *course.effects[1:]]
        return ExpectedCourse.from_json(kept)

    monkeypatch.setattr(bands, "fit_expected", off)
    by_session, _ = judge(fit_parts(TOLD, FORM, 1).parts, 10.0)
    assert by_session[2].inside["model"].mean() < 0.65
    assert by_session[2].alarm["model"].mean() > 0.25


def test_neighbours_are_those_who_began_most_alike():
    known = neighbours.landmark(TOLD, 3)
    low, high = neighbours.band(known, np.array([42.0]), 0.8)
    order = np.argsort(np.abs(known.intake - 42.0), kind="stable")[: neighbours.NEAREST]
    assert (low[0], high[0]) == tuple(
        pytest.approx(np.quantile(known.value[order], q, method="weibull")) for q in (0.1, 0.9)
    )


def test_too_few_neighbours_say_nothing():
    few = neighbours.landmark(TOLD.only(np.arange(900) < 15), 3)
    assert np.isnan(neighbours.band(few, np.array([42.0]), 0.8)[0]).all()
    assert np.isnan(neighbours.chance_below(few, few, few.intake)).all()


def test_a_share_knows_that_people_of_one_therapist_are_alike():
    alone = share(np.arange(200) % 5 > 0, list(range(200)))
    assert alone.value == 0.8
    assert alone.low == pytest.approx(0.739, abs=0.002) and alone.high == pytest.approx(0.850, abs=0.002)
    # the same shares, but each therapist's people all alike
    together = share(np.repeat(np.arange(20) % 5 > 0, 10), np.repeat(np.arange(20), 10))
    assert together.value == 0.8 and together.high - together.low > 2.5 * (alone.high - alone.low)
    assert share(np.zeros(0, bool), []) is None
    everyone = share(np.ones(30, bool), [1, 2] * 15)
    assert everyone.high == 1 and everyone.low < 0.9
