"""The client raised something: it felt off, or they would like to talk about it, and nobody has talked about it yet.

A direct word is worth more than any rule on the scores (dip-filter.md; science.md 3.3). It stays until somebody says
that it was talked about, and counts from the first session where it was raised.
"""

from accord.course.course import Course
from accord.course.session import Session
from accord.signals.known import FELT_OFF, MAIN, TALK, Known
from accord.signals.reading import answer, seen
from accord.signals.signal import FACT, Signal, Step

VERSION = 1
STRENGTH = {"felt_off": 0.6, "talk": 0.8, "both": 1.0}  # a wish to talk waits for an answer [design]


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal for all that was raised and not yet talked about."""
    found = [one for one in course.sessions if _open(one, known)]
    if not found:
        return []
    off = any(_said(one, FELT_OFF) for one in found)
    talk = any(_said(one, TALK) for one in found)
    shape = "both" if off and talk else "talk" if talk else "felt_off"
    return [
        Signal(
            rule="concern",
            version=VERSION,
            since=found[0].key,
            about=found[-1].key,
            strength=STRENGTH[shape],
            evidence=tuple(
                seen(one, name, answer(one, MAIN, item))
                for one in found
                for name, item in (("felt off", FELT_OFF), ("would like to talk", TALK))
                if _said(one, item)
            ),
            often=FACT,
            step=Step.LISTEN,
            shape=shape,
            facts={"sessions": float(len(found))},
        )
    ]


def _open(session: Session, known: Known) -> bool:
    rating = session.rating(MAIN)
    if rating is None or rating.key in known.talked:
        return False
    return _said(session, FELT_OFF) or _said(session, TALK)


def _said(session: Session, item: int) -> bool:
    return answer(session, MAIN, item) == 1
