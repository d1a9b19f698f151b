"""What a client writes at any time to one named person: writing it, reading it, answering it, and who has letters open.

A letter to a second person and a complaint are known to nobody but their reader: no page, no count, no mail and no
line of the trail that a therapist can read tells of them (`people.viewer`). Mails hold no content (`concern_mail`).
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accord.basics.clock import now
from accord.basics.faults import Fault, Faults, refuse
from accord.web.audit import actions as audit
from accord.web.people.models import Client
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course
from accord.web.voice import concern_mail
from accord.web.voice.concern_readers import promised, readers, stands_in
from accord.web.voice.models import Concern

MOST_WORDS = 5000  # characters of a letter
MOST_ANSWER = 3000
MOST_A_DAY = 10  # letters of one client in 24 hours on one way; more is a machine, or a day on which to call
CLIENT = "client"  # the actor in the trail
_signer = signing.Signer(salt="accord.voice.letter", sep=".")


def token(concern: Concern) -> str:
    """The letter's key with a signature: only who wrote it gets this address, and it opens this one letter."""
    return _signer.sign(concern.key)


def address(concern: Concern) -> str:
    """The full web address of the letter's own page, for who wrote it."""
    return settings.BASE_URL + reverse("me:letter", args=[token(concern)])


def letter_behind(token_text: str) -> Concern | None:
    """The letter of a token; None when the token was made up or changed."""
    try:
        key = _signer.unsign(token_text)
    except signing.BadSignature:
        return None
    return (
        Concern.objects.select_related(
            "service", "client", "course__therapist", "recipient", "read_by", "answered_by"
        )
        .filter(key=key)
        .first()
    )


def cleaned(text: str) -> str:
    """`text` without what no database stores (control characters, halves of characters); paragraphs stay."""
    plain = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", " ", text.replace("\r\n", "\n"))
    lines = [" ".join(line.split()) for line in plain.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@dataclass(frozen=True)
class Written:
    """What a client sent: to whom (a value of `Concern.To`), the words, and the key of the form they wrote it in."""

    to: str
    words: str
    idempotency_key: str
    tell_by_mail: bool = False


def write(*, course: Course, written: Written) -> Concern:
    """Keep what a client wrote and tell its reader, in one transaction; the same form twice is one letter.

    Raises every fault at once, in the client's language: nobody chosen, no words, too many words, too many letters.
    """
    key = hashlib.sha256(
        f"letter:{course.client_id}:{written.idempotency_key}".encode(errors="replace")
    ).hexdigest()
    before = Concern.objects.filter(service_id=course.service_id, idempotency_key=key)
    if found := before.first():
        return found
    try:
        with transaction.atomic():
            return _write(course, written, key)
    except IntegrityError:
        if found := before.first():  # sent twice in the same moment
            return found
        raise


def _write(course: Course, written: Written, key: str) -> Concern:
    at, text = now(), cleaned(written.words)
    reader = next((one for one in readers(course) if one.to.value == written.to), None)
    if faults := _faults(course.client, written.to, reader is not None, text, at):
        raise Faults(faults)
    assert reader is not None
    made = Concern.objects.create(
        service_id=course.service_id,
        client=course.client,
        course=course,
        to=reader.to,
        recipient=reader.staff,
        words=text,
        at=at,
        answer_by=promised(at, course.service.answer_days, course.service.timezone),
        idempotency_key=key,
        tell_by_mail=written.tell_by_mail and bool(course.client.mail),
    )
    audit.record(
        service_id=made.service_id,
        actor=CLIENT,
        verb="wrote",
        kind="concern",
        subject=made.key,
        told=[reader.staff.key],
    )
    concern_mail.tell(made)
    return made


def _faults(client: Client, to: str, somebody: bool, text: str, at: datetime) -> list[Fault]:
    faults = []
    if not somebody:
        faults.append(Fault("to", _("Please choose who should read it.")))
    if not text:
        faults.append(
            Fault("words", _("There are no words yet. A few are enough, such as “I did not feel heard”."))
        )
    if len(text) > MOST_WORDS:
        told = {"length": len(text), "most": MOST_WORDS}
        faults.append(
            Fault(
                "words",
                _("This has %(length)s letters. Please keep it under %(most)s, or send it in two parts.")
                % told,
            )
        )
    # Each way for itself: else whoever writes to the therapist until it stops learns how many went past them.
    if client.concerns.filter(to=to, at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        faults.append(
            Fault(
                "words",
                _("You have sent many today. They are all safe. Please call the clinic, or write tomorrow."),
            )
        )
    return faults


@transaction.atomic
def read(*, viewer: Viewer, concern: Concern) -> None:
    """Note that this person opened the letter; the first time is what the client is told."""
    Concern.objects.filter(pk=concern.pk, read_at=None).update(read_at=now(), read_by=viewer.staff)
    viewer.saw("concern", concern.key)
    concern.refresh_from_db(fields=["read_at", "read_by"])


@transaction.atomic
def answer(*, viewer: Viewer, concern: Concern, words: str) -> bool:
    """Answer in words that the client reads; False when somebody had answered before, whose words stand.

    Raises `Faults` without words or with too many.
    """
    text = cleaned(words)
    if not text:
        raise refuse("answer", "there are no words yet.", "The client reads what you write here.")
    if len(text) > MOST_ANSWER:
        raise refuse(
            "answer",
            f"this answer has {len(text)} characters.",
            f"Keep it to {MOST_ANSWER}; the rest can be said.",
        )
    at = now()
    Concern.objects.filter(pk=concern.pk, read_at=None).update(read_at=at, read_by=viewer.staff)
    locked = Concern.objects.filter(pk=concern.pk, answered_at=None)
    if not locked.update(answer=text, answered_at=at, answered_by=viewer.staff):
        return False
    viewer.did("answered", "concern", concern.key)
    concern.refresh_from_db()
    concern_mail.answered(concern)
    return True


@transaction.atomic
def hand_over(concern: Concern) -> bool:
    """The reader has left: who stands in becomes the reader and is told; False when nobody is left who may read it."""
    if concern.recipient.active:
        return True
    nearest = stands_in(concern)
    if nearest is None:
        return False
    if Concern.objects.filter(pk=concern.pk, recipient=concern.recipient_id).update(recipient=nearest):
        audit.record(
            service_id=concern.service_id,
            actor="accord",
            verb="passed on",
            kind="concern",
            subject=concern.key,
            told=[nearest.key],
        )
        concern.refresh_from_db()
        concern_mail.tell(concern)
    return True


@dataclass(frozen=True)
class Letter:
    """One letter that waits for this person: whose, since when, promised until when, and whether it was opened."""

    key: str
    name: str
    pronoun: str
    to: str
    at: datetime
    answer_by: datetime
    opened: bool

    def overdue(self, at: datetime) -> bool:
        """Whether the promise is over at the instant `at`."""
        return at > self.answer_by


def letters(viewer: Viewer, at: datetime) -> tuple[Letter, ...]:
    """The letters that wait for this person's answer, by promised day; one query."""
    waiting = viewer.concerns.filter(answered_at=None, at__lte=at).select_related("client")
    return tuple(
        Letter(
            one.key,
            str(one.client),
            one.client.pronoun,
            one.to,
            one.at,
            one.answer_by,
            one.read_at is not None,
        )
        for one in waiting.order_by("answer_by", "pk")
    )
