"""The one order in which people are looked at: risk, concern, a repair that is due, strain, silence, gap, review, rest.

Several signals of one person are one entry with one leading sentence and at most three things to try.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from accord.signals.rules import rule
from accord.signals.signal import Place, Signal
from accord.signals.steps import Suggestion, suggestions

MOST_STEPS = 3
FIRST_HIDDEN = Place.STRAIN  # a snooze hides this place and all later ones
ABOUT_THE_LINE = frozenset({"slide", "missed_by_therapist", "low_start"})  # a dip in it is the news [design]
_LATER_THAN_ALL = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """One person as the order needs them: their current signals, and what was done about those.

    `raised` says by rule when its signal was raised; one that is not in it is taken for new, so that nothing is hidden
    for want of a time. `at` is today's session, None without one. A snooze began at `snoozed_at` and holds until the
    day `snoozed_until` begins; without `snoozed_at` it hides nothing.
    """

    key: str
    signals: tuple[Signal, ...] = ()
    repair_due: bool = False
    at: datetime | None = None
    snoozed_until: date | None = None
    snoozed_at: datetime | None = None
    raised: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One person in the order. `leading` gives the sentence; None when a repair that is due leads, or nothing calls.

    `others` are the further signals, the first first; `steps` what to try, from the first signal. `snoozed`: a snooze
    is in force; `resting` are the signals that it hides, which are in neither of the two.
    """

    key: str
    place: Place
    leading: Signal | None
    others: tuple[Signal, ...]
    steps: tuple[Suggestion, ...]
    snoozed: bool
    resting: tuple[Signal, ...] = ()


def order(people: Iterable[Person], today: date) -> tuple[Entry, ...]:
    """Everybody once, the first to look at first: by place, in it by strength, then by time of today's session.

    Among the rest only the time counts, since nobody there waits for anything. Equals stay as they came.
    """
    made = [(person, entry(person, today)) for person in people]
    return tuple(one for _person, one in sorted(made, key=lambda pair: _rank(*pair)))


def entry(person: Person, today: date) -> Entry:
    """One person's entry on the day `today` (on the clinic's clock)."""
    snoozed = person.snoozed_until is not None and today < person.snoozed_until
    resting = tuple(one for one in person.signals if snoozed and _rests(one, person))
    calling = sorted(
        (one for one in person.signals if one not in resting),
        key=lambda one: (place(one), _adds_to(one, person.signals), -one.strength),
    )
    first = place(calling[0]) if calling else Place.REST
    repair = person.repair_due and first > Place.REPAIR
    return Entry(
        key=person.key,
        place=Place.REPAIR if repair else first,
        leading=calling[0] if calling and not repair else None,
        others=tuple(calling if repair else calling[1:]),
        steps=suggestions(calling[0].step)[:MOST_STEPS] if calling else (),
        snoozed=snoozed,
        resting=resting,
    )


def place(signal: Signal) -> Place:
    """Where this signal puts a person, from the table of rules; KeyError for a rule that is not there."""
    return rule(signal.rule).place


def _adds_to(signal: Signal, signals: Iterable[Signal]) -> bool:
    """Whether it says more about the line of which a dip tells already: the dip is the first thing to say then."""
    return signal.rule in ABOUT_THE_LINE and any(one.rule == "dip" for one in signals)


def _rests(signal: Signal, person: Person) -> bool:
    """Whether the snooze hides it: not what somebody said or what is dangerous, and nothing newer than the snooze."""
    if place(signal) < FIRST_HIDDEN or person.snoozed_at is None:
        return False
    raised = person.raised.get(signal.rule)
    return raised is not None and raised <= person.snoozed_at


def _rank(person: Person, made: Entry) -> tuple[Place, float, datetime]:
    strength = made.leading.strength if made.leading and made.place is not Place.REST else 0.0
    return made.place, -strength, person.at or _LATER_THAN_ALL
