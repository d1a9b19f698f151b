"""Who is asked for what, when: links and messages from the plan, reminders that stop when answered, quiet hours."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.course.plan import Standing
from accord.web.checkin.links import make_link
from accord.web.checkin.models import Link, Message
from accord.web.configuration import configuration
from accord.web.people.models import Channel, Client, Service
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course, Session
from accord.web.therapy.reading import read_dues

LOOK_BACK = timedelta(days=3)
BY_HAND = "by hand"  # in the `dedupe` of a message that a person sent with a button: it waits for no morning


def outside_quiet(instant: datetime, service: Service) -> datetime:
    """`instant`, or the end of the quiet hours it falls into, on the clinic's clock."""
    start, end = _time(service.quiet_from), _time(service.quiet_until)
    local = instant.astimezone(ZoneInfo(service.timezone))
    quiet = (start <= local.time() or local.time() < end) if start > end else start <= local.time() < end
    if start == end or not quiet:
        return instant
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    over = datetime.combine(day, end, ZoneInfo(service.timezone)).astimezone(instant.tzinfo)
    if over < instant:
        # The clock goes back tonight and shows this hour twice: the quiet ends with its second time.
        second = end.replace(fold=1)
        over = datetime.combine(day, second, ZoneInfo(service.timezone)).astimezone(instant.tzinfo)
    return over


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
        asked = _asked(near.values())
        for course in courses:
            for due in dues[course.pk]:
                session = near.get(due.session)
                if (
                    session
                    and due.standing in (Standing.DUE, Standing.OVERDUE)
                    and (due.session, due.instrument) not in asked
                    and course.client.declined_all_at is None
                ):
                    fresh += _ask(course.client, session, due.instrument, at)
    return fresh


def _asked(sessions: Iterable[Session]) -> set[tuple[str, str]]:
    """Session and instrument of the forms that were asked before: nothing is written for them again."""
    links = {
        key: (session, instrument)
        for key, session, instrument in Link.objects.filter(session__in=list(sessions)).values_list(
            "key", "session__key", "instrument"
        )
    }
    first = [f"ask:{key}:first" for key in links]
    known = Message.objects.filter(dedupe__in=first).values_list("about", flat=True)
    return {links[key] for key in known}


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
    """A member of staff sends a link at once, quiet hours or not; each press of the button is one message.

    Raises `Faults` when the link takes nothing any more or the client is not reached by messages.
    """
    client = link.session.course.client
    if link.sent_at or link.withdrawn_at or link.declined_at or link.expires_at <= now():
        raise refuse(
            "link", "this link is closed or answered.", "Open it again first, if it should be asked."
        )
    if no_way(client):
        raise refuse(
            "channel", no_way(client), "Show the code, print a card, or change how they are reached."
        )
    message = _message(link, client, "ask", f"{BY_HAND} {now().isoformat()}", now())
    message.save()
    viewer.did("sent", "link", link.key)
    return message


@transaction.atomic
def withdraw(*, viewer: Viewer, link: Link) -> None:
    """A member of staff closes a link; what was typed and not sent before then is not taken."""
    if Link.objects.filter(pk=link.pk, withdrawn_at=None).update(withdrawn_at=now()):
        viewer.did("withdrew", "link", link.key)


@transaction.atomic
def reopen(*, viewer: Viewer, link: Link) -> None:
    """A member of staff opens a withdrawn or expired link again, for the days that links stay open here."""
    until = max(link.expires_at, now() + timedelta(days=link.service.link_days))
    Link.objects.filter(pk=link.pk).update(withdrawn_at=None, expires_at=until)
    viewer.did("reopened", "link", link.key)


def no_way(client: Client) -> str:
    """Why no message reaches this client, in a few words; empty when one does."""
    if client.declined_all_at:
        return "this client does not want to be asked."
    if client.channel == Channel.SMS:
        if not configuration().sms_adapter:
            return "text messages are off in this installation."
        return "" if client.phone else "there is no phone number."
    if client.channel == Channel.MAIL:
        return "" if client.mail else "there is no mail address."
    return "this client is asked on screen or on paper."
