"""Today as values: who to look at first and why, the rest of the day, and what waits. No request, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day
from accord.course.dependability import Spread
from accord.signals.signal import Place
from accord.web.attention import words
from accord.web.attention.day import Day, Person, Resting, Waiting
from accord.web.attention.judging import FIRST, read_all
from accord.web.attention.odds import follows
from accord.web.attention.repairing import Beside, beside
from accord.web.attention.sentences import stuck_sentence
from accord.web.attention.today_row import Row, later_row, one_button, quieter, row_of
from accord.web.attention.today_words import (
    forms_sentence,
    heading,
    led_heading,
    nobody_stands_out,
    nothing_today,
    others_sentence,
    rates_sentence,
)
from accord.web.attention.words import address
from accord.web.voice.concerns import Letter
from accord.web.voice.letter_words import letter_sentence

MOST_RATES = 6  # in the side; after those the next ones come up
MOST_REPAIRS = 6  # in the side; the page of repairs has all


@dataclass(frozen=True)
class Safety:
    """An open safety answer on top of everything."""

    name: str
    sentence: str
    url: str
    over: bool


@dataclass(frozen=True)
class Wrote:
    """Something a client wrote to the viewer that waits for an answer."""

    name: str
    sentence: str
    url: str
    over: bool


@dataclass(frozen=True)
class Rate:
    """One own rating that waits."""

    name: str
    day: str
    url: str


@dataclass(frozen=True)
class Snoozed:
    """One person whose signals rest."""

    name: str
    url: str
    until: str
    wrote: str
    end_url: str


@dataclass(frozen=True)
class Alarms:
    """How many dips were told this week, and what to expect of them."""

    count: int
    words: str
    odds: str


@dataclass(frozen=True)
class Today:
    """The page."""

    day: str
    heading: str
    safety: tuple[Safety, ...]
    wrote: tuple[Wrote, ...]
    first: tuple[Row, ...]
    rest: tuple[Row, ...]
    others: tuple[Row, ...]
    others_sentence: str
    quiet: str
    nobody: bool
    nothing_today: str
    rates: tuple[Rate, ...]
    rates_sentence: str
    between: tuple[Row, ...]
    to_talk_about: tuple[Row, ...]
    repairs: tuple[Beside, ...]
    repairs_more: int
    snoozed: tuple[Snoozed, ...]
    alarms: Alarms | None
    due: str
    stuck: str
    declined: tuple[str, ...]


def today_page(
    found: Day,
    spreads: Mapping[str, Spread],
    *,
    at: datetime,
    zone: str,
    own: bool = True,
    leads: bool = False,
) -> Today:
    """Today at the instant `at` on the clock of `zone`; `own` for a therapist, `leads` for who sees others' clients."""
    on = clinic_day(at, zone)
    told = {one.course.key for one in found.alerts}

    def rows_of(people: Sequence[Person]) -> list[Row]:
        read = read_all(people, found.learnt, spreads, at, on, told=told)
        return [row_of(person, reading, at, zone) for person, reading in read]

    rows = rows_of(found.people)
    first = [row for row in rows if row.place <= FIRST]
    first = [quieter(row) if place or found.alerts else row for place, row in enumerate(first)]
    rest = [row for row in rows if row.place > FIRST]
    calling = [one_button(row) for row in rows_of(found.others) if row.place < Place.REST]
    between = [one_button(row) for row in rows_of(found.between) if row.place <= FIRST]
    safety = tuple(safety_line(alert, at) for alert in found.alerts)
    calm = bool(rest) and all(row.place >= Place.REST for row in rest)
    called = first or between or safety or found.letters
    return Today(
        day=date_format(words.local(at, zone), "l j F"),
        heading=heading(found, first=len(first), safety=len(safety), waits=bool(between))
        if own
        else led_heading(found, first=sum(row.place <= FIRST for row in calling), safety=len(safety)),
        safety=safety,
        wrote=tuple(_wrote(one, at, zone) for one in found.letters),
        first=tuple(first),
        rest=tuple(rest),
        others=tuple(calling),
        others_sentence=others_sentence(found, len(calling)) if leads else "",
        quiet=nobody_stands_out(found) if calm and not called else "",
        nobody=not found.caseload and not found.alerts,
        nothing_today=nothing_today(found, on) if own else "",
        rates=tuple(_rate(one, on) for one in found.waiting[:MOST_RATES]),
        rates_sentence=rates_sentence(found.waiting, on),
        between=tuple(between),
        to_talk_about=tuple(later_row(one, on) for one in found.to_talk_about),
        repairs=beside(found.repairs, on)[:MOST_REPAIRS],
        repairs_more=max(0, len(found.repairs) - MOST_REPAIRS),
        snoozed=tuple(_snoozed(one, on) for one in found.resting),
        alarms=None if found.alarms is None else _alarms(found.alarms, found.learnt.setting.real),
        due=forms_sentence(found.forms_out),
        stuck=stuck_sentence(found.stuck, at, zone),
        declined=found.declined,
    )


def safety_line(alert, at: datetime) -> Safety:
    """An open alert in one sentence: when it came, and how long until it is passed on."""
    since, left = at - alert.raised_at, alert.escalates_at - at
    came = _("Came %(span)s ago.") % {"span": words.span(since)}
    if left > timedelta(0):
        clock = _("%(span)s left, then it is passed on.") % {"span": words.capital(words.span(left))}
    else:
        clock = _("Nobody has acknowledged it. It was passed on %(span)s ago.") % {"span": words.span(-left)}
    url = address("attention:risk")
    return Safety(str(alert.course.client), f"{came} {clock}", f"{url}#{alert.key}", left <= timedelta(0))


def _wrote(letter: Letter, at: datetime, zone: str) -> Wrote:
    sentence = letter_sentence(letter, at, zone)
    return Wrote(letter.name, sentence, address("voice:letter", letter.key), letter.overdue(at))


def _rate(waiting: Waiting, on: date) -> Rate:
    return Rate(waiting.name, words.day(waiting.day, on), address("ask:rate", waiting.session))


def _snoozed(one: Resting, on: date) -> Snoozed:
    return Snoozed(
        name=one.name,
        url=address("therapy:client", one.client),
        until=_("until %(day)s") % {"day": words.long_day(one.until, on)},
        wrote=_("You wrote: “%(reason)s”") % {"reason": one.reason}
        if one.reason
        else _("by %(name)s") % {"name": one.by},
        end_url=address("attention:unsnooze", one.course_key),
    )


def _alarms(count: int, real: float) -> Alarms:
    return Alarms(count, _("so far."), follows(real)) if count else Alarms(0, _("None so far."), "")
