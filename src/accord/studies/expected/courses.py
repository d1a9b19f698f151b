"""The outcome of many courses as arrays: what an expected course is fitted from and judged on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from accord.course.course import Course
from accord.signals.reading import rated
from accord.studies.snapshot.opened import Snapshot

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
INTAKE_BY = 2  # the first rating, at session 1 or else 2, is the intake


@dataclass(frozen=True, eq=False)
class Courses:
    """Courses (n) that have an intake, and their later ratings (m), by course and session.

    `held` counts the sessions of a course so far; `place` says which course a rating is of.
    """

    therapist: npt.NDArray[np.object_]
    intake: Floats
    held: Integers
    ended: Flags
    place: Integers
    number: Integers
    value: Floats

    def only(self, keep: Flags) -> Self:
        """The courses in `keep` with their ratings."""
        places = np.cumsum(keep) - 1
        rows = keep[self.place]
        return type(self)(
            self.therapist[keep],
            self.intake[keep],
            self.held[keep],
            self.ended[keep],
            places[self.place[rows]],
            self.number[rows],
            self.value[rows],
        )

    @property
    def followed(self) -> Flags:
        """Which courses have ended and were rated at least once after the intake: what can be learnt from."""
        return self.ended & (np.bincount(self.place, minlength=len(self.intake)) > 0)

    def ratings(self) -> list[dict[int, float]]:
        """The later ratings of each course by session number."""
        found: list[dict[int, float]] = [{} for _ in self.intake]
        for place, number, value in zip(
            self.place.tolist(), self.number.tolist(), self.value.tolist(), strict=True
        ):
            found[place][number] = value
        return found


def of_snapshot(snapshot: Snapshot) -> Courses:
    """The courses of a prepared snapshot (`accord.studies.snapshot.tables`)."""
    people = snapshot.query(
        "select course, coalesce(therapist, '') therapist, held, coalesce(ended, false) ended from people "
        "order by course"
    ).to_pydict()
    rows = snapshot.query(
        "select course, number, outcome from rated where outcome is not null order by course, number"
    ).to_pydict()
    ratings: dict[str, list[tuple[int, float]]] = {}
    for course, number, value in zip(rows["course"], rows["number"], rows["outcome"], strict=True):
        ratings.setdefault(course, []).append((number, value))
    return _made(
        (therapist, held, ended, ratings.get(course, []))
        for course, therapist, held, ended in zip(
            people["course"], people["therapist"], people["held"], people["ended"], strict=True
        )
    )


def of_courses(courses: Iterable[Course], ended: Iterable[bool], instrument: str, scale: str) -> Courses:
    """The same from courses as values; `ended` says which of them are over."""
    return _made(_told(course, over, instrument, scale) for course, over in zip(courses, ended, strict=True))


Told = tuple[str, int, bool, Sequence[tuple[int, float]]]


def _told(course: Course, ended: bool, instrument: str, scale: str) -> Told:
    numbers = {one.key: n for n, one in enumerate((s for s in course.sessions if s.attendance.held), start=1)}
    ratings = [(numbers[s.key], value) for s, value in rated(course, instrument, scale) if s.key in numbers]
    whom = [one.therapist for one in course.sessions if one.attendance.held and one.therapist]
    return max(whom, key=whom.count, default=""), len(numbers), ended, ratings


def _made(told: Iterable[Told]) -> Courses:
    therapist: list[str] = []
    intake: list[float] = []
    held: list[int] = []
    ended: list[bool] = []
    place: list[int] = []
    number: list[int] = []
    value: list[float] = []
    for whom, sessions, over, ratings in told:
        if not ratings or ratings[0][0] > INTAKE_BY:
            continue
        for at, rating in ratings[1:]:
            place.append(len(intake))
            number.append(at)
            value.append(rating)
        therapist.append(whom)
        intake.append(ratings[0][1])
        held.append(sessions)
        ended.append(over)
    return Courses(
        np.array(therapist, dtype=object),
        np.array(intake, dtype=np.float64),
        np.array(held, dtype=np.int64),
        np.array(ended, dtype=np.bool_),
        np.array(place, dtype=np.int64),
        np.array(number, dtype=np.int64),
        np.array(value, dtype=np.float64),
    )
