"""A course is built from rows once: order, numbers, the clinic's day, who treated, and what is absent."""

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random

import pytest

from accord.basics.absence import NotAsked, NotScored
from accord.basics.faults import Faults
from accord.course.course import Course, ScoreRow, SessionRow, build_course
from accord.course.session import Attendance, SessionKind
from accord.instruments.definition import Respondent

CHECK_IN, TWIN = "accord-check-in", "accord-check-in-therapist"


def session(key: str, day: str | None = None, **details) -> SessionRow:
    return SessionRow(key, day=date.fromisoformat(day) if day else None, **details)


def rating(
    of: str, value: float | None, *, scale: str = "TOTAL", instrument: str = CHECK_IN, **details
) -> ScoreRow:
    respondent = Respondent.THERAPIST if instrument == TWIN else Respondent.CLIENT
    return ScoreRow(of, f"{of}-{instrument}", instrument, 1, respondent, scale, value, **details)


def told(sessions, scores=(), **more) -> list[str]:
    with pytest.raises(Faults) as refused:
        build_course("c", sessions, scores, **more)
    return [str(fault) for fault in refused.value.faults]


def test_ana_s_spring_reads_in_order_however_the_rows_came():
    """Ten weeks: a holiday, one missed, one cancelled, a change of therapist, one by video, the next one planned."""
    rows = [
        session("1", "2026-03-02", therapist="ruiz"),
        session("2", "2026-03-09", therapist="ruiz"),
        session("3", "2026-03-16", therapist="ruiz", attendance=Attendance.MISSED_WITHOUT_NOTICE),
        session("4", "2026-03-19", therapist="ruiz", attendance=Attendance.LATE, kind=SessionKind.VIDEO),
        session("5", "2026-04-20", therapist="weber", attendance=Attendance.CANCELLED),
        session("6", "2026-04-27", therapist="weber"),
        session("7", "2026-05-11", therapist="weber", attendance=Attendance.PLANNED),
    ]
    shuffled = rows[:]
    Random(4).shuffle(shuffled)
    ana = build_course("ana", shuffled, [rating("1", 80), rating("4", 60), rating("6", 75)])
    assert [one.key for one in ana.sessions] == list("1234567")
    assert [one.number for one in ana.sessions] == [1, 2, None, 3, None, 4, 5]
    assert ana.therapists == ("ruiz", "weber")
    assert [(one.day - ana.sessions[0].day).days for one in ana.numbered] == [0, 7, 17, 56, 70]
    assert ana.sessions[3].kind is SessionKind.VIDEO
    assert ana.values(CHECK_IN, "TOTAL") == (80.0, 60.0, 75.0)
    assert ana == build_course("ana", rows, [rating("1", 80), rating("4", 60), rating("6", 75)])


def test_what_is_absent_says_why_and_is_never_a_number():
    course = build_course(
        "c",
        [session("1", "2026-03-02"), session("2", "2026-03-09"), session("3", "2026-03-16")],
        [rating("1", None, reason="two items are missing"), rating("3", 0)],
    )
    values = [point.value for point in course.line(CHECK_IN, "TOTAL")]
    assert values == [NotScored("two items are missing"), NotAsked(), 0.0]
    assert course.values(CHECK_IN, "TOTAL") == (0.0,), "an answer of 0 is an answer, an absence is not"
    assert [point.value for point in course.line(CHECK_IN, "BOND")] == [NotAsked()] * 2 + [NotAsked()]
    assert course.values("phq-9", "TOTAL") == ()


def test_client_and_therapist_are_two_lines_and_instruments_are_kept_apart():
    rows = [session("1", "2026-03-02"), session("2", "2026-03-09")]
    course = build_course(
        "c",
        rows,
        [
            rating("1", 80),
            rating("1", 90, scale="BOND"),
            rating("1", 70, instrument=TWIN),
            rating("2", 40, instrument="accord-wellbeing"),
        ],
    )
    assert course.instruments() == (CHECK_IN, "accord-wellbeing")
    assert course.instruments(Respondent.THERAPIST) == (TWIN,)
    assert course.values(TWIN, "TOTAL") == (), "the therapist's rating is not the client's"
    assert course.values(TWIN, "TOTAL", Respondent.THERAPIST) == (70.0,)
    assert course.sessions[0].rating(CHECK_IN).scores == {"TOTAL": 80.0, "BOND": 90.0}
    assert course.sessions[1].rating(CHECK_IN) is None


def test_nothing_can_be_changed_afterwards():
    course = build_course("c", [session("1", "2026-03-02")], [])
    with pytest.raises(FrozenInstanceError):
        course.sessions = ()
    with pytest.raises(FrozenInstanceError):
        course.sessions[0].number = 7
    assert build_course("c", [], []) == Course("c", ())


EAST, WEST = timezone(timedelta(hours=9)), timezone(timedelta(hours=-8))


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        # An evening in Auckland is the morning of the same day in London, and the day before in Honolulu.
        (datetime(2026, 3, 3, 19, 0, tzinfo=timezone(timedelta(hours=13))), "Pacific/Auckland", "2026-03-03"),
        (datetime(2026, 3, 3, 19, 0, tzinfo=timezone(timedelta(hours=13))), "Pacific/Honolulu", "2026-03-02"),
        (datetime(2026, 1, 15, 23, 30, tzinfo=UTC), "Europe/Berlin", "2026-01-16"),  # +1 in winter
        (datetime(2026, 7, 15, 22, 30, tzinfo=UTC), "Europe/Berlin", "2026-07-16"),  # +2 in summer
        (datetime(2026, 1, 15, 22, 30, tzinfo=UTC), "Europe/Berlin", "2026-01-15"),
        # The night the clocks go forward: 00:30 UTC is 01:30, an hour later it is 03:30 of the same day.
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "Europe/Berlin", "2026-03-29"),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), "Europe/Berlin", "2026-03-29"),  # the day has 23 hours
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), "Europe/Berlin", "2026-03-30"),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "Europe/Berlin", "2026-10-25"),  # the day has 25
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), "Europe/Berlin", "2026-10-26"),
        (datetime(2026, 3, 3, 23, 0, tzinfo=WEST), "America/Los_Angeles", "2026-03-03"),
        (datetime(2026, 3, 3, 7, 0, tzinfo=EAST), "UTC", "2026-03-02"),
        (datetime(2026, 3, 3, 18, 20, tzinfo=UTC), "Asia/Kathmandu", "2026-03-04"),  # +5:45
    ],
)
def test_a_session_belongs_to_the_clinic_s_day(instant, zone, day):
    course = build_course("c", [SessionRow("1", starts_at=instant)], [], timezone=zone)
    assert course.sessions[0].day == date.fromisoformat(day)


def test_the_repeated_hour_of_autumn_keeps_its_order():
    """02:30 comes twice in Berlin on 25 October: the first in summer time, the second an hour later."""
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    rows = [
        SessionRow("second", starts_at=datetime(2026, 10, 25, 2, 30, tzinfo=winter)),
        SessionRow("first", starts_at=datetime(2026, 10, 25, 2, 30, tzinfo=summer)),
    ]
    course = build_course("c", rows, [], timezone="Europe/Berlin")
    assert [one.key for one in course.sessions] == ["first", "second"]


def test_the_clinic_s_time_decides_over_a_day_that_a_row_also_has():
    row = SessionRow("1", day=date(2026, 1, 15), starts_at=datetime(2026, 1, 15, 23, 30, tzinfo=UTC))
    assert build_course("c", [row], [], timezone="Europe/Berlin").sessions[0].day == date(2026, 1, 16)


def test_within_a_day_the_hour_decides_and_then_the_order_given():
    rows = [
        session("no time, second", "2026-03-02", order=2),
        session("no time, first", "2026-03-02", order=1),
        SessionRow("afternoon", starts_at=datetime(2026, 3, 2, 15, tzinfo=UTC), order=9),
        SessionRow("morning", starts_at=datetime(2026, 3, 2, 9, tzinfo=UTC), order=8),
    ]
    course = build_course("c", rows, [])
    assert [one.key for one in course.sessions] == [
        "morning",
        "afternoon",
        "no time, first",
        "no time, second",
    ]
    assert [one.number for one in course.sessions] == [1, 2, 3, 4]


def test_every_fault_of_the_rows_is_told_at_once():
    rows = [
        session("1", "2026-03-02"),
        session("1", "2026-03-09"),
        session("2"),
        SessionRow("3", starts_at=datetime(2026, 3, 2, 9)),
    ]
    scores = [
        rating("9", 80),
        rating("1", 80),
        rating("1", 81),
        rating("2", None),
        rating("3", float("nan")),
        ScoreRow("3", "1-accord-check-in", CHECK_IN, 1, Respondent.CLIENT, "BOND", 5),
    ]
    assert told(rows, scores, timezone="Europe/Berln") == [
        "time zone: there is no 'Europe/Berln'. Did you mean Europe/Berlin?",
        "session 1: this session comes twice. Give each session a key of its own.",
        "session 2: it has neither a day nor a time. Give it a day such as 2026-03-14.",
        "session 3: its time has no time zone. Give the time with its zone.",
        "response 9-accord-check-in, scale TOTAL: its session is not there. Give the session, or leave the score out.",
        "response 1-accord-check-in, scale TOTAL: this score comes twice. Keep one of the two.",
        "response 2-accord-check-in, scale TOTAL: there is neither a value nor a reason. Say why there is no score.",
        "response 3-accord-check-in, scale TOTAL: its value is no finite number. "
        "Give a number, or the reason why there is none.",
        "response 1-accord-check-in, scale BOND: this response belongs to several forms. "
        "Give each form a response of its own.",
    ]


@pytest.mark.parametrize(
    ("attendance", "held", "missed", "counts"),
    [
        (Attendance.PLANNED, False, False, True),
        (Attendance.ATTENDED, True, False, True),
        (Attendance.LATE, True, False, True),
        (Attendance.CANCELLED, False, False, False),
        (Attendance.MISSED_WITH_NOTICE, False, True, False),
        (Attendance.MISSED_WITHOUT_NOTICE, False, True, False),
    ],
)
def test_what_each_attendance_amounts_to(attendance, held, missed, counts):
    assert (attendance.held, attendance.missed, attendance.counts) == (held, missed, counts)


def test_a_simulated_course_is_a_course():
    """The rows of a simulated client build, and every number agrees with the simulator's."""
    from accord.simulate.service import simulate_service

    begin = date(2026, 1, 5)
    for client in simulate_service(40, seed=2).clients:
        rows = [
            SessionRow(
                str(one.slot), day=begin + timedelta(days=one.day), kind=one.kind, attendance=one.attendance
            )
            for one in client.sessions
        ]
        course = build_course(client.key, reversed(rows), [])
        assert [one.number for one in course.sessions] == [one.number for one in client.sessions]
