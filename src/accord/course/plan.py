"""The plan: which form is asked when, what is due, what was missed. Pure; the database rows live in ``web/therapy``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

OVERDUE_AFTER = timedelta(hours=48)


class Standing(StrEnum):
    """Where one planned form stands."""

    PLANNED = "planned"  # its moment has not come
    DUE = "due"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    DECLINED = "declined"
    MISSED = "missed"  # a later session took place without it


@dataclass(frozen=True)
class Line:
    """One line of a service's plan: at the session numbers in `at`, and at every `every`-th one."""

    instrument: str
    before: bool = False
    at: tuple[int, ...] = ()
    every: int | None = None

    def asks(self, number: int) -> bool:
        """Whether this form belongs to the session with this number."""
        return number in self.at or bool(self.every and number % self.every == 0)


@dataclass(frozen=True)
class Slot:
    """One session as the plan sees it: its number (None when it did not take place), begin and end in UTC."""

    session: str
    number: int | None
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Due:
    """One form at one session, and where it stands."""

    session: str
    number: int
    instrument: str
    before: bool
    standing: Standing


DEFAULT_PLAN = (
    Line("accord-check-in", every=1),
    Line("accord-alliance", every=3),
    Line("accord-wellbeing", before=True, every=1),
    Line("accord-preferences", at=(1,), every=6),
)


def due(
    plan: Iterable[Line],
    slots: Iterable[Slot],
    answered: Iterable[tuple[str, str]],
    declined: Iterable[str],
    at: datetime,
) -> tuple[Due, ...]:
    """Every planned form of a course and where it stands at the instant `at`, in session order.

    `answered` holds (session, instrument) pairs; `declined` the instruments this client does not want. A form before a
    session is due from a day before it until it ends and is missed after that; a form after it is due from its end,
    overdue two days later, and missed once a later session has ended. Sessions that fell out ask nothing.
    """
    kept, refused = set(answered), set(declined)
    held = sorted((slot for slot in slots if slot.number is not None), key=lambda slot: slot.begins)
    rows = []
    for place, slot in enumerate(held):
        later = next((other for other in held[place + 1 :] if other.ends <= at), None)
        for line in plan:
            if slot.number is not None and line.asks(slot.number):
                standing = _standing(
                    line, slot, (slot.session, line.instrument) in kept, line.instrument in refused, later, at
                )
                rows.append(Due(slot.session, slot.number, line.instrument, line.before, standing))
    return tuple(rows)


def _standing(
    line: Line, slot: Slot, answered: bool, declined: bool, later: Slot | None, at: datetime
) -> Standing:
    opens = slot.begins - timedelta(days=1) if line.before else slot.ends
    if answered:
        return Standing.ANSWERED
    if at < opens:
        return Standing.PLANNED
    if declined:
        return Standing.DECLINED
    if later is not None or (line.before and at > slot.ends):
        return Standing.MISSED
    return Standing.OVERDUE if at > opens + OVERDUE_AFTER else Standing.DUE
