"""Wellbeing lies below the expected course: under where nine in ten people who began alike are at that session.

The expected course is this service's own (`accord.course.expected`), of everyone who is still there at that session;
without one the rule is silent, and one whose bands do not hold is none. The edge is the lower one of the 80 % band
(science.md 5), seen from the first rating alone: a band that knew the later ratings would sink with them. About one in
ten people is below it at any session, by what it is; how many of them go as well as others in truth is measured
(``rates.yaml``), and how many end worse is in the study of the service's own past. It says nothing about why, and
foretells nothing.
"""

from collections.abc import Sequence

from accord.course.course import Course
from accord.course.expected import Band, ExpectedCourse, NoCourse
from accord.signals.known import TOTAL, WELLBEING, Known
from accord.signals.rates import often
from accord.signals.reading import rated, seen
from accord.signals.rules.outcome_worse import RELIABILITY
from accord.signals.run import Rated, first_held, strength
from accord.signals.signal import DESIGN, Signal, Step

VERSION = 1
INTAKE_BY = (
    2  # the first rating is the intake when it belongs to session 1 or 2, as where the course is fitted
)


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal when the last rating lies below the expected course."""
    expected = known.expected
    points = [one for one in rated(course, WELLBEING, TOTAL) if one[0].number is not None]
    if isinstance(expected, NoCourse) or expected.instrument != WELLBEING or not begun(points):
        return []
    bands = bands_of(expected, points)
    below = [
        band is not None and expected.worse(value, band)
        for band, (_session, value) in zip(bands, points, strict=True)
    ]
    band, (start, intake), (session, value) = bands[-1], points[0], points[-1]
    if band is None or not below[-1]:
        return []
    first = first_held(len(points), lambda n: below[n - 1])
    return [
        Signal(
            rule="off_track",
            version=VERSION,
            since=points[first - 1][0].key,
            about=session.key,
            strength=strength(band.middle - value, band.middle - band.low),
            evidence=(
                seen(start, "wellbeing", intake),
                seen(session, "wellbeing", value, low=band.low, high=band.high),
            ),
            often=often("off_track"),
            step=Step.COURSE,
            reliable=(RELIABILITY, DESIGN),
            facts={"from": intake, "to": value, "expected": band.low, "people": str(expected.courses)},
            learnt=known.learnt.version,
        )
    ]


def begun(points: Rated) -> bool:
    """Whether the first of the ratings is an intake."""
    return bool(points) and 0 < (points[0][0].number or 0) <= INTAKE_BY


def bands_of(expected: ExpectedCourse, points: Rated) -> Sequence[Band | None]:
    """The band at each rating from the first one alone; None at the first one, and past what is known."""
    intake = points[0][1]
    return [None, *(expected.band(intake, {}, session.number or 0) for session, _value in points[1:])]
