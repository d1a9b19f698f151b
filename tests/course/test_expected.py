"""The expected course answers as the normal distribution does, and only from what was known by then."""

import json
from dataclasses import replace
from math import log, sqrt

import numpy as np
import pytest

from accord.course.expected import ExpectedCourse

COURSE = ExpectedCourse(
    instrument="accord-wellbeing",
    low=0,
    high=100,
    higher_is_better=True,
    centre=42,
    effects=(40.0, 0.8, 6.0, -0.02, 1.5, -1.0),
    covariance=tuple(tuple(0.01 * (1 + (i == j)) for j in range(6)) for i in range(6)),
    client=((48.0, -11.0), (-11.0, 32.0)),
    therapist=3.0,
    residual=44.0,
    lengths=((2.0, 0.4), (2.1, 0.3), (2.2, 0.2), (2.3, 0.1), (2.4, 0.05)),
    length_intake=0.002,
    until=8,
    courses=300,
    therapists=20,
    ratings=2000,
)


def by_matrices(course, intake, ratings, session):
    """Mean and SD of a new rating given the others, from one joint normal distribution."""
    start = intake - course.centre
    mean, variance = course.lengths[min(session, len(course.lengths)) - 1]
    length = max(log(session), mean + course.length_intake * start)
    numbers = [*sorted(ratings), session]
    x = np.array([[1, start, log(t), start * log(t), length, length * log(t)] for t in numbers])
    z = np.array([[1, log(t)] for t in numbers])
    dose = np.array(course.effects[4:])
    g = np.array(course.client) + variance * np.outer(dose, dose) + np.diag([course.therapist, 0])
    joint = x @ np.array(course.covariance) @ x.T + z @ g @ z.T + course.residual * np.eye(len(numbers))
    middle = x @ np.array(course.effects)
    seen = np.array([ratings[t] for t in numbers[:-1]])
    gain = joint[-1, :-1] @ np.linalg.inv(joint[:-1, :-1]) if len(seen) else np.zeros(0)
    return middle[-1] + gain @ (seen - middle[:-1]), sqrt(joint[-1, -1] - gain @ joint[:-1, -1])


@pytest.mark.parametrize(
    ("intake", "ratings", "session"),
    [(42, {}, 2), (60, {}, 8), (20, {2: 25}, 3), (55, {2: 50, 3: 41, 5: 30}, 7)],
)
def test_the_band_is_that_of_one_joint_normal_distribution(intake, ratings, session):
    found = COURSE.band(intake, ratings, session)
    middle, sd = by_matrices(COURSE, intake, ratings, session)
    assert (found.middle, found.sd) == (pytest.approx(middle, abs=1e-9), pytest.approx(sd, abs=1e-9))
    assert found.high - found.low == pytest.approx(2 * 1.2815515655446004 * sd, abs=1e-9)
    narrow = COURSE.band(intake, ratings, session, 0.68)
    assert narrow.high - narrow.low == pytest.approx(2 * 0.9944578832097535 * sd, abs=1e-9)


def test_only_ratings_from_before_are_used():
    told = {2: 50.0, 3: 41.0, 4: 10.0, 5: 99.0}
    assert COURSE.band(55, told, 4) == COURSE.band(55, {2: 50.0, 3: 41.0}, 4)
    assert COURSE.band(55, told, 4, earlier=False) == COURSE.band(55, {}, 4)


def test_every_rating_narrows_the_band_and_draws_it_along():
    alone, knowing = COURSE.band(50, {}, 6), COURSE.band(50, {2: 30.0, 3: 28.0}, 6)
    assert knowing.sd < alone.sd
    assert knowing.middle < alone.middle - 10


def test_nothing_is_said_of_the_first_session_and_past_the_last_one():
    assert [COURSE.band(50, {}, session) is None for session in (0, 1, 2, 8, 9)] == [
        True,
        True,
        False,
        False,
        True,
    ]


def test_the_band_ends_where_the_scale_ends():
    assert COURSE.band(98, {}, 8).high == 100
    assert COURSE.band(2, {}, 2).low == 0


def test_worse_is_down_or_up_as_the_form_has_it():
    band = COURSE.band(50, {}, 4)
    assert COURSE.worse(band.low - 0.1, band) and not COURSE.worse(band.low, band)
    assert not COURSE.worse(band.high + 1, band)
    turned = replace(COURSE, higher_is_better=False)
    assert turned.worse(band.high + 0.1, band) and not turned.worse(band.low - 1, band)


def test_how_long_people_stay_is_part_of_what_is_not_known():
    sure = replace(COURSE, lengths=tuple((mean, 0.0) for mean, _ in COURSE.lengths))
    assert COURSE.band(50, {}, 2).sd > sure.band(50, {}, 2).sd


def test_the_end_is_foretold_for_a_session_after_this_one():
    end = COURSE.at_the_end(50, {2: 45.0}, 3)
    assert end.sd > COURSE.band(50, {2: 45.0}, 4).sd  # further away than the next one
    assert COURSE.at_the_end(50, {}, 30).middle  # longer than any course seen


def test_it_comes_back_from_what_is_stored():
    assert ExpectedCourse.from_json(json.loads(json.dumps(COURSE.as_json()))) == COURSE


def test_it_is_quick_enough_for_a_page():
    from time import perf_counter

    ratings = dict.fromkeys(range(2, 9), 50.0)
    begun = perf_counter()
    for _ in range(100):
        COURSE.band(50, ratings, 8)
    assert perf_counter() - begun < 0.5  # 5 ms each; some 0.3 ms when measured
