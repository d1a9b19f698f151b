"""From a table of courses to alarms with reasons: gaps, dates, another therapist, blocks of clients."""

from dataclasses import replace

import numpy as np
import pytest

from accord.exchange.course_alarms import PLACES, WORDS, Reason, judge, with_levels
from accord.exchange.course_blocks import blocks, single_therapist, usual_interval, whole
from accord.exchange.course_learning import learn_from, published_for
from accord.exchange.course_presets import judge_by
from accord.exchange.course_table import CourseTable, Range
from accord.signals.learnt import PUBLISHED
from accord.signals.presets import preset

POINTS = Range(0, 100)
NO = float("nan")


def table(*courses, days=None, therapist=None, **answers):
    """Courses as lists of (session, rating)."""
    rows = [(who, number, rating) for who, course in enumerate(courses) for number, rating in course]
    client, session, rating = (np.array(column) for column in zip(*rows, strict=True))
    staff = sorted({one for one in therapist or [] if one})
    return CourseTable(
        name="r.csv",
        sha256="5" * 64,
        clients=[f"c{n}" for n in range(len(courses))],
        client=client,
        session=session,
        answers={"rating": rating.astype(float)} | {k: np.array(v, float) for k, v in answers.items()},
        days=None if days is None else np.array(days, float),
        therapists=staff,
        therapist=None if therapist is None else np.array([staff.index(t) if t else -1 for t in therapist]),
    )


def course(*ratings):
    return list(enumerate(ratings, 1))


def judged(made, learnt=None, **how):
    """Alarm and reason of each row."""
    known = learnt or published_for(made, POINTS)
    parts = [
        judge(block, made, known, known.setting.threshold)
        for block in blocks(made, usual_interval(made), **how)
    ]
    alarm = np.concatenate([part.alarm for part in parts]).tolist()
    return list(zip(alarm, [WORDS[n] for part in parts for n in part.reason], strict=True))


def test_each_row_has_a_reason():
    found = judged(table(course(90, 91, 100, NO, 89, 50, 80)))
    assert found == [
        (-1, "too few earlier answers (0 of 2)"),
        (-1, "too few earlier answers (1 of 2)"),
        (0, "at the top: an answer there never alarms"),
        (-1, "no answer"),
        (0, "no lower than earlier ratings lead to expect"),
        (1, "below the range that earlier ratings lead to expect"),
        (0, "a dip that began earlier may last; an alarm comes when one begins"),
    ]


def test_a_course_without_answers_and_one_with_a_single_one_are_judged_in_words():
    found = judged(table(course(NO, NO), course(80), course(100)))
    assert found == [(-1, "no answer")] * 2 + [(-1, "too few earlier answers (0 of 2)")] * 2


def test_what_else_was_reported_is_the_reason_where_the_rating_alone_is_none():
    ratings = course(90, 90, 90, 90, 83)
    assert judged(table(ratings, felt_off=[0] * 5))[-1][0] == 0
    alarm, reason = judged(table(ratings, felt_off=[0, 0, 0, 0, 1]))[-1]
    assert (alarm, reason) == (1, WORDS[PLACES[Reason.REPORTED, 0]])


def test_another_therapist_starts_anew():
    staff = ["T", "T", "", "T", "U", "U", "U"]
    found = judged(table(course(90, 90, 90, 90, 60, 60, 60), therapist=staff))
    assert [alarm for alarm, _ in found] == [-1, -1, 0, 0, -1, -1, 0]
    assert found[4][1] == "too few earlier answers with this therapist (0 of 2)"
    assert judged(table(course(90, 90, 90, 90, 60, 60, 60)))[4][0] == 1


def test_a_number_left_out_is_a_session_without_an_answer():
    gap, empty = table([(1, 90), (2, 91), (4, 88)]), table(course(90, 91, NO, 88))
    one, other = whole(gap).observed.ratings, whole(empty).observed.ratings
    assert np.array_equal(one, other, equal_nan=True)
    assert len(judged(gap)) == 3, "it gets no row of its own"


def test_sessions_may_count_from_nought():
    made = table([(0, 90), (1, 80)])
    assert whole(made).observed.ratings.tolist() == [[90, 80]]


def test_time_counts_in_usual_intervals_within_limits():
    courses = [(1, 9), (2, 9), (3, 9), (5, 9)], course(9, 9, 9), course(9, 9, 9)
    made = table(*courses, days=[0, 7, 7, 35, 100, 107, 500, 0, 7, 14])
    assert usual_interval(made) == 7
    elapsed = whole(made, 7.0).observed.elapsed
    assert elapsed.tolist() == [[1, 1, 0.25, 2, 2], [1, 1, 8, 1, 1], [1] * 5]
    assert whole(made).observed.elapsed is None and usual_interval(table(course(1, 2))) is None


def test_blocks_of_clients_change_nothing():
    random = np.random.default_rng(5)
    courses = [course(*random.integers(60, 101, random.integers(1, 12))) for _ in range(60)]
    staff = [random.choice(["T", "U"]) for one in courses for _ in one]
    made = table(*courses, therapist=staff)
    assert judged(made) == judged(made, most_cells=40)
    parts = list(blocks(made, most_cells=40))
    assert len(parts) > 5 and sum(part.rows.stop - part.rows.start for part in parts) == len(made)


def test_a_known_therapist_moves_the_level_a_client_starts_from():
    made = table(course(90, 90), course(90), course(90), therapist=["T", "T", "", "U"])
    learnt = replace(PUBLISHED, therapists=(("T", -4.0, 1.0),))
    par = learnt.parameters
    observed = with_levels(whole(made), made, learnt)
    assert observed.level.tolist() == [par.level - 4, par.level, par.level]
    known = par.level_sd**2 * (1 - par.therapist_share) + 1
    assert observed.level_variance == pytest.approx([known, par.level_sd**2, par.level_sd**2])


def test_a_client_who_changed_therapist_teaches_about_none():
    made = table(course(1, 2), course(1, 2), course(1), therapist=["T", "T", "T", "U", ""])
    assert single_therapist(made).tolist() == [0, -1, -1]


def test_a_preset_judges_all_clients_at_once_and_leaves_open_what_it_cannot_say():
    made = table(course(90, 92, 50, NO, 90), course(80, 81))
    (part,) = judge_by(preset("running-mean"), made, POINTS)
    assert part.alarm.tolist() == [-1, 0, 1, -1, 0, -1, 0] and np.isnan(part.p_dip).all()
    assert [part.words[n] for n in part.reason[:4]] == [
        "too few answers for this rule",
        "the rule does not hold",
        "the rule holds: 3.4 of 40 points or more below the mean of all earlier ratings.",
        "no answer",
    ]
    calm, wild = course(90, 92, 88, 91, 90), course(90, 40, 95, 30, 90)
    for made, alarm in (
        (table(calm), 1),
        (table(calm, wild), 0),
    ):  # alone, and beside somebody who moves a lot
        (part,) = judge_by(preset("gumz-2012-1sd"), made, POINTS)
        assert part.alarm[2] == alarm


def test_what_is_learnt_names_its_table_and_its_therapists():
    random = np.random.default_rng(2)
    courses = [course(*np.minimum(100, random.normal(85, 6, 8).round())) for _ in range(40)]
    staff = [("Ada", "Bo")[n % 2] for n, one in enumerate(courses) for _ in one]
    learnt = learn_from(table(*courses, therapist=staff), POINTS, 0.05)
    assert learnt.version == "55555555-0.05" and learnt.setting.false_alarms == 0.05
    assert {key for key, _, _ in learnt.therapists} == {"Ada", "Bo"} and learnt.clients == 40


def test_published_values_are_those_of_the_scale():
    learnt = published_for(table([(1, 16.5)]), Range(0, 40))
    par = learnt.parameters
    assert (par.low, par.high, par.step) == (0, 40, 0.5)
    assert par.level_sd == pytest.approx(PUBLISHED.parameters.level_sd * 0.4)
    assert learnt.settings == PUBLISHED.settings
