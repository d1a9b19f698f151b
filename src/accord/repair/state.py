"""Where a repair stands: the events so far, replayed. No event without who and when, no state without a way out.

Nothing closes by silence: only CLOSED closes, and a closed repair can be opened again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from accord.repair.event import Ending, Event, Kind, Origin, Step, Strain


class Stage(StrEnum):
    """Where it is."""

    OPEN = "open"
    SUPERVISION = "supervision"
    CLOSED = "closed"


# What may happen where, and where it leads; None is before the first event.
WAYS: Mapping[Stage | None, Mapping[Kind, Stage]] = {
    None: {Kind.BEGAN: Stage.OPEN},
    Stage.OPEN: {
        Kind.TOOK: Stage.OPEN,
        Kind.LOOKED: Stage.OPEN,
        Kind.ASKED: Stage.SUPERVISION,
        Kind.CLOSED: Stage.CLOSED,
    },
    Stage.SUPERVISION: {
        Kind.TOOK: Stage.SUPERVISION,
        Kind.LOOKED: Stage.SUPERVISION,
        Kind.RETURNED: Stage.OPEN,
        Kind.CLOSED: Stage.CLOSED,
    },
    Stage.CLOSED: {Kind.REOPENED: Stage.OPEN},
}
# What an event of a kind must carry besides who and when.
NEEDS: Mapping[Kind, str] = {Kind.BEGAN: "origin", Kind.TOOK: "step", Kind.CLOSED: "ending"}


class Refused(ValueError):
    """This event cannot happen now; the message says why and what can."""


@dataclass(frozen=True)
class Taken:
    """A step as it was noted last: by whom and when first and last, and what was ticked and chosen."""

    first_at: datetime
    at: datetime
    by: str
    signs: tuple[str, ...]
    ways: tuple[str, ...]


@dataclass(frozen=True)
class Repair:
    """A repair after its events. `looked_at` is when somebody last looked at the line and went on."""

    stage: Stage
    origin: Origin
    begun_by: str
    begun_at: datetime
    session: str = ""
    strain: Strain = Strain.UNSURE
    steps: Mapping[Step, Taken] = field(default_factory=dict)
    looked_at: datetime | None = None
    asked_at: datetime | None = None
    ending: Ending | None = None
    closed_at: datetime | None = None
    last_at: datetime | None = None
    events: int = 1

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.stage is not Stage.CLOSED


def after(repair: Repair | None, event: Event) -> Repair:
    """The repair after one more event; `Refused` when it cannot be now, is older than the last, or lacks something."""
    stage = repair.stage if repair else None
    if not event.by:
        raise Refused("Who did this is not known: an event needs the key of a person.")
    if event.at.tzinfo is None:
        raise Refused("When this happened is not certain: its time has no zone.")
    if event.kind not in WAYS[stage]:
        raise Refused(_not_now(stage, event.kind))
    if repair and repair.last_at and event.at < repair.last_at:
        raise Refused("This happened before the event that is there already; events come in order.")
    needed = NEEDS.get(event.kind)
    if needed and getattr(event, needed) is None:
        raise Refused(f"An event of the kind '{event.kind}' needs its {needed}.")
    if repair is None:
        return Repair(
            stage=Stage.OPEN,
            origin=event.origin or Origin.SENSE,
            begun_by=event.by,
            begun_at=event.at,
            session=event.session,
            strain=event.strain or Strain.UNSURE,
            last_at=event.at,
        )
    return _moved(repair, event, WAYS[stage][event.kind])


def replay(events: Iterable[Event]) -> Repair:
    """The repair behind these events, in order; `Refused` names the first that cannot be, ValueError without any."""
    found: Repair | None = None
    for number, event in enumerate(events, start=1):
        try:
            found = after(found, event)
        except Refused as reason:
            raise Refused(f"Event {number}: {reason}") from None
    if found is None:
        raise ValueError("a repair has at least the event with which it began")
    return found


def _moved(repair: Repair, event: Event, stage: Stage) -> Repair:
    strain = event.strain or repair.strain
    found = replace(repair, stage=stage, strain=strain, last_at=event.at, events=repair.events + 1)
    match event.kind:
        case Kind.TOOK if event.step is not None:
            before = repair.steps.get(event.step)
            first = before.first_at if before else event.at
            taken = Taken(first, event.at, event.by, event.signs, event.ways)
            return replace(found, steps={**repair.steps, event.step: taken})
        case Kind.LOOKED:
            return replace(found, looked_at=event.at)
        case Kind.ASKED:
            return replace(found, asked_at=event.at)
        case Kind.RETURNED:
            return replace(found, asked_at=None)
        case Kind.CLOSED:
            return replace(found, ending=event.ending, closed_at=event.at)
        case Kind.REOPENED:
            return replace(found, ending=None, closed_at=None, asked_at=None)
    return found


def _not_now(stage: Stage | None, kind: Kind) -> str:
    if stage is None:
        return f"A repair begins before anything else can happen to it; '{kind}' came first."
    where = f"in {stage}" if stage is Stage.SUPERVISION else stage
    return f"'{kind}' cannot happen to a repair that is {where}; what can: {', '.join(WAYS[stage])}."
