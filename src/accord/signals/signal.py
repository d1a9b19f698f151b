"""A signal: one fact about a course that is worth attention. Facts only; the words are made elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from accord.instruments.definition import Confidence, Evidence


class Place(IntEnum):
    """Where a signal puts a person among others, the first first."""

    RISK = 0
    CONCERN = 1
    REPAIR = 2  # a repair that is due; comes from `repair/`, no rule raises it
    STRAIN = 3
    SILENCE = 4
    GAP = 5
    REVIEW = 6
    REST = 7


class Step(StrEnum):
    """What kind of next step fits; `steps.yaml` has up to three suggestions for each."""

    SAFETY = "safety"  # look at the safety answer now
    LISTEN = "listen"  # the client raised something: let them speak first
    ASK = "ask"  # ask how it was
    PARTS = "parts"  # talk about goals, or about how you work
    NAME = "name"  # name the tension between you
    COMPARE = "compare"  # set the two views side by side
    INVITE = "invite"  # numbers say little: ask for what they leave out
    REACH = "reach"  # reach out, or make answering easier
    COURSE = "course"  # look at the outcome and the plan
    MEASURE = "measure"  # measure, or look at what was measured


class Basis(StrEnum):
    """Where the share of false alarms is known from."""

    SIMULATED = "simulated"  # the service's own fitted model, or the benchmark (docs/method)
    FACT = "fact"  # somebody said it, or it happened: there is nothing to be wrong about
    UNKNOWN = "unknown"  # nobody has measured it


@dataclass(frozen=True)
class Often:
    """How often a signal like this comes for no reason: `rate` of clean sessions, and where that was measured.

    `real` is the share of such signals that follow a real dip, where known. Both None unless `basis` is simulated.
    """

    basis: Basis
    rate: float | None = None
    real: float | None = None
    source: str = ""


FACT = Often(Basis.FACT)


@dataclass(frozen=True)
class Seen:
    """One session behind a signal: what was seen there (`what` names it, such as ``rating``), and the usual range.

    `session` is its key and `number` its number in the course (None for one that fell out); `value` None: no answer.
    """

    session: str
    number: int | None
    what: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Signal:
    """What a rule found: since which session (its key), how strong (0 to 1), from what, and how far to trust it.

    `about` is the session whose answers it rests on; it stays hidden as long as those are covered for somebody.
    `shape` names which of the rule's sentences fits; `facts` are the numbers and names that fill it. `reliable` says
    how far one such reading can be leaned on (0 to 1, with its source), None for what was said or done.
    """

    rule: str
    version: int
    since: str
    about: str
    strength: float
    evidence: tuple[Seen, ...]
    often: Often
    step: Step
    reliable: tuple[float, Evidence] | None = None
    shape: str = "plain"
    facts: Mapping[str, float | str] = field(default_factory=dict)
    learnt: str = (
        ""  # version of what the service had learnt when the signal was raised; empty when nothing was used
    )


DESIGN = Evidence(Confidence.DESIGN, "Accord")
