"""A safety answer that nobody has acknowledged: always first, whatever else there is (science.md 9.1).

The check-in loop raises the alert and holds its clock; this rule only puts the person on top of every list. A positive
answer is a prompt to look, not a score and no prediction. An alert whose session is not in the course still counts.
"""

from accord.course.course import Course
from accord.signals.known import Known
from accord.signals.signal import FACT, Seen, Signal, Step

VERSION = 1


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal while any safety answer is open, since the first of them."""
    if not known.risk:
        return []
    numbers = {one.key: one.number for one in course.sessions}
    keys = [key for key in numbers if key in known.risk] + sorted(known.risk - numbers.keys())
    return [
        Signal(
            rule="risk",
            version=VERSION,
            since=keys[0],
            about=keys[-1],
            strength=1.0,
            evidence=tuple(Seen(key, numbers.get(key), "open safety answer", 1.0) for key in keys),
            often=FACT,
            step=Step.SAFETY,
            shape="one" if len(keys) == 1 else "several",
            facts={"answers": float(len(keys))},
        )
    ]
