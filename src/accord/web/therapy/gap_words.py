"""Mind the gap, on a page: the two views in a sentence, and at most two prompts."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.absence import TooFew
from accord.signals import gap_prompts
from accord.signals.gap_prompts import Apart, Direction
from accord.web.attention.judging import known_of
from accord.web.attention.signal_words import spoken
from accord.web.attention.words import capital, number, scale_name
from accord.web.therapy.client_reading import ClientFile


@dataclass(frozen=True)
class GapPrompts:
    """The two views in a sentence, one thing to think of and one to say; both empty where there are too few pairs."""

    sentence: str
    think: str
    say: str
    evidence: str
    mine: bool


def gap_prompts_of(file: ClientFile) -> GapPrompts | None:
    """The two views and at most two prompts; None where the client keeps the answers. What is covered is not in it."""
    if file.withheld:
        return None
    voice = spoken(file.pronoun, file.name, mine=file.mine)
    found = gap_prompts.apart(file.course, known_of(file.learnt, file.spreads, file.now))
    if isinstance(found, TooFew):
        return GapPrompts(_few_pairs(found), "", "", "", file.mine)
    made = gap_prompts.prompts(found, voice)
    return GapPrompts(
        _gap_words(found, voice), capital(made.think), capital(made.say), made.evidence, file.mine
    )


def _few_pairs(found: TooFew) -> str:
    if not found.n:
        return _("No session was rated by both yet. From three on, the two views can be set side by side.")
    said = ngettext(
        "%(count)s session was rated by both, too few to say how the two views lie.",
        "%(count)s sessions were rated by both, too few to say how the two views lie.",
        found.n,
    )
    return capital(said % {"count": number(found.n)})


def _gap_words(found: Apart, voice: Mapping[str, str]) -> str:
    words = {
        "your": voice["your"],
        "theirs": voice["theirs"],
        "pairs": number(found.pairs),
        "points": abs(round(found.bias)),
        "usual": abs(round(found.usual)),
    }
    if found.direction is Direction.PARTS and found.part is not None and found.points is not None:
        said = (
            _(
                "On the %(part)s %(your)s ratings lie %(more)s points higher against %(theirs)s than on the rest."
            )
            if found.points > 0
            else _(
                "On the %(part)s %(your)s ratings lie %(more)s points lower against %(theirs)s than on the rest."
            )
        )
        return said % {**words, "part": scale_name(found.part), "more": abs(round(found.points))}
    if not words["points"]:
        return _("Over %(pairs)s sessions the two views are alike on average.") % words
    said = (
        _("Over %(pairs)s sessions %(your)s ratings lie %(points)s points under %(theirs)s.")
        if found.bias < 0
        else _("Over %(pairs)s sessions %(your)s ratings lie %(points)s points above %(theirs)s.")
    )
    return f"{said % words} {_('About %(usual)s under is usual for therapists.') % words}"
