"""Who reads what a client writes besides forms, and until when it is answered: named people, each for themself.

A second person and whoever answers complaints are never somebody who treats or treated this client. Where the one whom
the service named is such a person, or has left, somebody else stands in, and the page names them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from accord.basics.clock import clinic_day
from accord.web.attention.risk import stand_ins
from accord.web.people.models import Client, Consent, Purpose, Role, Staff
from accord.web.people.viewer import Viewer
from accord.web.therapy.cover import withheld_courses
from accord.web.therapy.models import Course, TherapistPeriod
from accord.web.voice.models import Concern

SATURDAY = 5
To = Concern.To


@dataclass(frozen=True)
class Reader:
    """One way to write, and who reads it; `standing_in` when it is not whom the service named."""

    to: To
    staff: Staff
    standing_in: bool = False


def promised(at: datetime, days: int, zone: str) -> datetime:
    """The last second of the day until which a letter of the instant `at` is answered, on the clinic's calendar.

    `days` are counted from the day after it was written; a Saturday or Sunday moves to the Monday.
    """
    day = clinic_day(at, zone) + timedelta(days=days)
    if day.weekday() >= SATURDAY:
        day += timedelta(days=7 - day.weekday())
    midnight = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone))
    return midnight.astimezone(at.tzinfo) - timedelta(seconds=1)


def readers(course: Course) -> tuple[Reader, ...]:
    """Whom this client can write to now, one for each way that leads to somebody; about six queries."""
    treating = treated_by(course.client)
    found = [_therapist(course), _second(course, treating), _complaints(course, treating)]
    return tuple(one for one in found if one)


def treated_by(client: Client) -> frozenset[int]:
    """Primary keys of everybody who treats or treated this client: what goes past a therapist goes past them all."""
    courses = Course.objects.filter(client=client)
    now = courses.exclude(therapist=None).values_list("therapist_id", flat=True)
    before = TherapistPeriod.objects.filter(course__in=courses).values_list("therapist_id", flat=True)
    return frozenset(now) | frozenset(before)


def _therapist(course: Course) -> Reader | None:
    therapist = course.therapist
    if therapist is None or not therapist.active or kept_from(course):
        return None
    return Reader(To.THERAPIST, therapist)


def kept_from(course: Course) -> bool:
    """Whether the client keeps their answers from the therapist: then nothing goes there from these pages either."""
    return course.therapist is not None and bool(withheld_courses(Viewer(course.therapist), [course.pk]))


def _second(course: Course, treating: frozenset[int]) -> Reader | None:
    named = course.service.second_person
    return _first(To.SECOND, named, stand_ins(course.service_id, course.therapist), treating)


def _complaints(course: Course, treating: frozenset[int]) -> Reader | None:
    named = course.service.complaints_person
    return _first(To.COMPLAINT, named, answerable(course.service_id), treating)


def answerable(service_id: int) -> list[Staff]:
    """Who answers for the service: leads, then administrators."""
    at_work = Staff.objects.filter(service_id=service_id, active=True).order_by("pk")
    found = [one for role in (Role.LEAD, Role.ADMINISTRATOR) for one in at_work.filter(roles__role=role)]
    return list(dict.fromkeys(found))


def _first(to: To, named: Staff | None, others: Iterable[Staff], treating: frozenset[int]) -> Reader | None:
    choices = [one for one in (named, *others) if one and one.active and one.pk not in treating]
    return Reader(to, choices[0], standing_in=choices[0] != named) if choices else None


def closed(concern: Concern) -> bool:
    """Whether the client closed their answers to the therapist after they wrote to them: then nobody reads it."""
    if concern.to != To.THERAPIST:
        return False
    newest = (
        Consent.objects.filter(client=concern.client_id, purpose=Purpose.THERAPIST)
        .filter(Q(viewer=None) | Q(viewer=concern.recipient_id))
        .order_by("-at", "-pk")
    )
    return newest.values_list("granted", flat=True).first() is False


def stands_in(concern: Concern) -> Staff | None:
    """Who reads a letter whose reader has left: a lead first, never somebody who treats or treated the client."""
    treating = treated_by(concern.client)
    nearest = [*answerable(concern.service_id), *stand_ins(concern.service_id, concern.course.therapist)]
    return next((one for one in nearest if one.pk not in treating), None)


def reader_of(concern: Concern) -> Staff | None:
    """Who reads this letter now: whom it was sent to, or who stands in; None when nobody is left who may."""
    return concern.recipient if concern.recipient.active else stands_in(concern)


def reminded(concern: Concern) -> list[Staff]:
    """Leads (else administrators) who are told, without content, that an answer is missing: never who treats them."""
    treating = treated_by(concern.client) | {concern.recipient_id}
    return [one for one in answerable(concern.service_id) if one.pk not in treating][:3]
