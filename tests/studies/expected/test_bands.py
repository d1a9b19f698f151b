"""What a service uses is judged as in the study: right bands are used, wrong ones are not, and absence says why."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from tests.studies.expected.test_fitting import FORM, made

from accord.course.expected import (
    NEEDED,
    NOT_LEARNT,
    THERAPISTS,
    ExpectedCourse,
    Lack,
    NoCourse,
    expected_from_json,
)
from accord.studies.expected import bands
from accord.studies.expected.bands import LANDMARKS, course_in_use, fit_parts, hold, inside
from accord.studies.expected.fitting import fit_expected
from accord.studies.expected.judging import judge
from accord.studies.expected.shares import share

TOLD = made(300, seed=4)


def moved(points):
    """The same people, each so many points better off after the first rating, as far as the scale goes."""
    by_course = np.broadcast_to(np.asarray(points, dtype=np.float64), TOLD.intake.shape)
    return replace(TOLD, value=np.clip(TOLD.value + by_course[TOLD.place], 0, 100))


AT_THE_END = moved(70)  # nine of ten ratings are at the top
CHANGED = moved(np.where(np.arange(300) < 150, -35, 55))  # the second half of the people went another way


def test_bands_that_hold_are_used_as_they_were_fitted():
    assert course_in_use(TOLD, FORM) == fit_expected(TOLD, FORM)


@pytest.mark.parametrize("told", [AT_THE_END, CHANGED], ids=["at the end of the scale", "changed half way"])
def test_bands_that_hold_too_many_are_not_used_and_say_how_many_they_held(told):
    found = course_in_use(told, FORM)
    assert isinstance(fit_expected(told, FORM), ExpectedCourse)
    assert isinstance(found, NoCourse) and found.lack is Lack.BANDS and found.inside > 0.88


def test_bands_that_hold_too_few_are_not_used(monkeypatch):
    def narrow(told, instrument, **more):
        return replace(fit_expected(told, instrument, **more), client=((1.0, 0.0), (0.0, 1.0)))

    monkeypatch.setattr(bands, "fit_expected", narrow)
    found = course_in_use(TOLD, FORM)
    assert found.lack is Lack.BANDS and found.inside < 0.7


def test_nobody_is_judged_by_people_of_their_own_therapist():
    fitted = fit_parts(TOLD, FORM, 1)
    left_out = [set(part.asked.therapist) for part in fitted.parts]
    assert len(left_out) == 5 and all(left_out)
    assert all(not out & set(part.known.therapist) for out, part in zip(left_out, fitted.parts, strict=True))
    assert sorted(name for one in left_out for name in one) == sorted(set(TOLD.therapist))


def test_the_study_counts_the_same_ratings():
    fitted = fit_parts(TOLD, FORM, 1)
    hits, therapists = inside(fitted.parts)
    by_session, _lead = judge(fitted.parts, 10.0)
    assert len(hits) == len(therapists) == int(np.isin(TOLD.number, LANDMARKS).sum())
    assert hits.sum() == sum(one.inside["model"].sum() for one in by_session.values())


def test_ratings_later_than_a_part_knows_are_not_counted_as_outside():
    # The 22nd of those who came so far: enough in all, too few in a part.
    enough = TOLD.place[TOLD.number == 6][21]
    few = (TOLD.number >= 6) & (TOLD.place > enough)
    told = replace(TOLD, place=TOLD.place[~few], number=TOLD.number[~few], value=TOLD.value[~few])
    fitted = fit_parts(told, FORM, 1)
    assert fitted.course.until >= 6 > min(part.course.until for part in fitted.parts)
    hits, _ = inside(fitted.parts)
    assert len(hits) < int(np.isin(told.number, LANDMARKS).sum())
    assert hits.mean() == pytest.approx(0.8, abs=0.05)


def test_each_thing_that_can_be_lacking_is_told_apart():
    few = TOLD.only(np.arange(300) < NEEDED - 1)
    of_four = made(200, therapists=THERAPISTS - 1)
    one_has_most = replace(made(200), therapist=np.array(["t"] * 160 + [f"t{n}" for n in range(40)], object))
    still = replace(TOLD, value=np.full(len(TOLD.value), 50.0))
    late = TOLD.number > 6
    seldom = replace(TOLD, place=TOLD.place[late], number=TOLD.number[late], value=TOLD.value[late])
    assert course_in_use(few, FORM) == NoCourse(Lack.COURSES, int(few.followed.sum()), NEEDED)
    assert course_in_use(of_four, FORM) == NoCourse(Lack.THERAPISTS, THERAPISTS - 1, THERAPISTS)
    assert course_in_use(one_has_most, FORM).lack is Lack.THERAPISTS
    assert course_in_use(seldom, FORM).lack is Lack.RATINGS
    assert course_in_use(still, FORM).lack is Lack.FIT and course_in_use(still, FORM).reason


def test_courses_that_are_just_enough_can_be_judged():
    """A fifth left out leaves fewer than are needed for use, and still enough to judge by."""
    told = made(NEEDED + 2, seed=3)
    assert isinstance(course_in_use(told, FORM), ExpectedCourse)


@pytest.mark.parametrize(
    ("hits", "of", "holds"), [(80, 100, True), (100, 100, False), (60, 100, False), (6, 10, True)]
)
def test_only_what_is_surely_off_does_not_hold(hits, of, holds):
    assert hold(share(np.arange(of) < hits, np.arange(of))) is holds


@pytest.mark.parametrize("found", [fit_expected(TOLD, FORM), NOT_LEARNT, NoCourse(Lack.BANDS, inside=0.93)])
def test_what_is_kept_comes_back(found):
    assert expected_from_json(json.loads(json.dumps(asdict(found)))) == found
