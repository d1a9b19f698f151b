"""A pattern: something seen over several sessions that is worth one question. Facts only; the words are in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from accord.signals.signal import Seen


@dataclass(frozen=True)
class Pattern:
    """What was found: since which session (its key), and from what, in order of time.

    `shape` names which of the file's sentences fits; `facts` are the numbers and names that fill it. There is no
    strength and no share of false ones: nobody has measured either.
    """

    pattern: str
    version: int
    since: str
    evidence: tuple[Seen, ...]
    shape: str = "plain"
    facts: Mapping[str, float | str] = field(default_factory=dict)
