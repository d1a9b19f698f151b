"""From rows to what repairs teach: the histories that a person may learn from, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet

from accord.basics.clock import clinic_day
from accord.course.course import Course
from accord.course.session import Attendance
from accord.instruments.definition import Respondent
from accord.repair.event import Ending, Kind, Step
from accord.repair.history import History
from accord.repair.levels import levels
from accord.repair.state import Stage
from accord.signals.known import CHANGE, MAIN, TOTAL
from accord.web.checkin.actions import texts_of
from accord.web.checkin.models import Opening
from accord.web.people.viewer import Viewer
from accord.web.repair.facts import FALLS
from accord.web.repair.models import Repair
from accord.web.repair.rows import events_of
from accord.web.therapy import models
from accord.web.therapy.cover import covered_sessions, withheld_courses, without, without_client
from accord.web.therapy.reading import read_courses, read_spreads

MOST_TOLD = 8  # closed repairs whose words stand side by side; the page of repairs has all


class Of(StrEnum):
    """Whose repairs: of own clients, of clients of the own teams who agreed to supervision, of the whole service."""

    OWN = "own"
    TEAM = "team"
    SERVICE = "all"


@dataclass(frozen=True)
class Later:
    """A closed repair: what the therapist wrote last, and what the client wrote after it began, both with the day."""

    key: str
    name: str
    ending: Ending
    closed_on: date
    wrote: str
    wrote_on: date | None
    client: str
    client_on: date | None


def may_learn(viewer: Viewer) -> tuple[Of, ...]:
    """Whose repairs this person may learn from, the widest first."""
    return tuple(one for one in (Of.SERVICE, Of.TEAM, Of.OWN) if one.value in viewer.may)


def repairs(viewer: Viewer, of: Of) -> QuerySet[Repair]:
    """The repairs that are counted. Of a team: only of courses that this person supervises."""
    if of is Of.SERVICE:
        return viewer.repairs
    courses = viewer.supervised if of is Of.TEAM else viewer.own_courses
    return viewer.repairs.filter(course__in=courses.order_by().values("pk"))


def histories(viewer: Viewer, of: Of) -> list[History]:
    """One history for each of them. What is covered or withheld here does not tell that a line fell."""
    rows = list(repairs(viewer, of).select_related("course", "about", "signal"))
    courses = {one.course_id: one.course for one in rows}
    events = events_of(one.pk for one in rows)
    sessions = _sessions(courses)
    fell = _fell(viewer, rows, courses)
    return [
        History(
            events=events[one.pk],
            about=next((each.number for each in sessions[one.course_id] if each.pk == one.about_id), None),
            noticed=_last_held(sessions[one.course_id], one.begun_at, viewer.service.timezone),
            dip=one.pk in fell,
        )
        for one in rows
        if events[one.pk]
    ]


@dataclass(frozen=True)
class _Session:
    """A session with its number; None for one that fell out."""

    pk: int
    number: int | None
    day: date
    starts_at: datetime | None
    held: bool


def _sessions(courses: Iterable[int]) -> Mapping[int, list[_Session]]:
    found: dict[int, list[_Session]] = defaultdict(list)
    number: dict[int, int] = defaultdict(int)
    rows = models.Session.objects.filter(course__in=list(courses)).order_by("day", "starts_at", "order", "pk")
    for pk, course, day, starts_at, noted in rows.values_list(
        "pk", "course_id", "day", "starts_at", "attendance"
    ):
        attendance = Attendance(noted)
        number[course] += attendance.counts
        own = number[course] if attendance.counts else None
        found[course].append(_Session(pk, own, day, starts_at, attendance.held))
    return found


def _last_held(sessions: Iterable[_Session], at: datetime, zone: str) -> int | None:
    """The number of the last session that was held by then."""
    held = [
        one.number
        for one in sessions
        if one.held
        and one.number
        and (one.starts_at <= at if one.starts_at else one.day <= clinic_day(at, zone))
    ]
    return max(held, default=None)


def _fell(viewer: Viewer, rows: Iterable[Repair], courses: Mapping[int, models.Course]) -> frozenset[int]:
    """Repairs (primary keys) that are about a session in which the line fell, as it is judged when one closes."""
    covered, withheld = covered_sessions(viewer, courses), withheld_courses(viewer, courses)
    read = read_courses(courses.values(), instruments=(MAIN,))
    spread = read_spreads(viewer.service, MAIN)[TOTAL]
    found = set()
    for one in rows:
        pk = one.course_id
        told = one.signal is not None and one.signal.rule in FALLS
        course = without_client(read[pk]) if pk in withheld else without(read[pk], covered.get(pk, ()))
        if told or (one.about is not None and _dips(course, one.about.key, spread)):
            found.add(one.pk)
    return frozenset(found)


def _dips(course: Course, about: str, spread) -> bool:
    known = any(one.key == about for one in course.sessions)
    return known and levels(course, about, spread, instrument=MAIN, scale=TOTAL).dip is not None


def later_words(viewer: Viewer) -> tuple[Later, ...]:
    """For a therapist: closed repairs of own clients with both sides' words, the newest first.

    Of the client only what this person opened already and may see; without words on both sides a repair is left out.
    """
    rows = list(
        repairs(viewer, Of.OWN)
        .filter(stage=Stage.CLOSED.value)
        .exclude(ending=Ending.NOT_A_RUPTURE.value)
        .select_related("course__client")
        .order_by("-closed_at", "-pk")[: 4 * MOST_TOLD]
    )
    written, said = _written(viewer, rows), _said(viewer, rows)
    zone = viewer.service.timezone
    return tuple(
        Later(
            key=one.key,
            name=str(one.course.client),
            ending=Ending(one.ending),
            closed_on=clinic_day(one.closed_at, zone),
            wrote=written[one.pk][0],
            wrote_on=clinic_day(written[one.pk][1], zone),
            client=said[one.pk][0],
            client_on=clinic_day(said[one.pk][1], zone),
        )
        for one in rows
        if one.closed_at and one.pk in written and one.pk in said
    )[:MOST_TOLD]


def _written(viewer: Viewer, rows: Iterable[Repair]) -> dict[int, tuple[str, datetime]]:
    """What the therapist wrote last with each: what was agreed, else their own part, else how it was named."""
    ranks = [Step.AGREE.value, Step.OWN.value, Step.NAME.value]
    notes = viewer.repair_notes.filter(
        repair__in=[one.pk for one in rows], kind=Kind.TOOK.value, step__in=ranks
    )
    found: dict[int, tuple[str, datetime]] = {}
    best: dict[int, int] = {}
    for one in notes.order_by("number"):
        rank = ranks.index(one.step)
        if one.note and rank <= best.get(one.repair_id, len(ranks)):
            found[one.repair_id], best[one.repair_id] = (one.note, one.at), rank
    return found


def _said(viewer: Viewer, rows: list[Repair]) -> dict[int, tuple[str, datetime]]:
    """What the client wrote in a check-in since it began: the last line before it closed, else the first one after."""
    courses = {one.course_id for one in rows}
    covered, withheld = covered_sessions(viewer, courses), withheld_courses(viewer, courses)
    given = (
        viewer.responses.filter(
            session__course__in=courses - withheld, instrument=MAIN, respondent=Respondent.CLIENT.value
        )
        .exclude(texts="")
        .filter(Exists(Opening.objects.filter(response=OuterRef("pk"), by=viewer.staff)), superseded_by=None)
        .select_related("session")
        .order_by("session__day", "received_at")
    )
    found: dict[int, tuple[str, datetime]] = {}
    for response in given:
        session = response.session
        words = texts_of(response).get(CHANGE, "")
        if not words or session.key in covered.get(session.course_id, ()):
            continue
        for one in rows:
            began = (
                one.course_id == session.course_id and session.starts_at and session.starts_at > one.begun_at
            )
            if began and (one.pk not in found or session.starts_at <= one.closed_at):
                found[one.pk] = (words, response.finished_at)
    return found
