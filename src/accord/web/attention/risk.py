"""A positive safety answer: from the answer to someone who acted, with a clock.

Everything is written in the transaction of the answer: the alert, the messages to the named clinician and the deputy,
and the message that passes it on when the service's time is over and nobody has acknowledged. No batch job is needed.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.web.attention.models import Alert
from accord.web.audit import actions as audit
from accord.web.checkin.models import Message, Response
from accord.web.people.models import Role, Staff
from accord.web.therapy.models import Session


def named(session: Session) -> tuple[Staff | None, Staff | None]:
    """The clinician and the deputy who are told; a lead of the service stands in where a course names nobody."""
    course = session.course
    leads = list(
        Staff.objects.filter(service_id=session.service_id, active=True, roles__role=Role.LEAD).order_by(
            "pk"
        )[:2]
    )
    therapist = course.therapist
    clinician = therapist if therapist and therapist.active else (leads[0] if leads else None)
    choices = [course.deputy, therapist.deputy if therapist else None, *leads]
    deputy = next((one for one in choices if one and one.active and one != clinician), None)
    return clinician, deputy


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
    leads = Staff.objects.filter(service_id=response.service_id, active=True, roles__role=Role.LEAD)
    passed_on = [lead for lead in leads] or told
    Message.objects.bulk_create(
        [_message(alert, "risk", staff, raised) for staff in told]
        + [_message(alert, "risk passed on", staff, alert.escalates_at) for staff in passed_on]
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


def _message(alert: Alert, kind: str, staff: Staff, not_before) -> Message:
    return Message(
        service_id=alert.service_id,
        kind=kind,
        about=alert.key,
        staff=staff,
        dedupe=f"{kind}:{alert.key}:{staff.key}",
        not_before=not_before,
    )


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
    alert.refresh_from_db()
    return alert
