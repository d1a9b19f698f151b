"""Landmarks: at a time t, those who are still there, with what is known by then and nothing that comes later.

van Houwelingen (2007, Scand. J. Statist. 34:70). Foretelling from a landmark keeps out what only those who stay can
tell, and never looks ahead.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Landmark:
    """`people` who are still there at `at`, and the place of each one's newest row that is known by then (-1: none)."""

    at: float
    people: npt.NDArray[np.object_]
    rows: npt.NDArray[np.int64]


def landmark(
    person: npt.ArrayLike, known: npt.ArrayLike, people: npt.ArrayLike, until: npt.ArrayLike, at: float
) -> Landmark:
    """Choose rows for foretelling what comes after `at`.

    `person` and `known`: whom each row is about and when it becomes known. `people` and `until`: everyone, and the last
    time at which each is still there; whoever left at `at` or before is no longer there.
    """
    everyone, ends = np.asarray(people, object), np.asarray(until, float)
    there = everyone[ends > at]
    whose, when = np.asarray(person, object), np.asarray(known, float)
    place = {key: number for number, key in enumerate(there)}
    newest = np.full(len(there), -1, np.int64)
    best = np.full(len(there), -np.inf)
    for row in np.flatnonzero(when <= at):
        number = place.get(whose[row], -1)
        if number >= 0 and when[row] >= best[number]:
            newest[number], best[number] = row, when[row]
    return Landmark(at, there, newest)
