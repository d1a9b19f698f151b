"""Where the open repairs of many courses stand, as one person may know it: a few queries for any number of courses.

What rests on answers under the cover is not used: a look is due once the therapist may see that the client rated. Where
the answers are kept from this therapist, or the client is not asked by form, a session that was held calls for a look.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Subquery

from accord.basics.clock import clinic_day
from accord.course.session import Attendance
from accord.instruments.definition import Respondent
from accord.repair.event import Ending, Step
from accord.repair.offer import look_again, overdue
from accord.repair.state import Stage
from accord.signals.known import MAIN
from accord.web.checkin.models import Response
from accord.web.people.models import Service
from accord.web.people.viewer import Viewer
from accord.web.repair.models import Repair
from accord.web.repair.rows import replayed
from accord.web.therapy.cover import covered_sessions, withheld_courses
from accord.web.therapy.models import Session


@dataclass(frozen=True)
class Standing:
    """An open repair at one instant. `day` counts from 1, the clinic's day on which it began.

    `look_again`: a look is due now, since the client rated again (`rated_again`) or, where no rating can be seen, since
    people met again. `next_look` is the day of the session after which the next look comes, None while none is booked.
    """

    key: str
    begun_at: datetime
    day: int
    stage: Stage
    look_again: bool
    rated_again: bool
    overdue: bool
    next_look: date | None
    steps: frozenset[Step]


@dataclass(frozen=True)
class Closed:
    """A repair that was closed: when it began and ended, and how."""

    key: str
    begun_at: datetime
    closed_at: datetime
    ending: Ending


@dataclass(frozen=True)
class Since:
    """A session since a repair began: held, rated at (None: not, or not to be seen), still to come."""

    key: str
    day: date
    starts_at: datetime | None
    held: bool
    coming: bool
    rated_at: datetime | None


def standing(
    viewer: Viewer,
    courses: Iterable[int],
    at: datetime,
    *,
    covered: Mapping[int, Collection[str]] | None = None,
    withheld: Collection[int] | None = None,
) -> dict[int, Standing]:
    """The open repair of each course (primary key) that has one, at the instant `at`.

    One query where no repair is open, else three, and one each for `covered` (keys of sessions by course) and
    `withheld` (courses) unless the caller knows them already.
    """
    rows = {one.course_id: one for one in _open(viewer, list(courses))}
    if not rows:
        return {}
    hidden = covered if covered is not None else covered_sessions(viewer, rows)
    kept = withheld if withheld is not None else withheld_courses(viewer, rows)
    sessions = since(rows.values(), at, viewer.service, covered=hidden, withheld=kept)
    states = replayed(one.pk for one in rows.values())
    zone, days = viewer.service.timezone, viewer.service.repair_days
    found = {}
    for course, row in rows.items():
        state, after = states[row.pk], sessions[row.pk]
        unrated = course in kept or row.course.client.declined_all_at is not None
        rated = look_again(state, newest(after))
        found[course] = Standing(
            key=row.key,
            begun_at=state.begun_at,
            day=day_of(state.begun_at, at, zone),
            stage=state.stage,
            look_again=rated or (unrated and look_again(state, newest_held(after))),
            rated_again=rated,
            overdue=overdue(state, at, days),
            next_look=next((one.day for one in after if one.coming), None),
            steps=frozenset(state.steps),
        )
    return found


def closed(viewer: Viewer, course: int) -> tuple[Closed, ...]:
    """The closed repairs of a course (primary key), the newest first; one query."""
    rows = viewer.repairs.filter(course=course, stage=Stage.CLOSED.value).order_by("-closed_at", "-pk")
    return tuple(
        Closed(one.key, one.begun_at, one.closed_at, Ending(one.ending)) for one in rows if one.closed_at
    )


def day_of(begun_at: datetime, at: datetime, zone: str) -> int:
    """Which day of the repair it is on the clinic's calendar, from 1."""
    return (clinic_day(at, zone) - clinic_day(begun_at, zone)).days + 1


def newest(sessions: Iterable[Since]) -> datetime | None:
    """When the newest rating since came, None without one."""
    return max((one.rated_at for one in sessions if one.rated_at), default=None)


def newest_held(sessions: Iterable[Since]) -> datetime | None:
    """When people met last since, None when they did not; a session without a time cannot tell."""
    return max((one.starts_at for one in sessions if one.held and one.starts_at), default=None)


def since(
    repairs: Iterable[Repair],
    at: datetime,
    service: Service,
    *,
    covered: Mapping[int, Collection[str]],
    withheld: Collection[int],
) -> dict[int, tuple[Since, ...]]:
    """The sessions that began after each repair (by its primary key), in order; one query.

    What is rated about a session before that says where the line stood, however late the answers came.
    """
    wanted = list(repairs)
    if not wanted:
        return {}
    rating = (
        Response.objects.counting()
        .filter(session=OuterRef("pk"), instrument=MAIN, respondent=Respondent.CLIENT.value)
        .order_by("-received_at", "-pk")
    )
    # A day early: which clinic's day the instant belongs to is settled below.
    first = min(one.begun_at for one in wanted).date() - timedelta(days=1)
    rows = (
        Session.objects.filter(course__in=[one.course_id for one in wanted], day__gte=first)
        .annotate(rated_at=Subquery(rating.values("received_at")[:1]))
        .order_by("day", "starts_at", "order", "pk")
        .values_list("course_id", "key", "day", "starts_at", "attendance", "rated_at")
    )
    by_course = defaultdict(list)
    for course, *columns in rows:
        by_course[course].append(columns)
    return {
        one.pk: tuple(
            _since(
                columns, at, service, hidden=covered.get(one.course_id, ()), kept=one.course_id in withheld
            )
            for columns in by_course[one.course_id]
            if _after(one.begun_at, columns, service.timezone)
        )
        for one in wanted
    }


def _open(viewer: Viewer, courses: list[int]) -> Iterable[Repair]:
    rows = viewer.repairs.filter(course__in=courses).exclude(stage=Stage.CLOSED.value)
    return rows.select_related("course__client").order_by("pk")


def _after(begun_at: datetime, columns: list, zone: str) -> bool:
    _key, day, starts_at, _attendance, _rated = columns
    return starts_at > begun_at if starts_at else day > clinic_day(begun_at, zone)


def _since(columns: list, at: datetime, service: Service, *, hidden: Collection[str], kept: bool) -> Since:
    key, day, starts_at, attendance, rated_at = columns
    ended = starts_at + timedelta(minutes=service.session_minutes) if starts_at else None
    over = ended <= at if ended else day < clinic_day(at, service.timezone)
    noted = Attendance(attendance)
    seen = None if kept or key in hidden else rated_at
    return Since(
        key=key,
        day=day,
        starts_at=starts_at,
        held=noted.held or (noted is Attendance.PLANNED and rated_at is not None),
        coming=noted is Attendance.PLANNED and not over and rated_at is None,
        rated_at=seen,
    )
