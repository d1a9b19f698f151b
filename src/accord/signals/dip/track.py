"""A course as the dip filter sees it, and what the filter says about each of its sessions."""

from dataclasses import dataclass
from math import nan
from typing import Protocol

from accord.course.course import Course
from accord.course.session import Session
from accord.instruments.definition import Respondent
from accord.signals.dip.scalar import Asked, Followed, follow
from accord.signals.known import ARRIVAL, FELT_OFF, MAIN, TENSION, TOTAL, TWIN, Known
from accord.signals.reading import answer

USUAL_DAYS = 7.0  # between two sessions [design]
SHORTEST, LONGEST = 0.5, 8.0  # of that interval; beyond, nothing of what passes is left anyway
Z_80 = 1.2816  # about 8 of 10 ordinary ratings lie inside


@dataclass(frozen=True)
class Tracked:
    """One session held: the rating (None: not answered), and what the filter says about it."""

    session: Session
    rating: float | None
    told: Followed


def track(course: Course, known: Known) -> tuple[Tracked, ...]:
    """The sessions that were held, or rated although nobody noted that they were, each with the filter's word."""
    asked = asked_of(course)
    level, variance = _start(asked[0][0] if asked else None, known)
    told = follow(known.learnt.parameters, [one for _, one in asked], level=level, level_variance=variance)
    return tuple(Tracked(one, _rating(one), each) for (one, _), each in zip(asked, told, strict=True))


def asked_of(course: Course) -> list[tuple[Session, Asked]]:
    """The same sessions, each with what was observed there: what the filter follows, and what a service learns from."""
    held = [one for one in course.sessions if one.attendance.held or _rating(one) is not None]
    return [(one, _asked(one, before)) for before, one in zip([None, *held], held, strict=False)]


def _start(first: Session | None, known: Known) -> tuple[float | None, float | None]:
    """Where the level is thought to start: the service's mean, moved by what is known of this therapist's clients."""
    learnt = known.learnt
    for key, shift, error in learnt.therapists:
        if first is not None and key == first.therapist:
            p = learnt.parameters
            return p.level + shift, p.level_sd**2 * (1 - p.therapist_share) + error**2
    return None, None


def _asked(session: Session, before: Session | None) -> Asked:
    days = (session.day - before.day).days if before else USUAL_DAYS
    changed = before is not None and None not in (session.therapist, before.therapist)
    rating = _rating(session)
    return Asked(
        rating=nan if rating is None else rating,
        arrival=_total(session, ARRIVAL, Respondent.CLIENT),
        twin=_total(session, TWIN, Respondent.THERAPIST),
        felt_off=_yes(session, MAIN, FELT_OFF),
        tension=_yes(session, TENSION, 1),
        elapsed=min(LONGEST, max(SHORTEST, days / USUAL_DAYS)),
        restart=changed and before is not None and session.therapist != before.therapist,
    )


def _rating(session: Session) -> float | None:
    value = _total(session, MAIN, Respondent.CLIENT)
    return None if value != value else value


def _total(session: Session, instrument: str, who: Respondent) -> float:
    rating = session.rating(instrument, who)
    value = rating.scores.get(TOTAL) if rating else None
    return value if isinstance(value, float) else nan


def _yes(session: Session, instrument: str, item: int) -> float:
    found = answer(session, instrument, item)
    return nan if found is None else found


class Expecting(Protocol):
    """Anything that says where a rating was expected: one session of the filter, forward or smoothed."""

    @property
    def expected(self) -> float:
        """The mean of what was expected, in points."""

    @property
    def expected_sd(self) -> float:
        """Its SD, in points."""


def usual_range(told: Expecting, low: float, high: float) -> tuple[float, float]:
    """Where about 8 of 10 ratings would lie without a dip, cut at the ends of the scale."""
    wobble = Z_80 * told.expected_sd
    return max(low, told.expected - wobble), min(high, told.expected + wobble)
