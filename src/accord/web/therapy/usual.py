"""Where a client's ratings would usually lie, session by session: the dip filter's range from earlier ratings only.

The one place from which pictures, tables and sentences take the *usual wobble*, so that they agree with the signal that
was raised at the time (docs/decisions/0009). The smoothed history knows later ratings: it is not drawn, since the
picture would contradict the panel that says what was expected then, but stands beside it in the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt

from accord.basics.absence import TooFew
from accord.course.course import Course
from accord.course.dependability import Spread
from accord.course.session import Session
from accord.instruments.definition import Confidence, Respondent
from accord.signals.dip.alarm import EARLIER_NEEDED
from accord.signals.dip.smooth import smooth
from accord.signals.dip.track import asked_of, track, usual_range
from accord.signals.known import ARRIVAL, MAIN, TENSION, TOTAL, TWIN, Known
from accord.signals.learnt import Learnt

USUAL_FROM = (MAIN, TWIN, ARRIVAL, TENSION)  # the forms that the usual wobble is made of


@dataclass(frozen=True)
class UsualRange:
    """Where about 8 of 10 ordinary ratings would lie, `low` to `high`; `n` earlier ratings stand behind it."""

    low: float
    high: float
    n: int

    @property
    def wobble(self) -> float:
        """Half of its width: how far an ordinary rating moves."""
        return (self.high - self.low) / 2

    def just_under(self, value: float) -> bool:
        """Whether `value` lies under it, by no more than the wobble: where about one in ten ordinary ratings lies."""
        return self.low - self.wobble <= value < self.low

    def holds(self, value: float) -> bool:
        """Whether `value` lies inside."""
        return self.low <= value <= self.high


def usual_of(course: Course, learnt: Learnt) -> dict[str, UsualRange | TooFew]:
    """The usual range before each session that was held or rated, by the session's key."""
    low, high = learnt.parameters.low, learnt.parameters.high
    found: dict[str, UsualRange | TooFew] = {}
    for one in track(course, Known(learnt=learnt)):
        earlier = one.told.earlier
        found[one.session.key] = (
            UsualRange(*usual_range(one.told, low, high), earlier)
            if earlier >= EARLIER_NEEDED
            else TooFew(earlier, EARLIER_NEEDED)
        )
    return found


def seen_from_today(course: Course, learnt: Learnt) -> dict[str, UsualRange]:
    """The usual range at each session in the light of all ratings, also later ones, by the session's key.

    Nothing before two earlier ratings, as for the range of the time, and nothing after the last rating.
    """
    low, high = learnt.parameters.low, learnt.parameters.high
    tracked = track(course, Known(learnt=learnt))
    smoothed = smooth(
        learnt.parameters, [asked for _session, asked in asked_of(course)], [one.told for one in tracked]
    )
    rated = [place for place, one in enumerate(tracked) if one.rating is not None]
    last = rated[-1] if rated else -1
    return {
        one.session.key: UsualRange(*usual_range(seen, low, high), one.told.earlier)
        for one, seen in zip(tracked[: last + 1], smoothed, strict=False)
        if one.told.earlier >= EARLIER_NEEDED
    }


def usual_of_part(
    course: Course, learnt: Learnt, scale: str, spreads: Mapping[str, Spread]
) -> dict[str, UsualRange | TooFew]:
    """The same for one part of the alliance: the filter on that line alone, with that line's own level and error.

    The model is fitted to the total. A part's error is the total's times how much more a part varies within clients,
    and its level is the part's own mean where this service has one [design].
    """
    part, total, fitted = spreads[scale], spreads[TOTAL], learnt.parameters
    own = part.evidence.confidence is Confidence.CALCULATED
    noisier = sqrt(part.within / total.within) if own and total.within > 0 else 1.0
    parameters = replace(
        fitted, level=part.mean if own else fitted.level, error_sd=fitted.error_sd * max(1.0, noisier)
    )
    alone = replace(course, sessions=tuple(_only(one, scale) for one in course.sessions))
    return usual_of(alone, replace(learnt, parameters=parameters, therapists=()))


def _only(session: Session, scale: str) -> Session:
    """The session with one scale of the client's check-in in the place of its total, and nothing beside it."""
    rating = session.rating(MAIN, Respondent.CLIENT)
    if rating is None or scale not in rating.scores:
        return replace(session, ratings=())
    return replace(session, ratings=(replace(rating, scores={TOTAL: rating.scores[scale]}, answers={}),))
