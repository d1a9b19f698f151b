"""What Today says of the day as a whole: its first line, that nobody stands out, and how much waits."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.web.attention import words
from accord.web.attention.day import Day, Waiting

SECONDS_TO_RATE = 12


def heading(found: Day, *, first: int, safety: int, waits: bool) -> str:
    """The first line for a therapist; `waits`: somebody without a session today should be looked at."""
    count = sum(one.session is not None for one in found.people)
    people = (
        ngettext("Today, %(count)s person.", "Today, %(count)s people.", count)
        % {"count": words.number(count)}
        if count
        else _("Today, no session of yours.")
    )
    return _first_line(people, found, first, safety, quiet=bool(count) and not waits)


def led_heading(found: Day, *, first: int, safety: int) -> str:
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
    return _first_line(people, found, first, safety, quiet=bool(count))


def _first_line(people: str, found: Day, first: int, safety: int, *, quiet: bool) -> str:
    calm = _("A quiet day.") if quiet else ""
    news = _call(first, safety) or _written(len(found.letters)) or calm
    return f"{people} {news}".strip()


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


def _written(letters: int) -> str:
    if not letters:
        return ""
    said = ngettext("%(count)s letter to answer.", "%(count)s letters to answer.", letters)
    return words.capital(said % {"count": words.number(letters)})


def nobody_stands_out(found: Day) -> str:
    """On a day on which nobody calls: whether something else waits."""
    if found.waiting or found.forms_out:
        return _("Nobody stands out. What waits for you is below the people of today.")
    return _("Nobody stands out. Nothing is due.")


def nothing_today(found: Day, on: date) -> str:
    """Where there is nobody today: when the next session is."""
    if found.people or not found.caseload:
        return ""
    if found.next_day is None:
        return _("Nothing is booked yet. Open a client to book the next session.")
    return _("The next session is %(day)s.") % {"day": words.day(found.next_day, on)}


def others_sentence(found: Day, calling: int) -> str:
    """What is said of the clients of others, `calling` of whom stand out."""
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


def rates_sentence(waiting: Sequence[Waiting], on: date) -> str:
    """How many own ratings wait, and how long they take."""
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


def forms_sentence(count: int) -> str:
    """How many forms are out and not answered."""
    said = ngettext(
        "%(count)s form is out and not answered yet.", "%(count)s forms are out and not answered yet.", count
    )
    return said % {"count": words.capital(words.number(count))} if count else ""
