"""A signal in words on a page: its sentence, its pill, and what its rule means, about this person."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from accord.signals.attention import place
from accord.signals.examples import rule_file
from accord.signals.sentences import ADDRESSED, SPOKEN_OF, sentence
from accord.signals.signal import Place, Signal
from accord.web.attention import words
from accord.web.therapy.sentences import voice

# Facts that are small counts: said as words up to ten, as people do.
COUNTS = frozenset({"steady", "sessions", "ratings", "pairs", "count", "of", "forms", "answers", "before"})
TONES = {  # the ground of a pill, by where its rule puts a person
    Place.RISK: "first",
    Place.CONCERN: "raised",
    Place.REPAIR: "repair",
    Place.STRAIN: "ask",
    Place.SILENCE: "silent",
    Place.GAP: "differs",
    Place.REVIEW: "review",
    Place.REST: "quiet",
}


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


def told(signal: Signal, pronoun: str, name: str, *, mine: bool) -> str:
    """The sentence of a signal about somebody called `name`; `mine` whether it is read by whose session it is about."""
    counted = {
        key: words.number(round(value))
        for key, value in signal.facts.items()
        if key in COUNTS and isinstance(value, float) and 1 <= round(value) <= 10
    }
    facts = {key: value for key, value in signal.facts.items() if key not in counted}
    said = sentence(replace(signal, facts=facts), {**spoken(pronoun, name, mine=mine), **counted})
    return words.capital(said)


def means(signal: Signal, pronoun: str, name: str, *, mine: bool) -> str:
    """What the rule means, about this person."""
    return rule_file(signal.rule).means.format_map(spoken(pronoun, name, mine=mine))


def title(signal: Signal) -> str:
    """What a signal like this is called."""
    return rule_file(signal.rule).title


def pill(signal: Signal, pronoun: str) -> Pill:
    """The status beside the name."""
    shown = rule_file(signal.rule).pill
    if signal.rule == "concern":
        return Pill("raised", words.raised_it(pronoun))
    if signal.rule == "overdue" and signal.shape == "review":
        return Pill("review", _("Review ready"))
    return Pill(TONES[place(signal)], shown.words, shown.icon)


def spoken(pronoun: str, name: str, *, mine: bool) -> dict[str, str]:
    """The words for client and therapist that sentences of signals and suggestions ask for."""
    return {**voice(pronoun).words, **(ADDRESSED if mine else SPOKEN_OF), "name": words.short(name)}
