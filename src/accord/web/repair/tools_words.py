"""Support tools as a page says them: what each cause is called, whom the words are about, what stands behind them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accord.instruments.definition import Confidence
from accord.repair.cause import Cause
from accord.repair.tools import Behind, Tool
from accord.signals.examples import rule_file
from accord.web.attention.words import address, long_day
from accord.web.therapy.sentences import voice

# What a strain that is about this may have behind it.
OF_CAUSE = {
    Cause.GOALS: Behind.MOTIVATION,
    Cause.TASKS: Behind.MOTIVATION,
    Cause.PRACTICAL: Behind.LIFE_EVENTS,
}


@dataclass(frozen=True)
class Shown:
    """One tool on a page: its words, what is known, where that is from, and since when it stands so."""

    id: str
    words: str
    known: str
    source: str
    since: str
    edited: bool


def name(behind: Behind) -> str:
    """What a cause is called."""
    return {
        Behind.ALLIANCE: _("The relationship"),
        Behind.MOTIVATION: _("What they want"),
        Behind.SUPPORT: _("The people around them"),
        Behind.LIFE_EVENTS: _("What life brings"),
        Behind.RISK: _("Safety"),
    }[behind]


def line(behind: Behind) -> str:
    """One line on when to look there."""
    return {
        Behind.ALLIANCE: _("When something stands between you, or nothing is said about it."),
        Behind.MOTIVATION: _("When it is not clear what this is for, or whether it fits."),
        Behind.SUPPORT: _("When they carry it alone, or somebody pulls the other way."),
        Behind.LIFE_EVENTS: _("When the week was hard, or coming is."),
        Behind.RISK: _("When an answer or a sentence makes you think of harm."),
    }[behind]


def shown(tool: Tool, today: date, pronoun: str = "") -> Shown:
    """A tool in the words for this person; without a pronoun it is about anybody."""
    since = long_day(tool.on, today) if tool.on else ""
    return Shown(
        id=tool.id,
        words=spoken(tool.words, pronoun),
        known=tool.evidence or _("Nothing was written about what stands behind it."),
        source=source(tool),
        since=_("written %(day)s") % {"day": since} if since else "",
        edited=tool.edited,
    )


def spoken(words: str, pronoun: str = "") -> str:
    """The words with their placeholders filled; any other brace is left as somebody typed it."""
    for key, said in voice(pronoun).words.items():
        words = words.replace(f"{{{key}}}", said)
    return words


def source(tool: Tool) -> str:
    """Whose it is: a published source, our own judgement, or the service's own."""
    if not tool.source:
        return _("this service’s own")
    return _("our own judgement") if tool.confidence is Confidence.DESIGN else tool.source


def links(rule: str) -> tuple[tuple[str, str], ...]:
    """Names and addresses of the tools that fit a signal of this rule."""
    page = address("repair:tools")
    found = rule_file(rule).behind
    return tuple((name(one), f"{page}#{one.value}") for one in found) if page else ()
