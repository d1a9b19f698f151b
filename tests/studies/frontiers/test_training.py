"""After a training: an effect is found, and each reason why it cannot be told is told."""

from datetime import timedelta

import numpy as np
import pytest
from tests.studies.frontiers.test_examples import check_words
from tests.studies.snapshot.making import ALLIANCE, BEGAN, Told, make_snapshot

from accord.basics.absence import TooFew
from accord.studies.frontiers import training
from accord.studies.result import Options, Verdict
from accord.studies.snapshot.opened import open_snapshot

WEEKS = 130


def told(
    folder,
    *,
    trained: int,
    others: int,
    gain: float = 0.0,
    ahead: float = 0.0,
    spread: int = 20,
    noise: float = 3.0,
    late: tuple[bool, bool] = (False, False),
    growth: float = 0.0,
):
    """Therapists with one long course each; the trained ones gain `gain` points after, and `ahead` in every week.

    `late`: whether trained ones and others begin after 45 weeks; `growth` is gained at each of the first 20 sessions.
    """
    draw = np.random.default_rng(3)
    courses, trainings = [], []
    for one in range(trained + others):
        week = 60 + (one * 7) % (spread + 1) if one < trained else WEEKS + 1
        level = draw.normal(60, 4)
        ratings, first = [], 46 if late[one >= trained] else 1
        for place in range(first, WEEKS + 1):
            slope = ahead * place if one < trained else 0.0
            value = (
                level
                + slope
                + growth * min(place - first, 20)
                + gain * (place > week)
                + draw.normal(0, noise)
            )
            ratings.append((place, ALLIANCE, float(value)))
        courses.append(
            Told(
                f"c{one}",
                ["cancelled"] * (first - 1) + ["attended"] * (WEEKS - first + 1),
                therapist=f"t{one}",
                ratings=ratings,
                ended=False,
            )
        )
        if one < trained:
            trainings.append(
                {"therapist": f"t{one}", "training": "alliance", "day": BEGAN + timedelta(days=7 * week + 3)}
            )
    return make_snapshot(folder / "s", courses, trainings=trainings)


def answered(path):
    with open_snapshot(path) as snapshot:
        study = training.run(snapshot, Options(draws=200))
    check_words(study)
    return study


def test_a_gain_is_found_and_made_up_days_show_none(tmp_path):
    study = answered(told(tmp_path, trained=15, others=15, gain=4.0))
    line = study.line("alliance")
    assert study.verdict is Verdict.DESCRIBES
    assert line.low < 4.0 < line.high
    assert line.low > 2.5
    assert study.line("placebo").value == 0
    assert study.line("trend").low < 0 < study.line("trend").high
    assert study.n["trained"] == 15 and study.n["controls"] == 15


@pytest.mark.parametrize(
    "late", [(True, False), (False, True)], ids=["trained begin late", "others begin late"]
)
def test_a_caseload_that_is_younger_is_no_effect(tmp_path, late):
    line = answered(told(tmp_path, trained=15, others=15, gain=4.0, growth=1.0, late=late)).line("alliance")
    assert line.low < 4.0 < line.high
    assert line.value == pytest.approx(4.0, abs=0.6)


def test_where_nothing_changed_no_change_is_seen(tmp_path):
    study = answered(told(tmp_path, trained=15, others=15))
    assert study.verdict is Verdict.NO_ASSOCIATION


def test_those_trained_later_are_controls_of_those_trained_before(tmp_path):
    study = answered(told(tmp_path, trained=30, others=0, gain=4.0, spread=48))
    assert study.verdict is Verdict.DESCRIBES
    assert study.line("alliance").low < 4.0 < study.line("alliance").high


@pytest.mark.parametrize(
    "given, verdict, why",
    [
        ({"trained": 9, "others": 15}, Verdict.TOO_FEW, "few_trained"),
        ({"trained": 15, "others": 9}, Verdict.TOO_FEW, "few_controls"),
        ({"trained": 15, "others": 0, "spread": 5}, Verdict.CANNOT_TELL, "all_at_once"),
        ({"trained": 15, "others": 15, "gain": 4.0, "ahead": 0.2}, Verdict.CANNOT_TELL, "trend_before"),
        ({"trained": 0, "others": 15}, Verdict.TOO_FEW, "nobody_trained"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_why_it_cannot_be_told(tmp_path, given, verdict, why):
    study = answered(told(tmp_path, **given))
    assert study.verdict is verdict
    assert why in study.notes


def test_an_interval_too_wide_to_tell_is_too_few(tmp_path):
    study = answered(told(tmp_path, trained=10, others=10, noise=40.0))
    assert study.verdict is Verdict.TOO_FEW


def test_two_who_were_trained_are_not_counted_out(tmp_path):
    """Each of the two knows who the other is; so neither how many, nor their change on a made-up day."""
    study = answered(told(tmp_path, trained=2, others=15, gain=4.0))
    assert "trained" not in study.n and study.facts["trained"] == "fewer than 5"
    assert study.line("alliance").value == TooFew(5, 10, under=True)
    (row,) = next(one for one in study.tables if one.name == "trainings").rows
    assert row == ("alliance", None)


def test_made_up_days_of_a_handful_of_therapists_are_left_out(tmp_path):
    study = answered(told(tmp_path, trained=10, others=15, spread=48))
    placebo = next(one for one in study.tables if one.name == "placebo")
    assert placebo.rows and all(used >= 5 for _, _, used in placebo.rows)
