"""The arithmetic inside rules, each figure worked by hand, where a case alone would not show a wrong one."""

from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from types import SimpleNamespace

import pytest

from accord.course.course import Course
from accord.course.review import TUKEY_95
from accord.course.session import Attendance, Rating, Session
from accord.instruments.definition import Missing, Respondent
from accord.signals.known import MAIN, PARTS, TENSION, TENSION_TWIN, TOTAL, WELLBEING, Known
from accord.signals.rules import (
    absences,
    fell_silent,
    gap,
    invariant,
    outcome_worse,
    overdue,
    slide,
    split,
    tension,
)
from accord.signals.signal import DESIGN

SPREAD = Known().spreads["TOTAL"]


def sessions(*ratings: tuple[Rating, ...]) -> Course:
    """A session a week that was attended, with these ratings."""
    return Course(
        "c1",
        tuple(
            Session(
                f"s{n}",
                date(2026, 1, 5) + timedelta(days=7 * n),
                n,
                attendance=Attendance.ATTENDED,
                ratings=one,
            )
            for n, one in enumerate(ratings, start=1)
        ),
    )


def rating(form: str, scores, answers=None) -> Rating:
    return Rating(f"r:{form}", form, 1, Respondent.CLIENT, scores, answers=answers or {})


def test_the_chance_of_absences_is_binomial_with_a_half_added_on_each_side():
    assert absences._by_chance(2, 0, 4) == pytest.approx(3 * 0.1**2 * 0.9 + 0.1**3)  # habit .5 of 5
    assert absences._by_chance(1, 1, 4) == pytest.approx(1 - 0.7**3)  # 1.5 of 5
    assert absences._by_chance(3, 3, 10) == pytest.approx((3.5 / 11) ** 3)


def test_a_line_through_four_ratings_falls_by_its_slope_and_needs_its_own_error():
    # 90 80 85 75: slope -4, off the line by 1.5 -4.5 4.5 -1.5: 45 on 2 degrees is 22.5; 5 is the spread of places
    fall = slide._fitted((90, 80, 85, 75), within=1)
    assert (fall.ratings, fall.points) == (4, pytest.approx(12))
    assert fall.needed == pytest.approx(slide.TIMES_ERROR * sqrt(22.5 / 5) * 3)
    assert slide._fitted((90, 80, 85, 75), within=30).needed == pytest.approx(slide.TIMES_ERROR * sqrt(6) * 3)


@pytest.mark.parametrize(
    ("values", "ratings"),
    [
        ((92, 84, 76, 68), 4),
        ((60, 92, 86, 80, 74, 68), 5),  # the first does not belong to it
        ((60, 60, 92, 84, 76, 68), 4),
        ((60, 95, 80, 65), None),  # three ratings are no slide, however steep
    ],
)
def test_the_longest_line_that_falls_is_taken_down_to_four_ratings(values, ratings):
    found = slide.falling(values, within=20)
    assert (found and found.ratings) == ratings


def test_a_client_whose_differences_vary_needs_more_of_them():
    # 10 40 10 40 under the bond: mean 25, off by 15 each: 900 on 3 degrees is 300
    forms = [split.Parts(None, 90.0, {"GOALS": 90.0 - far}) for far in (10, 40, 10, 40)]  # type: ignore[arg-type]  # no session is read
    found = split._mean(forms, "GOALS", single=72)
    assert found.needed == pytest.approx(TUKEY_95[3] * sqrt(300 / 4))
    assert split._mean(forms, "GOALS", single=400).needed == pytest.approx(TUKEY_95[3] * sqrt(400 / 4))


def test_only_the_latest_eight_differences_are_pooled():
    forms = [split.Parts(None, 90.0, {"GOALS": 90.0 - far}) for far in (50, 50, *[20.0] * 8)]  # type: ignore[arg-type]  # no session is read
    found = split.under(forms, single=72)
    assert (found.ratings, found.points, found.needed) == (
        8,
        20,
        8,
    )  # the error of eight allows 7.0, but 8 it must be


def test_two_lines_of_one_form_differ_by_their_own_errors_alone():
    # items vary by 100, their mean by 64: (4 x 64 - 100) / 3 = 52 is shared, so two differ by 2 x 48
    known = Known(
        spreads={**{one: replace(SPREAD, within=100.0) for one in PARTS}, TOTAL: replace(SPREAD, within=64.0)}
    )
    assert split._difference(known) == pytest.approx(96)
    alone = replace(
        known, spreads={**known.spreads, TOTAL: replace(SPREAD, within=25.0)}
    )  # nothing is shared
    assert split._difference(alone) == pytest.approx(200)
    assert split._difference(Known()) == 72  # never below what is assumed of items


@pytest.mark.parametrize(("step", "alone"), [(6.3, True), (5.7, False)])
def test_a_step_with_more_than_six_tenths_of_a_fall_is_no_slide(step, alone):
    assert slide._one_step((90, 90 - step, 88 - step, 86 - step), slide.Fall(4, points=10, needed=5)) is alone


def test_pairs_that_never_vary_tell_nothing_of_tracking():
    pairs = [gap.Pair(None, 80.0, 70.0 + n) for n in range(5)]  # type: ignore[arg-type]  # no session is read
    assert gap.tracking(pairs, SPREAD) is None
    assert gap.tracking(pairs, replace(SPREAD, within=0.0)) is None


def test_a_gap_is_that_of_the_latest_eight_pairs():
    pairs = [gap.Pair(None, 80.0, own) for own in (80.0, 80.0, *[30.0] * 8)]  # type: ignore[arg-type]  # no session is read
    found = gap.apart(pairs, SPREAD)
    assert (found.pairs, found.bias) == (8, -50)


def test_tracking_needs_five_pairs_and_a_fifth_of_its_own_data():
    # the client's ratings vary by 10 0 -10 0 0: squares 200; usual is 1 / .3^2 = 11.1, and a fifth is told from 2.78 on
    pairs = [gap.Pair(None, 80.0 + far, 70.0 + far) for far in (10, 0, -10, 0, 0)]  # type: ignore[arg-type]  # no session is read
    assert gap.tracking(pairs, replace(SPREAD, within=200 / 2.6)) is None
    assert gap.tracking(pairs, replace(SPREAD, within=200 / 2.9)) == pytest.approx(
        (2.9 * 1 + 0.36 / 0.09) / (2.9 + 1 / 0.09)
    )
    assert gap.tracking(pairs[:4], replace(SPREAD, within=1.0)) is None


@pytest.mark.parametrize("line", [1, 2, 3, 4])
def test_any_of_the_four_lines_may_be_the_one_that_differs(line):
    same = dict.fromkeys((1, 2, 3, 4), 70.0)
    held = [(rating(MAIN, {}, same),), (rating(MAIN, {}, same),), (rating(MAIN, {}, same | {line: 71.0}),)]
    assert invariant.detect(sessions(*held), Known()) == []


def test_scores_without_answers_are_no_silence_and_neither_is_declining():
    scored, declined = (
        rating(MAIN, {"TOTAL": 80.0}),
        rating(MAIN, {}, dict.fromkeys((1, 2, 3, 4), Missing.DECLINED)),
    )
    opened = rating(MAIN, {}, dict.fromkeys((1, 2, 3, 4), Missing.NOT_REACHED))
    for last in (scored, declined):
        assert fell_silent.detect(sessions((scored,), (scored,), (), (last,)), Known()) == []
    (found,) = fell_silent.detect(sessions((scored,), (scored,), *[(opened,)] * 4), Known())
    assert (found.facts["sessions"], found.strength) == (4, 1.0)


def test_wellbeing_that_varies_needs_a_larger_fall():
    # steps 25 45 40 35: squares 5475 over 2 x 4; the last rating is not counted in
    values = (60, 85, 40, 80, 45, 0)
    assert outcome_worse.needed_fall(values) == pytest.approx(1.96 * sqrt(2 * 5475 / 8))
    assert outcome_worse.needed_fall(values[:5]) == pytest.approx(
        1.96 * sqrt(2 * 256 * 0.2)
    )  # four are too few


def test_a_published_error_of_the_instrument_comes_before_an_assumed_one(monkeypatch):
    monkeypatch.setattr(outcome_worse, "_published", lambda: (12.5, DESIGN))
    assert outcome_worse.needed_fall((60, 40)) == 12.5


@pytest.mark.parametrize("points", [12.5, None])
def test_the_published_error_is_the_one_in_the_instruments_definition(monkeypatch, points):
    change = points and SimpleNamespace(points=points, evidence=DESIGN)
    monkeypatch.setattr(
        outcome_worse, "instrument", lambda id: SimpleNamespace(scale=lambda scale: scales[id, scale])
    )
    scales = {(WELLBEING, TOTAL): SimpleNamespace(change=change)}
    assert outcome_worse._published.__wrapped__() == (points and (points, DESIGN))


def test_how_strong_tension_was_moves_its_signal_by_a_quarter():
    told = [tension._strength(0.6, strong) for strong in (None, 0, 50, 100)]
    assert told == pytest.approx([0.6, 0.45, 0.6, 0.75])
    assert tension._strength(1.0, 100) == 1.0


def test_the_stronger_of_two_reports_counts():
    client = rating(TENSION, {}, {1: 1.0, 2: 20.0})
    twin = Rating("r:twin", TENSION_TWIN, 1, Respondent.THERAPIST, {}, answers={1: 1.0, 2: 40.0})
    no = rating(TENSION, {}, {1: 0.0})
    strengths = [
        tension.detect(sessions(forms), Known())[0].strength
        for forms in ((client,), (no, twin), (client, twin))
    ]
    assert strengths == pytest.approx([0.8 * 0.85, 0.6 * 0.95, 0.95])


def test_an_instrument_that_is_not_known_here_is_taken_for_a_measure_of_the_alliance():
    held = [(), (), (rating("some-other-form", {"TOTAL": 4.0}),)]
    assert overdue.detect(sessions(*held), Known()) == []
    assert overdue.detect(sessions(*held[:2], ()), Known())[0].shape == "nothing"


@pytest.mark.parametrize(
    ("scores", "answers"),
    [
        (dict.fromkeys(("BOND", "GOALS", "TASKS", "OVERALL"), 70.0), None),  # an import without answers
        ({}, {1: 70.0, 2: 70.0, 3: 70.0, 4: Missing.DECLINED}),  # answers that nobody scored
    ],
)
def test_one_answer_throughout_is_seen_in_answers_or_else_in_scores(scores, answers):
    form = (rating(MAIN, scores, answers),)
    (found,) = invariant.detect(sessions(form, form, form), Known())
    assert found.facts == {"sessions": 3.0, "answer": 70.0}
