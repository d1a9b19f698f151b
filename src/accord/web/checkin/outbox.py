"""Sending: messages leave through rows written with their reason, and are marked sent after they are sent.

After a crash a message may go out twice, but never not at all. A worker claims a row by compare-and-set with a time
limit, so two workers never send the same one and a dead worker's rows come free again.
"""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import OperationalError, close_old_connections
from django.db.models import Case, F, Q, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string

from accord.basics.clock import now
from accord.course.session import Attendance
from accord.web.attention.background import Background
from accord.web.attention.digest import words, worth_a_look
from accord.web.attention.models import Alert, Digest
from accord.web.attention.risk import tell_instead
from accord.web.attention.waiting import AT_ONCE, judge_waiting
from accord.web.checkin.links import address
from accord.web.checkin.models import Beat, Link, Message
from accord.web.checkin.pages import crisis_of
from accord.web.checkin.sending import BY_HAND, no_way, outside_quiet, plan_messages
from accord.web.configuration import configuration
from accord.web.people.models import Channel, Client
from accord.web.people.viewer import Viewer
from accord.web.voice import concern_mail, erasing_mail
from accord.web.voice.concerns import address as letter_address
from accord.web.voice.concerns import hand_over

log = logging.getLogger("accord.outbox")
CLAIM = timedelta(minutes=2)
GIVE_UP_AFTER = 12  # attempts; with the waits below about two days


class Later(Exception):
    """Not now: `until` is when this message may leave."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__("later")


class NotToSend(Exception):
    """The reason for this message is gone; its text says why, in a few words without client content."""


def claim(worker: str) -> Message | None:
    """The next message that is ready, claimed for `worker`; None when there is nothing to send."""
    present = now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=present)
    ready = Message.objects.filter(free, sent_at=None, dropped_at=None, not_before__lte=present)
    # A safety answer overtakes every invitation, however many wait since the quiet hours.
    urgent = Case(When(kind__startswith="risk", then=0), default=1)
    for key in ready.order_by(urgent, "not_before", "pk").values_list("pk", flat=True)[:5]:
        taken = Message.objects.filter(free, pk=key, sent_at=None, dropped_at=None).update(
            claimed_by=worker, claimed_until=present + CLAIM, attempts=F("attempts") + 1
        )
        if taken:
            return Message.objects.select_related("service", "client", "staff__user").get(pk=key)
    return None


def send_next(worker: str) -> bool:
    """Send one message; False when none is ready. A failure is kept for a later attempt, never raised."""
    message = claim(worker)
    if message is None:
        return False
    mine = Message.objects.filter(pk=message.pk, claimed_by=worker)
    try:
        KINDS[message.kind](message)
    except Later as later:
        mine.update(claimed_until=None, not_before=later.until, attempts=F("attempts") - 1)
    except NotToSend as reason:
        mine.update(dropped_at=now(), outcome=str(reason)[:80])
    except Exception as problem:  # any failure of a mail server must leave the row to be tried again
        wait = timedelta(seconds=min(30 * 2**message.attempts, 4 * 3600))
        given_up = message.attempts >= GIVE_UP_AFTER and not message.kind.startswith("risk")
        mine.update(
            claimed_until=None,
            not_before=now() + wait,
            outcome=f"failed: {type(problem).__name__}"[:80],
            dropped_at=now() if given_up else None,
        )
        log.warning(
            "message %s was not sent (%s), attempt %s", message.key, type(problem).__name__, message.attempts
        )
    else:
        mine.update(sent_at=now(), outcome="sent", claimed_until=None)
    return True


def _to_client(message: Message) -> None:
    link = (
        Link.objects.filter(key=message.about)
        .select_related("service", "session__course__client", "session__therapist")
        .first()
    )
    client = message.client
    if link is None or client is None:
        raise NotToSend("the link is gone")
    if reason := _settled(link, client) or no_way(client):
        raise NotToSend(reason)
    until = outside_quiet(now(), link.service)
    if until > now() and BY_HAND not in message.dedupe:
        raise Later(until)
    context = {
        "link": address(link),
        "therapist": link.session.therapist,
        "reminder": message.kind == "reminder",
        "crisis": crisis_of(link.service),
    }
    with translation.override(client.language):
        text = render_to_string("checkin/mail_ask.txt", context)
    subject, _, body = text.strip().partition("\n")
    if client.channel == Channel.SMS:
        import_string(configuration().sms_adapter)(client.phone, f"{subject} {address(link)}")
    else:
        send_mail(subject, body.strip(), settings.DEFAULT_FROM_EMAIL, [client.mail])


def _settled(link: Link, client: Client) -> str:
    """Why this form need not be asked any more, looked up at the moment of sending; empty when it should be."""
    if link.sent_at:
        return "answered"
    if (
        link.declined_at
        or client.declined_all_at
        or client.declines.filter(instrument=link.instrument).exists()
    ):
        return "declined"
    if link.withdrawn_at:
        return "withdrawn"
    if link.expires_at <= now():
        return "the link has expired"
    if not Attendance(link.session.attendance).counts:
        return "the session did not take place"
    return ""


def _about_risk(message: Message) -> None:
    alert = Alert.objects.filter(key=message.about).select_related("service", "course__therapist").first()
    if alert is None or message.staff is None:
        raise NotToSend("the alert is gone")
    passed_on = message.kind == "risk passed on"
    if alert.acknowledged_at:
        raise NotToSend("acknowledged in time")
    if not message.staff.active:
        tell_instead(alert, gone=message.staff, kind=message.kind)
        raise NotToSend("no longer works here; others are told")
    # Without content: the mail says that someone should look, never who wrote or what.
    text = render_to_string(
        "attention/mail_risk.txt",
        {
            "address": settings.BASE_URL + reverse("attention:risk"),
            "passed_on": passed_on,
            "until": alert.escalates_at,
            "zone": alert.service.timezone,
        },
    )
    subject, _, body = text.strip().partition("\n")
    send_mail(subject, body.strip(), settings.DEFAULT_FROM_EMAIL, [message.staff.user.email])


def _digest(message: Message) -> None:
    """Counted again at the moment of sending: nobody is called to an empty page."""
    if message.staff is None or not message.staff.active:
        raise NotToSend("no longer works here")
    if not Digest.objects.filter(staff=message.staff).exists():
        raise NotToSend("not wanted any more")
    until = outside_quiet(now(), message.service)
    if until > now():
        raise Later(until)
    count = worth_a_look(Viewer(message.staff), now())
    if not count:
        raise NotToSend("nothing is there any more")
    subject, body = words(count, settings.BASE_URL + reverse("attention:today"), message.service)
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [message.staff.user.email])


def _about_letter(message: Message) -> None:
    """What a client wrote to one person: whoever left is replaced, and nothing is told that is settled by now."""
    concern = concern_mail.letter_of(message)
    if concern is None:
        raise NotToSend("the letter is gone")
    if concern.answered_at is None and not concern.recipient.active:
        hand_over(concern)
    if reason := concern_mail.settled(message, concern):
        raise NotToSend(reason)
    until = outside_quiet(now(), concern.service)
    if message.staff is None and until > now():  # to a client: an answer does not ring at night
        raise Later(until)
    mail = concern_mail.mail_of(message, concern, letter_address(concern))
    send_mail(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to])


def _about_erasure(message: Message) -> None:
    found = erasing_mail.mail(message)
    if isinstance(found, str):
        raise NotToSend(found)
    send_mail(found.subject, found.body, settings.DEFAULT_FROM_EMAIL, [found.to])


# One table of what can be sent and what sends it.
KINDS: dict[str, Callable[[Message], None]] = {
    "ask": _to_client,
    "reminder": _to_client,
    "risk": _about_risk,
    "risk passed on": _about_risk,
    "digest": _digest,
    **dict.fromkeys(concern_mail.KINDS, _about_letter),
    **dict.fromkeys(erasing_mail.KINDS, _about_erasure),
}


def beat() -> None:
    """Note that the worker is alive, for `doctor` and for the page that says when mails are not going out."""
    Beat.objects.update_or_create(pk=1, defaults={"at": now()})


def run_forever(pause_seconds: float = 1.0) -> None:
    """Send what is ready, judge what came in, plan once a minute, do what time brings; until it is stopped."""
    worker, planned, background = uuid.uuid4().hex, 0.0, Background()
    while True:
        try:
            if send_next(worker):
                continue
            if time.monotonic() - planned > 60 or not planned:
                planned = time.monotonic()
                beat()
                _plan()
                background.plan(now())
            began = time.monotonic()
            more = judge_waiting() == AT_ONCE
            more = background.step(now()) or more
            # Whoever answers has at least half of the processor, however much there is to judge.
            time.sleep(min(time.monotonic() - began, pause_seconds) if more else pause_seconds)
        except OperationalError:
            log.warning("the database is busy or away; trying again")
            time.sleep(5)
        finally:
            close_old_connections()


def _plan() -> None:
    """Plan what is to be asked. A plan that fails must not keep messages about safety answers from leaving."""
    try:
        plan_messages(now())
    except OperationalError:
        raise
    except Exception as problem:  # whatever is wrong with one service's plan, the outbox goes on
        log.error("what is to be asked could not be planned (%s)", type(problem).__name__)
