"""The page of safety answers as values: what is open and how long, who was told, and what was done before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.instruments.registry import instrument
from accord.web.attention import words
from accord.web.attention.day_reading import open_alerts
from accord.web.attention.models import Alert
from accord.web.attention.words import address
from accord.web.checkin.models import Message
from accord.web.people.viewer import Viewer

MOST_PAST = 50
MOST_LINE = 300


@dataclass(frozen=True)
class Told:
    """One person who was told or will be: how, and when."""

    name: str
    how: str


@dataclass(frozen=True)
class Open:
    """A safety answer that waits for somebody."""

    key: str
    name: str
    came: str
    clock: str
    over: bool
    form: str
    told: tuple[Told, ...]
    page: str
    acknowledge: str
    fault: str = ""
    written: str = ""


@dataclass(frozen=True)
class Past:
    """One that was acknowledged."""

    name: str
    day: str
    who: str
    after: str
    done: str
    page: str
    passed_on: bool


@dataclass(frozen=True)
class Page:
    """The page of safety answers."""

    heading: str
    open: tuple[Open, ...]
    past: tuple[Past, ...]


def risk_page(viewer: Viewer, at: datetime, *, faulty: str = "", fault: str = "", written: str = "") -> Page:
    """The page at the instant `at`; `faulty` is the key of the alert whose line was refused, `fault` the reason."""
    alerts = open_alerts(viewer)
    told = _told(alerts, at, viewer.service.timezone)
    waiting = tuple(
        opened(
            one, told[one.key], at, viewer.service.timezone,
            fault=fault if one.key == faulty else "", written=written if one.key == faulty else "",
        )
        for one in alerts
    )  # fmt: skip
    past = (
        viewer.alerts.exclude(acknowledged_at=None)
        .select_related("course__client", "acknowledged_by")
        .order_by("-acknowledged_at")[:MOST_PAST]
    )
    mine = (
        set(viewer.courses.filter(alerts__in=past.values("pk")).values_list("pk", flat=True))
        if past
        else set()
    )
    return Page(
        heading=heading(len(waiting)),
        open=waiting,
        past=tuple(acknowledged(one, at, viewer.service.timezone, open_to=mine) for one in past),
    )


def heading(count: int) -> str:
    """The first line of the page."""
    if not count:
        return _("No safety answer is waiting.")
    return words.capital(
        ngettext("%(count)s safety answer is waiting.", "%(count)s safety answers are waiting.", count)
        % {"count": words.number(count)}
    )


def _told(alerts: Sequence[Alert], at: datetime, zone: str) -> dict[str, tuple[Told, ...]]:
    found: dict[str, list[Told]] = defaultdict(list)
    messages = Message.objects.filter(about__in=[one.key for one in alerts], staff__isnull=False)
    for message in messages.select_related("staff").order_by("not_before", "pk"):
        found[message.about].append(Told(message.staff.name, how_told(message, at, zone)))
    return {one.key: tuple(found[one.key]) for one in alerts}


def how_told(message: Message, at: datetime, zone: str) -> str:
    """How far one message is: told, on its way, or for later."""
    passed_on = message.kind == "risk passed on"
    if message.sent_at:
        facts = {"time": words.clock(words.local(message.sent_at, zone))}
        return (_("passed on by mail at %(time)s") if passed_on else _("told by mail at %(time)s")) % facts
    if message.dropped_at:
        return _("not told by mail")
    if message.not_before > at:
        facts = {"time": words.clock(words.local(message.not_before, zone))}
        if message.attempts:
            return _("the mail did not leave; tried again at %(time)s") % facts
        return (_("it is passed on at %(time)s") if passed_on else _("will be told at %(time)s")) % facts
    return _("the mail is on its way")


def opened(
    alert: Alert, told: Iterable[Told], at: datetime, zone: str, *, fault: str = "", written: str = ""
) -> Open:
    """One open alert."""
    raised = words.local(alert.raised_at, zone)
    left = alert.escalates_at - at
    came = _("Came %(day)s at %(time)s, %(span)s ago.") % {
        "day": words.day(raised.date(), clinic_day(at, zone)),
        "time": words.clock(raised),
        "span": words.span(at - alert.raised_at),
    }
    clock = (
        _("%(span)s left, then it is passed on.") % {"span": words.capital(words.span(left))}
        if left > timedelta(0)
        else _("Time is over since %(span)s: it was passed on.") % {"span": words.span(-left)}
    )
    count = len(alert.items)
    form = ngettext("%(form)s, question %(items)s", "%(form)s, questions %(items)s", count) % {
        "form": instrument(alert.response.instrument).title,
        "items": ", ".join(str(number) for number in alert.items),
    }
    return Open(
        key=alert.key,
        name=str(alert.course.client),
        came=came,
        clock=clock,
        over=left <= timedelta(0),
        form=form,
        told=tuple(told),
        page=address("therapy:client", alert.course.client.key),
        acknowledge=address("attention:acknowledge", alert.key),
        fault=fault,
        written=written,
    )


def acknowledged(alert: Alert, at: datetime, zone: str, *, open_to: set[int]) -> Past:
    """One that somebody acted on."""
    assert alert.acknowledged_at is not None and alert.acknowledged_by is not None
    when = words.local(alert.acknowledged_at, zone)
    return Past(
        name=str(alert.course.client),
        day=_("%(day)s at %(time)s")
        % {"day": words.day(when.date(), clinic_day(at, zone)), "time": words.clock(when)},
        who=alert.acknowledged_by.name,
        after=words.span(alert.acknowledged_at - alert.raised_at),
        done=alert.done,
        page=address("therapy:client", alert.course.client.key) if alert.course_id in open_to else "",
        passed_on=alert.acknowledged_at > alert.escalates_at,
    )
