"""The likely cause of a strain: what to look at first, never a finding. It chooses the words that are offered.

What the therapist ticked comes first, since they were there; then what the client said; then which of the three parts
fell furthest. Data seldom tell goals and tasks apart (science.md 1.2, claim 11), so a part has to be well ahead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Cause(StrEnum):
    """What a strain may be about."""

    UNHEARD = "unheard"  # the client felt unheard
    PACE = "pace"
    GOALS = "goals"
    TASKS = "tasks"  # how we work
    BOND = "bond"
    CULTURE = "culture"
    PRACTICAL = "practical"  # time, money, the way there, rules
    UNKNOWN = "unknown"


# Points of 100 that a part must have fallen, and be ahead of the next: where all three fell alike and their answers
# differ by an item's own error alone (SD 6, science.md 3.5), one is named in about 1 of 20 cases [calc, design].
FELL, AHEAD = 6.0, 16.0


@dataclass(frozen=True)
class CauseFacts:
    """What is known: how far each part fell (points of 100, what is missing was not rated), and what was said.

    `falls` has BOND, GOALS and TASKS as keys; `talk`: the client would like to talk; `felt_off`: something felt off;
    `ticked`: the causes of the signs that were ticked at *notice*.
    """

    falls: Mapping[Cause, float] = field(default_factory=dict)
    felt_off: bool = False
    talk: bool = False
    ticked: frozenset[Cause] = frozenset()


def likely_cause(facts: CauseFacts) -> Cause:
    """The cause to look at first; `Cause.UNKNOWN` when nothing points to one."""
    if len(facts.ticked) == 1:
        (only,) = facts.ticked
        return only
    if facts.talk:
        return Cause.UNHEARD
    part = _fell_most(facts.falls)
    if part is not Cause.UNKNOWN:
        return part
    return Cause.UNHEARD if facts.felt_off else Cause.UNKNOWN


def _fell_most(falls: Mapping[Cause, float]) -> Cause:
    """The part that fell and lies well ahead of the others; unknown when fewer than two were rated."""
    order = sorted(falls, key=lambda part: falls[part], reverse=True)
    if len(order) < 2 or falls[order[0]] < FELL or falls[order[0]] - falls[order[1]] < AHEAD:
        return Cause.UNKNOWN
    return order[0]
