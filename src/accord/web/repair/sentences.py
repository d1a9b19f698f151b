"""Sentences about a repair, made in one place: what is so and what to do next, never a verdict."""

from datetime import date

from django.utils.translation import gettext as _

from accord.repair.state import Stage
from accord.web.attention.words import day as day_words
from accord.web.people.models import Pronoun
from accord.web.repair.standing import Standing


def told(one: Standing, pronoun: str, today: date) -> str:
    """The one sentence about an open repair: how old it is, and what it waits for."""
    return f"{aged(one)} {waits_for(one, pronoun, today)}"


def aged(one: Standing) -> str:
    """A repair, day 5."""
    if one.stage is Stage.SUPERVISION:
        return _("A repair, day %(day)s, in supervision.") % {"day": one.day}
    return _("A repair, day %(day)s.") % {"day": one.day}


def waits_for(one: Standing, pronoun: str, today: date) -> str:
    """What comes next: time to look, past the service's time, after which session the next look is."""
    if one.rated_again:
        return rated_again(pronoun)
    if one.look_again:
        return _("You met again: time to look, and to ask.")
    if one.overdue and one.stage is not Stage.SUPERVISION:
        return _("It is open for long: take it to supervision, or close it.")
    if one.next_look:
        return _("Look again after the session %(day)s.") % {"day": _on(one.next_look, today)}
    return _("No session is booked to look again after.")


def brief(one: Standing, today: date) -> str:
    """The same in a few words, for a side panel: "look again today", "day 12, in supervision"."""
    if one.look_again:
        return _("day %(day)s, look again now") % {"day": one.day}
    if one.stage is Stage.SUPERVISION:
        return _("day %(day)s, in supervision") % {"day": one.day}
    if one.next_look == today:
        return _("day %(day)s, look again today") % {"day": one.day}
    return _("day %(day)s") % {"day": one.day}


def rated_again(pronoun: str) -> str:
    """The client rated again."""
    return {
        Pronoun.SHE: _("She has rated again: time to look."),
        Pronoun.HE: _("He has rated again: time to look."),
    }.get(pronoun, _("They have rated again: time to look."))


def _on(when: date, today: date) -> str:
    said = day_words(when, today)
    return said if (when - today).days < 7 else _("on %(day)s") % {"day": said}
