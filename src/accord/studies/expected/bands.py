"""Whether the bands of an expected course hold: asked of people whose therapist they were not learnt from.

One judgement for the study and for what a service learns each night, so that no page draws a band, and no rule speaks
by one, of which the study says that nobody should be judged by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accord.basics.absence import TooFew
from accord.course.expected import NEEDED, THERAPISTS, WIDE, Band, ExpectedCourse, Lack, NoCourse
from accord.statistics.estimate import Estimate
from accord.statistics.judging.resampling import folds
from accord.studies.expected.courses import Courses, Flags, Floats
from accord.studies.expected.fitting import fit_expected
from accord.studies.expected.neighbours import Landmark, landmark
from accord.studies.expected.shares import share
from accord.studies.result import CELL, Options

LANDMARKS = (2, 3, 4, 6)  # science.md 5
FOLDS = 5
# A part may rest on fewer courses than what is in use: with 50 a band holds 79.6 of 100 new people on average, so the
# judgement is not off, only less sure (docs/method/expected-course.md).
PART_NEEDED = 50
OFF = 0.05  # a band of 80 % that surely holds fewer than 75 or more than 85 of 100 is not used [design]


@dataclass(frozen=True, eq=False)
class Part:
    """What was learnt without some therapists, the courses that it was learnt from, and those of theirs to ask."""

    course: ExpectedCourse
    known: Courses
    asked: Courses

    def at(self, session: int) -> Landmark:
        """Those asked who were rated at `session`; nobody where the part knows too few people so late."""
        some = (
            self.asked if session <= self.course.until else self.asked.only(np.zeros_like(self.asked.ended))
        )
        return landmark(some, session)


@dataclass(frozen=True, eq=False)
class Fitted:
    """An expected course of all, and the parts by which it is judged."""

    course: ExpectedCourse
    parts: tuple[Part, ...]


def course_in_use(told: Courses, instrument: str, seed: int = Options.seed) -> ExpectedCourse | NoCourse:
    """The expected course of the main scale of `instrument` if its bands hold, or why there is none to use."""
    fitted = fit_parts(told, instrument, seed)
    if isinstance(fitted, NoCourse):
        return fitted
    hits, therapists = inside(fitted.parts)
    if len(hits) < CELL:
        return NoCourse(Lack.RATINGS, len(hits), CELL)
    found = share(hits, therapists)
    return fitted.course if hold(found) else NoCourse(Lack.BANDS, inside=found.value if found else None)


def fit_parts(told: Courses, instrument: str, seed: int) -> Fitted | NoCourse:
    """Fit all courses, and those of four fifths of the therapists five times. What fails in one part fails it all."""
    course = fit_expected(told, instrument)
    if not isinstance(course, ExpectedCourse):
        if isinstance(course, TooFew):
            return NoCourse(Lack.COURSES, course.n, NEEDED)
        return NoCourse(Lack.FIT, reason=course.reason)
    if course.therapists < THERAPISTS:
        return NoCourse(Lack.THERAPISTS, course.therapists, THERAPISTS)
    parts: list[Part] = []
    fold = folds(told.therapist.astype(str), FOLDS, seed)
    for out in (fold == one for one in sorted(set(fold.tolist()))):
        known = told.only(~out)
        without = fit_expected(known, instrument, needed=PART_NEEDED)
        if isinstance(without, TooFew):
            return NoCourse(Lack.THERAPISTS, course.therapists, THERAPISTS)
        if not isinstance(without, ExpectedCourse):
            return NoCourse(Lack.FIT, reason=without.reason)
        parts.append(Part(without, known.only(known.followed), told.only(out & told.followed)))
    return Fitted(course, tuple(parts))


def inside(parts: Sequence[Part]) -> tuple[Flags, np.ndarray]:
    """Whether each rating at a landmark lies in the band for 80 %, seen from the intake alone; and whose it is."""
    hits, therapists = [], []
    for part in parts:
        for session in LANDMARKS:
            here = part.at(session)
            hits.append(within(bands(part.course, here), here.value))
            therapists.append(part.asked.therapist[here.course])
    return np.concatenate(hits), np.concatenate(therapists)


def bands(course: ExpectedCourse, here: Landmark, wide: float = WIDE) -> list[Band | None]:
    """The band at a landmark for everyone there, from the intake alone."""
    return [course.band(intake, {}, here.session, wide) for intake in here.intake.tolist()]


def within(some: Sequence[Band | None], values: Floats) -> Flags:
    """Whether each value lies in its band."""
    return np.array(
        [
            one is not None and one.low <= value <= one.high
            for one, value in zip(some, values.tolist(), strict=True)
        ],
        dtype=bool,
    )


def hold(found: Estimate | None) -> bool:
    """Whether bands for 80 % may hold what they say: their share is not surely more than `OFF` away."""
    if found is None or found.low is None or found.high is None:
        return False
    return found.low <= WIDE + OFF and found.high >= WIDE - OFF
