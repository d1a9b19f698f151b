"""``accord learn``: what it says of the expected course, whatever a service lacks."""

import pytest

from accord.cli.learn import expected_words
from accord.course.expected import Lack, NoCourse
from accord.signals.examples import EXPECTED


def test_a_course_that_is_in_use_says_from_how_many_and_how_far():
    assert expected_words(EXPECTED) == (
        "The expected course of wellbeing is known up to session 12, from 212 courses."
    )


@pytest.mark.parametrize(
    ("none", "told"),
    [
        (NoCourse(Lack.COURSES, 7, 80), "7 of 80 courses have ended."),
        (NoCourse(Lack.THERAPISTS, 4, 5), "it takes 5 therapists, none of them with most of the courses."),
        (NoCourse(Lack.RATINGS, 3, 5), "too few are rated at sessions 2 to 6."),
        (
            NoCourse(Lack.FIT, reason="The columns say the same."),
            "no model could be fitted. The columns say the same.",
        ),
        (
            NoCourse(Lack.BANDS, inside=0.93),
            "its band for 80 of 100 held 93 % of people it was not learnt from.",
        ),
    ],
    ids=lambda one: one.lack.value if isinstance(one, NoCourse) else "",
)
def test_each_lack_has_its_words(none, told):
    assert expected_words(none) == f"There is no expected course of wellbeing: {told}"
