"""Wellbeing lies below where it stood at the start, by more than its own error: a reliable change for the worse.

The error is that of the instrument's definition where it has one. Accord Wellbeing has none yet, so: the usual formula
``1.96 SD sqrt(2 (1 - reliability))`` (science.md 2.1) with an assumed SD and reliability, or the client's own variation
from week to week where that is more. It says nothing about why, and a rating is not a diagnosis. Wellbeing comes before
the session, whoever the therapist is, so a change of therapist does not begin it anew.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import sqrt

from accord.course.course import Course
from accord.instruments.definition import Evidence
from accord.instruments.registry import instrument
from accord.signals.known import TOTAL, WELLBEING, Known
from accord.signals.rates import often
from accord.signals.reading import rated, seen
from accord.signals.run import first_held, strength
from accord.signals.signal import DESIGN, Signal, Step

VERSION = 1
SD, RELIABILITY = 16.0, 0.80  # of the total among clients [design]: reliable change 19.8 points
Z = 1.96
OWN = 5  # earlier ratings needed to know how much this client's own vary [design]


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal when the last wellbeing lies reliably below the first."""
    points = rated(course, WELLBEING, TOTAL)
    values = [value for _session, value in points]
    if not _worse(values):
        return []
    first = first_held(len(values), lambda n: _worse(values[:n]))
    fall, needed = values[0] - values[-1], needed_fall(values)
    (start, before), (session, value) = points[0], points[-1]
    return [
        Signal(
            rule="outcome_worse",
            version=VERSION,
            since=points[first - 1][0].key,
            about=session.key,
            strength=strength(fall, needed),
            evidence=(
                seen(start, "wellbeing", before),
                seen(session, "wellbeing", value, low=before - needed),
            ),
            often=often("outcome_worse"),
            step=Step.COURSE,
            reliable=(RELIABILITY, DESIGN),
            facts={"fall": fall, "from": before, "to": value, "needed": needed},
        )
    ]


def _worse(values: Sequence[float]) -> bool:
    return len(values) >= 2 and values[0] - values[-1] > needed_fall(values)


def needed_fall(values: Sequence[float]) -> float:
    """The fall that is more than error; from the definition, else assumed or from the ratings before the last one."""
    published = _published()
    if published is not None:
        return published[0]
    assumed, earlier = SD * SD * (1 - RELIABILITY), values[:-1]
    own = 0.0
    if len(earlier) >= OWN:  # half the mean squared step: a steady rise or fall hardly adds to it
        own = sum((b - a) ** 2 for a, b in pairwise(earlier)) / (2 * (len(earlier) - 1))
    return Z * sqrt(2 * max(assumed, own))


@cache
def _published() -> tuple[float, Evidence] | None:
    change = instrument(WELLBEING).scale(TOTAL).change
    return (change.points, change.evidence) if change else None
