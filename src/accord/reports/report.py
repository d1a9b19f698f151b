"""A report as a value, whatever it is printed as: sections with sentences, pictures and numbers in words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One number with its interval, what it rests on, and what the literature says."""

    what: str
    here: str
    interval: str
    rests_on: str
    studies: str


@dataclass(frozen=True)
class Drawing:
    """A picture: its name, what it says for those who do not see it, and the SVG as a file of its own, twice."""

    title: str
    alt: str
    svg: str
    narrow: str  # for a phone


@dataclass(frozen=True)
class Section:
    """One study."""

    id: str
    title: str
    verdict: str
    sentence: str
    look_at: tuple[str, ...]
    why: tuple[str, ...]  # what stands in the way, where nothing can be told
    question: str
    drawings: tuple[Drawing, ...]
    rows: tuple[Row, ...]
    method: str
    assumptions: tuple[str, ...]
    limits: tuple[str, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """The whole report. `lead` and `made` are sentences; `simulated` puts a banner on every page."""

    title: str
    service: str
    simulated: bool
    lead: str
    made: str
    findings: tuple[Section, ...]
    further: tuple[Section, ...]
    honesty: tuple[str, ...]
