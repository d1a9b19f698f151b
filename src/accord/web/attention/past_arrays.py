"""A service's past as arrays, the way the filter sees it: for learning from it, and for replaying it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.course.course import Course
from accord.course.session import Session
from accord.signals.dip.observed import Observed
from accord.signals.dip.scalar import Asked
from accord.signals.dip.track import asked_of


@dataclass(frozen=True)
class Past:
    """A service's past as the filter sees it: `sessions` by client (only those held or rated), and arrays over them.

    `therapists` numbers the therapist of each client's first session by place in `keys`; -1 is unknown.
    """

    sessions: tuple[tuple[Session, ...], ...]
    observed: Observed
    therapists: npt.NDArray[np.int64]
    keys: tuple[str, ...]


def past_of(courses: Sequence[Course]) -> Past:
    """The courses with at least one session held or rated, as the filter sees them."""
    told = [asked for course in courses if (asked := asked_of(course))]
    keys = tuple(dict.fromkeys(one.therapist for rows in told for one, _ in rows if one.therapist))
    place = {key: number for number, key in enumerate(keys)}
    return Past(
        sessions=tuple(tuple(one for one, _ in rows) for rows in told),
        observed=observed([[asked for _, asked in rows] for rows in told]),
        therapists=np.array([place.get(rows[0][0].therapist or "", -1) for rows in told], dtype=np.int64),
        keys=keys,
    )


def observed(rows: Sequence[Sequence[Asked]]) -> Observed:
    """Sessions of many clients as arrays; what was never observed at all is left out."""
    shape = (len(rows), max(map(len, rows), default=0))
    grids = {name: np.full(shape, np.nan) for name in ("rating", "felt_off", "tension", "arrival", "twin")}
    elapsed, restart = np.ones(shape), np.zeros(shape, dtype=bool)
    for i, asked in enumerate(rows):
        for name, grid in grids.items():
            grid[i, : len(asked)] = [getattr(one, name) for one in asked]
        elapsed[i, : len(asked)] = [one.elapsed for one in asked]
        restart[i, : len(asked)] = [one.restart for one in asked]
    beside = {
        name: None if np.isnan(grid).all() else grid for name, grid in grids.items() if name != "rating"
    }
    return Observed(ratings=grids["rating"], elapsed=elapsed, restart=restart, **beside)
