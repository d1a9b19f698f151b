"""The rules, one file each: what is worth attention in a course.

A rule is `detect(course, known) -> list[Signal]`, pure, in ``<id>.py``; beside it ``<id>.yaml`` says in words what it
means and holds the cases a clinician can read. Adding one: those two files and a line in `RULES`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accord.course.course import Course
from accord.signals.known import Known
from accord.signals.rules import (
    absences,
    at_ceiling,
    concern,
    dip,
    fell_silent,
    gap,
    invariant,
    low_start,
    missed_by_therapist,
    off_track,
    outcome_worse,
    overdue,
    risk,
    slide,
    split,
    tension,
)
from accord.signals.signal import Place, Signal


@dataclass(frozen=True)
class Rule:
    """One rule: its id (the name of its files), where its signals put a person, and what finds them."""

    id: str
    place: Place
    detect: Callable[[Course, Known], list[Signal]]


RULES: tuple[Rule, ...] = (
    Rule("risk", Place.RISK, risk.detect),
    Rule("concern", Place.CONCERN, concern.detect),
    Rule("dip", Place.STRAIN, dip.detect),
    Rule("slide", Place.STRAIN, slide.detect),
    Rule("missed_by_therapist", Place.STRAIN, missed_by_therapist.detect),
    Rule("low_start", Place.STRAIN, low_start.detect),
    Rule("outcome_worse", Place.STRAIN, outcome_worse.detect),
    Rule("off_track", Place.STRAIN, off_track.detect),
    Rule("tension", Place.STRAIN, tension.detect),
    Rule("fell_silent", Place.SILENCE, fell_silent.detect),
    Rule("absences", Place.SILENCE, absences.detect),
    Rule("split", Place.GAP, split.detect),
    Rule("gap", Place.GAP, gap.detect),
    Rule("overdue", Place.REVIEW, overdue.detect),
    Rule("at_ceiling", Place.REST, at_ceiling.detect),
    Rule("invariant", Place.REST, invariant.detect),
)


def detect(course: Course, known: Known | None = None) -> list[Signal]:
    """Every signal of a course as it stands, in the order of the table."""
    beside = known or Known()
    return [signal for rule in RULES for signal in rule.detect(course, beside)]


def rule(id: str) -> Rule:
    """The rule with this id; KeyError when there is none."""
    return next(one for one in RULES if one.id == id)
