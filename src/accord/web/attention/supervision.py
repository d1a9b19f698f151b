"""The agenda of a supervision meeting as values: whom to talk about, why, since when, and what was tried.

Ordered by safety, strain, course, silence, unread; nothing in it compares therapists. Open reviews are not on it: they
wait for the therapist, not for a meeting.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.signals.attention import place
from accord.signals.signal import Place, Signal, Step
from accord.web.attention import supervision_repairs as repairs
from accord.web.attention import words
from accord.web.attention.signal_words import Pill, pill, told
from accord.web.attention.supervision_case import (
    Agenda,
    Agreed,
    Case,
    Found,
    Past,
    Present,
    Safety,
    Tried,
    Unread,
)
from accord.web.attention.words import address

MOST = 30  # [design] people of one meeting; the rest are counted
MOST_TRIED = 3
UNREAD = "unread"


class Part(IntEnum):
    """The parts of the agenda, first to last."""

    SAFETY = 0
    STRAIN = 1
    COURSE = 2
    SILENCE = 3
    UNREAD = 4


# Which part a signal belongs to; what is in no part (a review, a gap that is only described, the rest) is not on it.
PARTS: Mapping[Place, Part] = {
    Place.CONCERN: Part.STRAIN,
    Place.REPAIR: Part.STRAIN,
    Place.STRAIN: Part.STRAIN,
    Place.SILENCE: Part.SILENCE,
}


@dataclass(frozen=True)
class Reason:
    """Why somebody is on the agenda. `key` is remembered when it was talked about; `soft` orders within a part."""

    part: Part
    key: str
    pill: Pill
    sentence: str
    since: date
    soft: int = 0


@dataclass(frozen=True)
class Line:
    """One line of "tried so far"; `said` are a person's words, shown in serif."""

    words: str
    said: str = ""


@dataclass(frozen=True)
class Note:
    """What is kept about one person in the meeting that is open."""

    when: str
    note: str
    agreed: str
    agreed_by: str
    agreed_name: str


@dataclass(frozen=True)
class Row:
    """One person on the agenda."""

    course: str
    name: str
    page: str
    therapist: str
    pill: Pill | None
    sentences: tuple[str, ...]
    since: str
    tried: tuple[Line, ...]
    note: Note | None
    talk: str
    repair: str = ""
    gives_back: str = ""
    writing: bool = False


@dataclass(frozen=True)
class LeftOver:
    """Something agreed in an earlier meeting, and whether it was done today."""

    sentence: str
    when: str
    url: str
    done: bool


@dataclass(frozen=True)
class PastRow:
    """A closed meeting in the list."""

    day: str
    people: str
    url: str


@dataclass(frozen=True)
class Page:
    """The page. `empty` says why there is nobody; `stale` that an earlier meeting is still open."""

    heading: str
    led_by: str
    rows: tuple[Row, ...]
    more: int
    talked: str
    room: tuple[Present, ...]
    open: bool
    stale: str
    left: tuple[LeftOver, ...]
    past: tuple[PastRow, ...]
    empty: str
    few: str
    not_agreed: str


def agenda_page(agenda: Agenda, at: datetime, zone: str, *, writing: str = "") -> Page:
    """The page at the instant `at`; `writing` is the key of the course whose note is being written."""
    today = clinic_day(at, zone)
    called = [
        (case, reasons) for case in agenda.cases if (reasons := reasons_of(case, at, zone)) or case.kept
    ]
    called.sort(key=_rank)
    shown, more = called[:MOST], max(0, len(called) - MOST)
    rows = tuple(row(case, reasons, today, zone, writing=writing) for case, reasons in shown)
    day = agenda.begun_on or today
    return Page(
        heading=heading(day, len(called)),
        led_by=agenda.led_by,
        rows=rows,
        more=more,
        talked=_("%(talked)s of %(count)s talked about")
        % {"talked": sum(case.kept is not None for case, _reasons in called), "count": len(called)},
        room=agenda.room,
        open=bool(agenda.meeting),
        stale=_("This meeting was begun on %(day)s and is not closed.") % {"day": words.long_day(day, today)}
        if day != today
        else "",
        left=tuple(_left(one, today) for one in agenda.left),
        past=tuple(_past(one, today) for one in agenda.past),
        empty="" if rows else "no team" if not agenda.teams else "nobody" if not agenda.cases else "quiet",
        few=_few(agenda.few),
        not_agreed=_not_agreed(agenda.not_agreed),
    )


def heading(day: date, count: int) -> str:
    """Friday 27 November: five people to talk about."""
    facts = {"day": date_format(day, "l j F"), "count": words.number(count)}
    if not count:
        return _("%(day)s: nobody to talk about") % facts
    said = ngettext(
        "%(day)s: %(count)s person to talk about", "%(day)s: %(count)s people to talk about", count
    )
    return said % facts


def _rank(called: tuple[Case, Sequence[Reason]]) -> tuple[int, int, int, str]:
    """By part, concerns before what was measured, the newest first; what has passed comes last."""
    case, reasons = called
    if not reasons:
        return len(Part), 0, 0, case.name
    return reasons[0].part, reasons[0].soft, -reasons[0].since.toordinal(), case.name


def reasons_of(case: Case, at: datetime, zone: str) -> tuple[Reason, ...]:
    """Why this person is on the agenda, the loudest first; what was talked about lately rests."""
    found = [reason for one in case.found if (reason := _of_signal(case, one)) is not None]
    if case.safety:
        found.append(_of_safety(case.safety, at, zone))
    if case.unread:
        found.append(_of_unread(case.unread, clinic_day(at, zone)))
    if case.repair and case.repair.calls:
        found.append(_of_repair(case, clinic_day(at, zone)))
    waiting = [one for one in found if one.key not in case.rested or _never_rests(case, one)]
    return tuple(sorted(waiting, key=lambda one: (one.part, one.soft, -one.since.toordinal())))


def _never_rests(case: Case, reason: Reason) -> bool:
    """A safety answer that nobody acted on, and a repair that was taken here and not given back."""
    if case.repair and reason.key == case.repair.key:
        return case.repair.asked is not None
    return reason.part is Part.SAFETY and case.safety is not None and case.safety.by is None


def part_of(signal: Signal) -> Part | None:
    """Where on the agenda this signal stands; None: nowhere."""
    return Part.COURSE if signal.step is Step.COURSE else PARTS.get(place(signal))


def _of_signal(case: Case, found: Found) -> Reason | None:
    at, part = place(found.signal), part_of(found.signal)
    if part is None:
        return None
    shown = pill(found.signal, case.pronoun)
    return Reason(
        part=part,
        key=found.key,
        pill=replace(shown, name="off-course") if part is Part.COURSE else shown,
        sentence=told(found.signal, case.pronoun, case.name, mine=False),
        since=found.since,
        soft=int(at),
    )


def _of_safety(safety: Safety, at: datetime, zone: str) -> Reason:
    raised = words.local(safety.at, zone)
    came = _("A safety answer came %(day)s at %(time)s.") % {
        "day": words.day(raised.date(), clinic_day(at, zone)),
        "time": words.clock(raised),
    }
    if safety.by is None or safety.after is None:
        name, more = _("Safety answer, open"), _("Nobody has acknowledged it yet.")
    else:
        name = _("Safety answer, read")
        more = _("%(who)s acted on it after %(span)s.") % {"who": safety.by, "span": words.span(safety.after)}
    return Reason(Part.SAFETY, safety.key, Pill("first", name), f"{came} {more}", raised.date())


def _of_repair(case: Case, today: date) -> Reason:
    one = case.repair
    assert one is not None
    return Reason(
        part=Part.STRAIN,
        key=one.key,
        pill=Pill("repair", repairs.pill_words(one)),
        sentence=repairs.sentence(one, case.therapist, today),
        since=one.asked or one.begun,
        soft=int(Place.REPAIR),
    )


def _of_unread(unread: Unread, today: date) -> Reason:
    day = words.day(unread.since, today)
    said = ngettext(
        "A form sent %(day)s has not been opened by anybody.",
        "%(count)s forms have not been opened by anybody, the oldest sent %(day)s.",
        unread.forms,
    ) % {"day": day, "count": words.capital(words.number(unread.forms))}
    return Reason(Part.UNREAD, UNREAD, Pill("unopened", _("Not read yet")), said, unread.since)


def row(case: Case, reasons: Sequence[Reason], today: date, zone: str, *, writing: str = "") -> Row:
    """One person: the loudest reason first, a second one in its own sentence."""
    kept = case.kept
    return Row(
        course=case.course,
        name=case.name,
        page=address("therapy:client", case.client),
        therapist=_("with %(name)s") % {"name": case.therapist} if case.therapist else "",
        pill=reasons[0].pill if reasons else None,
        sentences=_sentences(case, reasons, today),
        since=short_day(reasons[0].since, today) if reasons else "",
        tried=tried(case, reasons, today),
        note=Note(
            when=_("You noted, %(time)s") % {"time": words.clock(words.local(kept.at, zone))},
            note=kept.note,
            agreed=kept.agreed,
            agreed_by=kept.agreed_by,
            agreed_name=kept.agreed_name,
        )
        if kept
        else None,
        talk=address("attention:talk", case.course),
        writing=writing == case.course,
        repair=address("repair:repair", case.repair.key) if case.repair else "",
        gives_back=_gives_back(case),
    )


def _sentences(case: Case, reasons: Sequence[Reason], today: date) -> tuple[str, ...]:
    """The two loudest reasons; beside something else, that a repair is open."""
    said = [one.sentence for one in reasons[:2]]
    going = case.repair
    if going and said and all(one.key != going.key for one in reasons):
        said.append(repairs.begun_words(going, today))
    return tuple(said) or (_("What brought them here has passed."),)


def _gives_back(case: Case) -> str:
    """The words of the button that gives a repair back; empty where none was taken here."""
    if not case.repair or case.repair.asked is None:
        return ""
    who = case.therapist or _("the therapist")
    return _("Give the repair back to %(who)s") % {"who": who}


def short_day(day: date, today: date) -> str:
    """24 Nov, with the year when it is another one."""
    return date_format(day, "j M" if day.year == today.year else "j M Y")


def tried(case: Case, reasons: Sequence[Reason], today: date) -> tuple[Line, ...]:
    """What is on record, newest first; nothing recorded is said as such."""
    lines = []
    if case.safety and case.safety.done and any(one.part is Part.SAFETY for one in reasons):
        lines.append(Line("", case.safety.done))
    if case.repair and (steps := repairs.tried_words(case.repair, lambda day: short_day(day, today))):
        lines.append(Line(steps))
    concerns = [one for one in case.tried if one.what == "concern"]
    lines += [_tried(one, today) for one in case.tried if one.what != "concern" or one is concerns[0]]
    if case.resting_until:
        lines.append(Line(_("Set aside until %(day)s.") % {"day": short_day(case.resting_until, today)}))
    return tuple(lines[:MOST_TRIED]) or (Line(_("Nothing noted yet")),)


def _tried(one: Tried, today: date) -> Line:
    day = short_day(one.day, today)
    if one.what == "concern":
        return Line(_("%(who)s talked about the concern on %(day)s.") % {"who": one.who, "day": day})
    if one.what == "agreed":
        facts = {"who": one.who, "day": day}
        said = _("Done, %(who)s, agreed %(day)s:") if one.done else _("%(who)s, agreed %(day)s:")
        return Line(said % facts, one.words)
    return Line(_("Talked about here on %(day)s.") % {"day": day})


def _left(one: Agreed, today: date) -> LeftOver:
    return LeftOver(
        sentence=_("%(who)s: %(what)s") % {"who": one.who, "what": one.words} if one.who else one.words,
        when=_("Agreed %(day)s, about %(name)s") % {"name": one.about, "day": words.long_day(one.day, today)},
        url=address("attention:agreed_done", one.talk),
        done=one.done,
    )


def _past(one: Past, today: date) -> PastRow:
    people = ngettext("%(count)s person", "%(count)s people", one.people) % {
        "count": words.number(one.people)
    }
    return PastRow(words.long_day(one.day, today), people, address("attention:meeting", one.meeting))


def _few(count: int) -> str:
    said = ngettext(
        "For %(count)s person there are too few ratings to show a fall.",
        "For %(count)s people there are too few ratings to show a fall.",
        count,
    )
    return said % {"count": words.number(count)} if count else ""


def _not_agreed(count: int) -> str:
    said = ngettext(
        "%(count)s client of the team has not agreed to supervision and is never here.",
        "%(count)s clients of the team have not agreed to supervision and are never here.",
        count,
    )
    return words.capital(said % {"count": words.number(count)}) if count else ""
