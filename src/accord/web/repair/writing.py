"""How an event of a repair is written: the row held, what may be now asked of the pure room, one audit line.

Every change of a repair goes through `append`. What people write is encrypted and never in the trail.
"""

from collections.abc import Sequence
from datetime import datetime

from accord.basics.clock import now
from accord.basics.faults import Fault, Faults, refuse
from accord.course.session import Attendance
from accord.repair.event import Event, Kind, Step
from accord.repair.state import Refused, Stage, after
from accord.repair.state import Repair as State
from accord.web.people.viewer import Viewer
from accord.web.repair.models import Repair, RepairEvent
from accord.web.repair.rows import kept
from accord.web.therapy.models import Course, Session

LONGEST_NOTE = 2000  # characters
VERBS = {  # in the trail
    Kind.BEGAN: "began",
    Kind.TOOK: "noted",
    Kind.LOOKED: "looked again",
    Kind.ASKED: "took to supervision",
    Kind.RETURNED: "gave back",
    Kind.CLOSED: "closed",
    Kind.REOPENED: "opened again",
}


CLOSED = ("this repair is closed.", "Open it again, or begin a new one.")
NOT_NOW = {  # why an event cannot be now, where a person meets it
    (Stage.SUPERVISION, Kind.ASKED): ("it is in supervision already.", "Nothing more is needed."),
    (Stage.OPEN, Kind.RETURNED): ("it is not in supervision.", "It can go on as it is."),
    (Stage.OPEN, Kind.REOPENED): ("it is open.", "It can go on as it is."),
    (Stage.SUPERVISION, Kind.REOPENED): ("it is open, and in supervision.", "It can go on as it is."),
}


class Meanwhile(Exception):
    """Somebody saved in between, and what they did is to be seen first. `numbers` are the events that are new."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = tuple(numbers)
        super().__init__("this repair has changed since it was opened")


def held(repair: Repair) -> Repair:
    """The row as it is now, held until the transaction ends, so that two events never get one number."""
    rows = Repair.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("course__service", "course__client", "course__therapist").get(pk=repair.pk)


def append(
    viewer: Viewer,
    repair: Repair,
    state: State | None,
    event: Event,
    *,
    session: Session | None,
    note: str = "",
) -> State:
    """Write the event and what queries ask for; the repair's row is held by the transaction. Gives the new state."""
    found = after(None, event) if state is None else _after(state, event)
    number = repair.events_count + 1
    RepairEvent.objects.create(
        service_id=repair.service_id,
        repair=repair,
        number=number,
        kind=event.kind.value,
        step=event.step.value if event.step else "",
        session=session,
        by=viewer.staff,
        at=event.at,
        value=kept(event),
        note=note,
    )
    repair.stage, repair.events_count = found.stage.value, number
    repair.ending, repair.closed_at = found.ending.value if found.ending else "", found.closed_at
    repair.save(update_fields=["stage", "events_count", "ending", "closed_at"])
    told = {"step": event.step.value} if event.step else {}
    told |= {"ending": event.ending.value} if event.ending else {}
    viewer.did(VERBS[event.kind], "repair", repair.key, event=number, **told)
    return found


def _after(state: State, event: Event) -> State:
    try:
        return after(state, event)
    except Refused as reason:
        known = CLOSED if state.stage is Stage.CLOSED else NOT_NOW.get((state.stage, event.kind))
        raise (refuse("repair", *known) if known else refuse("repair", str(reason))) from None


def moment(state: State, at: datetime | None) -> datetime:
    """Now, and never before the last event: a server's clock may be set back."""
    return at or max(now(), state.last_at or state.begun_at)


def words_of(repair: Repair, *, upto: int | None = None) -> dict[Step, str]:
    """What was written with each step last, of the first `upto` events; for those who may read it."""
    rows = repair.events.filter(kind=Kind.TOOK.value).order_by("number")
    if upto is not None:
        rows = rows.filter(number__lte=upto)
    return {Step(one.step): one.note for one in rows}


def latest_session(course: Course, at: datetime) -> Session | None:
    """The session in or after which something is noted at `at`: the newest that began and did not fall out."""
    happened = [Attendance.PLANNED.value, Attendance.ATTENDED.value, Attendance.LATE.value]
    rows = course.sessions.filter(starts_at__lte=at, attendance__in=happened)
    return rows.order_by("-starts_at", "-pk").first()


def too_long(where: str, words: str) -> Fault:
    """The fault of a text that is longer than a note may be."""
    return Fault(where, f"this note has {len(words.strip())} characters.", f"Keep it to {LONGEST_NOTE}.")


def line_of(words: str, where: str) -> str:
    """What was written beside an event, without space around it; raises `Faults` when it is too long."""
    if len(words.strip()) > LONGEST_NOTE:
        raise Faults([too_long(where, words)])
    return words.strip()
