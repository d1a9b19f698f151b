"""Where a line stood, fell to and stands: which ratings count, when the filter is asked, and how sure that is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accord.course.course import Course
from accord.course.dependability import published_spread
from accord.course.session import Rating, Session
from accord.instruments.definition import Respondent
from accord.repair.line import Reading, read_line
from accord.signals.known import MAIN, TOTAL
from accord.signals.learnt import PUBLISHED
from accord.web.repair.levels import error_of, levels

SPREAD = published_spread()


def course(*ratings: float | None, therapist: str = "t") -> Course:
    """A session a week with these ratings; its keys are s1, s2, ..."""
    sessions = []
    for number, value in enumerate(ratings, 1):
        rating = (
            Rating(f"r{number}", MAIN, 1, Respondent.CLIENT, {TOTAL: value}) if value is not None else None
        )
        day = date(2026, 1, 5) + timedelta(weeks=number)
        sessions.append(
            Session(f"s{number}", day, number, therapist=therapist, ratings=(rating,) if rating else ())
        )
    return Course("c", tuple(sessions))


def read(line: Course, about: str, *since: str, fell: bool = True):
    return levels(line, about=about, since=since, learnt=PUBLISHED, among=SPREAD, fell=fell)


@pytest.mark.parametrize(
    ("ratings", "since", "reading"),
    [
        ((86, 88, 87, 86, 62, 86, 88), ("s6", "s7"), Reading.CAME_BACK),
        ((86, 88, 87, 86, 62, 86), ("s6",), Reading.UNCERTAIN),  # one is a hint
        ((86, 88, 87, 86, 62, 64, 63), ("s6", "s7"), Reading.STILL_LOW),
        ((70, 72, 71, 70, 55, 97, 98), ("s6", "s7"), Reading.ROSE_ABOVE),
        ((86, 88, 87, 86, 62, 89, 89), ("s6", "s7"), Reading.CAME_BACK),  # a bare point more is not above
        ((86, 88, 87, 86, 62), (), Reading.NO_LINE),
        ((62, 86, 88), ("s2", "s3"), Reading.NO_LINE),  # nothing was rated before
    ],
)
def test_what_the_line_says(ratings, since, reading):
    line = course(*map(float, ratings))
    about = "s1" if ratings[0] == 62 else "s5"
    assert read_line(*read(line, about, *since)) is reading


def test_what_was_rated_between_the_strain_and_the_beginning_counts_to_neither_side():
    line = course(86.0, 88.0, 87.0, 86.0, 62.0, 40.0, 86.0, 88.0)
    found = read(line, "s5", "s7", "s8")
    assert found.since is not None and (found.since.value, found.since.ratings) == (87.0, 2)
    assert found.dip is not None and found.dip.value == 62.0


def test_later_ratings_do_not_move_the_level_before():
    short, long = course(86.0, 88.0, 87.0, 86.0, 62.0), course(86.0, 88.0, 87.0, 86.0, 62.0, 99.0, 99.0)
    assert read(short, "s5").before == read(long, "s5", "s6", "s7").before


def test_the_level_before_is_the_filters_where_it_has_enough_and_else_a_mean():
    enough = read(course(86.0, 88.0, 62.0), "s3").before
    few = read(course(86.0, 62.0), "s2").before
    assert enough is not None and enough.ratings == 2 and enough.value != 87.0
    assert few is not None and (few.value, few.error) == (86.0, pytest.approx(SPREAD.within**0.5))


def test_another_therapist_begins_anew():
    line = course(86.0, 88.0, 87.0, 62.0)
    handed = replace(line, sessions=(*line.sessions[:3], replace(line.sessions[3], therapist="new")))
    assert read(handed, "s4").before is None


def test_a_session_that_is_not_there_gives_no_line():
    assert read(course(86.0, 88.0), "nowhere") == (None, None, None)
    assert read(course(86.0, 88.0), "") == (None, None, None)


def test_the_error_of_a_mean_falls_with_its_ratings_and_less_than_by_their_root():
    one, two, three = (error_of(count, PUBLISHED.parameters) for count in (1, 2, 3))
    assert one > two > three > one / 3**0.5  # what passes is shared by neighbouring sessions
