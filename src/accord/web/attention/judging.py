"""How a person calls, and why: from their signals, else from what the day is like. Values alone.

The order is that of `accord.signals.attention`. While the newest answers are under the cover, older ones are no news:
then only what is never covered (a safety answer, a concern) leads.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from accord.basics.absence import TooFew
from accord.course.course import Point
from accord.course.dependability import Spread
from accord.course.review import Review, review
from accord.course.session import Session
from accord.signals import attention
from accord.signals.attention import Entry
from accord.signals.known import MAIN, TOTAL, TWIN, Known
from accord.signals.learnt import Learnt
from accord.signals.signal import Place, Signal
from accord.web.attention.day import Person
from accord.web.attention.fresh import as_it_stands
from accord.web.attention.noticed import Noticed
from accord.web.therapy.usual import UsualRange, usual_of

FIRST = Place.SILENCE  # the last place whose people are looked at first; a gap describes, a review waits


@dataclass(frozen=True)
class Reading:
    """What is known of one person: where they stand, the signal that leads, and what the last ratings amount to.

    `status` names the sentence: ``signal``, ``raised`` and ``repair`` for what leads, else what the day is like.
    """

    place: Place
    status: str
    leading: Noticed | None = None
    others: tuple[Noticed, ...] = ()
    snoozed: bool = False
    value: float | None = None
    usual: UsualRange | None = None
    steady: int = 0
    rated: Session | None = None
    points: tuple[Point, ...] = ()
    ranges: tuple[UsualRange | None, ...] = ()
    marked: frozenset[str] = frozenset()
    review: Review | None = None


def read_all(
    people: Sequence[Person],
    learnt: Learnt,
    spreads: Mapping[str, Spread],
    at: datetime,
    on: date,
    *,
    told: Collection[str] = (),
) -> list[tuple[Person, Reading]]:
    """Everybody with their reading, the first to look at first; `on` is the clinic's day.

    `told` are keys of courses whose safety answer stands on top of the page already, so that it is not said twice.
    """
    known = known_of(learnt, spreads, at)
    by_key = {one.course_key: _fresh(one, known) for one in people}
    entries = attention.order([_calling(one, told) for one in by_key.values()], on)
    read = [(by_key[one.key], _read(by_key[one.key], one, learnt, spreads, at)) for one in entries]
    return sorted(read, key=lambda pair: pair[1].place)


def known_of(learnt: Learnt, spreads: Mapping[str, Spread], at: datetime) -> Known:
    """What a page knows beside the courses, where a rule is asked again."""
    return Known(at=at, learnt=learnt, spreads=spreads) if spreads else Known(at=at, learnt=learnt)


def _fresh(person: Person, known: Known) -> Person:
    return replace(person, signals=tuple(as_it_stands(one, person.course, known) for one in person.signals))


def _calling(person: Person, told: Collection[str]) -> attention.Person:
    signals = [one for one in person.signals if _leads(one, person, told)]
    rest = person.snooze
    return attention.Person(
        key=person.course_key,
        signals=tuple(one.signal for one in signals),
        at=person.at if person.session else None,
        snoozed_until=rest.until if rest else None,
        snoozed_at=rest.at if rest else None,
        raised={one.signal.rule: one.raised_at for one in signals},
        repair_due=person.repair_due,
    )


def _leads(one: Noticed, person: Person, told: Collection[str]) -> bool:
    place = attention.place(one.signal)
    if place is Place.RISK:
        return person.course_key not in told
    return not person.covered or place <= Place.CONCERN


def _read(
    person: Person, entry: Entry, learnt: Learnt, spreads: Mapping[str, Spread], at: datetime
) -> Reading:
    leading = of(person.signals, entry.leading) if entry.leading else None
    facts = _facts(person, learnt)
    # A raised concern counts also in the moment before its signal is written.
    place = min(entry.place, Place.CONCERN) if person.raised else entry.place
    beside = {
        **facts,
        "others": tuple(of(person.signals, one) for one in entry.others),
        "snoozed": entry.snoozed,
        "marked": frozenset(one.signal.about for one in person.signals if _rating(one)),
    }
    if place is Place.CONCERN and person.raised:
        return Reading(place, "raised", leading, **beside)
    if place is Place.REPAIR:
        return Reading(place, "repair", leading, **beside)
    if leading and leading.signal.rule == "overdue" and leading.signal.shape == "review":
        return Reading(place, "review", leading, review=_review(person, spreads), **beside)
    if leading and place < Place.REVIEW:
        return Reading(place, "signal", leading, **beside)
    status = _status(person, facts, at)
    if status in ("steady", "too-few", "no-rating"):
        status = "signal" if leading else "snoozed" if entry.resting else status
    return Reading(place, status, leading, **beside)


def of(noticed: Sequence[Noticed], signal: Signal) -> Noticed:
    """The one among `noticed` that holds this signal."""
    return next(one for one in noticed if one.signal is signal)


def _rating(one: Noticed) -> bool:
    """Whether it is about the rating of the session that it rests on, so that the picture marks that."""
    place = attention.place(one.signal)
    seen = any(seen.session == one.signal.about and seen.what == "rating" for seen in one.signal.evidence)
    return place is Place.STRAIN and seen


def _facts(person: Person, learnt: Learnt) -> dict:
    points = person.course.line(MAIN, TOTAL)
    usual = usual_of(person.course, learnt)
    ranges = tuple(_range(usual.get(point.session.key)) for point in points)
    rated = [place for place, point in enumerate(points) if isinstance(point.value, float)]
    last = rated[-1] if rated else None
    return {
        "value": points[last].value if last is not None else None,
        "usual": ranges[last] if last is not None else None,
        "steady": _steady(points, ranges, rated),
        "rated": points[last].session if last is not None else None,
        "points": points,
        "ranges": ranges,
    }


def _range(found: UsualRange | TooFew | None) -> UsualRange | None:
    return found if isinstance(found, UsualRange) else None


def _steady(points: Sequence[Point], ranges: Sequence[UsualRange | None], rated: Sequence[int]) -> int:
    """How many ratings in a row before the last one lay inside the usual wobble."""
    count = 0
    for place in reversed(rated[:-1]):
        usual, value = ranges[place], points[place].value
        if usual is None or not isinstance(value, float) or not usual.holds(value):
            break
        count += 1
    return count


def over(session: Session, at: datetime) -> bool:
    """Whether the session has begun at the instant `at`."""
    return session.starts_at is None or session.starts_at <= at


def _review(person: Person, spreads: Mapping[str, Spread]) -> Review | None:
    if not spreads:
        return None
    found = review(person.course, spreads, instrument=MAIN, twin=TWIN)
    return None if isinstance(found, TooFew) else found


def _status(person: Person, facts: Mapping[str, object], at: datetime) -> str:
    """What the row of a calm day says."""
    past = [one for one in person.course.sessions if over(one, at) and one.attendance.value != "planned"]
    if person.covered:
        return "covered"
    if person.declined:
        return "declined"
    if person.withheld:
        return "withheld"
    if past and past[-1].attendance.missed:
        return "missed"
    if person.open and not person.open.expired:
        return "opened" if person.open.opened else "unopened"
    if facts["rated"] is None:
        return "no-rating"
    return "steady" if facts["usual"] else "too-few"
