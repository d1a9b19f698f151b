"""What clients wrote to one person of the staff, as values: what waits and until when, one letter, and what is owed."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.web.attention import words
from accord.web.attention.words import address
from accord.web.people.viewer import Viewer
from accord.web.voice.concern_readers import To
from accord.web.voice.concerns import Letter, letters
from accord.web.voice.letter_words import until_day
from accord.web.voice.models import Concern

MOST_PAST = 50


@dataclass(frozen=True)
class Row:
    """One letter in the list."""

    name: str
    about: str
    promise: str
    overdue: bool
    opened: bool
    url: str


@dataclass(frozen=True)
class Owed:
    """An answer that somebody else was to give: who, and since when it is missing."""

    name: str
    since: str


@dataclass(frozen=True)
class Inbox:
    """The list: what waits, what was answered, and what others owe."""

    heading: str
    waiting: tuple[Row, ...]
    past: tuple[Row, ...]
    owed: tuple[Owed, ...]


def inbox_page(viewer: Viewer, at: datetime) -> Inbox:
    """What clients wrote to this person, by promised day; four queries."""
    zone, waiting = viewer.service.timezone, letters(viewer, at)
    over = sum(one.overdue(at) for one in waiting)
    past = (
        viewer.concerns.exclude(answered_at=None)
        .select_related("client")
        .order_by("-answered_at")[:MOST_PAST]
    )
    return Inbox(
        heading=_heading(len(waiting), over),
        waiting=tuple(_row(one, at, zone) for one in waiting),
        past=tuple(_past(one, at, zone) for one in past),
        owed=_owed(viewer, at),
    )


def _heading(count: int, over: int) -> str:
    if not count:
        return _("Nothing that clients wrote to you waits.")
    told = ngettext("%(count)s letter waits for you.", "%(count)s letters wait for you.", count)
    heading = words.capital(told % {"count": words.number(count)})
    if over:
        late = ngettext("%(count)s is overdue.", "%(count)s are overdue.", over) % {
            "count": words.number(over)
        }
        return f"{heading} {words.capital(late)}"
    return heading


def kind_words(to: str) -> str:
    """What kind of letter it is, for who reads it."""
    return {
        To.THERAPIST: _("to you as the therapist"),
        To.SECOND: _("to you instead of the therapist"),
    }.get(to, _("a complaint"))


def _row(one: Letter, at: datetime, zone: str) -> Row:
    today = clinic_day(at, zone)
    promised = clinic_day(one.answer_by, zone)
    promise = (
        _("promised by %(day)s: overdue") % {"day": words.day(promised, today)}
        if one.overdue(at)
        else _("answer by %(day)s") % {"day": until_day(promised, today)}
    )
    return Row(
        name=one.name,
        about=f"{words.capital(words.day(clinic_day(one.at, zone), today))}, {kind_words(one.to)}",
        promise=promise,
        overdue=one.overdue(at),
        opened=one.opened,
        url=address("voice:letter", one.key),
    )


def _past(one: Concern, at: datetime, zone: str) -> Row:
    today = clinic_day(at, zone)
    answered = words.day(clinic_day(one.answered_at, zone), today)
    return Row(
        name=str(one.client),
        about=f"{words.capital(words.day(clinic_day(one.at, zone), today))}, {kind_words(one.to)}",
        promise=_("answered %(day)s") % {"day": answered},
        overdue=False,
        opened=True,
        url=address("voice:letter", one.key),
    )


def _owed(viewer: Viewer, at: datetime) -> tuple[Owed, ...]:
    zone = viewer.service.timezone
    late = (
        viewer.promises.filter(answer_by__lt=at)
        .order_by("answer_by")
        .values_list("recipient__name", "answer_by")
    )
    return tuple(Owed(name, words.day(clinic_day(due, zone), clinic_day(at, zone))) for name, due in late)


@dataclass(frozen=True)
class Opened:
    """One letter, with what its reader can do."""

    key: str
    name: str
    kind: str
    privacy: str
    wrote: str
    promise: str
    overdue: bool
    words: str
    answer: str
    answered: str
    client_url: str
    repair_url: str
    answer_url: str
    by_mail: bool


def letter_page(viewer: Viewer, concern: Concern, at: datetime) -> Opened:
    """The letter as its reader sees it; call it after it was noted as read."""
    zone = viewer.service.timezone
    today, promised = clinic_day(at, zone), clinic_day(concern.answer_by, zone)
    mine = concern.to == To.THERAPIST
    open_to_me = viewer.clients.filter(pk=concern.client_id).exists()
    overdue = concern.answered_at is None and at > concern.answer_by
    promise = (
        _("An answer was promised by %(day)s. It is overdue.")
        if overdue
        else _("Promised: an answer by %(day)s.")
    )
    answered = concern.answered_by.name if concern.answered_by else ""
    return Opened(
        key=concern.key,
        name=str(concern.client),
        kind=words.capital(kind_words(concern.to)),
        privacy=_privacy(concern),
        wrote=f"{words.short(str(concern.client))}, {_when(concern.at, zone)}",
        promise=""
        if answered
        else promise % {"day": words.day(promised, today) if overdue else until_day(promised, today)},
        overdue=overdue,
        words=concern.words,
        answer=concern.answer,
        answered=f"{answered}, {_when(concern.answered_at, zone)}" if concern.answered_at else "",
        client_url=address("therapy:client", concern.client.key) if open_to_me else "",
        repair_url=_repair(concern) if mine and open_to_me else "",
        answer_url=address("voice:letter_answer", concern.key),
        by_mail=concern.tell_by_mail,
    )


def _when(instant: datetime, zone: str) -> str:
    local = words.local(instant, zone)
    return f"{words.long_day(local.date(), local.date())}, {local:%H:%M}"


def _privacy(concern: Concern) -> str:
    therapist = concern.course.therapist.name if concern.course.therapist else _("the therapist")
    if concern.to == To.THERAPIST:
        return _("Nobody else reads it: no supervisor, no lead.")
    return _(
        "Nobody else reads it. %(therapist)s does not know of it: "
        "speak to %(therapist)s about it only if the client agrees."
    ) % {"therapist": therapist}


def _repair(concern: Concern) -> str:
    """Where a repair begins from this letter; empty while there is no such page or the course is over."""
    found = "" if concern.course.ended_on else address("repair:begin", concern.course.key)
    return f"{found}?from=concern" if found else ""
