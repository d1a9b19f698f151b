"""A mail on working mornings: a number and an address, never empty, only to those who chose it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail
from tests.web.attention.test_judge import LOW, STEADY
from tests.web.therapy.telling import Meeting, answer, even, tell

from accord.basics.clock import clinic_day, now
from accord.web.attention import digest
from accord.web.attention.models import Digest
from accord.web.attention.signal_actions import choose_digest, say, snooze
from accord.web.checkin import outbox
from accord.web.checkin.models import Message
from accord.web.people.models import Service, Staff

TUESDAY = datetime(2026, 3, 10, 8, 30, tzinfo=UTC)


@pytest.fixture
def chosen(clinic):
    """A therapist who wants the mail each working day, in a service on Greenwich time that is quiet until 8."""
    Service.objects.filter(pk=clinic.service.pk).update(timezone="UTC")
    choose_digest(viewer=clinic.of("therapist"), every="day")
    return clinic.of("therapist")


@pytest.fixture
def loud(clinic):
    """No quiet hours, so that a mail leaves at whatever hour the tests run."""
    Service.objects.filter(pk=clinic.service.pk).update(quiet_from=time(0), quiet_until=time(0))


@pytest.fixture
def dip(clinic):
    """A dip that the therapist may see."""
    past = tell(clinic, [*STEADY, Meeting(own=80)])
    answer(past.sessions[-1], "accord-check-in", LOW, now())
    return past


def plan(*days: date, hour: int = 9) -> int:
    return sum(digest.plan_digests(datetime.combine(day, time(hour, 30), UTC)) for day in days)


MONDAY = date(2027, 3, 1)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]


def test_it_comes_on_working_days(chosen, dip):
    assert [plan(day) for day in WEEK] == [1, 1, 1, 1, 1, 0, 0]


def test_by_the_week_it_comes_on_mondays(chosen, dip):
    choose_digest(viewer=chosen, every="week")
    assert [plan(day) for day in WEEK] == [1, 0, 0, 0, 0, 0, 0]


def test_once_a_morning_and_not_in_quiet_hours_nor_in_the_afternoon(chosen, dip):
    assert plan(MONDAY, hour=7) == 0
    assert plan(MONDAY, hour=13) == 0
    assert plan(MONDAY, MONDAY) == 1


def test_nothing_to_look_at_is_no_mail(clinic, chosen):
    tell(clinic, [even(80, 75)])
    assert plan(MONDAY) == 0
    assert not Message.objects.filter(kind="digest").exists()


def test_what_is_covered_snoozed_or_called_no_dip_is_not_counted(clinic, chosen, dip):
    at = now()
    assert digest.worth_a_look(chosen, at) == 1
    until = clinic_day(at, "UTC") + timedelta(days=5)
    snooze(viewer=chosen, course=dip.course, reason="On leave", until=until)
    assert digest.worth_a_look(chosen, at) == 0
    other = tell(clinic, [*STEADY, Meeting(skipped=False)], code="Ben")
    answer(other.sessions[-1], "accord-check-in", LOW, now())
    assert digest.worth_a_look(chosen, at) == 0
    answer(
        other.sessions[-1],
        "accord-check-in-therapist",
        dict.fromkeys((1, 2, 3, 4), 80.0),
        now(),
        by=chosen.staff,
    )
    assert digest.worth_a_look(chosen, at) == 1
    for signal in chosen.signals.filter(course=other.course):
        say(viewer=chosen, signal=signal, said="not_a_dip")
    assert digest.worth_a_look(chosen, at) == 0


def test_the_mail_says_how_many_and_where_and_no_more(chosen, loud, dip):
    plan(MONDAY)
    Message.objects.filter(kind="digest").update(not_before=now())
    assert outbox.send_next("w")
    (sent,) = mail.outbox
    assert sent.to == [chosen.staff.user.email]
    assert sent.subject == "Accord: 1 person is worth a look"
    assert "http" in sent.body
    for word in ("Ana", "dip", "STEADY", dip.course.key, dip.client.key):
        assert word not in sent.subject + sent.body


@pytest.mark.parametrize("gone", ["looked at", "not wanted", "left"])
def test_it_is_dropped_when_its_reason_is_gone(chosen, loud, dip, gone):
    plan(MONDAY)
    Message.objects.filter(kind="digest").update(not_before=now())
    if gone == "looked at":
        for signal in chosen.signals:
            say(viewer=chosen, signal=signal, said="not_useful")
    elif gone == "not wanted":
        choose_digest(viewer=chosen, every=None)
    else:
        Staff.objects.filter(pk=chosen.staff.pk).update(active=False)
    assert outbox.send_next("w")
    assert mail.outbox == []
    assert Message.objects.get(kind="digest").dropped_at is not None


def test_each_therapist_chooses_on_a_page(clinic, signed_in):
    browser = signed_in(clinic.staff["therapist"])
    assert b"never" in browser.get("/settings/mail/").content
    assert browser.post("/settings/mail/", {"every": "week"}).status_code == 302
    assert Digest.objects.get().every == "week"
    refused = browser.post("/settings/mail/", {"every": "hourly"})
    assert refused.status_code == 422
    assert "There is no such choice" in refused.content.decode()
    assert browser.post("/settings/mail/", {"every": ""}).status_code == 302
    assert not Digest.objects.exists()
