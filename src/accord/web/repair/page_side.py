"""What stands beside a repair: what set it off, when to look again, how it can close, supervision."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accord.charts.small import look_first_svg
from accord.repair import texts
from accord.repair.event import Origin
from accord.repair.offer import offers
from accord.repair.state import Stage
from accord.signals.known import MAIN, TOTAL
from accord.web.attention.words import day, long_day
from accord.web.repair.reading import RepairFile, today_of
from accord.web.repair.sentences import rated_again
from accord.web.repair.times import coming, number_of
from accord.web.therapy.usual import UsualRange, usual_of

ICONS = {
    "came_back": "came-back",
    "rose_above": "rose-above",
    "unchanged": "unchanged",
    "left": "left",
    "not_a_rupture": "not-a-rupture",
}


@dataclass(frozen=True)
class EndingView:
    """One way to close: open to choose, or why not yet."""

    id: str
    title: str
    line: str
    open: bool
    not_yet: str
    icon: str


@dataclass(frozen=True)
class Quote:
    """What the client wrote, and when."""

    words: str
    when: str


OF_THE_LINE = frozenset({"not_rated", "no_line"})  # reasons that one sentence above the endings gives


def set_off(one: RepairFile) -> str:
    """71 after session 8, usual 79 to 91."""
    if one.file.withheld:
        return ""
    session = next((each for each in one.file.course.sessions if each.key == one.state.session), None)
    if session is None:
        return ""
    if session.key in one.file.covered:
        return _("Session %(number)s: covered until you have rated it.") % {"number": session.number}
    if session.attendance.missed:
        return _("The session of %(day)s was missed.") % {"day": long_day(session.day, today_of(one))}
    rating = session.rating(MAIN)
    value = rating.scores.get(TOTAL) if rating else None
    if not isinstance(value, float):
        return _("Session %(number)s was not rated.") % {"number": session.number}
    usual = usual_of(one.file.course, one.file.learnt).get(session.key)
    facts = {"value": round(value), "number": session.number}
    if not isinstance(usual, UsualRange):
        return _("%(value)s after session %(number)s; too few before to say what is usual") % facts
    return _("%(value)s after session %(number)s, usual %(low)s to %(high)s") % {
        **facts,
        "low": round(usual.low),
        "high": round(usual.high),
    }


def origin(one: RepairFile, name: str) -> str:
    """Who began it, and from what."""
    by = one.row.begun_by
    who = _("you") if by.key == one.file.viewer_key else by.name
    return {
        Origin.SIGNAL: _("Begun by %(who)s from a signal."),
        Origin.CONCERN: _("Begun by %(who)s after %(name)s said that something felt off."),
        Origin.SENSE: _("Begun by %(who)s from a sense that something was off."),
        Origin.SUPERVISOR: _("Begun by %(who)s, in supervision."),
    }[one.state.origin] % {"who": who, "name": name}


def picture(one: RepairFile, name: str) -> SafeString:
    """The last ratings, with that session marked; nothing where none may be seen."""
    points = one.file.course.line(MAIN, TOTAL)
    if not any(isinstance(point.value, float) for point in points):
        return mark_safe("")
    usual = usual_of(one.file.course, one.file.learnt)
    known = [usual.get(point.session.key) for point in points]
    title = _("Last ratings of %(name)s, with the usual wobble") % {"name": name}
    # Made by `charts`, which escapes.
    return mark_safe(
        look_first_svg(
            points,
            [(each.low, each.high) if isinstance(each, UsualRange) else None for each in known],
            marked={one.state.session},
            title=title,
        )
    )


def quote(one: RepairFile, name: str) -> Quote | None:
    """What the client wrote with the session it is about: a raised line also under the cover, as was promised."""
    said = [
        each
        for each in one.file.given
        if each.session == one.state.session and each.text and not each.superseded
    ]
    if not said:
        return None
    when = long_day(said[-1].day, today_of(one))
    return Quote(said[-1].text, _("%(name)s, %(day)s") % {"name": name, "day": when})


def due(one: RepairFile) -> str:
    """That a look is due; empty when it is not."""
    if one.rated_again:
        return rated_again(one.file.pronoun)
    if one.look_again:
        return (
            _("You met again: time to look, and to ask.") if one.mine else _("They met again: time to look.")
        )
    return ""


def look(one: RepairFile) -> str:
    """After which session to look again."""
    ahead = coming(one)
    if ahead is None:
        return _("No session is booked.")
    when = date_format(ahead.day, "j F")
    return _("After session %(number)s, %(day)s.") % {"number": number_of(one, ahead.key), "day": when}


def look_line(one: RepairFile) -> str:
    """How that sets itself."""
    if coming(one) is None:
        return _("Book one: the look again sets itself after it.")
    if one.file.withheld or one.file.declined_all:
        return _("Set by itself. No rating will say it: ask in the room.")
    return _("Set by itself. One rating is a hint; two say more.")


def endings(one: RepairFile, said: Mapping[str, str]) -> tuple[EndingView, ...]:
    """Every ending, open or why not yet."""
    found = []
    for offer in offers(one.state, one.judged.facts):
        words = texts.ending(offer.ending)
        found.append(
            EndingView(
                id=offer.ending.value,
                title=words.title,
                line=words.line.format_map(said),
                open=offer.open,
                not_yet=_why_not(one, offer.not_yet, said),
                icon=f"icons/{ICONS[offer.ending.value]}.html",
            )
        )
    return tuple(found)


def _why_not(one: RepairFile, reason: str, said: Mapping[str, str]) -> str:
    """Why an ending is shut; empty where it is not, and where `endings_line` has said so for several."""
    if not reason or (reason in OF_THE_LINE and endings_line(one, said)):
        return ""
    return texts.not_yet(reason).format_map(said)


def endings_line(one: RepairFile, said: Mapping[str, str]) -> str:
    """What keeps those shut that rest on the line."""
    if one.file.withheld:
        return _("What rests on the line stays shut: %(they)s keeps the answers from the therapist.") % said
    if not one.judged.facts.ratings_since:
        return _("What rests on the line opens once there is a new rating.")
    return ""


def supervision(one: RepairFile, name: str) -> str:
    """Who would see it there."""
    who = ", ".join(one.supervisors)
    if not one.supervisors:
        return _(
            "Nobody would see it there: %(name)s has not agreed to supervision, or the team has no supervisor."
        ) % {"name": name}
    if one.state.stage is Stage.SUPERVISION:
        return _("On the agenda of %(who)s, who reads the notes meanwhile.") % {"who": who}
    return _("Goes on the agenda of %(who)s, who then reads the notes too.") % {"who": who}


def meeting(one: RepairFile) -> str:
    """When they met last."""
    if one.last_meeting is None or not one.supervisors:
        return ""
    return _("The last meeting was %(day)s.") % {"day": day(one.last_meeting, today_of(one))}


def overdue(one: RepairFile) -> str:
    """That it is past the service's time, until it is in supervision."""
    if not one.overdue or one.state.stage is Stage.SUPERVISION:
        return ""
    return _("Open for %(days)s days. In this service that is when a repair goes to supervision.") % {
        "days": one.day - 1
    }
