"""Today as values: who to look at first and why, the rest of the day, and what waits. No request, no database.

The order is one table, `Call`: a safety answer, a concern the client raised, a rating outside the usual wobble, a
session-3 review that is ready, then the rest by time. A repair that is due stands after a raised concern, once there
are repairs. How a rating is judged is interim: docs/decisions/0005.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.absence import TooFew
from accord.basics.clock import clinic_day
from accord.charts.small import look_first_svg
from accord.course.course import Point
from accord.course.dependability import Spread, published_spread
from accord.course.review import REVIEW_AT, Review, review
from accord.course.session import Session
from accord.course.usual import UsualRange, usual_ranges
from accord.instruments.definition import Respondent
from accord.web.attention import words
from accord.web.attention.reading import MAIN, Day, Person, Said, Stuck, Waiting, twin
from accord.web.attention.words import address

TOTAL = "TOTAL"
AT_THE_TOP, TOP_IN_A_ROW = (
    97.5,
    3,
)  # design: from here on a rating can hardly rise, and after three it says little
REVIEW_UNTIL = REVIEW_AT + 3  # sessions; a review that nobody looked at by then is no news any more
SECONDS_TO_RATE = 12
MOST_RATES = 6  # in the side; after those the next ones come up


class Call(IntEnum):
    """How loudly a person calls, loudest first."""

    SAFETY = 0
    RAISED = 1
    ASK = 3
    REVIEW = 4
    REST = 5


@dataclass(frozen=True)
class Pill:
    """A status: its name in the style sheet, and its word."""

    name: str
    words: str
    icon: str = ""

    @property
    def picture(self) -> str:
        """The template of its icon."""
        return f"icons/{self.icon or self.name}.html"


@dataclass(frozen=True)
class Button:
    """Something to do: a link, or a form when `post`."""

    words: str
    url: str
    kind: str = "second"
    post: bool = False
    icon: str = ""

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
    call: Call
    quote: Quote | None = None
    own: str = ""
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
class Rate:
    """One own rating that waits."""

    name: str
    day: str
    url: str


@dataclass(frozen=True)
class Today:
    """The page."""

    day: str
    heading: str
    safety: tuple[Safety, ...]
    first: tuple[Row, ...]
    rest: tuple[Row, ...]
    others: tuple[Row, ...]
    others_sentence: str
    quiet: str
    nobody: bool
    nothing_today: str
    rates: tuple[Rate, ...]
    rates_sentence: str
    to_talk_about: tuple[Row, ...]
    due: str
    stuck: str
    declined: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What the last ratings of one person amount to."""

    call: Call
    status: str
    value: float | None = None
    before: float | None = None
    usual: UsualRange | None = None
    steady: int = 0
    at_top: int = 0
    rated: Session | None = None
    points: tuple[Point, ...] = ()
    ranges: tuple[UsualRange | TooFew, ...] = ()
    review: Review | None = None


def read(person: Person, spreads: Mapping[str, Spread], at: datetime) -> Reading:
    """How this person calls, and why: the first of the cases that holds, in the order of `Call`."""
    points = person.course.line(MAIN, TOTAL)
    values = [point.value if isinstance(point.value, float) else None for point in points]
    ranges = usual_ranges(values, spreads.get(TOTAL) or published_spread())
    rated = [place for place, value in enumerate(values) if value is not None]
    last = rated[-1] if rated else None
    usual = ranges[last] if last is not None else None
    facts = {
        "value": values[last] if last is not None else None,
        "before": values[rated[-2]] if len(rated) > 1 else None,
        "usual": usual if isinstance(usual, UsualRange) else None,
        "steady": _steady(values, ranges, rated),
        "at_top": _at_top([values[place] for place in rated]),
        "rated": points[last].session if last is not None else None,
        "points": points,
        "ranges": ranges,
    }
    if person.raised:
        return Reading(Call.RAISED, "raised", **facts)
    if person.covered:  # the newest rating is not known to this viewer, so the older ones are no news
        return Reading(Call.REST, "covered", **facts)
    held = [one for one in person.course.sessions if one.attendance.held and _over(one, at)]
    ready = _review(person, spreads, len(held))
    if facts["usual"] and _below(facts) and not _stale(points, last, held):
        return Reading(Call.ASK, "ask", review=ready, **facts)
    if ready:
        return Reading(Call.REVIEW, "review", review=ready, **facts)
    return Reading(Call.REST, _status(person, facts, len(rated), at), **facts)


def _below(facts: Mapping[str, object]) -> bool:
    usual, value = facts["usual"], facts["value"]
    return isinstance(usual, UsualRange) and isinstance(value, float) and value < usual.low


def _over(session: Session, at: datetime) -> bool:
    return session.starts_at is None or session.starts_at <= at


def _stale(points: Sequence[Point], last: int | None, held: Sequence[Session]) -> bool:
    """Whether two sessions were held since the last rating: then it says little about now."""
    return last is not None and sum(one.day > points[last].session.day for one in held) >= 2


def _steady(
    values: Sequence[float | None], ranges: Sequence[UsualRange | TooFew], rated: Sequence[int]
) -> int:
    """How many ratings in a row before the last one lay inside the usual wobble."""
    count = 0
    for place in reversed(rated[:-1]):
        usual, value = ranges[place], values[place]
        if not isinstance(usual, UsualRange) or value is None or not usual.holds(value):
            break
        count += 1
    return count


def _at_top(values: Sequence[float | None]) -> int:
    count = 0
    for value in reversed(values):
        if value is None or value < AT_THE_TOP:
            break
        count += 1
    return count


def _review(person: Person, spreads: Mapping[str, Spread], held: int) -> Review | None:
    if person.reviewed or not REVIEW_AT <= held <= REVIEW_UNTIL or not spreads:
        return None
    found = review(person.course, spreads, instrument=MAIN, twin=twin())
    return None if isinstance(found, TooFew) else found


def _status(person: Person, facts: Mapping[str, object], rated: int, at: datetime) -> str:
    """What the row of a calm day says."""
    past = [one for one in person.course.sessions if _over(one, at) and not _planned(one)]
    if person.declined:
        return "declined"
    if past and past[-1].attendance.missed:
        return "missed"
    if person.open and not person.open.expired:
        return "opened" if person.open.opened else "unopened"
    if not rated:
        return "no-rating"
    if facts["at_top"] >= TOP_IN_A_ROW:  # type: ignore[operator]
        return "ceiling"
    if facts["usual"] is None:
        return "too-few"
    return "steady"


def _planned(session: Session) -> bool:
    return session.attendance.value == "planned"


def in_order(rows: Sequence[tuple[Person, Reading]]) -> list[tuple[Person, Reading]]:
    """Loudest first, then by time; those without a session today come after those with one."""

    def place(pair: tuple[Person, Reading]) -> tuple[int, bool, float]:
        person, reading = pair
        return reading.call, person.session is None, person.at.timestamp() if person.at else float("inf")

    return sorted(rows, key=place)


def today_page(
    found: Day,
    spreads: Mapping[str, Spread],
    *,
    at: datetime,
    zone: str,
    leads: bool = False,
    adds: bool = False,
) -> Today:
    """Today at the instant `at` on the clock of `zone`; `leads` for a viewer who also sees others' clients."""
    on = clinic_day(at, zone)
    mine = in_order([(one, read(one, spreads, at)) for one in found.people])
    rows = [_row(person, reading, at, zone) for person, reading in mine]
    first = [row for row in rows if row.call < Call.REVIEW]
    rest = [row for row in rows if row.call >= Call.REVIEW]
    theirs = in_order([(one, read(one, spreads, at)) for one in found.others])
    calling = [_row(person, reading, at, zone) for person, reading in theirs if reading.call <= Call.REVIEW]
    safety = tuple(safety_line(alert, at) for alert in found.alerts)
    return Today(
        day=date_format(words.local(at, zone), "l j F"),
        heading=_heading(found, len(first), len(safety)),
        safety=safety,
        first=tuple(first),
        rest=tuple(rest),
        others=tuple(calling),
        others_sentence=_others(found, len(calling)) if leads else "",
        quiet=_quiet(found, first, rest, safety),
        nobody=not found.caseload and not found.alerts,
        nothing_today=_nothing(found, on),
        rates=tuple(_rate(one, on) for one in found.waiting[:MOST_RATES]),
        rates_sentence=_rates(found.waiting, on),
        to_talk_about=tuple(_later(one, on) for one in found.to_talk_about),
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


def _heading(found: Day, first: int, safety: int) -> str:
    count = sum(one.session is not None for one in found.people)
    people = (
        ngettext("Today, %(count)s person.", "Today, %(count)s people.", count)
        % {"count": words.number(count)}
        if count
        else _("Today, no session of yours.")
    )
    if safety:
        more = ngettext(
            "%(count)s safety answer to look at now.", "%(count)s safety answers to look at now.", safety
        )
        return f"{people} {words.capital(more % {'count': words.number(safety)})}"
    if first:
        more = ngettext("%(count)s to look at first.", "%(count)s to look at first.", first)
        return f"{people} {words.capital(more % {'count': words.number(first)})}"
    return f"{people} {_('A quiet day.')}" if count else people


def _quiet(found: Day, first: Sequence[Row], rest: Sequence[Row], safety: Sequence[Safety]) -> str:
    if first or safety or not rest or any(row.call is Call.REVIEW for row in rest):
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


def _row(person: Person, reading: Reading, at: datetime, zone: str) -> Row:
    on = clinic_day(at, zone)
    card = reading.call < Call.REVIEW
    number = next((one.number for one in person.course.sessions if one.key == person.session), None)
    begins = words.local(person.at, zone) if person.at else None
    said = person.raised if reading.call is Call.RAISED else person.words
    picture = _picture(person, reading) if card and not person.covered else mark_safe("")
    return Row(
        when=words.clock(begins),
        name=person.name,
        number=_number(person, number, on),
        pill=pill(person, reading),
        sentence=sentence(person, reading, at, zone),
        call=reading.call,
        quote=_quote(person, said, zone, on) if card and said and said.text else None,
        own=own_rating(person, reading) if card and reading.call is Call.ASK else "",
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


def pill(person: Person, reading: Reading) -> Pill | None:
    """The status beside the name."""
    plain = {
        "ask": Pill("ask", _("Worth asking about")),
        "review": Pill("review", _("Review ready")),
        "covered": Pill("covered", _("Covered")),
        "declined": Pill("declined", _("Does not want forms"), "snoozed"),
        "missed": Pill("missed", _("Missed last time"), "missed"),
        "unopened": Pill("unopened", _("Link not opened")),
        "opened": Pill("unopened", _("Opened, not sent"), "due"),
        "ceiling": Pill("ceiling", _("At the top of the scale")),
        "too-few": Pill("too-few", _("Too few to say")),
        "no-rating": Pill("too-few", _("No rating yet")),
    }
    if reading.status == "raised":
        return Pill("raised", words.raised_it(person.pronoun))
    if reading.status == "steady":
        if reading.usual and reading.value is not None and reading.value > reading.usual.high:
            return Pill("steady", _("Above the usual wobble"), "rose-above")
        return Pill("steady", words.inside_wobble(person.pronoun))
    return plain.get(reading.status)


def sentence(person: Person, reading: Reading, at: datetime, zone: str) -> str:
    """The one sentence about this person. Nothing that is covered is in `reading`, so nothing covered is said."""
    on, name = clinic_day(at, zone), words.short(person.name)
    match reading.status:
        case "raised":
            return _raised(person, name)
        case "ask":
            return _dip(person, reading)
        case "review":
            return review_sentence(reading.review) if reading.review else ""
        case "covered":
            when = words.day(clinic_day(person.covered_at, zone), on) if person.covered_at else ""
            return _("%(name)s answered %(day)s. Yours first, so that the two do not colour each other.") % {
                "name": name,
                "day": when,
            }
        case "declined":
            return _("%(name)s does not want to be asked by form. Ask in the room.") % {"name": name}
        case "missed":
            return _missed(person, at, on)
        case "unopened" | "opened":
            return _open(person, at, zone)
        case "no-rating":
            return _("No rating so far. The first one comes with the next check-in.")
        case "too-few":
            return _too_few(person)
        case "ceiling":
            return _("%(count)s sessions in a row. Here the numbers say little; asking says more.") % {
                "count": words.capital(words.number(reading.at_top))
            }
    return _steady_sentence(reading)


def _raised(person: Person, name: str) -> str:
    wants = bool(person.raised and person.raised.wants_to_talk)
    if wants:
        return (
            _("%(name)s said that something felt off, and would like to talk about it.") % {"name": name}
            if (person.raised and person.raised.text)
            else _("%(name)s would like to talk about something that felt off.") % {"name": name}
        )
    return _("%(name)s said that something felt off.") % {"name": name}


def _dip(person: Person, reading: Reading) -> str:
    assert reading.usual is not None and reading.value is not None
    value = round(reading.value)
    down = round(reading.before) - value if reading.before is not None else 0
    wobble = words.usual_wobble(person.pronoun, round(reading.usual.wobble))
    start = (
        _("Down %(points)s since last time, to %(value)s.") % {"points": down, "value": value}
        if down > 0
        else _("%(value)s, and %(low)s to %(high)s would be usual.")
        % {"value": value, "low": round(reading.usual.low), "high": round(reading.usual.high)}
    )
    steady = (
        _("It comes after %(count)s steady sessions.") % {"count": words.number(reading.steady)}
        if reading.steady >= 2
        else ""
    )
    return " ".join(part for part in (start, wobble if down > 0 else "", steady) if part)


def review_sentence(found: Review) -> str:
    """The session-3 review in a row of Today."""
    ratings = ngettext(
        "%(count)s rating so far, average %(mean)s.",
        "%(count)s ratings so far, average %(mean)s.",
        found.total.n,
    ) % {"count": words.capital(words.number(found.total.n)), "mean": round(found.total.mean)}
    steady = (
        _("Steady enough to lean on (dependability %(value)s).")
        if found.dependability.enough
        else _("Not yet steady enough to lean on (dependability %(value)s).")
    ) % {"value": f"{found.dependability.value:.2f}"}
    lower = ""
    if found.lowest and found.lowest.clear:
        lower = _sits_below(found.lowest.scale) % {"higher": words.scale_name(found.lowest.below)}
    return " ".join(part for part in (ratings, steady, lower) if part)


def _sits_below(scale: str) -> str:
    return {
        "BOND": _("Bond sits below %(higher)s."),
        "GOALS": _("Goals sit below %(higher)s."),
        "TASKS": _("Tasks sit below %(higher)s."),
    }.get(scale, "")


def _missed(person: Person, at: datetime, on: date) -> str:
    past = [one for one in person.course.sessions if _over(one, at) and one.attendance.missed]
    day = words.day(past[-1].day, on) if past else ""
    if past and past[-1].attendance.value == "missed_notice":
        return _("Did not come %(day)s, and had said so. Nothing was asked.") % {"day": day}
    return _("Did not come %(day)s, without a word. Nothing was asked.") % {"day": day}


def _open(person: Person, at: datetime, zone: str) -> str:
    assert person.open is not None
    form = person.open
    held = any(one.attendance.held and _over(one, at) for one in person.course.sessions)
    start = "" if held else _("First check-in.") + " "
    if form.sent_at is None:
        return start + _("The link has not gone out. Show the code, or ask in the room.")
    sent = words.local(form.sent_at, zone)
    return start + _("The link went out %(day)s at %(time)s.") % {
        "day": words.day(sent.date(), clinic_day(at, zone)),
        "time": words.clock(sent),
    }


def _too_few(person: Person) -> str:
    count = len(person.course.values(MAIN, TOTAL))
    first = ngettext("%(count)s rating so far.", "%(count)s ratings so far.", count) % {
        "count": words.capital(words.number(count))
    }
    return f"{first} {_('From the third on, the usual wobble is known.')}"


def _steady_sentence(reading: Reading) -> str:
    if reading.value is None:
        return ""
    value = round(reading.value)
    if reading.usual and reading.value > reading.usual.high:
        return _("%(value)s last time, above %(low)s to %(high)s.") % {
            "value": value,
            "low": round(reading.usual.low),
            "high": round(reading.usual.high),
        }
    count = reading.steady + 1
    return (
        _("%(value)s last time. %(count)s steady sessions.")
        % {"value": value, "count": words.capital(words.number(count))}
        if count >= 2
        else _("%(value)s last time.") % {"value": value}
    )


def own_rating(person: Person, reading: Reading) -> str:
    """The therapist's own rating of that day beside the client's; empty when the day was not rated by them."""
    if reading.rated is None:
        return ""
    own = [
        (point.session.key, point.value)
        for point in person.course.line(twin(), TOTAL, Respondent.THERAPIST)
        if isinstance(point.value, float)
    ]
    place = next((at for at, (key, _value) in enumerate(own) if key == reading.rated.key), None)
    if place is None:
        return _("You did not rate that day.") if person.mine else ""
    value = round(own[place][1])
    before = round(own[place - 1][1]) if place else None
    who = _("Your own rating") if person.mine else _("The therapist’s own rating")
    facts = {"who": who, "before": before, "value": value}
    if before is None:
        return _("%(who)s that day was %(value)s.") % facts
    if value > before:
        unseen = " " + _("You may not have seen it.") if person.mine else ""
        return _("%(who)s went up that day, from %(before)s to %(value)s.") % facts + unseen
    if value < before:
        return _("%(who)s went down that day too, from %(before)s to %(value)s.") % facts
    return _("%(who)s stayed at %(value)s that day.") % facts


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
        look_first_svg(reading.points, reading.ranges, title=title)
    )  # made by `charts`, which escapes


def _buttons(person: Person, reading: Reading) -> tuple[Button, ...]:
    """At most three, the one that matters first."""
    page = address("therapy:client", person.client)
    name = words.short(person.name)
    made: list[Button] = []
    if reading.call < Call.REVIEW:
        made.append(Button(_("Open %(name)s’s page") % {"name": name}, page, "primary"))
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


def _later(person: Person, on: date) -> Row:
    """A concern that waits for the next session, in the side."""
    when = words.day(person.next_day, on) if person.next_day else _("no session booked")
    return Row(
        when=when,
        name=person.name,
        number="",
        pill=None,
        sentence="",
        call=Call.RAISED,
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


def stuck_sentence(stuck: Stuck, at: datetime, zone: str) -> str:
    """When messages do not leave: how many, and since when the sender is silent."""
    if not stuck.messages:
        return ""
    first = ngettext(
        "%(count)s message has not left yet.", "%(count)s messages have not left yet.", stuck.messages
    ) % {"count": words.capital(words.number(stuck.messages))}
    if not stuck.silent:
        return f"{first} {_('Accord keeps trying.')}"
    if stuck.beat is None:
        return f"{first} {_('The part of Accord that sends has not run yet.')}"
    when = words.local(stuck.beat, zone)
    last = _("The part of Accord that sends was last alive %(day)s at %(time)s. Tell whoever looks after it.")
    return (
        f"{first} {last % {'day': words.day(when.date(), clinic_day(at, zone)), 'time': words.clock(when)}}"
    )
