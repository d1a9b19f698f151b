"""What of a course the dip filter is told, and where it thinks a client's level starts."""

from dataclasses import replace
from datetime import date, timedelta
from math import isnan, nan

import pytest

from accord.course.course import Course
from accord.course.session import Attendance, Rating, Session
from accord.instruments.definition import Missing, Respondent
from accord.signals.dip.scalar import Asked, follow
from accord.signals.dip.track import asked_of, track, usual_range
from accord.signals.known import ARRIVAL, FELT_OFF, MAIN, TENSION, TWIN, Known
from accord.signals.learnt import PUBLISHED

CLIENT, THERAPIST = Respondent.CLIENT, Respondent.THERAPIST


def form(name, who=CLIENT, total=None, **answers):
    scores = {} if total is None else {"TOTAL": float(total)}
    return Rating(f"r:{name}", name, 1, who, scores, answers={int(k[1:]): v for k, v in answers.items()})


def session(place, day, *ratings, therapist="t1", attendance=Attendance.ATTENDED):
    return Session(
        f"s{place}",
        date(2026, 1, 5) + timedelta(days=day),
        place,
        therapist=therapist,
        attendance=attendance,
        ratings=ratings,
    )


def asked(*sessions):
    return [one for _, one in asked_of(Course("c1", sessions))]


def test_everything_said_about_a_session_reaches_the_filter():
    (one,) = asked(
        session(
            1,
            0,
            form(MAIN, total=81, **{f"i{FELT_OFF}": 1.0}),
            form(ARRIVAL, total=77),
            form(TWIN, THERAPIST, total=64),
            form(TENSION, i1=0.0, i2=35.0),
        )
    )
    assert one == Asked(rating=81, arrival=77, twin=64, felt_off=1, tension=0, elapsed=1, restart=False)


def test_what_nobody_said_is_absent_and_not_nought():
    (one,) = asked(session(1, 0, form(MAIN, i1=Missing.DECLINED), form(TENSION, i1=Missing.NOT_REACHED)))
    assert all(isnan(value) for value in (one.rating, one.arrival, one.twin, one.felt_off, one.tension))


def test_time_passes_in_weeks_between_half_a_one_and_eight():
    days = (0, 7, 21, 22, 200)
    assert [one.elapsed for one in asked(*(session(n, day) for n, day in enumerate(days, 1)))] == [
        1,
        1,
        2,
        0.5,
        8,
    ]


def test_another_therapist_begins_anew_but_not_one_that_nobody_noted():
    who = ("t1", "t1", "t2", None, "t2", "t1")
    found = asked(*(session(n, 7 * n, therapist=one) for n, one in enumerate(who, 1)))
    assert [one.restart for one in found] == [False, False, True, False, False, True]


def test_an_hour_that_fell_out_is_none_unless_it_was_rated():
    course = (
        session(1, 0, form(MAIN, total=80)),
        session(2, 7, attendance=Attendance.CANCELLED),
        session(3, 14, form(MAIN, total=82), attendance=Attendance.PLANNED),
        session(4, 21),
    )
    assert [one.key for one, _ in asked_of(Course("c1", course))] == ["s1", "s3", "s4"]
    assert [one.rating for one in track(Course("c1", course), Known())] == [80, 82, None]


@pytest.mark.parametrize(
    ("therapist", "start"),
    [
        ("t1", {"level": 92.5 - 4, "level_variance": 64 * 0.94 + 1.5**2}),
        ("t2", {"level": 92.5 + 3, "level_variance": 64 * 0.94 + 1}),
        ("t9", {}),  # nothing is known of this one: the service's mean and spread
        (None, {}),
    ],
)
def test_the_level_starts_where_this_therapists_clients_do(therapist, start):
    known = Known(learnt=replace(PUBLISHED, therapists=(("t1", -4.0, 1.5), ("t2", 3.0, 1.0))))
    course = Course("c1", (session(1, 0, form(MAIN, total=80), therapist=therapist),))
    (found,) = track(course, known)
    assert found.told == follow(PUBLISHED.parameters, [Asked(80.0)], **start)[0]


def test_a_course_without_sessions_has_nothing_to_follow():
    assert track(Course("c1", ()), Known()) == ()


def test_the_usual_range_holds_four_in_five_and_ends_with_the_scale():
    told = replace(follow(PUBLISHED.parameters, [Asked(nan)])[0], expected=90.0, expected_sd=5.0)
    assert usual_range(told, 0, 100) == pytest.approx((90 - 6.408, 96.408))
    assert usual_range(told, 85, 95) == (85, 95)
