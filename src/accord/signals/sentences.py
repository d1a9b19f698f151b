"""A rule's sentence with its facts filled in; whole points, since nobody feels a tenth of one."""

from collections.abc import Mapping

from accord.signals.examples import rule_file
from accord.signals.signal import Signal


def sentence(signal: Signal, voice: Mapping[str, str]) -> str:
    """The sentence for this signal; `voice` has the name and the pronouns (they, They, their, Their, them, name)."""
    facts = {
        name: f"{value:.0f}" if isinstance(value, float) else value for name, value in signal.facts.items()
    }
    return rule_file(signal.rule).sentences[signal.shape].format_map({**facts, **voice})
