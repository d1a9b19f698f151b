"""Booking, noting, handing over, ending: what is kept, what is refused beside its field, and the way back."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from tests.web.therapy.telling import even

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.course.ending import Ending
from accord.course.session import Attendance, SessionKind
from accord.web.audit.models import Entry
from accord.web.people.actions import add_staff
from accord.web.therapy import forms
from accord.web.therapy.actions import end_course, note_ending

TODAY = date(2026, 3, 10)
GOOD = {"day": "2026-03-20", "time": "10:00", "kind": "video"}


def test_a_booking_is_on_the_clinics_clock():
    read = forms.read_booking(GOOD, zone="Europe/Madrid", today=TODAY)
    assert read == forms.Booking(datetime.fromisoformat("2026-03-20T10:00+01:00"), SessionKind.VIDEO)


@pytest.mark.parametrize(
    "change, field, words",
    [
        ({"day": ""}, "day", "Choose a day"),
        ({"day": "2026-02-30"}, "day", "no such day"),
        ({"day": "2206-03-20"}, "day", "too far away"),
        ({"time": ""}, "time", "Choose a time"),
        ({"time": "25:00"}, "time", "like 10:00"),
        ({"kind": "telepathy"}, "kind", "how you meet"),
        ({"day": "2026-03-29", "time": "02:30"}, "time", "clocks change"),
    ],
)
def test_a_booking_that_cannot_be_names_the_field(change, field, words):
    read = forms.read_booking(GOOD | change, zone="Europe/Madrid", today=TODAY)
    assert list(read) == [field] and words in read[field]


def test_every_fault_of_a_form_is_told_at_once():
    assert set(forms.read_booking({}, zone="Europe/Madrid", today=TODAY)) == {"day", "time", "kind"}
    assert set(forms.read_noted({})) == {"attendance", "kind"}
    assert set(forms.read_hand_over({}, keys=["a"], today=TODAY)) == {"therapist", "day"}
    assert set(forms.read_ending({"how": "x" * 61}, today=TODAY, began=TODAY)) == {"day", "ending", "how"}
    assert set(forms.read_ending({"day": "2026-03-01", "ending": "left"}, today=TODAY, began=TODAY)) == {
        "day"
    }


@pytest.fixture
def browser(signed_in, clinic):
    return signed_in(clinic.staff["therapist"])


def test_booking_and_taking_it_back(past, browser):
    made = past([even(80, 75)], planned=False)
    day = (now() + timedelta(days=3)).date().isoformat()
    address = reverse("therapy:book", args=[made.client.key])
    response = browser.post(address, {"day": day, "time": "11:30", "kind": "phone"}, follow=True)
    session = made.course.sessions.get(attendance="planned")
    shown = response.content.decode()
    assert session.kind == "phone" and "Undo" in shown and 'value="cancelled"' in shown
    refused = browser.post(address, {"day": day, "time": "11:30", "kind": "phone"})
    assert refused.status_code == 422 and "already has a session" in refused.content.decode()
    undo = {"attendance": "cancelled", "kind": "phone", "undo": "1"}
    browser.post(reverse("therapy:session", args=[session.key]), undo)
    session.refresh_from_db()
    assert session.attendance == Attendance.CANCELLED


@pytest.mark.parametrize("attendance", list(Attendance))
def test_every_way_a_session_can_fall_out_is_noted_and_undone(past, browser, attendance):
    made = past([even(80, 75)])
    one = made.sessions[0]
    address = reverse("therapy:session", args=[one.key])
    response = browser.post(address, {"attendance": attendance.value, "kind": "video"}, follow=True)
    one.refresh_from_db()
    assert (one.attendance, one.kind) == (attendance.value, "video")
    shown = response.content.decode()
    assert 'name="undo"' in shown and 'value="attended"' in shown and 'value="in_person"' in shown


def test_a_fault_stands_beside_its_field_and_keeps_what_was_typed(past, browser):
    made = past([even(80, 75)])
    response = browser.post(reverse("therapy:book", args=[made.client.key]), GOOD | {"day": "2026-02-30"})
    shown = response.content.decode()
    assert response.status_code == 422
    assert 'aria-describedby="fault-day"' in shown and 'id="fault-day"' in shown
    assert 'value="2026-02-30"' in shown and 'value="video" checked' in shown


def test_handing_over_moves_the_course_out_of_sight(past, browser, clinic):
    made = past([even(80, 75)])
    to = add_staff(service=clinic.service, email="lind@harbour.example", name="Dr Lind", roles=["therapist"])
    address = reverse("therapy:transfer", args=[made.client.key])
    refused = browser.post(address, {"therapist": clinic.staff["lead"].key, "day": date.today().isoformat()})
    assert refused.status_code == 422
    response = browser.post(address, {"therapist": to.key, "day": date.today().isoformat()}, follow=True)
    assert "is now with Dr Lind" in response.content.decode()
    assert browser.get(reverse("therapy:client", args=[made.client.key])).status_code == 404
    made.course.refresh_from_db()
    assert made.course.therapist == to
    assert made.course.sessions.get(attendance="planned").therapist == to


def test_ending_a_course_cancels_what_was_planned_and_books_nothing_more(past, browser):
    made = past([even(80, 75)])
    address = reverse("therapy:end", args=[made.client.key])
    assert "One planned session is cancelled" in browser.get(address).content.decode()
    refused = browser.post(address, {"day": date.today().isoformat(), "how": "goals reached"})
    assert refused.status_code == 422 and "Choose how it ended." in refused.content.decode()
    said = {"day": date.today().isoformat(), "ending": "agreed_early", "how": "goals reached"}
    response = browser.post(address, said, follow=True)
    assert "This course ended" in response.content.decode()
    made.course.refresh_from_db()
    assert (made.course.ending, made.course.ended_how) == ("agreed_early", "goals reached")
    assert not made.course.sessions.filter(attendance="planned").exists()
    assert browser.post(reverse("therapy:book", args=[made.client.key]), GOOD).status_code == 422


def test_how_a_course_ended_can_be_said_later_and_again(past, browser, clinic):
    made = past([even(80, 75)])
    end_course(viewer=clinic.of("lead"), course=made.course, on=date.today())
    page = reverse("therapy:client", args=[made.client.key])
    address = reverse("therapy:end", args=[made.client.key])
    assert address in browser.get(page).content.decode()
    shown = browser.get(address).content.decode()
    assert "How did the course with" in shown and 'name="day"' not in shown and "checked" not in shown
    browser.post(address, {"ending": "left", "how": "did not come again"})
    made.course.refresh_from_db()
    assert (made.course.ending, made.course.ended_on) == ("left", date.today())
    assert 'value="left" checked' in browser.get(address).content.decode()
    last = Entry.objects.order_by("-number").filter(verb="noted ending").first()
    assert last.detail == {"ending": "left"}


def test_how_a_course_ended_is_not_said_of_one_that_goes_on(past, clinic):
    made = past([even(80, 75)])
    with pytest.raises(Faults, match="it has not ended"):
        note_ending(viewer=clinic.of("lead"), course=made.course, ending=Ending.LEFT)


def test_who_only_looks_changes_nothing(past, signed_in, clinic):
    made = past([even(80, 75)])
    made.client.consents.create(service=clinic.service, purpose="supervision", granted=True, at=now())
    browser = signed_in(clinic.staff["supervisor"])
    shown = browser.get(reverse("therapy:client", args=[made.client.key])).content.decode()
    assert "Hand over" not in shown and "Book a session" not in shown
    for name in ("book", "transfer", "end"):
        assert browser.post(reverse(f"therapy:{name}", args=[made.client.key])).status_code == 403
