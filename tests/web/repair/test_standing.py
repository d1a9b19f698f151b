"""Where open repairs stand, for many courses in a few queries, and what is said about each in a sentence."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.repair.telling import agree, begun
from tests.web.therapy.telling import answer, even

from accord.basics.clock import clinic_day, now
from accord.repair.event import Ending, Step
from accord.repair.state import Stage
from accord.web.repair import actions
from accord.web.repair.sentences import brief, told
from accord.web.repair.standing import Standing, closed, day_of, standing


def of(story, viewer=None) -> Standing:
    return standing(viewer or story.viewer, [story.course.pk], now())[story.course.pk]


def test_an_open_repair_waits_for_the_next_session(clinic):
    story = begun(clinic, days_ago=1)
    story.note("name", "Did I?")
    found = of(story)
    assert (found.key, found.day, found.stage) == (story.repair.key, 2, Stage.OPEN)
    assert not (found.look_again or found.overdue)
    assert found.next_look == clinic_day(now() + timedelta(days=1), clinic.service.timezone)
    assert found.steps == {Step.NAME}


def test_a_rating_of_a_session_since_makes_a_look_due_until_somebody_looked(clinic):
    story = begun(clinic, days_ago=10)
    story.met(even(80.0), 3)
    assert of(story).look_again and of(story).rated_again
    actions.look(viewer=story.viewer, repair=story.repair)
    assert not of(story).look_again
    story.met(even(82.0))
    assert of(story).look_again


def test_a_planned_session_that_is_over_or_rated_is_not_the_next_one(clinic):
    from accord.course.session import Attendance

    story = begun(clinic, days_ago=10)
    story.met(even(None, attendance=Attendance.PLANNED), 3)  # nobody noted yet whether it took place
    ahead = story.course.sessions.latest("starts_at")
    assert of(story).next_look == ahead.day
    answer(ahead, "accord-check-in", {1: 80.0, 2: 80.0, 3: 80.0, 4: 80.0}, now())
    assert of(story).next_look is None


def test_an_answer_about_the_strain_itself_that_comes_late_is_no_new_rating(clinic):
    story = begun(clinic, days_ago=10)
    answer(story.dip, "accord-check-in", {1: 60.0, 2: 60.0, 3: 60.0, 4: 60.0}, now())
    assert not of(story).look_again


def test_under_the_cover_nothing_is_due_for_the_therapist(clinic):
    story = begun(clinic, days_ago=10, supervised=True)
    story.met(even(80.0, skipped=False), 3)
    assert not of(story).look_again
    assert of(story, clinic.of("lead")).look_again  # nothing is covered for somebody who does not rate


def test_where_no_rating_may_be_seen_meeting_again_is_enough(clinic):
    story = begun(clinic, days_ago=10)
    agree(clinic, story.told.client, purpose="therapist", granted=False)
    assert not of(story).look_again
    story.met(even(80.0), 3)
    found = of(story)
    assert found.look_again and not found.rated_again


@pytest.mark.parametrize(("days", "late"), [(20, False), (22, True)])
def test_it_is_overdue_after_the_time_of_the_service(clinic, days, late):
    assert of(begun(clinic, days_ago=days)).overdue is late


def test_a_closed_repair_stands_nowhere_but_among_the_closed(clinic):
    story = begun(clinic)
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.NOT_A_RUPTURE, reason="exam")
    assert standing(story.viewer, [story.course.pk], now()) == {}
    (one,) = closed(story.viewer, story.course.pk)
    assert (one.key, one.ending) == (story.repair.key, Ending.NOT_A_RUPTURE)


def test_nobody_learns_of_repairs_they_may_not_see(clinic, neighbour):
    story = begun(clinic)
    for viewer in (neighbour.of("lead"), clinic.of("supervisor"), clinic.of("researcher")):
        assert standing(viewer, [story.course.pk], now()) == {}


def test_ten_courses_cost_as_many_queries_as_one(clinic):
    def queries(count: int) -> int:
        stories = [begun(clinic, code=f"C{count}-{place}") for place in range(count)]
        viewer, courses = stories[0].viewer, [one.course.pk for one in stories]
        assert viewer.may
        with CaptureQueriesContext(connection) as caught:
            found = standing(viewer, courses, now(), covered={}, withheld=())
        assert len(found) == count
        return len(caught)

    assert queries(1) == queries(6) == 3


def test_without_an_open_repair_it_is_one_query(clinic):
    viewer = clinic.of("therapist")
    assert viewer.may
    with CaptureQueriesContext(connection) as caught:
        assert standing(viewer, [1, 2, 3], now()) == {}
    assert len(caught) == 1


def test_a_day_is_the_clinics_day():
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)  # the 27th in Madrid
    assert day_of(late, late + timedelta(hours=1), "Europe/Madrid") == 1
    assert day_of(late, late + timedelta(hours=1), "UTC") == 2


TODAY = date(2026, 11, 26)


def one(**more) -> Standing:
    given = {
        "key": "k",
        "begun_at": datetime(2026, 11, 22, tzinfo=UTC),
        "day": 5,
        "stage": Stage.OPEN,
        "look_again": False,
        "rated_again": False,
        "overdue": False,
        "next_look": None,
        "steps": frozenset(),
    }
    return Standing(**{**given, **more})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"look_again": True, "rated_again": True}, "A repair, day 5. She has rated again: time to look."),
        ({"look_again": True}, "A repair, day 5. You met again: time to look, and to ask."),
        (
            {"overdue": True, "day": 23},
            "A repair, day 23. It is open for long: take it to supervision, or close it.",
        ),
        ({"next_look": TODAY}, "A repair, day 5. Look again after the session today."),
        ({"next_look": date(2026, 11, 30)}, "A repair, day 5. Look again after the session on Monday."),
        ({"next_look": date(2026, 12, 10)}, "A repair, day 5. Look again after the session on 10 December."),
        ({}, "A repair, day 5. No session is booked to look again after."),
        (
            {"stage": Stage.SUPERVISION, "overdue": True},
            "A repair, day 5, in supervision. No session is booked to look again after.",
        ),
    ],
)
def test_what_is_said_about_it(given, words):
    assert told(one(**given), "she", TODAY) == words


def test_the_sentence_follows_the_pronoun():
    due = one(look_again=True, rated_again=True)
    assert told(due, "he", TODAY).endswith("He has rated again: time to look.")
    assert told(due, "they", TODAY).endswith("They have rated again: time to look.")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "day 5"),
        ({"look_again": True}, "day 5, look again now"),
        ({"next_look": TODAY}, "day 5, look again today"),
        ({"stage": Stage.SUPERVISION}, "day 5, in supervision"),
    ],
)
def test_the_same_in_a_few_words(given, words):
    assert brief(one(**given), TODAY) == words
