"""What a study says: facts only. The words are in the YAML beside the study (`accord.studies.texts`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from accord.basics.absence import Absence, TooFew

CELL = 5  # fewer people than this are never told apart (science.md 9.9)
THERAPIST_CLIENTS = 30  # fewer clients than this say too little about a therapist (science.md 9.6)


def too_few(people: int, needed: int) -> TooFew:
    """Fewer than `needed`; where it is a handful, how few is not told (nobody at all is no handful)."""
    return TooFew(CELL, needed, under=True) if 0 < people < CELL else TooFew(people, needed)


def told_number(people: int) -> int | str:
    """A number of people for a sentence: a handful is not counted out."""
    return f"fewer than {CELL}" if 0 < people < CELL else people


def without_few(n: Mapping[str, int]) -> dict[str, int]:
    """Counts without those of a handful."""
    return {name: count for name, count in n.items() if not 0 < count < CELL}


class Verdict(StrEnum):
    """How the service's own data stand to the literature; never more than that."""

    AGREES = "agrees"
    DIFFERS = "differs"
    TOO_FEW = "too_few"
    NO_ASSOCIATION = "no_association"  # enough data, and nothing seen that chance does not explain
    CANNOT_TELL = (
        "cannot_tell"  # enough data, but they do not answer the question; the reason is among the notes
    )
    DESCRIBES = "describes"  # the literature holds no value to compare with


@dataclass(frozen=True)
class Line:
    """One estimate: `name` is its key in the study's YAML, which has the label. `low` and `high` at 95 %.

    `unit`: share, r, d, points, odds ratio, difference, count, days. `n` counts what it rests on by level, e.g.
    {"clients": 412, "therapists": 31}. `by` names the stratum ("sessions 1 to 3", "video") where there are several.
    """

    name: str
    value: float | Absence
    low: float | None = None
    high: float | None = None
    unit: str = ""
    n: Mapping[str, int] = field(default_factory=dict)
    method: str = ""
    by: str = ""


@dataclass(frozen=True)
class Published:
    """A value of the literature for the line `line`: from a claim of `accord.evidence` or a source of science.md."""

    line: str
    value: float | None
    low: float | None
    high: float | None
    source: str  # a source key such as FLU18
    claim: str = ""  # an id of accord.evidence.claims
    read: str = "seen"  # seen, known-h, known-m, calc


@dataclass(frozen=True)
class Table:
    """A table for a picture or a download: `rows` in the order of `columns`; None where there is nothing to say."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[float | int | str | bool | None, ...], ...]


@dataclass(frozen=True)
class Study:
    """One question answered from one snapshot.

    `main` is the name of the line that the verdict is about. `facts` fill the sentences of the YAML. `notes` and
    `look_at` are keys of sentences in the YAML. `kept_back` counts small cells by what they were.
    """

    id: str
    verdict: Verdict
    main: str
    lines: tuple[Line, ...]
    published: tuple[Published, ...] = ()
    n: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, float | int | str] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)  # why -> rows
    kept_back: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    look_at: tuple[str, ...] = ()

    def line(self, name: str, by: str = "") -> Line:
        """The line of this name; KeyError when there is none."""
        for one in self.lines:
            if one.name == name and one.by == by:
                return one
        raise KeyError(name)


@dataclass(frozen=True)
class Options:
    """What a person may choose for a run; instruments by id, on their TOTAL.

    `seed` is for resampling only. `draws`: how many times.
    """

    alliance: str = "accord-check-in"
    therapist_form: str = "accord-check-in-therapist"
    outcome: str = "accord-wellbeing"
    seed: int = 1
    draws: int = 500


@dataclass(frozen=True)
class Run:
    """All studies of one snapshot, with what it was a snapshot of."""

    service: str
    simulated: bool
    taken_at: datetime
    finished_at: datetime
    version: str  # of Accord
    studies: tuple[Study, ...]
