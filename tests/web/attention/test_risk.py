"""A safety answer reaches a person: who is told, the clock, what was done, and what happens when people are gone."""

from datetime import timedelta

import pytest
from django.core import mail

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.instruments.registry import instrument
from accord.web.attention import risk
from accord.web.attention.models import Alert
from accord.web.audit.models import Entry
from accord.web.checkin.actions import Answered, record_answers
from accord.web.checkin.models import Message
from accord.web.checkin.outbox import send_next
from accord.web.people.models import Staff
from accord.web.therapy import actions as therapy
from accord.web.therapy.models import Course


def positive(case) -> Alert:
    """A positive safety answer of this client."""
    answers = {1: 50.0, 2: 50.0, 3: 50.0, 4: 50.0, 5: 2.0}
    answered = Answered(instrument("accord-wellbeing"), answers, {}, f"w-{case.session.key}", "en", "link")
    return record_answers(session=case.session, answered=answered).response.alert


def told(alert, kind="risk") -> set[str]:
    return set(
        Message.objects.filter(about=alert.key, kind=kind).values_list("staff__user__email", flat=True)
    )


def leave(staff) -> None:
    Staff.objects.filter(pk=staff.pk).update(active=False)


def send_all() -> list:
    while send_next("worker"):
        pass
    return mail.outbox


def time_is_over(alert) -> None:
    """As if the service's time had passed."""
    Alert.objects.filter(pk=alert.pk).update(
        raised_at=now() - timedelta(hours=2), escalates_at=now() - timedelta(minutes=1)
    )
    Message.objects.filter(about=alert.key).update(not_before=now() - timedelta(minutes=1))


def test_the_therapist_and_a_deputy_are_told_at_once_and_the_lead_later(clinic):
    alert = positive(clinic.client())
    assert told(alert) == {"therapist@harbour.example", "lead@harbour.example"}
    assert told(alert, "risk passed on")
    assert (alert.escalates_at - alert.raised_at) == timedelta(minutes=clinic.service.risk_minutes)


def test_the_named_deputy_comes_before_the_lead(clinic):
    case = clinic.client()
    Course.objects.filter(pk=case.course.pk).update(deputy=clinic.staff["supervisor"])
    case.session.course.refresh_from_db()
    alert = positive(case)
    assert told(alert) == {"therapist@harbour.example", "supervisor@harbour.example"}
    assert told(alert, "risk passed on") == {"lead@harbour.example"}


@pytest.mark.parametrize(
    ("gone", "first"),
    [
        (["therapist"], "lead"),
        (["therapist", "lead"], "supervisor"),
        (["therapist", "lead", "supervisor"], "administrator"),
    ],
)
def test_whoever_is_gone_somebody_is_told_and_may_look(clinic, signed_in, gone, first):
    case = clinic.client()
    for role in gone:
        leave(clinic.staff[role])
    case.session.course.therapist.refresh_from_db()
    alert = positive(case)
    assert alert.clinician == clinic.staff[first]
    assert f"{first}@harbour.example" in told(alert)
    assert "Safety answer" in signed_in(clinic.staff[first]).get("/safety/").content.decode()


def test_who_leaves_before_the_mail_goes_is_replaced(clinic):
    alert = positive(clinic.client())
    leave(clinic.staff["therapist"])
    leave(clinic.staff["lead"])
    addresses = {one for message in send_all() for one in message.to}
    assert addresses == {"supervisor@harbour.example", "administrator@harbour.example"}
    alert.refresh_from_db()
    assert alert.clinician == clinic.staff["supervisor"]


def test_a_transfer_takes_the_open_alert_along_and_tells_the_new_therapist(clinic):
    case = clinic.client()
    alert = positive(case)
    therapy.transfer(
        viewer=clinic.of("lead"), course=case.course, to=clinic.staff["supervisor"], on=case.session.day
    )
    alert.refresh_from_db()
    assert alert.clinician == clinic.staff["supervisor"]
    assert "supervisor@harbour.example" in told(alert)


def test_the_mail_holds_no_content_and_no_name(clinic):
    case = clinic.client("Zebra", name="Ana Molina")
    positive(case)
    for message in send_all():
        assert message.subject == "Accord: please look now"
        text = message.subject + message.body
        assert "/safety/" in text
        for secret in ("Ana", "Molina", "Zebra", "Wellbeing", "safety answer", "wellbeing"):
            assert secret not in text
    assert len(mail.outbox) == 2


def test_without_acknowledgement_it_is_passed_on(clinic, signed_in):
    alert = positive(clinic.client())
    send_all()
    time_is_over(alert)
    send_all()
    passed_on = [message for message in mail.outbox if "passed on to you" in message.subject]
    assert {one for message in passed_on for one in message.to} >= {"lead@harbour.example"}
    shown = signed_in(clinic.staff["lead"]).get("/safety/").content.decode()
    assert "it was passed on" in shown
    assert "passed on by mail at" in shown


def test_after_a_crash_rather_twice_than_never(clinic):
    alert = positive(clinic.client())
    claimed = Message.objects.filter(about=alert.key, kind="risk")
    claimed.update(claimed_by="a worker that died", claimed_until=now() - timedelta(seconds=1), attempts=1)
    assert len(send_all()) == 2


def test_acknowledged_nobody_is_told_any_more(clinic):
    alert = positive(clinic.client())
    risk.acknowledge(viewer=clinic.of("therapist"), alert=alert, done="called, safe")
    time_is_over(alert)
    assert send_all() == []


def test_the_first_acknowledgement_stands(clinic):
    alert = positive(clinic.client())
    risk.acknowledge(viewer=clinic.of("therapist"), alert=alert, done="called, safe")
    again = risk.acknowledge(viewer=clinic.of("lead"), alert=alert, done="something else")
    assert again.acknowledged_by == clinic.staff["therapist"]
    assert again.done == "called, safe"
    assert Entry.objects.filter(verb="acknowledged").count() == 1


@pytest.mark.parametrize("line", ["", "   ", "x" * 301])
def test_the_line_of_what_was_done_is_needed_and_short(clinic, signed_in, line):
    alert = positive(clinic.client())
    with pytest.raises(Faults):
        risk.acknowledge(viewer=clinic.of("therapist"), alert=alert, done=line)
    response = signed_in(clinic.staff["therapist"]).post(f"/safety/{alert.key}/acknowledge/", {"done": line})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    alert.refresh_from_db()
    assert alert.acknowledged_at is None


def test_acknowledging_on_the_page_twice_says_who_was_first(clinic, signed_in):
    alert = positive(clinic.client())
    address = f"/safety/{alert.key}/acknowledge/"
    client = signed_in(clinic.staff["therapist"])
    assert client.post(address, {"done": "called, safe"}).status_code == 302
    shown = signed_in(clinic.staff["lead"]).post(address, {"done": "late"}, follow=True).content.decode()
    assert "Therapist Harbour had acknowledged this before" in shown
    assert "called, safe" in shown
    assert "late" not in shown.split("<main")[1]


def test_an_alert_of_another_service_does_not_exist(clinic, neighbour, signed_in):
    alert = positive(clinic.client())
    for role in ("therapist", "lead", "supervisor", "administrator"):
        client = signed_in(neighbour.staff[role])
        assert client.post(f"/safety/{alert.key}/acknowledge/", {"done": "x"}).status_code == 404
        assert alert.key not in client.get("/safety/").content.decode()
