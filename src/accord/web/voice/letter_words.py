"""How staff are told of a letter: who wrote when, and what the client was told; never what they wrote."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day
from accord.web.attention import words
from accord.web.voice.concerns import Letter


def letter_sentence(letter: Letter, at: datetime, zone: str) -> str:
    """The sentence on top of Today: Hana wrote to you yesterday. She was told: an answer by Thursday."""
    today, told = clinic_day(at, zone), clinic_day(letter.answer_by, zone)
    names = {
        "name": words.short(letter.name),
        "day": words.day(clinic_day(letter.at, zone), today),
        "told": until_day(told, today),
    }
    wrote = _("%(name)s wrote to you %(day)s.") % names
    if letter.overdue(at):
        return f"{wrote} {_overdue(letter.pronoun) % names}"
    return f"{wrote} {_promised(letter.pronoun) % names}"


def until_day(day: date, today: date) -> str:
    """The day of a promise after the word "by": today, tomorrow, Thursday, 3 December."""
    return date_format(day, "l") if 1 < (day - today).days < 7 else words.day(day, today)


def _promised(pronoun: str) -> str:
    return {
        "she": _("She was told: an answer by %(told)s."),
        "he": _("He was told: an answer by %(told)s."),
    }.get(pronoun, _("They were told: an answer by %(told)s."))


def _overdue(pronoun: str) -> str:
    return {
        "she": _("She was promised an answer by %(told)s and has none."),
        "he": _("He was promised an answer by %(told)s and has none."),
    }.get(pronoun, _("They were promised an answer by %(told)s and have none."))
