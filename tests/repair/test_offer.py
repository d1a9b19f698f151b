"""Which endings are open, and the reason for each that is not; when to look again, and what has waited too long."""

from datetime import timedelta

import pytest
from tests.repair.walks import BEGAN, event

from accord.repair.event import Ending, Kind, Step
from accord.repair.line import Reading
from accord.repair.offer import Facts, look_again, offers, overdue
from accord.repair.state import replay
from accord.repair.texts import not_yet, texts

DAY = timedelta(days=1)
BEGUN = replay([event(Kind.BEGAN)])
NAMED = replay([event(Kind.BEGAN), event(Kind.TOOK, BEGAN + DAY, step=Step.NAME)])
OWNED = replay([event(Kind.BEGAN), event(Kind.TOOK, BEGAN + DAY, step=Step.OWN)])
CLOSED = replay([event(Kind.BEGAN), event(Kind.CLOSED, BEGAN + DAY)])


def told(repair, **facts):
    return {one.ending.value: one.not_yet for one in offers(repair, Facts(**facts))}


RATED = {"sessions_since": 2, "ratings_since": 2}
CASES = [
    (Reading.NO_LINE, {}, {"came_back": "not_rated", "rose_above": "not_rated"}),
    (Reading.NO_LINE, RATED, {"came_back": "no_line", "rose_above": "no_line"}),
    (Reading.STILL_LOW, RATED, {"came_back": "still_low", "rose_above": "still_low"}),
    (Reading.UNCERTAIN, RATED, {"came_back": "uncertain", "rose_above": "uncertain"}),
    (Reading.NO_DIP, RATED, {"came_back": "no_dip", "rose_above": "not_above"}),
    (Reading.CAME_BACK, RATED, {"came_back": "", "rose_above": "not_above"}),
    (Reading.ROSE_ABOVE, RATED, {"came_back": "", "rose_above": ""}),
]


@pytest.mark.parametrize(("reading", "facts", "expected"), CASES, ids=[f"{one[0]} {one[1]}" for one in CASES])
def test_the_first_two_endings_rest_on_the_line(reading, facts, expected):
    found = told(BEGUN, reading=reading, **facts)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("repair", "sessions", "reason"),
    [(BEGUN, 3, "not_named"), (OWNED, 3, "not_named"), (NAMED, 0, "not_met"), (NAMED, 1, "")],
)
def test_talked_about_needs_that_it_was_named_and_that_they_met(repair, sessions, reason):
    assert told(repair, sessions_since=sessions)["unchanged"] == reason


def test_a_client_has_left_when_the_course_is_over():
    assert told(BEGUN)["left"] == "not_over"
    assert told(BEGUN, course_over=True)["left"] == ""


def test_that_it_was_no_rupture_can_always_be_said():
    assert told(BEGUN)["not_a_rupture"] == ""


def test_the_endings_stand_in_the_order_of_the_pages_and_open_is_what_has_no_reason():
    found = offers(NAMED, Facts(Reading.CAME_BACK, 2, 2))
    assert [one.ending for one in found] == list(Ending)
    assert [one.ending for one in found if one.open] == [
        Ending.CAME_BACK,
        Ending.UNCHANGED,
        Ending.NOT_A_RUPTURE,
    ]


def test_every_reason_has_its_words_and_no_words_are_left_over():
    reasons = {
        one.not_yet
        for reading in Reading
        for rated in (0, 2)
        for met in (0, 2)
        for repair in (BEGUN, NAMED)
        for one in offers(repair, Facts(reading, met, rated))
        if one.not_yet
    }
    assert reasons == set(texts().not_yet)
    assert all(not_yet(one).endswith(".") for one in reasons)


def test_it_is_time_to_look_again_once_somebody_rated_and_until_somebody_looked():
    looked = replay([event(Kind.BEGAN), event(Kind.LOOKED, BEGAN + 2 * DAY)])
    assert not look_again(BEGUN, None)
    assert not look_again(BEGUN, BEGAN)
    assert look_again(BEGUN, BEGAN + DAY)
    assert not look_again(looked, BEGAN + DAY)
    assert look_again(looked, BEGAN + 3 * DAY)
    assert not look_again(CLOSED, BEGAN + 3 * DAY)


def test_an_open_repair_is_overdue_after_the_days_of_the_service():
    assert not overdue(BEGUN, BEGAN + 21 * DAY, 21)
    assert overdue(BEGUN, BEGAN + 21 * DAY + timedelta(seconds=1), 21)
    assert not overdue(CLOSED, BEGAN + 99 * DAY, 21)
