"""The same courses, whether they come from a snapshot or from values."""

from datetime import date, timedelta

import numpy as np

from accord.course.course import Course
from accord.course.session import Attendance, Rating, Session
from accord.instruments.definition import Respondent
from accord.simulate.snapshot import simulate_snapshot
from accord.studies.expected.courses import of_courses, of_snapshot
from accord.studies.result import Options
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import prepare


def course(key, values, *, missed=(), whom="t1"):
    """A session a week; `None` is no answer, and places in `missed` fell out."""
    sessions, number = [], 0
    for place, value in enumerate(values):
        held = place not in missed
        number += held
        rating = Rating(f"r{place}", "accord-wellbeing", 1, Respondent.CLIENT, {"TOTAL": value})
        sessions.append(
            Session(
                f"{key}{place}",
                date(2026, 1, 5) + timedelta(weeks=place),
                number if held else None,
                attendance=Attendance.ATTENDED if held else Attendance.CANCELLED,
                therapist=whom,
                ratings=(rating,) if value is not None else (),
            )
        )
    return Course(key, tuple(sessions))


def of(*courses, ended=None):
    return of_courses(courses, ended or [True] * len(courses), "accord-wellbeing", "TOTAL")


def test_sessions_count_when_they_were_held():
    told = of(course("a", [40.0, None, None, 50.0], missed=(1,)))
    assert (told.intake.tolist(), told.held.tolist()) == ([40], [3])
    assert (told.number.tolist(), told.value.tolist()) == ([3], [50])


def test_a_first_rating_after_session_two_is_no_intake():
    assert len(of(course("a", [None, None, 40.0, 50.0])).intake) == 0
    assert of(course("a", [None, 40.0, 50.0])).intake.tolist() == [40]


def test_who_has_no_later_rating_or_goes_on_is_not_learnt_from():
    told = of(
        course("a", [40.0]), course("b", [40.0, 50.0]), course("c", [40.0, 50.0]), ended=[True, True, False]
    )
    assert told.followed.tolist() == [False, True, False]


def test_a_part_keeps_whose_rating_is_whose():
    told = of(course("a", [40.0, 41.0]), course("b", [50.0, 51.0, 52.0]), course("c", [60.0, 61.0]))
    part = told.only(np.array([False, True, True]))
    assert part.ratings() == [{2: 51.0, 3: 52.0}, {2: 61.0}]


def test_a_snapshot_gives_its_courses(tmp_path):
    simulate_snapshot(tmp_path / "s", clients=60, seed=4)
    with open_snapshot(tmp_path / "s") as snapshot:
        prepare(snapshot, Options())
        told = of_snapshot(snapshot)
        rows = snapshot.query(
            "select course, number, outcome from rated where outcome is not null"
        ).to_pylist()
        people = snapshot.query(
            "select intake, held from people where intake is not null order by course"
        ).to_pylist()
    assert told.intake.tolist() == [one["intake"] for one in people]
    assert told.held.tolist() == [one["held"] for one in people]
    late = {one["course"] for one in rows} - {one["course"] for one in rows if one["number"] <= 2}
    assert len(told.value) == len(rows) - len(people) - sum(one["course"] in late for one in rows)
