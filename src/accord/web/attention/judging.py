"""How a person calls, and why: one reading per person, from values alone.

The order is one table, `Call`. A repair that is due stands after a raised concern, once there are repairs. How a rating
is judged is interim: docs/decisions/0005.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from accord.basics.absence import TooFew
from accord.course.course import Point
from accord.course.dependability import Spread, published_spread
from accord.course.review import REVIEW_AT, Review, review
from accord.course.session import Session
from accord.course.usual import UsualRange, usual_ranges
from accord.web.attention.reading import MAIN, Person, twin

TOTAL = "TOTAL"
AT_THE_TOP, TOP_IN_A_ROW = (
    97.5,
    3,
)  # design: from here on a rating can hardly rise, and after three it says little
REVIEW_UNTIL = REVIEW_AT + 3  # sessions; a review that nobody looked at by then is no news any more


class Call(IntEnum):
    """How loudly a person calls, loudest first."""

    SAFETY = 0
    RAISED = 1
    ASK = 3
    REVIEW = 4
    REST = 5


@dataclass(frozen=True)
class Reading:
    """What the last ratings of one person amount to."""

    call: Call
    status: str
    value: float | None = None
    before: float | None = None
    usual: UsualRange | None = None
    steady: int = 0
    at_top: int = 0
    rated: Session | None = None
    points: tuple[Point, ...] = ()
    ranges: tuple[UsualRange | TooFew, ...] = ()
    review: Review | None = None


def read(person: Person, spreads: Mapping[str, Spread], at: datetime) -> Reading:
    """How this person calls, and why: the first of the cases that holds, in the order of `Call`."""
    points = person.course.line(MAIN, TOTAL)
    values = [point.value if isinstance(point.value, float) else None for point in points]
    ranges = usual_ranges(values, spreads.get(TOTAL) or published_spread())
    rated = [place for place, value in enumerate(values) if value is not None]
    last = rated[-1] if rated else None
    usual = ranges[last] if last is not None else None
    facts = {
        "value": values[last] if last is not None else None,
        "before": values[rated[-2]] if len(rated) > 1 else None,
        "usual": usual if isinstance(usual, UsualRange) else None,
        "steady": _steady(values, ranges, rated),
        "at_top": _at_top([values[place] for place in rated]),
        "rated": points[last].session if last is not None else None,
        "points": points,
        "ranges": ranges,
    }
    if person.raised:
        return Reading(Call.RAISED, "raised", **facts)
    if person.covered:  # the newest rating is not known to this viewer, so the older ones are no news
        return Reading(Call.REST, "covered", **facts)
    held = [one for one in person.course.sessions if one.attendance.held and over(one, at)]
    ready = _review(person, spreads, len(held))
    if facts["usual"] and _below(facts) and not _stale(points, last, held):
        return Reading(Call.ASK, "ask", review=ready, **facts)
    if ready:
        return Reading(Call.REVIEW, "review", review=ready, **facts)
    return Reading(Call.REST, _status(person, facts, len(rated), at), **facts)


def _below(facts: Mapping[str, object]) -> bool:
    usual, value = facts["usual"], facts["value"]
    return isinstance(usual, UsualRange) and isinstance(value, float) and value < usual.low


def over(session: Session, at: datetime) -> bool:
    return session.starts_at is None or session.starts_at <= at


def _stale(points: Sequence[Point], last: int | None, held: Sequence[Session]) -> bool:
    """Whether two sessions were held since the last rating: then it says little about now."""
    return last is not None and sum(one.day > points[last].session.day for one in held) >= 2


def _steady(
    values: Sequence[float | None], ranges: Sequence[UsualRange | TooFew], rated: Sequence[int]
) -> int:
    """How many ratings in a row before the last one lay inside the usual wobble."""
    count = 0
    for place in reversed(rated[:-1]):
        usual, value = ranges[place], values[place]
        if not isinstance(usual, UsualRange) or value is None or not usual.holds(value):
            break
        count += 1
    return count


def _at_top(values: Sequence[float | None]) -> int:
    count = 0
    for value in reversed(values):
        if value is None or value < AT_THE_TOP:
            break
        count += 1
    return count


def _review(person: Person, spreads: Mapping[str, Spread], held: int) -> Review | None:
    if person.reviewed or not REVIEW_AT <= held <= REVIEW_UNTIL or not spreads:
        return None
    found = review(person.course, spreads, instrument=MAIN, twin=twin())
    return None if isinstance(found, TooFew) else found


def _status(person: Person, facts: Mapping[str, object], rated: int, at: datetime) -> str:
    """What the row of a calm day says."""
    past = [one for one in person.course.sessions if over(one, at) and not _planned(one)]
    if person.declined:
        return "declined"
    if person.withheld:
        return "withheld"
    if past and past[-1].attendance.missed:
        return "missed"
    if person.open and not person.open.expired:
        return "opened" if person.open.opened else "unopened"
    if not rated:
        return "no-rating"
    if facts["at_top"] >= TOP_IN_A_ROW:  # type: ignore[operator]
        return "ceiling"
    if facts["usual"] is None:
        return "too-few"
    return "steady"


def _planned(session: Session) -> bool:
    return session.attendance.value == "planned"


def in_order(rows: Sequence[tuple[Person, Reading]]) -> list[tuple[Person, Reading]]:
    """Loudest first, then by time; those without a session today come after those with one."""

    def place(pair: tuple[Person, Reading]) -> tuple[int, bool, float]:
        person, reading = pair
        return reading.call, person.session is None, person.at.timestamp() if person.at else float("inf")

    return sorted(rows, key=place)
