"""What is due: forms, clients unseen, messages that do not leave, and who does not want to be asked."""

from datetime import timedelta

import pytest

from accord.basics.clock import now
from accord.basics.identifiers import new_key
from accord.course.session import Attendance, SessionKind
from accord.instruments.registry import instrument
from accord.web.attention.due_page import due_page
from accord.web.checkin.actions import Answered, record_answers
from accord.web.checkin.models import Decline, Message
from accord.web.people.models import Client
from accord.web.therapy import actions as therapy
from accord.web.therapy.models import Course, Session


def part(clinic, name, role="therapist"):
    """The rows of one list of the page: (who, sentence)."""
    page = due_page(clinic.of(role), now())
    found = next((one for one in page.parts if one.name == name), None)
    return [(row.name, row.sentence) for row in found.rows] if found else []


def held(clinic, course, days_ago):
    starts = now().replace(microsecond=0) - timedelta(days=days_ago)
    session = therapy.book(
        viewer=clinic.of("therapist"), course=course, starts_at=starts, kind=SessionKind.IN_PERSON
    )
    therapy.note_attendance(viewer=clinic.of("therapist"), session=session, attendance=Attendance.ATTENDED)
    return session


def answer(session, name="accord-check-in"):
    answered = Answered(instrument(name), {1: 80.0}, {}, new_key(), "en", "link")
    record_answers(session=session, answered=answered)


def long_ago(case, days):
    """Move the client's only session back."""
    moved = case.session.starts_at - timedelta(days=days)
    Session.objects.filter(pk=case.session.pk).update(starts_at=moved, day=moved.date())
    Course.objects.filter(pk=case.course.pk).update(started_on=moved.date())


def test_a_form_is_due_until_it_is_answered(clinic):
    case = clinic.client(name="Ana M.")
    ((who, sentence),) = part(clinic, "out")
    assert who == "Ana M."
    assert "Accord Check-in" in sentence
    answer(case.session)
    assert all("Check-in" not in sentence for _who, sentence in part(clinic, "out"))


def test_a_form_is_missed_once_the_next_session_came_without_it(clinic):
    case = clinic.client(name="Ana M.")
    assert all("Check-in" not in sentence for _who, sentence in part(clinic, "missed"))
    held(clinic, case.course, 8)
    (sentence,) = [sentence for _who, sentence in part(clinic, "missed") if "Check-in" in sentence]
    assert "Accord Wellbeing" in sentence  # one row for what one session lacks


def test_a_declined_form_is_neither_due_nor_missed(clinic):
    case = clinic.client(name="Ana M.")
    for name in ("accord-check-in", "accord-wellbeing", "accord-preferences"):
        Decline.objects.create(service=clinic.service, client=case.client, instrument=name, at=now())
    assert part(clinic, "out") == []
    assert part(clinic, "missed") == []
    assert {who for who, _sentence in part(clinic, "declined")} == {"Ana M."}


def test_who_declined_everything_is_named_once_and_asked_nothing(clinic):
    case = clinic.client(name="Ana M.")
    Client.objects.filter(pk=case.client.pk).update(declined_all_at=now())
    ((who, sentence),) = part(clinic, "declined")
    assert who == "Ana M."
    assert "No form at all" in sentence
    assert part(clinic, "out") == []


@pytest.mark.parametrize(("days", "seen"), [(27, True), (30, False)])
def test_unseen_after_four_weeks_without_a_session_to_come(clinic, days, seen):
    case = clinic.client(name="Ana M.")
    long_ago(case, days)
    answer(case.session)
    assert (part(clinic, "unseen") == []) is seen


def test_a_planned_session_is_enough_to_be_seen(clinic):
    case = clinic.client(name="Ana M.")
    long_ago(case, 30)
    answer(case.session)
    therapy.book(
        viewer=clinic.of("therapist"),
        course=case.course,
        starts_at=now() + timedelta(days=3),
        kind=SessionKind.IN_PERSON,
    )
    assert part(clinic, "unseen") == []


def test_a_message_that_failed_twice_is_listed_and_one_that_waits_for_the_morning_is_not(clinic):
    case = clinic.client(name="Ana M.")
    made = {"service": clinic.service, "kind": "ask", "about": "x", "client": case.client}
    Message.objects.create(**made, dedupe="morning", not_before=now() + timedelta(hours=9))
    assert part(clinic, "failing") == []
    Message.objects.create(**made, dedupe="failed", not_before=now() + timedelta(minutes=5), attempts=2)
    ((who, sentence),) = part(clinic, "failing")
    assert who == "Ana M."
    assert "Tried 2 times" in sentence


def test_nothing_due_says_so(clinic, signed_in):
    assert "Nothing is due." in signed_in(clinic.staff["therapist"]).get("/due/").content.decode()


def test_a_lead_sees_all_and_a_neighbour_nothing(clinic, neighbour):
    clinic.client(name="Ana M.")
    assert [who for who, _sentence in part(clinic, "out", "lead")] == ["Ana M."]
    assert due_page(neighbour.of("lead"), now()).parts == ()


def test_the_page_has_its_buttons(clinic, signed_in):
    case = clinic.client(name="Ana M.")
    shown = signed_in(clinic.staff["therapist"]).get("/due/").content.decode()
    assert f"/ask/{case.session.key}/" in shown
