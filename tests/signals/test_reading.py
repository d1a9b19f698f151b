"""When an answer is late: two days after the session, by the clock or, without one, by the day."""

from datetime import UTC, date, datetime

import pytest

from accord.course.session import Session
from accord.signals.reading import waited

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
