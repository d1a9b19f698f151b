"""The rules, one file each: what is worth attention in a course.

A rule is `detect(course, known) -> list[Signal]`, pure, in ``<id>.py``; beside it ``<id>.yaml`` says in words what it means
and holds the cases a clinician can read. Adding one: those two files and a line in `RULES`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accord.course.course import Course
from accord.signals.known import Known
from accord.signals.rules import at_ceiling
from accord.signals.signal import Place, Signal


@dataclass(frozen=True)
class Rule:
    """One rule: its id (the name of its files), where its signals put a person, and what finds them."""

    id: str
    place: Place
    detect: Callable[[Course, Known], list[Signal]]


RULES: tuple[Rule, ...] = (Rule("at_ceiling", Place.REST, at_ceiling.detect),)


def detect(course: Course, known: Known | None = None) -> list[Signal]:
    """Every signal of a course as it stands, in the order of the table."""
    beside = known or Known()
    return [signal for rule in RULES for signal in rule.detect(course, beside)]


def rule(id: str) -> Rule:
    """The rule with this id; KeyError when there is none."""
    return next(one for one in RULES if one.id == id)
