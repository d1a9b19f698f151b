"""At the top of the scale, session after session: the numbers say little, and asking says more.

Ceilings of alliance ratings are common and stable (science.md 3.5, MEI22); 40 of 40 for ever is low information, not
success (product.md).
"""

from accord.course.ceiling import at_ceiling
from accord.course.course import Course
from accord.signals.known import MAIN, TOTAL, Known
from accord.signals.reading import rated, seen
from accord.signals.signal import FACT, Signal, Step

VERSION = 1


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal when the last three ratings or more are at the top."""
    points = rated(course, MAIN, TOTAL)
    found = at_ceiling([value for _session, value in points])
    if found is None:
        return []
    run = points[-found.sessions :]
    return [
        Signal(
            rule="at_ceiling",
            version=VERSION,
            since=run[0][0].key,
            about=run[-1][0].key,
            strength=1.0,
            evidence=tuple(seen(session, "rating", value) for session, value in run),
            often=FACT,
            step=Step.INVITE,
            facts={"sessions": float(found.sessions)},
        )
    ]
