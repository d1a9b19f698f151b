"""What Today says about a person: the status beside the name, and one sentence. Nothing that is covered gets here."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.course.review import Review
from accord.instruments.definition import Respondent
from accord.signals.known import MAIN, TOTAL, TWIN
from accord.signals.rules.missed_by_therapist import NOTICED
from accord.web.attention import words
from accord.web.attention.day import Person, Stuck
from accord.web.attention.judging import Reading, over
from accord.web.attention.signal_words import Pill, told
from accord.web.attention.signal_words import pill as signal_pill
from accord.web.repair.sentences import waits_for


def pill(person: Person, reading: Reading) -> Pill | None:
    """The status beside the name."""
    plain = {
        "review": Pill("review", _("Review ready")),
        "covered": Pill("covered", _("Covered")),
        "declined": Pill("declined", _("Does not want forms"), "snoozed"),
        "withheld": Pill("covered", _("Not shared with you")),
        "missed": Pill("missed", _("Missed last time"), "missed"),
        "unopened": Pill("unopened", _("Link not opened")),
        "opened": Pill("unopened", _("Opened, not sent"), "due"),
        "snoozed": Pill("snoozed", _("Snoozed")),
        "too-few": Pill("too-few", _("Too few to say")),
        "no-rating": Pill("too-few", _("No rating yet")),
    }
    if reading.status == "raised":
        return Pill("raised", words.raised_it(person.pronoun))
    if reading.status == "repair" and person.repair:
        return Pill("repair", _("Repair, day %(day)s") % {"day": person.repair.day})
    if reading.status == "signal" and reading.leading:
        return signal_pill(reading.leading.signal, person.pronoun)
    if reading.status == "steady" and reading.usual and reading.value is not None:
        if reading.value > reading.usual.high:
            return Pill("steady", _("Above the usual wobble"), "rose-above")
        if reading.value < reading.usual.low:
            return Pill("steady", _("A little below the usual"))
        return Pill("steady", words.inside_wobble(person.pronoun))
    return plain.get(reading.status)


def sentence(person: Person, reading: Reading, at: datetime, zone: str) -> str:
    """The one sentence about this person. Nothing that is covered is in `reading`, so nothing covered is said."""
    on, name = clinic_day(at, zone), words.short(person.name)
    match reading.status:
        case "raised":
            return _raised(person, name)
        case "repair" if person.repair:
            return waits_for(person.repair, person.pronoun, on)
        case "review" if reading.review:
            return review_sentence(reading.review)
        case "signal" | "review" if reading.leading:
            return told(reading.leading.signal, person.pronoun, person.name, mine=reading.leading.mine)
        case "covered":
            when = words.day(clinic_day(person.covered_at, zone), on) if person.covered_at else ""
            return _("%(name)s answered %(day)s. Yours first, so that the two do not colour each other.") % {
                "name": name,
                "day": when,
            }
        case "declined":
            return _("%(name)s does not want to be asked by form. Ask in the room.") % {"name": name}
        case "withheld":
            return _(
                "%(name)s did not agree that you see the answers. A safety answer would still be told."
            ) % {"name": name}
        case "missed":
            return _missed(person, at, on)
        case "unopened" | "opened":
            return _open(person, at, zone)
        case "snoozed" if person.snooze:
            return _("Rests until %(day)s.") % {"day": words.long_day(person.snooze.until, on)}
        case "no-rating":
            return _("No rating so far. The first one comes with the next check-in.")
        case "too-few":
            return _too_few(person)
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
    past = [one for one in person.course.sessions if over(one, at) and one.attendance.missed]
    day = words.day(past[-1].day, on) if past else ""
    if past and past[-1].attendance.value == "missed_notice":
        return _("Did not come %(day)s, and had said so. Nothing was asked.") % {"day": day}
    return _("Did not come %(day)s, without a word. Nothing was asked.") % {"day": day}


def _open(person: Person, at: datetime, zone: str) -> str:
    assert person.open is not None
    form = person.open
    held = any(one.attendance.held and over(one, at) for one in person.course.sessions)
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
    if reading.usual and not reading.usual.holds(reading.value):
        facts = {"value": value, "low": round(reading.usual.low), "high": round(reading.usual.high)}
        if reading.value > reading.usual.high:
            return _("%(value)s last time, above %(low)s to %(high)s.") % facts
        if reading.usual.just_under(reading.value):  # no signal came from it, and the page says why not
            return (
                _("%(value)s last time, under %(low)s to %(high)s. One in ten ordinary ratings lies there.")
                % facts
            )
        return _("%(value)s last time, under %(low)s to %(high)s.") % facts
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
        for point in person.course.line(TWIN, TOTAL, Respondent.THERAPIST)
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
    change = own[place][1] - own[place - 1][1]
    if change <= -NOTICED:
        return _("%(who)s went down that day too, from %(before)s to %(value)s.") % facts
    unseen = " " + _("You may not have seen it.") if person.mine else ""
    if change >= NOTICED:
        return _("%(who)s went up that day, from %(before)s to %(value)s.") % facts + unseen
    if value == before:
        return _("%(who)s stayed at %(value)s that day.") % facts + unseen
    return _("%(who)s hardly moved that day, from %(before)s to %(value)s.") % facts + unseen


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
