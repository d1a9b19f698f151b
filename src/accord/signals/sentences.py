"""A rule's sentence with its facts filled in; whole points, since nobody feels a tenth of one."""

from collections.abc import Mapping
from types import MappingProxyType

from accord.signals.examples import rule_file
from accord.signals.signal import Signal

# How a sentence speaks of the therapist: to whoever held the session, and to anybody else, such as their supervisor.
ADDRESSED: Mapping[str, str] = MappingProxyType(
    {"you": "you", "You": "You", "your": "your", "Your": "Your", "yours": "yours"}
)
SPOKEN_OF: Mapping[str, str] = MappingProxyType(
    {
        "you": "the therapist",
        "You": "The therapist",
        "your": "the therapist’s",
        "Your": "The therapist’s",
        "yours": "the therapist’s",
    }
)


def sentence(signal: Signal, voice: Mapping[str, str]) -> str:
    """The sentence for this signal.

    `voice` has the client's name and pronouns (they, They, their, Their, them, name) and those of the therapist
    (`ADDRESSED` or `SPOKEN_OF`).
    """
    facts = {
        name: f"{value:.0f}" if isinstance(value, float) else value for name, value in signal.facts.items()
    }
    return rule_file(signal.rule).sentences[signal.shape].format_map({**facts, **voice})
