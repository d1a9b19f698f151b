"""Mails about what clients wrote: rows in the outbox, and what each says. None holds a name, a word, or what it is.

The reader is told at once and again in the morning of the promised day; when the day is over, those who answer for the
service are told that an answer is missing, never somebody who treats or treated the client.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accord.basics.clock import clinic_day, now
from accord.web.checkin.models import Message
from accord.web.people.models import Staff
from accord.web.voice.concern_readers import closed, reminded
from accord.web.voice.models import Concern

LETTER, DUE, OVER, ANSWERED = "letter", "letter due", "letter over", "letter answered"
KINDS = (LETTER, DUE, OVER, ANSWERED)
MORNING = time(9)


@dataclass(frozen=True)
class Mail:
    """One mail, ready to leave."""

    subject: str
    body: str
    to: str


def tell(concern: Concern) -> None:
    """Write the mails about a letter that has a new reader, inside the running transaction."""
    reader = concern.recipient
    rows = [
        _message(concern, LETTER, reader, now()),
        _message(concern, DUE, reader, _morning(concern, concern.answer_by)),
    ]
    rows += [
        _message(concern, OVER, one, _morning(concern, concern.answer_by + timedelta(days=1)))
        for one in reminded(concern) or [reader]
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)


def _morning(concern: Concern, day_of: datetime) -> datetime:
    """Nine o'clock of the clinic's day of `day_of`; never before the letter was written."""
    zone = concern.service.timezone
    at = datetime.combine(clinic_day(day_of, zone), MORNING, ZoneInfo(zone)).astimezone(day_of.tzinfo)
    return max(at, concern.at)


def _message(concern: Concern, kind: str, staff: Staff | None, not_before: datetime) -> Message:
    # No client on the row: lists of messages to clients are seen by their therapist.
    return Message(
        service_id=concern.service_id,
        kind=kind,
        about=concern.key,
        staff=staff,
        dedupe=f"{kind}:{concern.key}:{staff.key if staff else 'client'}",
        not_before=not_before,
    )


def answered(concern: Concern) -> None:
    """The letter has an answer: nobody is reminded any more, and the client is told by mail where they asked for it."""
    waiting = Message.objects.filter(about=concern.key, kind__in=KINDS, sent_at=None, dropped_at=None)
    waiting.update(dropped_at=now(), outcome="answered before it was due")
    if concern.tell_by_mail:
        Message.objects.bulk_create([_message(concern, ANSWERED, None, now())], ignore_conflicts=True)


def letter_of(message: Message) -> Concern | None:
    """The letter a message is about, with everybody it names."""
    found = Concern.objects.select_related("service", "client", "course__therapist", "recipient")
    return found.filter(key=message.about).first()


def settled(message: Message, concern: Concern) -> str:
    """Why this mail need not leave any more, in a few words; empty when it should."""
    if message.kind == ANSWERED:
        return "" if concern.client.mail else "there is no mail address"
    if concern.answered_at:
        return "answered in time"
    if message.staff is None or not message.staff.active:
        return "no longer works here"
    if closed(concern) or not concern.words:
        return "the client closed or erased it"
    return "read already" if message.kind == LETTER and concern.read_at else ""


def mail_of(message: Message, concern: Concern, address: str) -> Mail:
    """What the mail says; `address` is the client's page of this letter, used for a mail to the client alone."""
    client = message.kind == ANSWERED
    language = concern.client.language if client else translation.get_language()
    context = {
        "kind": message.kind,
        "own": message.staff_id == concern.recipient_id,
        "address": address if client else settings.BASE_URL + reverse("voice:inbox"),
        "day": concern.answer_by.astimezone(ZoneInfo(concern.service.timezone)),
        "crisis": concern.service.crisis_number,
    }
    with translation.override(language):
        text = render_to_string(f"voice/mail_{'answered' if client else 'concern'}.txt", context)
    subject, _, body = text.strip().partition("\n")
    to = concern.client.mail if client or message.staff is None else message.staff.user.email
    return Mail(subject, body.strip(), to)
