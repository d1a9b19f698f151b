"""The expected course gives back what made the data, counts those who go on, and is not misled by who completes."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.validation.expected_course import dose

from accord.basics.absence import TooFew
from accord.course.expected import NEEDED, ExpectedCourse
from accord.statistics.estimate import NotFitted
from accord.studies.expected.courses import Courses
from accord.studies.expected.fitting import _lengths, _until, fit_expected

FORM = "accord-wellbeing"
EFFECTS = (40.0, 0.8, 6.0, -0.05, 1.5, -1.0)
CENTRE = 42.0


def made(clients=3000, seed=1, *, therapists=60, length=None, intake=None) -> Courses:
    """Courses that are exactly of the model, with known numbers."""
    random = np.random.default_rng(seed)
    whom = random.integers(0, therapists, clients)
    start = random.normal(0, 12, clients) if intake is None else np.full(clients, float(intake) - CENTRE)
    held = random.integers(3, 15, clients) if length is None else np.full(clients, length)
    own = random.multivariate_normal([0, 0], [[40, -8], [-8, 20]], clients)
    part = random.normal(0, 2.5, therapists)[whom]
    number = np.arange(1, held.max() + 1)
    log = np.log(number)[None, :]
    b0, b1, b2, b3, b4, b5 = EFFECTS
    d = np.log(held)[:, None]
    mean = b0 + b1 * start[:, None] + b4 * d + (b2 + b3 * start[:, None] + b5 * d) * log
    seen = mean + own[:, :1] + own[:, 1:] * log + part[:, None] + random.normal(0, 6, mean.shape)
    place, at = np.nonzero((number[None, :] <= held[:, None]) & (number[None, :] > 1))
    return Courses(
        np.array([f"t{one}" for one in whom], dtype=object),
        start + CENTRE,
        held.astype(np.int64),
        np.ones(clients, dtype=np.bool_),
        place,
        at + 1,
        seen[place, at],
    )


@pytest.fixture(scope="module")
def found() -> ExpectedCourse:
    course = fit_expected(made(), FORM)
    assert isinstance(course, ExpectedCourse)
    return course


def test_what_made_the_data_comes_back(found):
    shifted = found.centre - CENTRE  # the fit measures the intake from its own mean
    b0, b1, b2, b3, b4, b5 = EFFECTS
    true = np.array([b0 + b1 * shifted, b1, b2 + b3 * shifted, b3, b4, b5])
    errors = np.sqrt(np.diag(found.covariance))
    assert np.all(np.abs(np.array(found.effects) - true) < 4 * errors)
    assert found.residual == pytest.approx(36, rel=0.05)
    assert found.client[1][1] == pytest.approx(20, rel=0.15)
    assert found.therapist == pytest.approx(6.25, rel=0.6)


def test_the_band_holds_as_many_new_people_as_it_says(found):
    new = made(seed=2)
    for session in (2, 4, 8, 12):
        assert dose.held_against(found, new, session)["inside"] == pytest.approx(0.8, abs=0.035)


def test_the_band_that_knows_earlier_ratings_holds_as_many_and_is_narrower(found):
    new = made(1500, seed=3)
    hits, width = [], []
    for intake, ratings in zip(new.intake.tolist(), new.ratings(), strict=True):
        if 6 in ratings:
            knowing, alone = found.band(intake, ratings, 6), found.band(intake, {}, 6)
            hits.append(knowing.low <= ratings[6] <= knowing.high)
            width.append(knowing.sd / alone.sd)
    assert np.mean(hits) == pytest.approx(0.8, abs=0.04)
    assert np.mean(width) < 0.85


def test_below_the_number_of_courses_that_ended_nothing_is_said():
    told = made(150)
    going_on = replace(told, ended=np.arange(150) < NEEDED - 1)
    assert fit_expected(going_on, FORM) == TooFew(NEEDED - 1, NEEDED)
    assert isinstance(fit_expected(replace(told, ended=np.arange(150) < NEEDED), FORM), ExpectedCourse)


def test_how_long_people_stay_counts_those_who_go_on():
    # lengths 2 2 4 4, and two who are at session 2 and go on: a third ends at 2, the rest at 4
    held, ended = np.array([2, 2, 4, 4, 2, 2]), np.array([True] * 4 + [False] * 2)
    told = Courses(
        np.array(["t"] * 6, dtype=object),
        np.full(6, 40.0),
        held,
        ended,
        np.zeros(0, int),
        np.zeros(0, int),
        np.zeros(0),
    )
    lengths, slope = _lengths(told, 40.0)
    first = np.log(2) / 3 + np.log(4) * 2 / 3
    spread = (np.log(2) - first) ** 2 / 3 + (np.log(4) - first) ** 2 * 2 / 3
    assert lengths[0] == (pytest.approx(first), pytest.approx(spread))
    assert lengths[2] == (pytest.approx(np.log(4)), pytest.approx(0))
    assert slope == 0


def test_it_speaks_up_to_the_last_session_that_enough_reached():
    told = made(300)
    counts = {t: int((told.number == t).sum()) for t in range(2, 15)}
    assert _until(told) == max(t for t in counts if all(counts[s] >= 20 for s in range(2, t + 1)))
    few = told.only(np.arange(300) < 30)
    assert _until(few) < _until(told)


@pytest.mark.parametrize(
    "told",
    [made(200, therapists=1), made(200, length=8), made(200, intake=40), made(200, therapists=200)],
    ids=["one therapist", "all as long", "all began alike", "a therapist each"],
)
def test_odd_services_still_have_a_course(told):
    course = fit_expected(told, FORM)
    assert isinstance(course, ExpectedCourse)
    band = course.band(40, {2: 50.0}, 4)
    assert band.low < band.middle < band.high


def test_outcomes_that_never_move_are_no_course_and_no_traceback():
    told = made(200)
    assert isinstance(fit_expected(replace(told, value=np.full(len(told.value), 50.0)), FORM), NotFitted)


def test_higher_is_worse_for_a_form_of_symptoms():
    told = made(300)
    course = fit_expected(replace(told, value=told.value / 4, intake=told.intake / 4), "phq-9")
    assert (course.higher_is_better, course.low, course.high) == (False, 0, 27)


def test_where_people_stay_as_long_as_they_need_completers_mislead_and_this_does_less():
    """The figures of docs/method/expected-course.md, measured again on a smaller service."""
    again, kept = dose.measure(800, 3000, seed=5), json.loads(dose.FILE.read_text(encoding="utf-8"))
    for found in (again, kept):
        late = {name: by["12"] for name, by in found.items()}
        assert late["completers"]["off"] > 3.5 and late["completers"]["below"] > 0.17
        assert abs(late["ours"]["off"]) < 2 and 0.07 < late["ours"]["below"] < 0.13
        assert abs(late["ours"]["off"]) < abs(late["all"]["off"])
