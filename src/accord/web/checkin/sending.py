"""Who is asked for what, when: links and messages from the plan, reminders that stop when answered, quiet hours."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accord.basics.clock import now
from accord.course.plan import Standing
from accord.web.checkin.links import make_link
from accord.web.checkin.models import Link, Message
from accord.web.people.models import Channel, Client, Service
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course, Session
from accord.web.therapy.reading import read_dues

LOOK_BACK = timedelta(days=3)


def outside_quiet(instant: datetime, service: Service) -> datetime:
    """`instant`, or the end of the quiet hours it falls into, on the clinic's clock."""
    start, end = _time(service.quiet_from), _time(service.quiet_until)
    local = instant.astimezone(ZoneInfo(service.timezone))
    quiet = (start <= local.time() or local.time() < end) if start > end else start <= local.time() < end
    if start == end or not quiet:
        return instant
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, ZoneInfo(service.timezone)).astimezone(instant.tzinfo)


def _time(value: time | str) -> time:
    return time.fromisoformat(value) if isinstance(value, str) else value


def plan_messages(at: datetime) -> int:
    """Make links and messages for every form that is due in any service; returns how many messages are new.

    Safe to run at any time and by several workers: a form is asked once, a reminder goes once.
    """
    fresh = 0
    for service in Service.objects.all():
        recent = Session.objects.filter(
            service=service, starts_at__gte=at - LOOK_BACK, starts_at__lte=at + timedelta(days=1)
        )
        courses = list(
            Course.objects.filter(service=service, ended_on=None, sessions__in=recent)
            .exclude(client__channel=Channel.NONE)
            .select_related("client", "service")
            .distinct()
        )
        near = {session.key: session for session in recent.select_related("service")}
        dues = read_dues(courses, at)
        for course in courses:
            for due in dues[course.pk]:
                session = near.get(due.session)
                if session and due.standing in (Standing.DUE, Standing.OVERDUE):
                    fresh += _ask(course.client, session, due.instrument, at)
    return fresh


@transaction.atomic
def _ask(client: Client, session: Session, instrument: str, at: datetime) -> int:
    link = make_link(session, instrument)
    if link.sent_at or link.declined_at or link.withdrawn_at:
        return 0
    service = session.service
    rows = [_message(link, client, "ask", "first", outside_quiet(at, service))]
    for number in range(1, service.reminders + 1):
        when = outside_quiet(at + timedelta(hours=service.reminder_hours * number), service)
        if when < link.expires_at:
            rows.append(_message(link, client, "reminder", str(number), when))
    known = set(
        Message.objects.filter(dedupe__in=[row.dedupe for row in rows]).values_list("dedupe", flat=True)
    )
    new = [row for row in rows if row.dedupe not in known]
    Message.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _message(link: Link, client: Client, kind: str, which: str, when: datetime) -> Message:
    return Message(
        service_id=link.service_id,
        kind=kind,
        about=link.key,
        client=client,
        dedupe=f"{kind}:{link.key}:{which}",
        not_before=when,
    )


@transaction.atomic
def send_now(*, viewer: Viewer, link: Link) -> Message:
    """A member of staff sends a link at once, quiet hours or not; each press of the button is one message."""
    client = link.session.course.client
    message = _message(link, client, "ask", f"by hand {now().isoformat()}", now())
    message.save()
    viewer.did("sent", "link", link.key)
    return message


@transaction.atomic
def withdraw(*, viewer: Viewer, link: Link) -> None:
    """A member of staff closes a link; what was typed and not sent before then is not taken."""
    Link.objects.filter(pk=link.pk, withdrawn_at=None).update(withdrawn_at=now())
    viewer.did("withdrew", "link", link.key)
