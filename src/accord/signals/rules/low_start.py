"""A low start: the first three ratings together lie below where nearly everybody in this service begins.

Three are pooled because one early rating is not dependable enough (science.md 1.2, claim 8). A low start that is said
early is good news as much as bad: it can still be talked about, and low early ratings that rise go with better results
(science.md 9, OPENFIT, seen, secondary). Only at sessions 3 to 5, since later the start is no news.
"""

from accord.course.course import Course
from accord.course.dependability import spearman_brown
from accord.signals.known import MAIN, TOTAL, Known
from accord.signals.rates import often
from accord.signals.reading import rated, seen
from accord.signals.run import strength
from accord.signals.signal import Signal, Step

VERSION = 1
RATINGS = 3  # pooled [design, after claim 8: two or more]
FROM, UNTIL = 3, 5  # sessions held [design]
FULL = 10.0  # points below where the signal is twice as strong as at the line [design]


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal at sessions 3 to 5 when the first three ratings average below the service's line."""
    held = sum(session.attendance.held for session in course.sessions)
    if not FROM <= held <= UNTIL:
        return []
    points = rated(course, MAIN, TOTAL)[:RATINGS]
    if len(points) < RATINGS:
        return []
    mean = sum(value for _session, value in points) / RATINGS
    expected = known.learnt.low_start
    if mean >= expected:
        return []
    spread = known.spreads[TOTAL]
    return [
        Signal(
            rule="low_start",
            version=VERSION,
            since=points[0][0].key,
            about=points[-1][0].key,
            strength=strength(FULL + expected - mean, FULL),
            evidence=tuple(seen(session, "rating", value, low=expected) for session, value in points),
            often=often("low_start"),
            step=Step.ASK,
            reliable=(spearman_brown(spread.one_session, RATINGS), spread.evidence),
            facts={"mean": mean, "expected": expected},
            learnt=known.learnt.version,
        )
    ]
