"""What happens to a repair, one event at a time. A repair is nothing but its events in order.

The four steps are those of the article: notice, name it, take responsibility, work out what next together. Free notes
are no part of an event: they are the stricter class and stay where they are kept, encrypted (`web.repair`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Origin(StrEnum):
    """Who or what a repair began from."""

    SIGNAL = "signal"
    CONCERN = "concern"  # the client said that something felt off
    SENSE = "sense"  # the therapist's own
    SUPERVISOR = "supervisor"


class Strain(StrEnum):
    """How the strain shows; the words to name it differ."""

    WITHDRAWAL = "withdrawal"  # moving away: short answers, agreeing and going quiet, late
    CONFRONTATION = "confrontation"  # moving against: a complaint, about the person, the task or the pace
    UNSURE = "unsure"


class Step(StrEnum):
    """The four steps, in no order that must be kept."""

    NOTICE = "notice"
    NAME = "name"
    OWN = "own"  # take responsibility
    AGREE = "agree"  # collaborate: what was agreed, by whom


class Ending(StrEnum):
    """How a repair closes. The first two rest on the client's line, see `line.py`."""

    CAME_BACK = "came_back"
    ROSE_ABOVE = "rose_above"
    UNCHANGED = "unchanged"  # talked about, line unchanged
    LEFT = "left"  # the client left
    NOT_A_RUPTURE = "not_a_rupture"  # a dip for another reason


class Kind(StrEnum):
    """What an event does."""

    BEGAN = "began"
    TOOK = "took"  # a step, or a step noted again with more
    LOOKED = "looked"  # looked again, and goes on
    ASKED = "asked"  # taken to supervision
    RETURNED = "returned"  # talked about in supervision; the therapist goes on
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True)
class Event:
    """One thing that somebody did. `by` is the key of the staff, `at` when (with a zone).

    `origin` with BEGAN; `step` with TOOK, with the ids of the signs that were ticked and of the ways that were chosen
    (`texts.yaml`); `strain` where it was told; `ending` with CLOSED; `session` is the key of the session it is about.
    """

    kind: Kind
    by: str
    at: datetime
    session: str = ""
    origin: Origin | None = None
    strain: Strain | None = None
    step: Step | None = None
    signs: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    ending: Ending | None = None
