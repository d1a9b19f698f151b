"""Between rows and events: what `accord.repair` replays, and what is kept of an event beside its columns."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accord.repair.event import Event
from accord.repair.state import Repair as Replayed
from accord.repair.state import replay
from accord.repair.stored import as_json, from_json
from accord.web.repair.models import RepairEvent

# The columns that make an event; a note is never among them, so that nothing is decrypted to replay.
COLUMNS = ("repair_id", "number", "kind", "by__key", "at", "session__key", "step", "value")
BESIDE = ("origin", "strain", "signs", "ways", "ending")


def event(
    kind: str, by: str, at: datetime, session: str | None, step: str, value: Mapping[str, Any]
) -> Event:
    """The event behind these columns of a row."""
    columns = {"kind": kind, "by": by, "at": at.isoformat(), "session": session or "", "step": step}
    return from_json({**value, **{name: said for name, said in columns.items() if said}})


def kept(one: Event) -> dict[str, Any]:
    """What a row keeps of an event beside its columns: only what was said."""
    return {name: value for name, value in as_json(one).items() if name in BESIDE}


def events_of(repairs: Iterable[int]) -> dict[int, tuple[Event, ...]]:
    """The events of these repairs (primary keys) in order; one query, without any note."""
    found: dict[int, list[Event]] = {pk: [] for pk in repairs}
    rows = RepairEvent.objects.filter(repair__in=list(found)).order_by("repair_id", "number")
    for repair, _number, *columns in rows.values_list(*COLUMNS):
        found[repair].append(event(*columns))
    return {pk: tuple(events) for pk, events in found.items()}


def replayed(repairs: Iterable[int]) -> dict[int, Replayed]:
    """Where these repairs (primary keys) stand after their events; one query."""
    return {pk: replay(events) for pk, events in events_of(repairs).items() if events}
