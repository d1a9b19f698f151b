"""A mail on weekday mornings to those who chose it: how many people are worth a look, and where. No name, no content.

It is planned once a morning, counted again when it is sent, and dropped when nothing is there; nothing else is pushed.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from accord.basics.clock import clinic_day
from accord.signals.attention import Person, entry
from accord.signals.signal import Place
from accord.web.attention.models import Digest
from accord.web.attention.noticed import noticed, snoozed
from accord.web.checkin.models import Message
from accord.web.checkin.sending import outside_quiet
from accord.web.people.models import Service
from accord.web.people.viewer import Viewer

KIND = "digest"
WORTH = (
    Place.GAP
)  # up to here somebody is worth a look; a review that is due can wait for the day it is opened
SATURDAY, MONDAY = 5, 0
MORNING_ENDS = 12  # o'clock; a worker that was away all morning does not write in the afternoon


def plan_digests(at: datetime) -> int:
    """Write this morning's mails; returns how many are new. Safe to run at any time and by several workers."""
    fresh = 0
    for service in Service.objects.filter(digest_set__isnull=False).distinct():
        today = clinic_day(at, service.timezone)
        if today.weekday() >= SATURDAY or not _is_morning(at, service):
            continue
        waiting = Digest.objects.filter(service=service, staff__active=True).filter(
            Q(sent_on=None) | Q(sent_on__lt=today)
        )
        if today.weekday() != MONDAY:
            waiting = waiting.exclude(every=Digest.Every.WEEK)
        for one in waiting.select_related("staff__service"):
            fresh += _plan(one, today, at)
    return fresh


def _is_morning(at: datetime, service: Service) -> bool:
    local = at.astimezone(ZoneInfo(service.timezone))
    return outside_quiet(at, service) == at and local.hour < MORNING_ENDS


@transaction.atomic
def _plan(one: Digest, today: date, at: datetime) -> bool:
    Digest.objects.filter(pk=one.pk).update(sent_on=today)
    if not worth_a_look(Viewer(one.staff), at):
        return False
    _message, new = Message.objects.get_or_create(
        dedupe=f"{KIND}:{one.key}:{today.isoformat()}",
        defaults={
            "service_id": one.service_id,
            "kind": KIND,
            "about": one.key,
            "staff": one.staff,
            "not_before": at,
        },
    )
    return new


def worth_a_look(viewer: Viewer, at: datetime) -> int:
    """How many of this therapist's own clients are worth a look now, as the viewer may see them."""
    courses = dict(viewer.own_courses.filter(ended_on=None).values_list("pk", "key"))
    today = clinic_day(at, viewer.service.timezone)
    found, resting = noticed(viewer, courses), snoozed(viewer, courses)
    people = [
        Person(
            key=courses[pk],
            signals=tuple(one.signal for one in signals),
            snoozed_until=resting[pk].until if pk in resting else None,
            snoozed_at=resting[pk].at if pk in resting else None,
            raised={one.signal.rule: one.raised_at for one in signals},
        )
        for pk, signals in found.items()
        if signals
    ]
    entries = [entry(one, today) for one in people]
    return sum(one.leading is not None and one.place <= WORTH for one in entries)


def words(count: int, address: str, service: Service) -> tuple[str, str]:
    """The mail's subject and body, in the service's language."""
    with translation.override(service.language):
        text = render_to_string("attention/mail_digest.txt", {"count": count, "address": address})
    subject, _, body = text.strip().partition("\n")
    return subject, body.strip()
