"""A positive safety answer: from the answer to someone who acted, with a clock.

Everything is written in the transaction of the answer: the alert, the messages to the named clinician and the deputy,
and the message that passes it on when the service's time is over and nobody has acknowledged. No batch job is needed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.web.attention.judge import judge_course
from accord.web.attention.models import Alert
from accord.web.audit import actions as audit
from accord.web.checkin.models import Message, Response
from accord.web.people.models import Role, Staff
from accord.web.therapy.models import Course, Session


def stand_ins(service_id: int, therapist: Staff | None) -> list[Staff]:
    """Who can step in, the nearest first: leads, supervisors of the therapist's teams, administrators, any therapist.

    A safety answer must reach a person even in a service where nobody was named and the lead has left.
    """
    at_work = Staff.objects.filter(service_id=service_id, active=True).order_by("pk")
    groups = [at_work.filter(roles__role=Role.LEAD)]
    if therapist is not None:
        groups.append(at_work.filter(roles__role=Role.SUPERVISOR, teams__members=therapist))
    groups += [
        at_work.filter(roles__role=role) for role in (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.THERAPIST)
    ]
    return list(dict.fromkeys(one for group in groups for one in group[:2]))


def named(session: Session) -> tuple[Staff | None, Staff | None]:
    """The clinician and the deputy who are told; stand-ins where nobody is named or the named one is gone."""
    course = session.course
    therapist = course.therapist
    others = stand_ins(session.service_id, therapist)
    leads = [one for one in others if Role.LEAD in {role.role for role in one.roles.all()}]
    clinician = therapist if therapist and therapist.active else next(iter(others), None)
    choices = [course.deputy, therapist.deputy if therapist else None, *(leads or others)]
    deputy = next((one for one in choices if one and one.active and one != clinician), None)
    return clinician, deputy


def passed_on_to(service_id: int, therapist: Staff | None, told: Sequence[Staff]) -> list[Staff]:
    """Whom an alert is passed on to: all leads; without one, somebody who was not told yet; at last the same again."""
    leads = list(
        Staff.objects.filter(service_id=service_id, active=True, roles__role=Role.LEAD).order_by("pk")
    )
    fresh = [one for one in stand_ins(service_id, therapist) if one not in told]
    if leads and set(leads) - set(told):
        return leads
    return [*leads, *fresh[:1]] or list(told)


def raise_alert(*, response: Response, session: Session, items: Sequence[int]) -> Alert:
    """Write the alert and its messages inside the running transaction."""
    clinician, deputy = named(session)
    raised = now()
    alert = Alert.objects.create(
        service_id=response.service_id,
        response=response,
        course_id=session.course_id,
        items=list(items),
        clinician=clinician,
        deputy=deputy,
        raised_at=raised,
        escalates_at=raised + timedelta(minutes=session.service.risk_minutes),
    )
    told = [one for one in (clinician, deputy) if one]
    later = passed_on_to(response.service_id, session.course.therapist, told)
    Message.objects.bulk_create(
        [_message(alert, "risk", staff, raised) for staff in told]
        + [_message(alert, "risk passed on", staff, alert.escalates_at) for staff in later]
    )
    audit.record(
        service_id=response.service_id,
        actor="accord",
        verb="raised",
        kind="alert",
        subject=alert.key,
        told=[one.key for one in told],
    )
    return alert


def _message(alert: Alert, kind: str, staff: Staff, not_before: datetime) -> Message:
    return Message(
        service_id=alert.service_id,
        kind=kind,
        about=alert.key,
        staff=staff,
        dedupe=f"{kind}:{alert.key}:{staff.key}",
        not_before=not_before,
    )


@transaction.atomic
def tell_instead(alert: Alert, *, gone: Staff, kind: str) -> list[Staff]:
    """Somebody who was to be told no longer works here: write messages to those who stand in; safe to call twice."""
    told = Message.objects.filter(about=alert.key, kind=kind, staff__active=True).values_list(
        "staff_id", flat=True
    )
    nearest = [one for one in stand_ins(alert.service_id, alert.course.therapist) if one != gone]
    fresh = [one for one in nearest if one.pk not in set(told)][:1]
    Message.objects.bulk_create([_message(alert, kind, one, now()) for one in fresh], ignore_conflicts=True)
    Alert.objects.filter(pk=alert.pk, clinician=gone).update(clinician=fresh[0] if fresh else None)
    Alert.objects.filter(pk=alert.pk, deputy=gone).update(deputy=fresh[0] if fresh else None)
    return fresh


@transaction.atomic
def hand_over(*, course: Course, to: Staff) -> None:
    """Open alerts follow a course to its new therapist, who is told as well; the clock goes on."""
    for alert in Alert.objects.filter(course=course, acknowledged_at=None):
        Alert.objects.filter(pk=alert.pk).update(clinician=to)
        Message.objects.bulk_create([_message(alert, "risk", to, now())], ignore_conflicts=True)


def acknowledge(*, viewer, alert: Alert, done: str) -> Alert:
    """Someone looked and acted: who, when, and what was done in one line. The first acknowledgement stands.

    Raises `Faults` when the line is empty or longer than 300 characters.
    """
    line = " ".join(done.split())
    if not line:
        raise refuse(
            "what was done",
            "this line is empty.",
            "Write in a few words what you did, such as: called, safe.",
        )
    if len(line) > 300:
        raise refuse(
            "what was done",
            f"this line has {len(line)} characters.",
            "Keep it to 300; details go in the record.",
        )
    with transaction.atomic():
        fresh = Alert.objects.filter(pk=alert.pk, acknowledged_at=None).update(
            acknowledged_by=viewer.staff, acknowledged_at=now(), done=line
        )
        if fresh:
            viewer.did("acknowledged", "alert", alert.key)
            Message.objects.filter(about=alert.key, sent_at=None, dropped_at=None).update(
                dropped_at=now(), outcome="acknowledged before it was due"
            )
            judge_course(alert.course_id, now())
    alert.refresh_from_db()
    return alert
