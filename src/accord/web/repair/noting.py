"""The four steps of a repair as they are noted, in any order: what differs is written, what came in between is told.

Who does what was agreed is kept among the signs of the last step (`WHO`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accord.basics.faults import Fault, Faults
from accord.basics.near import hint
from accord.repair import texts
from accord.repair.event import Event, Kind, Step, Strain
from accord.repair.state import Repair as State
from accord.repair.state import Taken, replay
from accord.web.people.viewer import Viewer
from accord.web.repair.models import Repair
from accord.web.repair.rows import events_of
from accord.web.repair.writing import (
    LONGEST_NOTE,
    Meanwhile,
    append,
    held,
    latest_session,
    moment,
    too_long,
    words_of,
)
from accord.web.voice.changes import say_changed

WHO = ("client", "therapist")  # who does what was agreed; both may be ticked


@dataclass(frozen=True)
class Noted:
    """A step as a form has it: what is ticked and chosen (ids), how the strain shows, and the own words."""

    step: Step
    signs: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    words: str = ""
    strain: Strain | None = None


@dataclass(frozen=True)
class Saved:
    """What a save did: the steps that were noted, and the numbers of other people's events that came in between."""

    steps: tuple[Step, ...]
    meanwhile: tuple[int, ...] = ()


@transaction.atomic
def note(
    *,
    viewer: Viewer,
    repair: Repair,
    noted: Sequence[Noted],
    seen: int | None = None,
    tell: str | None = None,
    at: datetime | None = None,
) -> Saved:
    """Note steps, any of them, in any order; only those that differ from what the form had come from are written.

    `tell`: a line for the client on what changed, kept with the agreement. Raises `Faults` with everything that is
    wrong, `Meanwhile` when somebody else noted one of these very steps: theirs is to be seen before ours stands in its
    place. Nothing is lost either way; the events before stay.
    """
    repair = held(repair)
    events = events_of([repair.pk])[repair.pk]
    known = min(seen if seen is not None else len(events), len(events))
    base = replay(events[:known]) if known else None
    words = words_of(repair, upto=known)
    changed = [one for one in noted if _differs(one, base, words.get(one.step, ""))]
    _refuse_wrong(noted, base, tell)
    new = list(range(known + 1, len(events) + 1))
    touched = {one.step for one in events[known:] if one.kind is Kind.TOOK}
    if touched.intersection(one.step for one in changed):
        raise Meanwhile(new)
    state = replay(events)
    at = moment(state, at)
    session = latest_session(repair.course, at)
    for one in changed:
        event = Event(
            Kind.TOOK,
            viewer.key,
            at,
            session=session.key if session else "",
            step=one.step,
            signs=one.signs,
            ways=one.ways,
            strain=one.strain,
        )
        state = append(viewer, repair, state, event, session=session, note=one.words.strip())
    if tell is not None:
        say_changed(viewer=viewer, course=repair.course, words=tell, repair=repair)
    return Saved(tuple(one.step for one in changed), tuple(new))


def _differs(one: Noted, base: State | None, words: str) -> bool:
    before: Taken | None = base.steps.get(one.step) if base else None
    if before is None:
        strain = base.strain if base else Strain.UNSURE
        return bool(one.signs or one.ways or one.words.strip() or (one.strain or strain) is not strain)
    same = set(one.signs) == set(before.signs) and set(one.ways) == set(before.ways)
    unsaid = one.strain is None or (base is not None and one.strain is base.strain)
    return not (same and unsaid and one.words.strip() == words)


def _refuse_wrong(noted: Sequence[Noted], base: State | None, tell: str | None) -> None:
    faults = []
    for one in noted:
        before = base.steps.get(one.step) if base else None
        # What was ticked once stays, also when the list has changed since.
        listed = WHO if one.step is Step.AGREE else (sign.id for sign in texts.signs())
        signs = {*listed, *(before.signs if before else ())}
        faults += [_unknown("signs", id, signs) for id in one.signs if id not in signs]
        known = before.ways if before else ()
        faults += [
            Fault("ways", f"there is no {id!r}.", "Choose one that is shown.")
            for id in one.ways
            if id not in known and texts.way(id) is None
        ]
        if len(one.words.strip()) > LONGEST_NOTE:
            faults.append(too_long(one.step.value, one.words))
    if tell is not None and not tell.strip():
        faults.append(
            Fault("tell", "this line is empty.", "Write what is different now, or take the tick away.")
        )
    if faults:
        raise Faults(faults)


def _unknown(where: str, id: str, known: set[str]) -> Fault:
    return Fault(where, f"there is no {id!r}.", hint(id, known) or "Choose one that is shown.")
