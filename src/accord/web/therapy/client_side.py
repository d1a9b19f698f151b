"""What stands beside one client's page: last words, how they like to work, what is due, sessions, therapists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.course.plan import Standing
from accord.course.review import REVIEW_AT
from accord.course.session import Attendance
from accord.instruments.registry import instrument as definition
from accord.web.attention.words import address, long_day, number
from accord.web.therapy import pictures, sentences
from accord.web.therapy.client_reading import PREFERENCES, ClientFile, Given, OpenLink, Period
from accord.web.therapy.meeting_words import how, when
from accord.web.therapy.sentences import voice

MOST_WORDS = 4  # of the client's lines beside the page; the rest are in the table
MOST_DUE = 5  # forms that wait, the latest session first


@dataclass(frozen=True)
class Said:
    """A line that the client wrote, and when."""

    text: str
    about: str


@dataclass(frozen=True)
class Axis:
    """One of the client's preferences: where on the way from one word to the other, 0 to 100."""

    left: str
    right: str
    value: float | None
    words: str


@dataclass(frozen=True)
class DueLine:
    """A form that is due or out: what, for which session, and where to ask for it."""

    title: str
    session: str
    standing: str
    show_url: str
    card_url: str


def last_words(file: ClientFile) -> tuple[Said, ...]:
    """The client's last lines, newest first; those under the cover are not in the file at all."""
    found = [one for one in reversed(file.given) if one.text and not one.superseded and not one.covered]
    return tuple(Said(one.text, _about(file, one)) for one in found[:MOST_WORDS])


def _about(file: ClientFile, given: Given) -> str:
    day = long_day(given.day, file.today)
    if given.standing == "after_reading":
        return _("%(day)s · changed after it was read") % {"day": day}
    return _("%(day)s · one thing to change") % {"day": day}


def _newest_preferences(file: ClientFile) -> Given | None:
    asked = [one for one in file.given if one.instrument == PREFERENCES and one.axes and not one.superseded]
    return asked[-1] if asked else None


def preference_axes(file: ClientFile) -> tuple[Axis, ...]:
    """Three ways of working, each between two words of which neither is better."""
    given = _newest_preferences(file)
    if given is None or not given.axes:
        return ()
    ends = (
        (1, _("direction"), _("space")),
        (2, _("feelings"), _("solving")),
        (3, _("advice"), _("discovery")),
    )
    return tuple(_axis(left, right, given.axes.get(item)) for item, left, right in ends)


def _axis(left: str, right: str, value: float | None) -> Axis:
    """100 is the word on the left, as the instrument defines it; drawn from left to right."""
    if value is None:
        return Axis(left, right, None, _("no answer"))
    place = 100 - value
    if abs(place - 50) < 5:
        return Axis(left, right, place, _("in the middle"))
    nearer = left if place < 50 else right
    much = _("much more %(end)s") if abs(place - 50) > 30 else _("more %(end)s")
    return Axis(left, right, place, much % {"end": nearer})


def preferences_asked(file: ClientFile) -> str:
    """When the preferences were asked; empty before the first time."""
    given = _newest_preferences(file)
    if given is None:
        return ""
    count = next((one.number for one in file.course.sessions if one.key == given.session), None)
    said = (
        _("Asked at session %(number)s.") % {"number": count}
        if count
        else _("Asked on %(day)s.") % {"day": long_day(given.day, file.today)}
    )
    return f"{said} {_('A way into a talk, not a match.')}"


def title_of(instrument: str) -> str:
    """What a form is called: its words' title is the client's, so staff get the instrument's own."""
    return definition(instrument).title.removeprefix("Accord ")


def waiting_forms(file: ClientFile) -> tuple[DueLine, ...]:
    """Forms that are due, overdue or out, the latest session first; a form that the client declined is not asked."""
    links = {(one.session, one.instrument): one for one in file.links}
    waiting = [one for one in reversed(file.dues) if one.standing in (Standing.DUE, Standing.OVERDUE)]
    if file.declined_all or file.ended_on:
        return ()
    return tuple(
        _due(one.session, one.number, one.instrument, one.standing, links) for one in waiting[:MOST_DUE]
    )


def _due(
    session: str, count: int, instrument: str, standing: Standing, links: Mapping[tuple[str, str], OpenLink]
) -> DueLine:
    link = links.get((session, instrument))
    said = _("overdue") if standing is Standing.OVERDUE else _("due")
    if link is not None:
        said += ", " + (
            _("link expired") if link.expired else _("link opened") if link.opened else _("link not opened")
        )
    return DueLine(
        title=title_of(instrument),
        session=_("session %(number)s") % {"number": count},
        standing=said,
        show_url=address("ask:qr", session, instrument),
        card_url=address("ask:card", link.key) if link else "",
    )


def declined_words(file: ClientFile) -> str:
    """What the client would rather not be asked; empty where there is no such thing."""
    if file.declined_all:
        return _("%(They)s would rather not be asked at all. Nothing is sent.") % voice(file.pronoun).words
    if file.declined:
        names = sentences.listed(sorted(title_of(one) for one in file.declined))
        return _("%(They)s would rather not be asked: %(forms)s.") % {
            **voice(file.pronoun).words,
            "forms": names,
        }
    return ""


def upcoming_sessions(file: ClientFile) -> tuple[tuple[str, str, str], ...]:
    """The next planned sessions: key, when and how."""
    over = {one.key for one in pictures.unnoted(file)}
    planned = [one for one in file.course.sessions if one.attendance is Attendance.PLANNED]
    ahead = [one for one in planned if one.day >= file.today and one.key not in over]
    return tuple((one.key, when(file, one), how(one.kind)) for one in ahead[:3])


def therapists(file: ClientFile) -> tuple[str, ...]:
    """Who was the therapist before, with the days; empty while there was only one."""
    if len(file.periods) < 2:
        return ()
    return tuple(_period(one, file.today) for one in file.periods)


def _period(one: Period, today: date) -> str:
    if one.until is None:
        return _("%(name)s, since %(since)s") % {"name": one.name, "since": long_day(one.since, today)}
    return _("%(name)s, %(since)s to %(until)s") % {
        "name": one.name,
        "since": long_day(one.since, today),
        "until": long_day(one.until, today),
    }


def review_words(file: ClientFile) -> str:
    """Where the session-3 review stands: done, ready, or not yet."""
    held = sum(one.attendance.held for one in file.course.sessions)
    if file.reviewed_on:
        return _("looked at on %(day)s") % {"day": long_day(file.reviewed_on, file.today)}
    if file.ended_on:
        return _("the course ended without one")
    if held >= REVIEW_AT:
        return _("ready")
    left = REVIEW_AT - held
    return ngettext("after one more session", "after %(count)s more sessions", left) % {"count": number(left)}
