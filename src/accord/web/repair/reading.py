"""From rows to one repair as a person may see it: its events, what was written in it, the line, what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from accord.basics.clock import clinic_day
from accord.repair.cause import Cause, likely_cause
from accord.repair.event import Event, Kind, Step
from accord.repair.offer import look_again, overdue
from accord.repair.state import Repair as State
from accord.repair.state import replay
from accord.web.attention.models import Meeting
from accord.web.people.viewer import Viewer
from accord.web.repair.access import may_change, supervisors
from accord.web.repair.facts import Judged, cause_facts, judge
from accord.web.repair.models import Repair, RepairEvent
from accord.web.repair.rows import event
from accord.web.repair.standing import Since, day_of, newest, newest_held, since
from accord.web.therapy.client_reading import ClientFile, read_client


@dataclass(frozen=True)
class Happened:
    """One event with who did it (a name), the number of its session, and what was written.

    `note` None: something was written, and the person looking may not read it. Empty: nothing was.
    """

    number: int
    event: Event
    who: str
    session: int | None
    note: str | None


@dataclass(frozen=True)
class Told:
    """A line that the client reads about what changed."""

    key: str
    words: str
    who: str
    at: datetime


@dataclass(frozen=True)
class RepairFile:
    """Everything the page of one repair is made of; `file` is the client's, without what is covered or withheld."""

    row: Repair
    state: State
    file: ClientFile
    happened: tuple[Happened, ...]
    since: tuple[Since, ...]
    judged: Judged
    cause: Cause
    day: int
    rated_again: bool
    look_again: bool
    overdue: bool
    changes: bool
    mine: bool
    supervisors: tuple[str, ...]
    last_meeting: date | None
    told: tuple[Told, ...]
    now: datetime

    @property
    def notes(self) -> Mapping[Step, str | None]:
        """What was written with each step last; None where it may not be read."""
        return {
            one.event.step: one.note
            for one in self.happened
            if one.event.kind is Kind.TOOK and one.event.step is not None
        }

    @property
    def hidden(self) -> bool:
        """Whether something was written that the person looking may not read."""
        return any(one.note is None for one in self.happened)


def read_repair(viewer: Viewer, row: Repair, at: datetime) -> RepairFile:
    """The file of one repair; `row` comes with its course, client, service, therapist and signal."""
    course, service = row.course, row.course.service
    file = read_client(viewer, course, at)
    happened = _happened(viewer, row, file)
    state = replay(one.event for one in happened)
    sessions = since(
        [row],
        at,
        service,
        covered={course.pk: file.covered},
        withheld={course.pk} if file.withheld else (),
    )[row.pk]
    notice = state.steps.get(Step.NOTICE)
    rated = look_again(state, newest(sessions))
    unrated = file.withheld or file.declined_all
    watching = supervisors(course)
    return RepairFile(
        row=row,
        state=state,
        file=file,
        happened=happened,
        since=sessions,
        judged=judge(row, state, file.course, sessions, file.learnt, file.spreads),
        cause=likely_cause(cause_facts(state, file.course, notice.signs if notice else ())),
        day=day_of(state.begun_at, at, service.timezone),
        rated_again=rated,
        look_again=rated or (unrated and look_again(state, newest_held(sessions))),
        overdue=overdue(state, at, service.repair_days),
        changes=may_change(viewer).filter(pk=row.pk).exists(),
        mine=course.therapist_id == viewer.staff.pk,
        supervisors=tuple(one.name for one in watching),
        last_meeting=_last_meeting(watching),
        told=tuple(
            Told(one.key, one.words, one.by.name, one.at)
            for one in viewer.changes.filter(repair=row, withdrawn_at=None)
            .select_related("by")
            .order_by("at", "pk")
        ),
        now=at,
    )


def _happened(viewer: Viewer, row: Repair, file: ClientFile) -> tuple[Happened, ...]:
    numbers = {one.key: one.number for one in file.course.sessions}
    readable = {one.number: one.note for one in viewer.repair_notes.filter(repair=row).only("number", "note")}
    written = set(RepairEvent.objects.filter(repair=row).exclude(note="").values_list("number", flat=True))
    rows = (
        RepairEvent.objects.filter(repair=row)
        .defer("note")
        .select_related("by", "session")
        .order_by("number")
    )
    return tuple(
        Happened(
            number=one.number,
            event=event(
                one.kind, one.by.key, one.at, one.session.key if one.session else "", one.step, one.value
            ),
            who=one.by.name,
            session=numbers.get(one.session.key) if one.session else None,
            note=readable.get(one.number, None if one.number in written else ""),
        )
        for one in rows
    )


def _last_meeting(watching) -> date | None:
    """When one of these supervisors last closed a meeting; their notes stay theirs."""
    return (
        Meeting.objects.filter(led_by__in=[one.pk for one in watching])
        .exclude(closed_at=None)
        .order_by("-day")
        .values_list("day", flat=True)
        .first()
    )


def today_of(one: RepairFile) -> date:
    """The clinic's day on which the page is drawn."""
    return clinic_day(one.now, one.file.timezone)
