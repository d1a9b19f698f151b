"""The client's rating fell, the therapist's of the same session did not: a fall that may have gone unseen.

Therapists often do not see a fall (science.md 1.2, claim 19: 1 of 40 foreseen, HAN05, seen). The comparison of the two
changes is the "missed" of science.md 3.2 [design]. Both changes are from the client's rating before, rated by both
with the same therapist, so that where each usually stands drops out. Only the therapist down is nothing that anybody
missed, and no signal.
"""

from math import sqrt

from accord.course.course import Course
from accord.course.session import Session
from accord.instruments.definition import Respondent
from accord.signals.known import MAIN, TOTAL, TWIN, Known
from accord.signals.rates import often
from accord.signals.reading import rated, seen
from accord.signals.run import strength
from accord.signals.signal import Signal, Step

VERSION = 1
Z = 1.96  # the fall over the standard error of a difference of two ratings, as for a reliable change (science.md 2.1)
NOTICED = 5.0  # points: a therapist's change of this much up is "up", this much down is seen [design]


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal when the client's last rating fell since the one before, and the therapist's did not."""
    points = rated(course, MAIN, TOTAL)
    if len(points) < 2:
        return []
    (before, earlier), (session, value) = points[-2:]
    spread = known.spreads[TOTAL]
    fall, needed = earlier - value, Z * sqrt(2 * spread.within)
    if fall <= needed or before.therapist != session.therapist:
        return []
    then, now = _theirs(before), _theirs(session)
    if then is None or now is None or now - then <= -NOTICED:
        return []
    return [
        Signal(
            rule="missed_by_therapist",
            version=VERSION,
            since=session.key,
            about=session.key,
            strength=strength(fall, needed),
            evidence=(
                seen(before, "rating", earlier),
                seen(before, "therapist", then),
                seen(session, "rating", value, low=earlier - needed),
                seen(session, "therapist", now),
            ),
            often=often("missed_by_therapist"),
            step=Step.COMPARE,
            reliable=(spread.one_session, spread.evidence),
            shape="up" if now - then >= NOTICED else "flat",
            facts={"fall": fall, "usual": needed, "change": now - then},
        )
    ]


def _theirs(session: Session) -> float | None:
    rating = session.rating(TWIN, Respondent.THERAPIST)
    value = rating.scores.get(TOTAL) if rating else None
    return value if isinstance(value, float) else None
