"""Mails to leads about requests to erase: that one came, and that its day is near. None says whose it is."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accord.basics.clock import clinic_day
from accord.web.checkin.models import Message
from accord.web.people.models import Role, Staff
from accord.web.voice.models import Erasure

CAME, DUE = "erasure", "erasure due"
KINDS = (CAME, DUE)
NEAR = timedelta(days=3)  # before the day by which it is decided


@dataclass(frozen=True)
class Mail:
    """One mail, ready to leave."""

    subject: str
    body: str
    to: str


def tell(erasure: Erasure) -> None:
    """Write the mails about a request, inside the running transaction."""
    near = max(erasure.at, erasure.decide_by - NEAR)
    Message.objects.bulk_create(
        Message(
            service_id=erasure.service_id,
            kind=kind,
            about=erasure.key,
            staff=lead,
            dedupe=f"{kind}:{erasure.key}:{lead.key}",
            not_before=when,
        )
        for lead in deciders(erasure.service_id)
        for kind, when in ((CAME, erasure.at), (DUE, near))
    )


def deciders(service_id: int) -> list[Staff]:
    """Who decides: the leads at work, else the administrators, who can name one."""
    at_work = Staff.objects.filter(service_id=service_id, active=True).order_by("pk")
    leads = at_work.filter(roles__role=Role.LEAD)
    return list(leads) or list(at_work.filter(roles__role=Role.ADMINISTRATOR))


def mail(message: Message) -> Mail | str:
    """The mail of a row at the moment of sending, or why none is needed any more, in a few words."""
    one = Erasure.objects.filter(key=message.about).select_related("service").first()
    if one is None or message.staff is None or not message.staff.active:
        return "the request or its reader is gone"
    if one.decided_at or one.taken_back_at:
        return "decided or taken back"
    text = render_to_string(
        "voice/erasure_mail.txt",
        {
            "due": message.kind == DUE,
            "day": clinic_day(one.decide_by, one.service.timezone),
            "address": settings.BASE_URL + reverse("voice:erasures"),
        },
    )
    subject, _, body = text.strip().partition("\n")
    return Mail(subject, body.strip(), message.staff.user.email)
