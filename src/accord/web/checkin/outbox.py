"""Sending: messages leave through rows written with their reason, and are marked sent after they are sent.

After a crash a message may go out twice, but never not at all. A worker claims a row by compare-and-set with a time
limit, so two workers never send the same one and a dead worker's rows come free again.
"""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import OperationalError, close_old_connections
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string

from accord.basics.clock import now
from accord.web.attention.models import Alert
from accord.web.checkin.links import address
from accord.web.checkin.models import Beat, Link, Message
from accord.web.configuration import configuration
from accord.web.people.models import Channel

log = logging.getLogger("accord.outbox")
CLAIM = timedelta(minutes=2)
GIVE_UP_AFTER = 12  # attempts; with the waits below about two days


class NotToSend(Exception):
    """The reason for this message is gone; its text says why, in a few words without client content."""


def claim(worker: str) -> Message | None:
    """The next message that is ready, claimed for `worker`; None when there is nothing to send."""
    present = now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=present)
    ready = Message.objects.filter(free, sent_at=None, dropped_at=None, not_before__lte=present)
    for key in ready.order_by("not_before", "pk").values_list("pk", flat=True)[:5]:
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
        .select_related("session__course__client", "session__therapist")
        .first()
    )
    client = message.client
    if (
        link is None
        or client is None
        or link.sent_at
        or link.withdrawn_at
        or link.declined_at
        or client.declined_all_at
    ):
        raise NotToSend("answered, declined or withdrawn")
    if link.expires_at < now():
        raise NotToSend("the link has expired")
    context = {
        "link": address(link),
        "therapist": link.session.therapist,
        "reminder": message.kind == "reminder",
    }
    with translation.override(client.language):
        text = render_to_string("checkin/mail_ask.txt", context)
    subject, _, body = text.strip().partition("\n")
    if client.channel == Channel.SMS and client.phone and configuration().sms_adapter:
        import_string(configuration().sms_adapter)(client.phone, f"{subject} {address(link)}")
    elif client.channel == Channel.MAIL and client.mail:
        send_mail(subject, body.strip(), settings.DEFAULT_FROM_EMAIL, [client.mail])
    else:
        raise NotToSend("this client is asked on screen or on paper")


def _about_risk(message: Message) -> None:
    alert = Alert.objects.filter(key=message.about).first()
    if alert is None or message.staff is None:
        raise NotToSend("the alert is gone")
    passed_on = message.kind == "risk passed on"
    if passed_on and alert.acknowledged_at:
        raise NotToSend("acknowledged in time")
    # Without content: the mail says that someone should look, never who wrote or what.
    text = render_to_string(
        "attention/mail_risk.txt",
        {
            "address": settings.BASE_URL + reverse("attention:risk"),
            "passed_on": passed_on,
            "until": alert.escalates_at,
        },
    )
    subject, _, body = text.strip().partition("\n")
    send_mail(subject, body.strip(), settings.DEFAULT_FROM_EMAIL, [message.staff.user.email])


# One table of what can be sent and what sends it.
KINDS: dict[str, Callable[[Message], None]] = {
    "ask": _to_client,
    "reminder": _to_client,
    "risk": _about_risk,
    "risk passed on": _about_risk,
}


def beat() -> None:
    """Note that the worker is alive, for `doctor` and for the page that says when mails are not going out."""
    Beat.objects.update_or_create(pk=1, defaults={"at": now()})


def run_forever(pause_seconds: float = 1.0) -> None:
    """Plan what is to be asked once a minute and send what is ready, until the process is stopped."""
    from accord.web.checkin.sending import plan_messages

    worker, planned = uuid.uuid4().hex, 0.0
    while True:
        try:
            if time.monotonic() - planned > 60 or not planned:
                beat()
                plan_messages(now())
                planned = time.monotonic()
            if not send_next(worker):
                time.sleep(pause_seconds)
        except OperationalError:
            log.warning("the database is busy or away; trying again")
            time.sleep(5)
        finally:
            close_old_connections()
