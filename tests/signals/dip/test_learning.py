"""A service's stated rate is the one it gets, from any past; and a past that cannot be learnt from says why."""

import json
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from tests.signals.dip.services import clean, clients

from accord.basics.faults import Faults
from accord.signals.dip import learning
from accord.signals.dip.alarm import alarms, eligible
from accord.signals.dip.drawing import pattern
from accord.signals.dip.engine import run
from accord.signals.dip.learning import SETTINGS, learn
from accord.signals.dip.model import published
from accord.signals.dip.observed import Observed
from accord.signals.dip.publishing import published_learnt
from accord.signals.learnt import PUBLISHED, Learnt, Note

NAN = np.nan


def quick(past, therapists=None, **more):
    return learn(past, therapists, version="v1", **{"draws": 2000, **more})


def numbers(value):
    """Every number anywhere in a dataclass."""
    if is_dataclass(value):
        return [x for one in fields(value) for x in numbers(getattr(value, one.name))]
    if isinstance(value, tuple):
        return [x for one in value for x in numbers(one)]
    return [value] if isinstance(value, float | int) else []


def realised(learnt, therapist_of, new, stated):
    """The share of clean sessions of new clients that raise an alarm."""
    shift = {int(key): (by, error) for key, by, error in learnt.therapists}
    par = learnt.parameters
    level = np.array([par.level + shift.get(one, (0, 0))[0] for one in therapist_of])
    inside = (1 - par.therapist_share) * par.level_sd**2
    variance = np.array(
        [inside + shift[one][1] ** 2 if one in shift else par.level_sd**2 for one in therapist_of]
    )
    observed = replace(new.observed, level=level, level_variance=variance)
    raised = alarms(run(par, observed), observed, learnt.at(stated).threshold)
    return raised[clean(new)].mean(), raised, new


def service(seed, past=200, new=3000):
    """A past and new clients of the same ten therapists."""
    random = np.random.default_rng(seed)
    shift = 2.0 * random.standard_normal(10)
    old, coming = random.integers(10, size=past), random.integers(10, size=new)
    return (
        clients(past, seed, shift=shift[old]).observed,
        old,
        clients(new, seed + 1000, shift=shift[coming]),
        coming,
    )


@pytest.mark.slow
def test_four_percent_stated_are_four_percent_realised_over_ten_services():
    rates, real, seen, expected = [], [], [], []
    for seed in range(31, 41):
        past, old, new, coming = service(seed)
        learnt = learn(past, old, version="v1", seed=seed)
        rate, raised, drawn = realised(learnt, coming, new, 0.04)
        rates.append(rate / 0.04)
        real.append(drawn.in_dip[raised].mean())
        seen.append(raised[drawn.onset & eligible(drawn.observed)].mean())
        expected.append((learnt.setting.real, learnt.setting.seen))
    assert np.mean(rates) == pytest.approx(1, abs=0.15), np.round(rates, 2)
    # Promise for 200 clients: four services in five within 22 %; of ten, one more may lie outside by chance.
    assert sum(abs(rate - 1) <= 0.22 for rate in rates) >= 7, np.round(rates, 2)
    assert np.mean(real) == pytest.approx(np.mean([one for one, _ in expected]), abs=0.06)
    # From 200 clients dips look a little deeper than they are, so that some 6 in 100 more are expected to be seen; with
    # the study's wider priors it is 4, but then fewer services keep their rate (8 of these ten instead of all).
    assert np.mean(seen) == pytest.approx(np.mean([one for _, one in expected]), abs=0.08)


def test_one_service_gets_about_its_rate_at_every_setting():
    past, old, new, coming = service(42)
    learnt = learn(past, old, version="v1", seed=1)
    for stated in (0.02, 0.04, 0.08):
        assert realised(learnt, coming, new, stated)[0] == pytest.approx(stated, rel=0.35), stated
    thresholds = [one.threshold for one in learnt.settings]
    assert [one.false_alarms for one in learnt.settings] == list(SETTINGS)
    assert thresholds == sorted(thresholds, reverse=True)
    assert all(one.seen <= one.seen_in_time and 0 < one.real < 1 for one in learnt.settings)
    assert learnt.check.agrees
    assert (learnt.clients, learnt.note) == (200, Note.NONE)


def test_a_model_that_does_not_fit_the_past_is_noticed():
    """Clients who fall at random far more often than any dip: the past has more alarms than expected, or fewer."""
    past = clients(300, 43).observed
    learnt = quick(past)
    assert learnt.check.agrees
    sawtooth = past.ratings.copy()
    sawtooth[:, 2:] = np.where(np.arange(6) % 3 == 2, 60.0, 90.0)
    wrong = quick(replace(past, ratings=sawtooth))
    assert not wrong.check.agrees


def test_the_same_seed_gives_the_same_and_another_nearly_so():
    past = clients(60, 44).observed
    one, again, other = quick(past), quick(past), quick(past, seed=7)
    assert one == again
    assert other.setting.threshold != one.setting.threshold
    assert other.setting.threshold == pytest.approx(one.setting.threshold, abs=0.15)


def test_therapists_enter_the_result_and_the_drawn_courses(monkeypatch):
    told = {}

    def spy(par, past, *rest):
        told.update(par=par, level=past.level, variance=past.level_variance)
        return settle(par, past, *rest)

    settle = learning.settle
    monkeypatch.setattr(learning, "settle", spy)
    who = np.arange(200) % 4
    past = clients(200, 48, shift=np.array([-6.0, -2.0, 2.0, 6.0])[who]).observed
    learnt = quick(past, who)
    shift = np.array([by for _, by, _ in learnt.therapists])
    assert [key for key, _, _ in learnt.therapists] == ["0", "1", "2", "3"]
    assert learnt.parameters.therapist_share > 0.12
    assert told["par"] == learnt.parameters
    assert told["level"] == pytest.approx(learnt.parameters.level + shift[who])
    assert (told["variance"] < learnt.parameters.level_sd**2).all()


def test_what_was_learnt_goes_through_json_unchanged():
    learnt = quick(clients(30, 45).observed, np.arange(30) % 3)
    kept = json.dumps(learnt.as_json(), allow_nan=False)
    assert Learnt.from_json(json.loads(kept)) == learnt


def test_short_courses_and_changes_of_therapist_are_drawn_as_they_were():
    past = clients(120, 46, sessions=10).observed
    past.ratings[:60, 4:] = NAN
    again = np.zeros((120, 10), bool)
    again[60:, 5] = True
    learnt = quick(replace(past, restart=again, elapsed=np.ones((120, 10))))
    assert learnt.note is Note.NONE
    assert learnt.check.agrees


def test_published_values_are_the_ones_that_the_file_has():
    """`python -m accord.signals.dip.publishing` writes it."""
    made = published_learnt()
    assert numbers(PUBLISHED) == pytest.approx(numbers(made), rel=1e-4)
    assert (made.note, made.clients, made.check) == (Note.PUBLISHED, 0, None)
    assert made.parameters == published()
    assert PUBLISHED.version == "published"


def table(*rows):
    return Observed(ratings=np.array(rows, np.float64))


SMALL = {
    "one client, one session": (table([80.0]), 1, Note.NONE),
    "one client, two sessions": (table([80.0, 90.0]), 1, Note.NONE),
    "one client, eight sessions": (table([80.0, 82, 79, 85, 84, 70, 83, 88]), 1, Note.NONE),
    "no answer at all": (table([NAN, NAN], [NAN, NAN]), 0, Note.PUBLISHED),
    "no client": (pattern(0, 8), 0, Note.PUBLISHED),
    "no session": (pattern(5, 0), 0, Note.PUBLISHED),
    "always the same": (table(*[[70.0] * 6] * 30), 30, Note.EVEN),
    "always at the top": (table(*[[100.0] * 6] * 30), 30, Note.TOP),
    "one answer each": (table(*[[70.0 + k] for k in range(25)]), 25, Note.NONE),
    "always at the bottom": (table(*[[0.0] * 3] * 30), 30, Note.NONE),
    "two far camps": (table(*[[0.0, 100, 0, 100]] * 15, *[[100.0, 0, 100, 0]] * 15), 30, None),
}


@pytest.mark.parametrize("name", SMALL)
def test_any_past_however_small_or_odd_gives_settings_that_hold(name):
    past, counted, note = SMALL[name]
    learnt = quick(past)
    assert learnt.clients == counted
    assert note is None or learnt.note is note
    assert np.isfinite(numbers(learnt)).all()
    json.dumps(learnt.as_json(), allow_nan=False)
    assert [one.false_alarms for one in learnt.settings] == list(SETTINGS)
    assert 0 < learnt.setting.alarms < 0.5 or learnt.note in (Note.TOP, Note.EVEN)


def test_one_client_leaves_a_service_close_to_the_published_threshold():
    learnt = quick(table([88.0, 90, 91, 87, 90]))
    assert learnt.setting.threshold == pytest.approx(PUBLISHED.setting.threshold, abs=0.5)


def test_all_faults_of_a_past_are_told_at_once_by_row_and_without_its_values():
    ratings = np.full((14, 3), 50.0)
    ratings[0, 1], ratings[13, 2] = 171.5, -3.25
    twin = np.full((14, 3), 50.0)
    twin[1:13, 0] = 171.5
    with pytest.raises(Faults) as told:
        quick(Observed(ratings=ratings, twin=twin, felt_off=np.full((14, 3), 0.5)))
    text = str(told.value)
    assert "ratings: Values outside 0 to 100 in rows 1, 14." in text
    assert "twin: Values outside 0 to 100 in rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more." in text
    assert "felt_off" in text
    assert "171" not in text and "3.25" not in text


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"low": 100.0}, "range"),
        ({"high": np.inf}, "range"),
        ({"step": 0.0}, "step"),
        ({"chosen": 0.05}, "false alarms"),
        ({"settings": (0.04, 1.5)}, "settings"),
        ({"draws": 0}, "draws"),
        ({"therapists": [1, 2]}, "therapists"),
        ({"therapists": [0.5]}, "therapists"),
        ({"therapists": [-2]}, "therapists"),
    ],
)
def test_what_cannot_be_meant_is_refused(more, where):
    with pytest.raises(Faults) as told:
        quick(table([80.0]), **more)
    assert {fault.where for fault in told.value.faults} == {where}


def test_an_infinite_rating_is_outside():
    with pytest.raises(Faults, match="row 2"):
        quick(table([80.0], [np.inf]))


def test_a_therapist_who_is_no_number_is_unknown():
    past = clients(40, 47).observed
    none = quick(past)
    unknown = quick(past, np.full(40, NAN))
    assert unknown == none
    some = quick(past, np.where(np.arange(40) < 20, 3.0, NAN))
    assert [key for key, _, _ in some.therapists] == ["3"]
