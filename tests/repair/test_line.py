"""What the line says about a repair, held to the cases in `line.yaml`, to levels at the edges, and to common sense."""

from datetime import date, timedelta
from importlib.resources import files

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict
from tests.repair.walks import unhurried

from accord.course.course import Course
from accord.course.dependability import published_spread
from accord.course.session import Rating, Session
from accord.instruments.definition import Respondent
from accord.repair.cause import Cause
from accord.repair.levels import BEFORE, SINCE, falls, levels, ratings_since
from accord.repair.line import HIGH_Z, LOW_Z, Level, Reading, read_line

FORM = "some-form"


class Case(BaseModel):
    """One course and what its line says."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    client: list[float | str]
    about: int
    reading: Reading
    wobble: float = 5.0
    signalled: bool = False
    who: list[str] = []


class LineFile(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    cases: list[Case]


CASES = LineFile.model_validate(
    yaml.safe_load((files("accord.repair") / "line.yaml").read_text(encoding="utf-8"))
).cases


def course(ratings, who=(), scale="TOTAL"):
    """One session a week with this rating each; None or a word is no answer."""
    made = []
    for place, value in enumerate(ratings):
        key = f"s{place + 1}"
        scores = {scale: float(value)} if isinstance(value, int | float) else {}
        rating = Rating(f"{key}:{FORM}", FORM, 1, Respondent.CLIENT, scores)
        made.append(
            Session(
                key,
                date(2026, 1, 5) + timedelta(weeks=place),
                place + 1,
                therapist=who[place] if place < len(who) else "t1",
                ratings=(rating,) if scores else (),
            )
        )
    return Course("c1", tuple(made))


def spread(sd):
    usual = published_spread()
    return type(usual)(usual.mean, usual.between, sd**2, usual.clients, usual.evidence)


def read(case):
    found = levels(
        course(case.client, case.who),
        f"s{case.about}",
        spread(case.wobble),
        instrument=FORM,
        signalled=case.signalled,
    )
    return read_line(*found)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_line_says_what_its_cases_say(case):
    assert read(case) is case.reading


def test_every_reading_has_a_case():
    assert {case.reading for case in CASES} == set(Reading)


BEFORE_IT, DIP = (
    Level(80, 3, 4),
    Level(60, 4, 1),
)  # with two ratings of error 4 since, a difference has an error of 5


def since(value, ratings=2, error=4.0):
    return Level(value, error, ratings)


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (80 - LOW_Z * 5 - 0.01, Reading.STILL_LOW),
        (80 - LOW_Z * 5 + 0.01, Reading.CAME_BACK),
        (80 + HIGH_Z * 5 - 0.01, Reading.CAME_BACK),
        (80 + HIGH_Z * 5 + 0.01, Reading.ROSE_ABOVE),
    ],
)
def test_the_edges_are_those_of_the_error_of_a_difference(value, reading):
    assert read_line(BEFORE_IT, DIP, since(value)) is reading


def test_out_of_the_dip_means_by_more_than_the_errors_of_both():
    edge = 75 + LOW_Z * 32**0.5
    assert read_line(BEFORE_IT, Level(75, 4, 1), since(edge + 0.01)) is Reading.CAME_BACK
    assert read_line(BEFORE_IT, Level(75, 4, 1), since(edge - 0.01)) is Reading.UNCERTAIN


def test_a_level_without_ratings_is_no_line():
    assert read_line(BEFORE_IT, DIP, since(90, ratings=0)) is Reading.NO_LINE
    assert read_line(None, DIP, since(90)) is Reading.NO_LINE
    assert read_line(BEFORE_IT, None, since(80)) is Reading.NO_DIP


points = st.floats(0, 100)
errors = st.floats(0.5, 20)
some = st.builds(Level, points, errors, st.integers(1, 9))


@unhurried
@given(some, st.none() | some, some)
def test_a_bare_point_more_never_decides(before, dip, after):
    """Whatever is said of a level inside the error of where it stood is neither *above* nor *still low*."""
    near = Level(before.value + after.error / 2, after.error, after.ratings)
    assert read_line(before, dip, near) not in (Reading.ROSE_ABOVE, Reading.STILL_LOW)


@unhurried
@given(some, some, some, st.floats(0, 50))
def test_a_higher_line_is_never_said_to_be_lower(before, dip, after, more):
    order = [Reading.STILL_LOW, Reading.UNCERTAIN, Reading.CAME_BACK, Reading.ROSE_ABOVE]
    higher = Level(after.value + more, after.error, after.ratings)
    assert order.index(read_line(before, dip, higher)) >= order.index(read_line(before, dip, after))


@unhurried
@given(some, some, some, points)
def test_moving_all_levels_by_the_same_says_the_same(before, dip, after, by):
    moved = [Level(one.value + by, one.error, one.ratings) for one in (before, dip, after)]
    edge = LOW_Z * 1e-6
    assert read_line(*moved) in {
        read_line(before, dip, Level(after.value + shift, after.error, after.ratings))
        for shift in (-edge, 0.0, edge)
    }


def test_levels_are_means_with_the_error_of_one_rating_over_the_root_of_their_number():
    found = levels(course([80, 90, 60, 84, 86]), "s3", spread(6), instrument=FORM)
    assert found.before == Level(85, pytest.approx(6 / 2**0.5), 2)
    assert found.dip == Level(60, 6, 1)
    assert found.since == Level(85, pytest.approx(6 / 2**0.5), 2)


def test_levels_look_at_the_newest_ratings_only():
    found = levels(course([*range(50, 50 + 9), 20, *range(60, 60 + 7)]), "s10", spread(5), instrument=FORM)
    assert (found.before.ratings, found.before.value) == (BEFORE, 55.5)
    assert (found.since.ratings, found.since.value) == (SINCE, 65)


def test_a_rating_that_is_low_within_the_error_is_a_dip_only_if_a_signal_said_so():
    low_enough = 85 - LOW_Z * (25 + 25 / 4) ** 0.5
    for value, fell in ((low_enough - 0.01, True), (low_enough + 0.01, False)):
        whole = course([85, 84, 86, 85, value])
        assert (levels(whole, "s5", spread(5), instrument=FORM).dip is not None) is fell
        assert levels(whole, "s5", spread(5), instrument=FORM, signalled=True).dip.value == value


def test_an_unrated_session_takes_the_next_rating_as_its_dip_only_if_it_fell():
    found = levels(course([85, 84, 86, None, 84, 85]), "s4", spread(5), instrument=FORM)
    assert found.dip is None
    assert found.since.ratings == 2  # the first of them is not used up


def test_the_rating_that_is_the_dip_is_not_among_those_since():
    for whole in (course([85, 84, 86, None, 68, 85]), course([85, 84, 86, 68, 85])):
        found = levels(whole, "s4", spread(5), instrument=FORM)
        assert (found.dip.value, found.since.value, found.since.ratings) == (68, 85, 1)


def test_another_form_or_scale_is_another_line():
    whole = course([85, 84, 86, 85, 68, 85])
    assert levels(whole, "s5", spread(5), instrument="other") == (None, None, None)
    assert levels(whole, "s5", spread(5), instrument=FORM, scale="BOND") == (None, None, None)


def test_a_session_that_is_not_there_is_told():
    with pytest.raises(ValueError, match="no session 's9'"):
        levels(course([80, 81]), "s9", spread(5), instrument=FORM)


def test_ratings_since_are_counted_with_the_same_therapist():
    whole = course([80, None, 60, None, 82, 83], who=["t1", "t1", "t1", "t1", "t1", "t2"])
    assert ratings_since(whole, "s3", instrument=FORM) == 1


def test_how_far_a_part_fell_is_the_mean_before_less_the_rating():
    whole = course([80, 90, None, 60, 84], scale="BOND")
    assert falls(whole, "s4", instrument=FORM, parts={"BOND": Cause.BOND, "GOALS": Cause.GOALS}) == {
        Cause.BOND: 25
    }
    assert falls(whole, "s3", instrument=FORM, parts={"BOND": Cause.BOND}) == {Cause.BOND: 25}
    assert falls(whole, "s1", instrument=FORM, parts={"BOND": Cause.BOND}) == {}
