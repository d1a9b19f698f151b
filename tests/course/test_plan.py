"""The plan: which form when, and where each stands as time goes by."""

from datetime import UTC, datetime, timedelta

import pytest

from accord.course.plan import DEFAULT_PLAN, Line, Slot, Standing, due

AFTER, BEFORE = Line("check-in", every=1), Line("wellbeing", before=True, every=1)
FIRST = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def slot(key: str, number: int | None, begins: datetime) -> Slot:
    return Slot(key, number, begins, begins + 50 * timedelta(minutes=1))


def standing(line: Line, at: datetime, *, answered=(), declined=(), slots=None) -> list[Standing]:
    chosen = slots or [slot("1", 1, FIRST), slot("2", 2, FIRST + WEEK)]
    return [one.standing for one in due([line], chosen, answered, declined, at)]


END = FIRST + timedelta(minutes=50)


@pytest.mark.parametrize(
    ("at", "first", "second"),
    [
        (FIRST - HOUR, Standing.PLANNED, Standing.PLANNED),
        (END - timedelta(seconds=1), Standing.PLANNED, Standing.PLANNED),
        (END, Standing.DUE, Standing.PLANNED),
        (END + 2 * DAY, Standing.DUE, Standing.PLANNED),
        (END + 2 * DAY + timedelta(seconds=1), Standing.OVERDUE, Standing.PLANNED),
        (FIRST + WEEK, Standing.OVERDUE, Standing.PLANNED),  # the next one has begun, it is not too late
        (END + WEEK, Standing.MISSED, Standing.DUE),
        (END + 2 * WEEK, Standing.MISSED, Standing.OVERDUE),
    ],
)
def test_a_form_after_the_session(at, first, second):
    assert standing(AFTER, at) == [first, second]


@pytest.mark.parametrize(
    ("at", "first"),
    [
        (FIRST - DAY - timedelta(seconds=1), Standing.PLANNED),
        (FIRST - DAY, Standing.DUE),
        (END, Standing.DUE),
        (
            END + timedelta(seconds=1),
            Standing.MISSED,
        ),  # what was asked before a session cannot be told after it
    ],
)
def test_a_form_before_the_session(at, first):
    assert standing(BEFORE, at)[0] == first


def test_what_was_answered_stays_answered_and_what_was_declined_is_not_asked():
    late = END + 3 * WEEK
    assert standing(AFTER, late, answered=[("1", "check-in")]) == [Standing.ANSWERED, Standing.OVERDUE]
    assert standing(AFTER, late, answered=[("1", "alliance")])[0] is Standing.MISSED, (
        "another form is no answer"
    )
    both = standing(AFTER, late, answered=[("1", "check-in")], declined=["check-in"])
    assert both == [Standing.ANSWERED, Standing.DECLINED]
    assert standing(AFTER, FIRST - WEEK, declined=["check-in"]) == [Standing.PLANNED] * 2


def test_a_session_that_fell_out_asks_nothing_and_takes_no_number():
    slots = [slot("1", 1, FIRST), slot("gone", None, FIRST + WEEK), slot("2", 2, FIRST + 2 * WEEK)]
    asked = due([AFTER], slots, (), (), END + WEEK)
    assert [(one.session, one.number) for one in asked] == [("1", 1), ("2", 2)]
    assert asked[0].standing is Standing.OVERDUE, (
        "a session that fell out does not make an earlier form missed"
    )


def test_two_sessions_close_together():
    """Twice in one day: the first form is missed once the second session has ended, not sooner."""
    slots = [slot("1", 1, FIRST), slot("2", 2, FIRST + 2 * HOUR)]
    assert standing(AFTER, END + HOUR, slots=slots) == [Standing.DUE, Standing.PLANNED]
    assert standing(AFTER, END + 2 * HOUR, slots=slots) == [Standing.MISSED, Standing.DUE]


def test_order_of_the_rows_does_not_matter():
    slots = [slot(str(n), n, FIRST + n * WEEK) for n in range(1, 7)]
    assert due(DEFAULT_PLAN, slots, (), (), FIRST) == due(DEFAULT_PLAN, slots[::-1], (), (), FIRST)


def test_the_default_plan_asks_as_the_service_was_promised():
    numbers = {
        line.instrument: [number for number in range(1, 13) if line.asks(number)] for line in DEFAULT_PLAN
    }
    assert numbers == {
        "accord-check-in": list(range(1, 13)),
        "accord-alliance": [3, 6, 9, 12],
        "accord-wellbeing": list(range(1, 13)),
        "accord-preferences": [1, 6, 12],
    }
    assert [line.instrument for line in DEFAULT_PLAN if line.before] == ["accord-wellbeing"]
    from accord.instruments.registry import instrument

    for line in DEFAULT_PLAN:
        assert instrument(line.instrument).own
