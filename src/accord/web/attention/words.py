"""Words that the pages of this room share: days as people say them, numbers as words, how a client is spoken of."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accord.web.people.models import Pronoun


def address(name: str, *args: str, **query: str) -> str:
    """The path of a page; empty while the page is not part of this installation."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def local(instant: datetime, zone: str) -> datetime:
    """The instant on the clinic's wall clock."""
    return instant.astimezone(ZoneInfo(zone))


def clock(instant: datetime | None) -> str:
    """The time of day, such as 09:40; empty for a session that has none."""
    return f"{instant:%H:%M}" if instant else ""


def number(count: int) -> str:
    """A small number as a word, a larger one in figures."""
    small = [
        *(_("no"), _("one"), _("two"), _("three"), _("four"), _("five")),
        *(_("six"), _("seven"), _("eight"), _("nine"), _("ten")),
    ]
    return small[count] if count < len(small) else str(count)


def capital(words: str) -> str:
    """The sentence with a capital first letter."""
    return words[:1].upper() + words[1:]


def day(when: date, today: date) -> str:
    """A day as people say it: today, yesterday, last Thursday, 19 November."""
    gap = (today - when).days
    if gap == 0:
        return _("today")
    if gap == 1:
        return _("yesterday")
    if gap == -1:
        return _("tomorrow")
    if 1 < gap <= 7:
        return _("last %(weekday)s") % {"weekday": date_format(when, "l")}
    if -7 < gap < -1:
        return _("on %(weekday)s") % {"weekday": date_format(when, "l")}
    return long_day(when, today)


def long_day(when: date, today: date) -> str:
    """A day with its month, and its year when that is another one."""
    return date_format(when, "j F" if when.year == today.year else "j F Y")


def span(length: timedelta) -> str:
    """How long: minutes under two hours, then hours, then days."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 120:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        return ngettext("%(count)s hour", "%(count)s hours", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)s day", "%(count)s days", minutes // 1440) % {"count": minutes // 1440}


def short(name: str) -> str:
    """What a client is called in a sentence: the first name, or the whole pseudonym."""
    first, _space, rest = name.partition(" ")
    return first if rest and first[:1].isalpha() else name


def usual_wobble(pronoun: str, points: int) -> str:
    """Her usual wobble is 6."""
    return {
        Pronoun.SHE: _("Her usual wobble is %(points)s."),
        Pronoun.HE: _("His usual wobble is %(points)s."),
    }.get(pronoun, _("Their usual wobble is %(points)s.")) % {"points": points}


def shaded(pronoun: str) -> str:
    """What the band in the picture is."""
    return {Pronoun.SHE: _("Shaded: her usual wobble"), Pronoun.HE: _("Shaded: his usual wobble")}.get(
        pronoun, _("Shaded: their usual wobble")
    )


def inside_wobble(pronoun: str) -> str:
    """The pill of a steady rating."""
    return {Pronoun.SHE: _("Inside her wobble"), Pronoun.HE: _("Inside his wobble")}.get(
        pronoun, _("Inside their wobble")
    )


def raised_it(pronoun: str) -> str:
    """The pill of a concern that the client raised."""
    return {Pronoun.SHE: _("She raised it"), Pronoun.HE: _("He raised it")}.get(pronoun, _("They raised it"))


def scale_name(scale: str) -> str:
    """A part of the alliance in a sentence."""
    return {
        "BOND": pgettext("part of the alliance", "bond"),
        "GOALS": pgettext("part of the alliance", "goals"),
        "TASKS": pgettext("part of the alliance", "tasks"),
    }.get(scale, scale.lower())
