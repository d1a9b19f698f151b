"""The record of one supervision meeting as values: who was there, who was talked about and why, what was agreed."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.signals.stored import from_json
from accord.web.attention import words
from accord.web.attention.models import Meeting, Talk
from accord.web.attention.signal_words import told
from accord.web.attention.supervision import UNREAD
from accord.web.attention.supervision_reading import of_others
from accord.web.attention.words import address
from accord.web.people.viewer import Viewer


@dataclass(frozen=True)
class Talked:
    """One person who was talked about."""

    name: str
    page: str
    therapist: str
    why: tuple[str, ...]
    when: str
    note: str
    agreed: str
    agreed_by: str
    done: str


@dataclass(frozen=True)
class Record:
    """The record: `hidden` says how many people this supervisor may no longer read about."""

    heading: str
    when: str
    led_by: str
    room: tuple[str, ...]
    talked: tuple[Talked, ...]
    hidden: str
    open: bool


def record_page(viewer: Viewer, meeting: Meeting, at: datetime) -> Record:
    """The record of a meeting that this supervisor led; people whose course is no longer theirs are only counted."""
    zone, today = viewer.service.timezone, clinic_day(at, viewer.service.timezone)
    everybody = list(
        meeting.talks.select_related("course__client", "course__therapist", "agreed_by").order_by("at", "pk")
    )
    mine = set(of_others(viewer).filter(talks__meeting=meeting).values_list("pk", flat=True))
    shown = [one for one in everybody if one.course_id in mine]
    why = _why(viewer, shown)
    return Record(
        heading=heading(meeting, len(everybody)),
        when=_when(meeting, zone),
        led_by=meeting.led_by.name,
        room=tuple(meeting.present.order_by("name").values_list("name", flat=True)),
        talked=tuple(_talked(one, why[one.pk], zone, today) for one in shown),
        hidden=_hidden(len(everybody) - len(shown)),
        open=meeting.closed_at is None,
    )


def heading(meeting: Meeting, count: int) -> str:
    """Friday 27 November: one person was talked about."""
    facts = {"day": date_format(meeting.day, "l j F Y"), "count": words.number(count)}
    if not count:
        return _("%(day)s: nobody was talked about") % facts
    said = ngettext(
        "%(day)s: %(count)s person was talked about", "%(day)s: %(count)s people were talked about", count
    )
    return said % facts


def _when(meeting: Meeting, zone: str) -> str:
    begun = words.clock(words.local(meeting.opened_at, zone))
    if meeting.closed_at is None:
        return _("Begun at %(begun)s, not closed yet.") % {"begun": begun}
    closed = words.local(meeting.closed_at, zone)
    if closed.date() != meeting.day:
        facts = {"begun": begun, "day": date_format(closed, "j F")}
        return _("Begun at %(begun)s, closed on %(day)s.") % facts
    return _("%(begun)s to %(closed)s.") % {"begun": begun, "closed": words.clock(closed)}


def _why(viewer: Viewer, talks: list[Talk]) -> dict[int, tuple[str, ...]]:
    """What brought each of them on the agenda, in the words of then as far as the records still hold them."""
    keys = {key for one in talks for key in one.why}
    signals = {one.key: one for one in viewer.signals.filter(key__in=keys)}
    repairs = set(viewer.repairs.filter(key__in=keys).values_list("key", flat=True))
    alerts = set(viewer.alerts.filter(key__in=keys).values_list("key", flat=True))
    return {
        one.pk: tuple(said for key in one.why if (said := _said(key, one, signals, alerts, repairs)))
        for one in talks
    }


def _said(key: str, talk: Talk, signals: dict, alerts: set[str], repairs: set[str]) -> str:
    if key == UNREAD:
        return _("Answers that nobody had opened.")
    if key in alerts:
        return _("A safety answer.")
    if key in repairs:
        return _("A repair that was open.")
    if key not in signals:
        return ""
    signal, client = from_json(signals[key].value), talk.course.client
    try:
        return told(signal, client.pronoun, str(client), mine=False)
    except (LookupError, FileNotFoundError):  # a rule or a sentence of an earlier version
        return ""


def _talked(one: Talk, why: tuple[str, ...], zone: str, today) -> Talked:
    done = ""
    if one.agreed and one.agreed_done_at:
        day = words.long_day(clinic_day(one.agreed_done_at, zone), today)
        done = _("Done %(day)s.") % {"day": day}
    return Talked(
        name=str(one.course.client),
        page=address("therapy:client", one.course.client.key),
        therapist=_("with %(name)s") % {"name": one.course.therapist.name} if one.course.therapist else "",
        why=why,
        when=_("Noted %(time)s") % {"time": words.clock(words.local(one.at, zone))},
        note=one.note,
        agreed=one.agreed,
        agreed_by=one.agreed_by.name if one.agreed_by else "",
        done=done,
    )


def _hidden(count: int) -> str:
    said = ngettext(
        "%(count)s more person was talked about; their course is no longer open to you.",
        "%(count)s more people were talked about; their courses are no longer open to you.",
        count,
    )
    return words.capital(said % {"count": words.number(count)}) if count else ""
