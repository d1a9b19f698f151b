"""Sending: asked once, reminded until answered, silent at night, by one worker only, rather twice than never."""

import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accord.basics.clock import now
from accord.course.session import Attendance, SessionKind
from accord.instruments.definition import Missing
from accord.instruments.registry import instrument
from accord.web.checkin import actions, outbox, sending
from accord.web.checkin.links import address, make_link
from accord.web.checkin.models import Message
from accord.web.configuration import configuration
from accord.web.people.models import Service
from accord.web.therapy import actions as therapy

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


# Quiet hours


def quiet(start: time, end: time, zone: str = "Europe/Madrid") -> Service:
    return Service(timezone=zone, quiet_from=start, quiet_until=end)


def madrid(*wall: int, fold: int = 0) -> datetime:
    return datetime(*wall, tzinfo=ZoneInfo("Europe/Madrid"), fold=fold).astimezone(UTC)


NIGHT = quiet(time(21), time(8))


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        (madrid(2026, 3, 12, 20, 59), madrid(2026, 3, 12, 20, 59)),
        (madrid(2026, 3, 12, 21, 0), madrid(2026, 3, 13, 8, 0)),
        (madrid(2026, 3, 12, 23, 59), madrid(2026, 3, 13, 8, 0)),
        (madrid(2026, 3, 13, 0, 0), madrid(2026, 3, 13, 8, 0)),
        (madrid(2026, 3, 13, 7, 59), madrid(2026, 3, 13, 8, 0)),
        (madrid(2026, 3, 13, 8, 0), madrid(2026, 3, 13, 8, 0)),
    ],
)
def test_at_night_a_message_waits_for_the_morning(at, leaves):
    assert sending.outside_quiet(at, NIGHT) == leaves


def test_quiet_hours_may_lie_within_a_day_or_not_be_at_all():
    siesta = quiet(time(13), time(16))
    assert sending.outside_quiet(madrid(2026, 3, 12, 14), siesta) == madrid(2026, 3, 12, 16)
    assert sending.outside_quiet(madrid(2026, 3, 12, 22), siesta) == madrid(2026, 3, 12, 22)
    never = quiet(time(8), time(8))
    assert sending.outside_quiet(madrid(2026, 3, 12, 3), never) == madrid(2026, 3, 12, 3)


def test_the_morning_is_that_of_the_clinic_when_the_clocks_change():
    # Forward on 29 March, back on 25 October 2026: eight o'clock is eight o'clock.
    assert sending.outside_quiet(madrid(2026, 3, 28, 22), NIGHT) == datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert sending.outside_quiet(madrid(2026, 10, 24, 22), NIGHT) == datetime(2026, 10, 25, 7, tzinfo=UTC)


def test_an_hour_that_comes_twice_ends_the_quiet_with_its_second_time():
    early = quiet(time(21), time(2, 30))
    second_quarter_past_two = madrid(2026, 10, 25, 2, 15, fold=1)
    assert sending.outside_quiet(second_quarter_past_two, early) == madrid(2026, 10, 25, 2, 30, fold=1)


# What is planned


@pytest.fixture
def loud(clinic):
    """The clinic without quiet hours, so that a test is the same at any hour of the day."""
    Service.objects.filter(pk=clinic.service.pk).update(quiet_from=time(0), quiet_until=time(0))
    clinic.service.refresh_from_db()
    return clinic


@pytest.fixture
def ana(loud):
    """A client by mail whose first session ended a few minutes ago."""
    return loud.client("Ana", channel="mail", mail="ana@client.example")


def kinds(**of) -> list[tuple[str, str]]:
    """Kind of message and instrument, of all messages that are planned."""
    from accord.web.checkin.models import Link

    forms = dict(Link.objects.values_list("key", "instrument"))
    return sorted((m.kind, forms[m.about]) for m in Message.objects.filter(**of))


def test_what_is_due_is_asked_once_and_reminded_once(ana):
    assert sending.plan_messages(now()) == 4
    assert kinds() == [
        ("ask", "accord-check-in"),
        ("ask", "accord-preferences"),
        ("reminder", "accord-check-in"),
        ("reminder", "accord-preferences"),
    ]
    assert sending.plan_messages(now()) == 0
    assert sending.plan_messages(now() + timedelta(hours=20)) == 0


def test_who_wants_no_messages_or_no_forms_gets_none(loud):
    loud.client("Ben")
    silent = loud.client("Cem", channel="mail", mail="cem@client.example")
    actions.decline_all(link=make_link(silent.session, "accord-check-in"))
    assert sending.plan_messages(now()) == 0


def test_a_link_by_hand_is_refused_where_it_cannot_arrive(loud):
    from accord.basics.faults import Faults

    ben = loud.client("Ben")
    with pytest.raises(Faults, match="on screen or on paper"):
        sending.send_now(viewer=loud.of("therapist"), link=make_link(ben.session, "accord-check-in"))
    assert not Message.objects.exists()


# What leaves


def send_all() -> None:
    while outbox.send_next("worker"):
        pass


def later(monkeypatch, **by) -> None:
    """Let the outbox and the planning believe that this much time has passed."""
    present = now() + timedelta(**by)
    for room in (outbox, sending):
        monkeypatch.setattr(room, "now", lambda: present)


def answers(name: str = "accord-check-in", **details):
    return actions.Answered(
        instrument=instrument(name),
        answers={1: 80.0, 2: 80.0, 3: 80.0, 4: 80.0, 5: Missing.NOT_REACHED},
        texts={},
        idempotency_key="once",
        language="en",
        **({"channel": "link"} | details),
    )


def test_the_invitation_holds_the_link_and_no_answer(ana, mailoutbox):
    sending.plan_messages(now())
    send_all()
    assert {mail.to[0] for mail in mailoutbox} == {"ana@client.example"}
    assert address(make_link(ana.session, "accord-check-in")) in mailoutbox[0].body + mailoutbox[1].body
    assert "112" in mailoutbox[0].body
    assert len(mailoutbox) == 2  # the reminders wait


@pytest.mark.parametrize("channel", ["link", "paper"])
def test_a_reminder_stops_when_the_form_is_answered(ana, loud, mailoutbox, monkeypatch, channel):
    sending.plan_messages(now())
    send_all()
    who = (
        {"by": loud.staff["therapist"]}
        if channel == "paper"
        else {"link": make_link(ana.session, "accord-check-in")}
    )
    actions.record_answers(session=ana.session, answered=answers(channel=channel), **who)
    later(monkeypatch, hours=25)
    send_all()
    assert kinds(outcome="answered") == [("reminder", "accord-check-in")]
    assert kinds(kind="reminder", outcome="sent") == [("reminder", "accord-preferences")]


def test_a_reminder_stops_when_that_kind_of_form_is_declined_at_another_session(
    ana, loud, mailoutbox, monkeypatch
):
    sending.plan_messages(now())
    send_all()
    viewer, kind = loud.of("therapist"), SessionKind.IN_PERSON
    other = therapy.book(viewer=viewer, course=ana.course, starts_at=NOON, kind=kind)
    actions.decline_form(link=make_link(other, "accord-check-in"))
    later(monkeypatch, hours=25)
    send_all()
    assert kinds(outcome="declined") == [("reminder", "accord-check-in")]


def test_nothing_goes_out_for_a_session_that_fell_out(ana, loud, mailoutbox):
    sending.plan_messages(now())
    therapy.note_attendance(
        viewer=loud.of("therapist"), session=ana.session, attendance=Attendance.MISSED_WITH_NOTICE
    )
    send_all()
    assert mailoutbox == []
    assert set(Message.objects.filter(kind="ask").values_list("outcome", flat=True)) == {
        "the session did not take place"
    }


def test_a_message_that_was_late_still_keeps_the_quiet_hours_unless_a_person_sends_it(ana, loud, mailoutbox):
    sending.plan_messages(now())
    local = now().astimezone(ZoneInfo(loud.service.timezone))
    start, end = (local - timedelta(hours=1)).time(), (local + timedelta(hours=2)).time()
    Service.objects.filter(pk=loud.service.pk).update(quiet_from=start, quiet_until=end)
    send_all()
    assert mailoutbox == []
    waiting = Message.objects.get(kind="ask", about=make_link(ana.session, "accord-check-in").key)
    assert now() + timedelta(hours=1, minutes=50) < waiting.not_before < now() + timedelta(hours=2, minutes=1)
    assert waiting.attempts == 0
    sending.send_now(viewer=loud.of("therapist"), link=make_link(ana.session, "accord-check-in"))
    send_all()
    assert len(mailoutbox) == 1


TEXTED: list[tuple[str, str]] = []


def keep_text(number: str, text: str) -> None:
    """Stands in for a clinic's own SMS adapter."""
    TEXTED.append((number, text))


def test_text_messages_are_off_until_an_adapter_is_named(loud, mailoutbox, monkeypatch):
    TEXTED.clear()
    dan = loud.client("Dan", channel="sms", phone="+34 600 000 000")
    sending.plan_messages(now())
    send_all()
    assert {m.outcome for m in Message.objects.filter(kind="ask")} == {
        "text messages are off in this installation."
    }
    monkeypatch.setattr(configuration(), "sms_adapter", f"{__name__}.keep_text")
    sending.send_now(viewer=loud.of("therapist"), link=make_link(dan.session, "accord-check-in"))
    send_all()
    ((number, text),) = TEXTED
    assert number == "+34 600 000 000"
    assert address(make_link(dan.session, "accord-check-in")) in text
    assert mailoutbox == []


# What goes wrong


def test_after_a_crash_between_sending_and_marking_it_is_sent_again(ana, loud, mailoutbox, monkeypatch):
    sending.send_now(viewer=loud.of("therapist"), link=make_link(ana.session, "accord-check-in"))
    really = outbox.KINDS["ask"]

    def send_and_die(message):
        really(message)
        raise KeyboardInterrupt  # as a kill would end it: no except of ours runs

    monkeypatch.setitem(outbox.KINDS, "ask", send_and_die)
    with pytest.raises(KeyboardInterrupt):
        outbox.send_next("first")
    monkeypatch.setitem(outbox.KINDS, "ask", really)
    assert len(mailoutbox) == 1
    assert not outbox.send_next("second")  # it is still in the dead one's hand
    later(monkeypatch, minutes=3)
    assert outbox.send_next("second")
    assert len(mailoutbox) == 2
    assert Message.objects.get().outcome == "sent"


def test_a_failure_is_tried_again_later_and_later(ana, loud, monkeypatch):
    sending.send_now(viewer=loud.of("therapist"), link=make_link(ana.session, "accord-check-in"))

    def fail(message):
        raise ConnectionError("mail.example refused ana@client.example")

    monkeypatch.setitem(outbox.KINDS, "ask", fail)
    send_all()
    message = Message.objects.get()
    assert message.outcome == "failed: ConnectionError"  # and nothing of what the server said
    assert message.not_before > now() + timedelta(seconds=50)
    Message.objects.update(not_before=now(), attempts=outbox.GIVE_UP_AFTER)
    send_all()
    assert Message.objects.get().dropped_at is not None


def test_a_safety_answer_overtakes_every_invitation_and_is_never_given_up(ana, loud, monkeypatch):
    for _ in range(3):
        sending.send_now(viewer=loud.of("therapist"), link=make_link(ana.session, "accord-check-in"))
    safety = answers("accord-wellbeing")
    safety.answers[5] = 1.0
    actions.record_answers(session=ana.session, answered=safety)
    order = []

    def note(message):
        order.append(message.kind)
        raise ConnectionError

    for kind in ("ask", "risk"):
        monkeypatch.setitem(outbox.KINDS, kind, note)
    Message.objects.filter(kind="risk").update(attempts=outbox.GIVE_UP_AFTER + 5)
    send_all()
    assert order[0] == "risk"
    assert not Message.objects.filter(kind="risk", dropped_at__isnull=False).exists()


def test_a_plan_that_fails_does_not_keep_messages_back(monkeypatch):
    def broken(at):
        raise ValueError("a service with a strange plan")

    monkeypatch.setattr(outbox, "plan_messages", broken)
    outbox._plan()  # said in the log, and the loop goes on


TWO_WORKERS = """
import threading, time
from accord.web.standalone import start, prepare
start(); prepare()
from django.db import connection
from accord.basics.clock import now
from accord.web.checkin import outbox
from accord.web.checkin.models import Message
from accord.web.people.actions import make_service
service = make_service(name="Harbour", slug="harbour")
Message.objects.bulk_create(
    Message(service=service, kind="ask", about="x", dedupe=str(n), not_before=now()) for n in range(60)
)
sent, lock, together = [], threading.Lock(), threading.Barrier(4)
def send(message):
    with lock:
        sent.append(message.pk)
    time.sleep(0.002)
outbox.KINDS["ask"] = send
def work(name):
    together.wait()
    while outbox.send_next(name):
        pass
    connection.close()
workers = [threading.Thread(target=work, args=(f"worker {n}",)) for n in range(4)]
[one.start() for one in workers]; [one.join() for one in workers]
names = set(Message.objects.values_list("claimed_by", flat=True))
print(len(sent), len(set(sent)), Message.objects.filter(outcome="sent").count(), len(names) > 1)
"""


def test_several_workers_never_claim_the_same_message(tmp_path):
    """Real threads on a real file with SQLite's settings as they are in service."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")}
    done = subprocess.run(
        [sys.executable, "-c", TWO_WORKERS],
        env={**environment, "ACCORD_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["60", "60", "60", "True"], done.stderr
