"""Today as values: who to look at first and why, the rest of the day, and what waits. No request, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.charts.small import look_first_svg
from accord.course.dependability import Spread
from accord.signals.signal import Place
from accord.web.attention import words
from accord.web.attention.judging import FIRST, Reading, read_all
from accord.web.attention.odds import follows
from accord.web.attention.reading import Day, Person, Resting, Said, Waiting
from accord.web.attention.repairing import Beside, beside, link
from accord.web.attention.sentences import Pill, own_rating, pill, sentence, stuck_sentence
from accord.web.attention.signal_words import title
from accord.web.attention.words import address
from accord.web.repair.sentences import aged
from accord.web.voice.concerns import Letter
from accord.web.voice.letter_words import letter_sentence

SECONDS_TO_RATE = 12
MOST_RATES = 6  # in the side; after those the next ones come up
MOST_REPAIRS = 6  # in the side; the page of repairs has all


@dataclass(frozen=True)
class Button:
    """Something to do: a link, or a form when `post`."""

    words: str
    url: str
    kind: str = "second"
    post: bool = False
    icon: str = ""
    last: bool = False  # stands at the end of its line

    @property
    def picture(self) -> str:
        """The template of its icon, if it has one."""
        return f"icons/{self.icon}.html" if self.icon else ""


@dataclass(frozen=True)
class Quote:
    """The client's own words, and when they wrote them."""

    text: str
    when: str


@dataclass(frozen=True)
class Row:
    """One person of the day. A `card` shows everything, a row the sentence only."""

    when: str
    name: str
    number: str
    pill: Pill | None
    sentence: str
    place: Place
    quote: Quote | None = None
    own: str = ""
    more: str = ""
    picture: SafeString = field(default_factory=SafeString)
    picture_words: str = ""
    buttons: tuple[Button, ...] = ()
    url: str = ""


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
        return [_row(person, reading, at, zone) for person, reading in read]

    rows = rows_of(found.people)
    first = [row for row in rows if row.place <= FIRST]
    rest = [row for row in rows if row.place > FIRST]
    first = [_quieter(row) if place or found.alerts else row for place, row in enumerate(first)]
    calling = [_one_button(row) for row in rows_of(found.others) if row.place < Place.REST]
    between = [_one_button(row) for row in rows_of(found.between) if row.place <= FIRST]
    safety = tuple(safety_line(alert, at) for alert in found.alerts)
    return Today(
        day=date_format(words.local(at, zone), "l j F"),
        heading=_heading(found, len(first), len(safety), waits=bool(between))
        if own
        else _led_heading(found, calling, len(safety)),
        safety=safety,
        wrote=tuple(_wrote(one, at, zone) for one in found.letters),
        first=tuple(first),
        rest=tuple(rest),
        others=tuple(calling),
        others_sentence=_others(found, len(calling)) if leads else "",
        quiet="" if found.letters else _quiet(found, [*first, *between], rest, safety),
        nobody=not found.caseload and not found.alerts,
        nothing_today=_nothing(found, on) if own else "",
        rates=tuple(_rate(one, on) for one in found.waiting[:MOST_RATES]),
        rates_sentence=_rates(found.waiting, on),
        between=tuple(between),
        to_talk_about=tuple(_later(one, on) for one in found.to_talk_about),
        repairs=beside(found.repairs, on)[:MOST_REPAIRS],
        repairs_more=max(0, len(found.repairs) - MOST_REPAIRS),
        snoozed=tuple(_snoozed(one, on) for one in found.resting),
        alarms=None if found.alarms is None else _alarms(found),
        due=ngettext(
            "%(count)s form is out and not answered yet.",
            "%(count)s forms are out and not answered yet.",
            found.forms_out,
        )
        % {"count": words.capital(words.number(found.forms_out))}
        if found.forms_out
        else "",
        stuck=stuck_sentence(found.stuck, at, zone),
        declined=found.declined,
    )


def _quieter(row: Row) -> Row:
    """Only the loudest row of a page has the primary button."""
    buttons = tuple(replace(one, kind="second") if one.kind == "primary" else one for one in row.buttons)
    return replace(row, buttons=buttons)


def _one_button(row: Row) -> Row:
    """A row about somebody else's client: to look, no more."""
    look = [one for one in row.buttons if one.kind != "quiet"][:1]
    if row.place <= FIRST:
        look = [replace(one, words=_("Open"), kind="second") for one in look]
    return replace(row, buttons=tuple(look))


def _heading(found: Day, first: int, safety: int, *, waits: bool) -> str:
    count = sum(one.session is not None for one in found.people)
    people = (
        ngettext("Today, %(count)s person.", "Today, %(count)s people.", count)
        % {"count": words.number(count)}
        if count
        else _("Today, no session of yours.")
    )
    quiet = _("A quiet day.") if count and not waits else ""
    return " ".join(
        part for part in (people, _call(first, safety) or _written(found.letters) or quiet) if part
    )


def _led_heading(found: Day, calling: Sequence[Row], safety: int) -> str:
    """The first line for somebody who has no clients of their own."""
    count = len(found.others) + found.others_left_out
    people = (
        ngettext(
            "Today, %(count)s person in therapy here.", "Today, %(count)s people in therapy here.", count
        )
        % {"count": words.number(count)}
        if count
        else _("Today, no session here.")
    )
    quiet = _("A quiet day.") if count else ""
    first = sum(row.place <= FIRST for row in calling)
    return " ".join(
        part for part in (people, _call(first, safety) or _written(found.letters) or quiet) if part
    )


def _written(letters: Sequence[Letter]) -> str:
    said = ngettext("%(count)s letter to answer.", "%(count)s letters to answer.", len(letters))
    return words.capital(said % {"count": words.number(len(letters))}) if letters else ""


def _call(first: int, safety: int) -> str:
    if safety:
        said = ngettext(
            "%(count)s safety answer to look at now.", "%(count)s safety answers to look at now.", safety
        )
        return words.capital(said % {"count": words.number(safety)})
    if first:
        said = ngettext("%(count)s to look at first.", "%(count)s to look at first.", first)
        return words.capital(said % {"count": words.number(first)})
    return ""


def _quiet(found: Day, first: Sequence[Row], rest: Sequence[Row], safety: Sequence[Safety]) -> str:
    if first or safety or not rest or any(row.place < Place.REST for row in rest):
        return ""
    if found.waiting or found.forms_out:
        return _("Nobody stands out. What waits for you is below the people of today.")
    return _("Nobody stands out. Nothing is due.")


def _nothing(found: Day, on: date) -> str:
    if found.people or not found.caseload:
        return ""
    if found.next_day is None:
        return _("Nothing is booked yet. Open a client to book the next session.")
    return _("The next session is %(day)s.") % {"day": words.day(found.next_day, on)}


def _others(found: Day, calling: int) -> str:
    quiet = len(found.others) - calling
    parts = []
    if not found.others:
        parts.append(_("Nobody else has a session today."))
    elif not calling:
        parts.append(
            ngettext(
                "%(count)s more person today. Nothing stands out.",
                "%(count)s more people today. Nobody stands out.",
                quiet,
            )
            % {"count": words.capital(words.number(quiet))}
        )
    elif quiet:
        parts.append(
            ngettext(
                "%(count)s more today does not stand out.", "%(count)s more today do not stand out.", quiet
            )
            % {"count": words.capital(words.number(quiet))}
        )
    if found.others_left_out:
        parts.append(
            _("%(count)s later sessions of today are not read here; the client list has them all.")
            % {"count": found.others_left_out}
        )
    return " ".join(parts)


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


def _row(person: Person, reading: Reading, at: datetime, zone: str) -> Row:
    on = clinic_day(at, zone)
    card = reading.place <= FIRST
    number = next((one.number for one in person.course.sessions if one.key == person.session), None)
    begins = words.local(person.at, zone) if person.at else None
    said = person.raised if reading.status == "raised" else person.words
    picture = _picture(person, reading) if card and not person.covered else mark_safe("")
    return Row(
        when=words.clock(begins),
        name=person.name,
        number=_number(person, number, on),
        pill=pill(person, reading),
        sentence=sentence(person, reading, at, zone),
        place=reading.place,
        quote=_quote(person, said, zone, on) if card and said and said.text else None,
        own=own_rating(person, reading) if card and reading.place is Place.STRAIN else "",
        more=_more(person, reading),
        picture=picture,
        picture_words=words.shaded(person.pronoun) if picture else "",
        buttons=_buttons(person, reading),
        url=address("therapy:client", person.client),
    )


def _number(person: Person, number: int | None, on: date) -> str:
    parts = []
    if number is not None:
        parts.append(_("session %(number)s") % {"number": number})
    elif person.session is None and person.next_day:
        parts.append(_("next session %(day)s") % {"day": words.day(person.next_day, on)})
    if not person.mine and person.therapist:
        parts.append(_("with %(therapist)s") % {"therapist": person.therapist})
    return " · ".join(parts)


def _quote(person: Person, said: Said, zone: str, on: date) -> Quote:
    written = words.local(said.at, zone)
    day = words.day(written.date(), on)
    name = words.short(person.name)
    ended = said.session_ended
    if ended and timedelta(0) <= said.at - ended < timedelta(hours=2):
        when = _("%(name)s, %(day)s, %(span)s after the session") % {
            "name": name,
            "day": day,
            "span": words.span(said.at - ended),
        }
    else:
        when = _("%(name)s, %(day)s") % {"name": name, "day": day}
    return Quote(said.text, when)


def _picture(person: Person, reading: Reading) -> SafeString:
    if not any(isinstance(point.value, float) for point in reading.points):
        return mark_safe("")
    title = _("Last ratings of %(name)s, with the usual wobble") % {"name": words.short(person.name)}
    return mark_safe(
        look_first_svg(
            reading.points,
            [(one.low, one.high) if one else None for one in reading.ranges],
            marked=reading.marked,
            title=title,
        )
    )  # made by `charts`, which escapes


def _buttons(person: Person, reading: Reading) -> tuple[Button, ...]:
    """What can be done, the one that matters first."""
    page = address("therapy:client", person.client)
    name = words.short(person.name)
    repair = link(person, reading)
    made: list[Button] = []
    if reading.status == "repair" and repair:
        made.append(Button(*repair, "primary"))
        made.append(Button(_("Open %(name)s’s page") % {"name": name}, page, "quiet"))
    elif reading.place <= FIRST:
        made.append(Button(_("Open %(name)s’s page") % {"name": name}, page, "primary"))
        if repair:
            made.append(Button(*repair))
        if reading.place >= Place.STRAIN and page:
            made.append(Button(_("Why am I seeing this?"), f"{page}#why", "quiet"))
        if person.raised:
            made.append(
                Button(
                    _("We talked about it"),
                    address("attention:talked_about", person.raised.response),
                    post=True,
                )
            )
        if person.covered and person.mine:
            made.append(Button(_("Rate that session"), address("ask:rate", person.covered)))
        if reading.place >= Place.STRAIN and person.mine:
            snooze = address("attention:snooze", person.course_key)
            made.append(Button(_("Snooze"), snooze, "quiet", icon="snoozed", last=True))
    elif reading.status == "review":
        made.append(Button(_("Open review"), address("therapy:review", person.client)))
    elif reading.status == "covered" and person.covered:
        made.append(Button(_("Rate"), address("ask:rate", person.covered)))
        made.append(Button(_("Open"), page, "quiet"))
    elif reading.status in ("unopened", "opened") and person.open:
        form = person.open
        made.append(Button(_("Show QR"), address("ask:qr", form.session, form.instrument), icon="qr"))
        if form.sent_at:
            made.append(Button(_("Send again"), address("ask:send", form.link), "quiet", post=True))
    else:
        made.append(Button(_("Open"), page))
    return tuple(one for one in made if one.url)


def _more(person: Person, reading: Reading) -> str:
    """The person's further signals, by name, and that a repair is open."""
    going = aged(person.repair) if person.repair and reading.status != "repair" else ""
    # The own rating under the sentence says already that the fall may not have been seen.
    said = {"missed_by_therapist"} if reading.leading and reading.leading.signal.rule == "dip" else set()
    names = [title(one.signal).lower() for one in reading.others if one.signal.rule not in said]
    also = _("Also: %(signals)s.") % {"signals": ", ".join(dict.fromkeys(names))} if names else ""
    return " ".join(part for part in (also, going) if part)


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


def _alarms(found: Day) -> Alarms:
    count = found.alarms or 0
    if not count:
        return Alarms(0, _("None so far."), "")
    return Alarms(count, _("so far."), follows(found.learnt.setting.real))


def _later(person: Person, on: date) -> Row:
    """A concern that waits for the next session, in the side."""
    when = words.day(person.next_day, on) if person.next_day else _("no session booked")
    return Row(
        when=when,
        name=person.name,
        number="",
        pill=None,
        sentence="",
        place=Place.CONCERN,
        buttons=(),
        url=address("therapy:client", person.client),
    )


def _rate(waiting: Waiting, on: date) -> Rate:
    return Rate(waiting.name, words.day(waiting.day, on), address("ask:rate", waiting.session))


def _rates(waiting: Sequence[Waiting], on: date) -> str:
    if not waiting:
        return ""
    days = {one.day for one in waiting}
    count = {"count": words.capital(words.number(len(waiting))), "seconds": SECONDS_TO_RATE}
    if len(days) == 1:
        facts = {**count, "day": words.day(next(iter(days)), on)}
        return (
            ngettext(
                "%(count)s rating of your own, from %(day)s. About %(seconds)s seconds.",
                "%(count)s ratings of your own, from %(day)s. About %(seconds)s seconds each.",
                len(waiting),
            )
            % facts
        )
    return _("%(count)s ratings of your own. About %(seconds)s seconds each.") % count
