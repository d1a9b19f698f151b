"""When an answer is late: two days after the session, by the clock or, without one, by the day."""

from datetime import UTC, date, datetime

import pytest

from accord.course.course import Course
from accord.course.session import Rating, Session
from accord.instruments.definition import Respondent
from accord.signals.reading import answer, rated, waited

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "at", "late"),
    [
        (TEN, datetime(2026, 3, 4, 10, tzinfo=UTC), False),
        (TEN, datetime(2026, 3, 4, 10, 1, tzinfo=UTC), True),
        (None, datetime(2026, 3, 4, 23, tzinfo=UTC), False),
        (None, datetime(2026, 3, 5, 0, tzinfo=UTC), True),
        (TEN, None, True),  # nobody says when: what is not there is not coming
    ],
)
def test_an_answer_is_late_after_two_days(starts, at, late):
    assert waited(Session("s1", date(2026, 3, 2), 1, starts_at=starts), at) is late


def test_what_the_therapist_answered_is_not_taken_for_the_clients():
    theirs = Rating("r1", "form", 1, Respondent.THERAPIST, {"TOTAL": 60.0}, answers={1: 1.0})
    session = Session("s1", date(2026, 3, 2), 1, ratings=(theirs,))
    course = Course("c1", (session,))
    assert rated(course, "form", "TOTAL") == []
    assert rated(course, "form", "TOTAL", Respondent.THERAPIST) == [(session, 60.0)]
    assert answer(session, "form", 1) is None
    assert answer(session, "form", 1, Respondent.THERAPIST) == 1.0
