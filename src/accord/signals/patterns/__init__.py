"""Four pitfalls, watched as patterns over time: one file each, in words and with cases in the ``<id>.yaml`` beside it.

A pattern is no alarm. It is told on one page about one client, with a question to ask, and has no place among the
signals (`signals.rules`). No study validates these four; the claims they come from are 23 to 26 of science.md 1.2.
Adding one: its two files and a line in `WATCHED`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accord.course.course import Course
from accord.signals.known import Known
from accord.signals.patterns import (
    avoiding_feedback,
    cultural_misattunement,
    expert_trap,
    technique_over_relationship,
)
from accord.signals.patterns.pattern import Pattern


@dataclass(frozen=True)
class Watched:
    """One pattern: its id (the name of its files), what finds it, and what is not there yet to look with.

    `lacks` names one of the file's `lacking` sentences; empty when there is enough to look.
    """

    id: str
    detect: Callable[[Course, Known], list[Pattern]]
    lacks: Callable[[Course, Known], str]


WATCHED: tuple[Watched, ...] = (
    Watched("expert_trap", expert_trap.detect, expert_trap.lacks),
    Watched(
        "technique_over_relationship", technique_over_relationship.detect, technique_over_relationship.lacks
    ),
    Watched("cultural_misattunement", cultural_misattunement.detect, cultural_misattunement.lacks),
    Watched("avoiding_feedback", avoiding_feedback.detect, avoiding_feedback.lacks),
)


def detect(course: Course, known: Known | None = None) -> list[Pattern]:
    """Every pattern of a course as it stands, in the order of the table; at most one of each."""
    beside = known or Known()
    return [pattern for one in WATCHED for pattern in one.detect(course, beside)]


def watched(id: str) -> Watched:
    """The pattern with this id; KeyError when there is none."""
    found = next((one for one in WATCHED if one.id == id), None)
    if found is None:
        raise KeyError(id)
    return found
