"""An event as plain values to store, and back: exactly, and refused when something is there that we do not know."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from accord.basics.faults import Fault, Faults
from accord.basics.near import hint
from accord.repair.event import Ending, Event, Kind, Origin, Step, Strain

WHERE = "event"


def _ids(written: Any) -> tuple[str, ...]:
    if not isinstance(written, list | tuple) or not all(isinstance(one, str) for one in written):
        raise ValueError("a list of ids is needed")
    return tuple(written)


def _text(written: Any) -> str:
    if not isinstance(written, str):
        raise ValueError("a text is needed")
    return written


def _when(written: Any) -> datetime:
    found = datetime.fromisoformat(_text(written))
    if found.tzinfo is None:
        raise ValueError("the time has no zone")
    return found


def _one_of(words: type[StrEnum]) -> Callable[[Any], Any]:
    def read(written: Any) -> StrEnum:
        try:
            return words(written)
        except ValueError:
            known = [one.value for one in words]
            raise ValueError(
                f"it is one of {', '.join(known)}. {hint(str(written), known)}".strip()
            ) from None

    return read


# What may be kept, and how it is read; the first three always are.
READ: Mapping[str, Callable[[Any], Any]] = {
    "kind": _one_of(Kind),
    "by": _text,
    "at": _when,
    "session": _text,
    "origin": _one_of(Origin),
    "strain": _one_of(Strain),
    "step": _one_of(Step),
    "signs": _ids,
    "ways": _ids,
    "ending": _one_of(Ending),
}
NEEDED = ("kind", "by", "at")


def as_json(event: Event) -> dict[str, Any]:
    """Plain values, only what was said: a missing name says that there was nothing."""
    whole = {
        "kind": event.kind.value,
        "by": event.by,
        "at": event.at.isoformat(),
        "session": event.session,
        "origin": event.origin and event.origin.value,
        "strain": event.strain and event.strain.value,
        "step": event.step and event.step.value,
        "signs": list(event.signs),
        "ways": list(event.ways),
        "ending": event.ending and event.ending.value,
    }
    return {name: value for name, value in whole.items() if value or name in NEEDED}


def from_json(kept: Mapping[str, Any]) -> Event:
    """Back from `as_json`; `Faults` with everything that is unknown, missing or not what it should be.

    The faults name what was kept, never a value of it.
    """
    faults = [
        Fault(WHERE, f"'{name}' is no part of an event.", hint(name, READ))
        for name in kept
        if name not in READ
    ]
    faults += [Fault(WHERE, f"'{name}' is missing.") for name in NEEDED if name not in kept]
    found: dict[str, Any] = {}
    for name, value in kept.items():
        if name in READ:
            try:
                found[name] = READ[name](value)
            except ValueError as reason:
                faults.append(Fault(WHERE, f"'{name}' cannot be read: {reason}"))
    if faults:
        raise Faults(faults)
    return Event(**found)
