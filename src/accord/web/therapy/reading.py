"""From rows to values: many courses, their dues and how ratings differ, each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accord.basics.clock import now
from accord.course.course import Course, ScoreRow, SessionRow, build_course
from accord.course.dependability import Spread, spread
from accord.course.plan import Due, Line, Slot, due
from accord.course.session import Attendance, SessionKind
from accord.instruments.definition import Answer, Respondent
from accord.instruments.registry import instrument as definition
from accord.web.checkin.models import Decline, Response, Score
from accord.web.checkin.stored import answers_of_items
from accord.web.people.models import Service
from accord.web.therapy import models
from accord.web.therapy.spreads import keep_spreads, kept_spreads


def read_courses(courses: Iterable[models.Course]) -> dict[int, Course]:
    """The courses as values by primary key, with every session and every rating that counts; two queries."""
    wanted = list(courses)
    sessions: dict[int, list[SessionRow]] = defaultdict(list)
    rows = models.Session.objects.filter(course__in=wanted).select_related("therapist")
    for row in rows:
        sessions[row.course_id].append(session_row(row))
    scores: dict[int, list[ScoreRow]] = defaultdict(list)
    answers: dict[int, dict[str, dict[int, Answer]]] = defaultdict(dict)
    for score in counting_scores().filter(response__session__course__in=wanted):
        course, response = score.response.session.course_id, score.response
        scores[course].append(_score_row(score))
        if response.key not in answers[course]:
            answers[course][response.key] = answers_of_items(response.items)
    zones = {service.pk: service.timezone for service in _services(wanted)}
    return {
        one.pk: build_course(
            one.key,
            sessions[one.pk],
            scores[one.pk],
            timezone=zones[one.service_id],
            answers=answers[one.pk],
        )
        for one in wanted
    }


def read_course(course: models.Course) -> Course:
    """One course as a value."""
    return read_courses([course])[course.pk]


def counting_scores():
    """Scores of the responses that are drawn, with their response and session."""
    return (
        Score.objects.filter(response__superseded_by=None)
        .exclude(response__standing=Response.Standing.AFTER_READING)
        .select_related("response__session")
        .order_by("response__received_at", "response_id", "pk")
    )


def session_row(row: models.Session) -> SessionRow:
    """A session's row as `build_course` takes it."""
    return SessionRow(
        key=row.key,
        day=row.day,
        starts_at=row.starts_at,
        kind=SessionKind(row.kind),
        attendance=Attendance(row.attendance),
        therapist=row.therapist.key if row.therapist else None,
        order=row.order,
    )


def _score_row(score: Score) -> ScoreRow:
    response = score.response
    return ScoreRow(
        session=response.session.key,
        response=response.key,
        instrument=response.instrument,
        version=response.version,
        respondent=Respondent(response.respondent),
        scale=score.scale,
        value=score.value,
        reason=score.reason,
        at=response.finished_at,
        standing=response.standing,
    )


def _services(courses: list[models.Course]) -> Iterable[Service]:
    return Service.objects.filter(pk__in={one.service_id for one in courses})


def read_dues(courses: Iterable[models.Course], at: datetime) -> dict[int, tuple[Due, ...]]:
    """Every planned form of each course and where it stands at the instant `at`, by primary key; five queries."""
    wanted = list(courses)
    services = {service.pk: service for service in _services(wanted)}
    plans: dict[int, list[Line]] = defaultdict(list)
    for line in models.PlanLine.objects.filter(service__in=services.values()):
        plans[line.service_id].append(plan_line(line))
    rows: dict[int, list[models.Session]] = defaultdict(list)
    for row in models.Session.objects.filter(course__in=wanted).order_by("day", "starts_at", "order", "pk"):
        rows[row.course_id].append(row)
    answered: dict[int, list[tuple[str, str]]] = defaultdict(list)
    given = Response.objects.counting().filter(session__course__in=wanted)
    for course, session, instrument in given.values_list("session__course_id", "session__key", "instrument"):
        answered[course].append((session, instrument))
    declined: dict[int, list[str]] = defaultdict(list)
    for client, instrument in Decline.objects.filter(client__courses__in=wanted).values_list(
        "client_id", "instrument"
    ):
        declined[client].append(instrument)
    return {
        one.pk: due(
            plans[one.service_id],
            slots(rows[one.pk], services[one.service_id]),
            answered[one.pk],
            declined[one.client_id],
            at,
        )
        for one in wanted
    }


def plan_line(line: models.PlanLine) -> Line:
    """A line of the plan as a value."""
    return Line(line.instrument, line.moment == models.Moment.BEFORE, tuple(line.at), line.every)


def slots(rows: Iterable[models.Session], service: Service) -> list[Slot]:
    """Sessions of one course in order as the plan sees them; one without a time counts as noon of its day."""
    made, number = [], 0
    for row in rows:
        counts = Attendance(row.attendance).counts
        number += counts
        begins = row.starts_at or datetime.combine(row.day, time(12), ZoneInfo(service.timezone))
        made.append(
            Slot(
                row.key,
                number if counts else None,
                begins,
                begins + timedelta(minutes=service.session_minutes),
            )
        )
    return made


def read_spreads(service: Service, instrument: str) -> dict[str, Spread]:
    """How clients' ratings differ in this service, by scale of `instrument`; kept for an hour."""
    kept = kept_spreads(service.pk, instrument)
    if kept is None:
        kept = compute_spreads(service, instrument)
        keep_spreads(service.pk, instrument, kept)
    return kept


def compute_spreads(service: Service, instrument: str) -> dict[str, Spread]:
    """The spreads afresh, from every rating of the service that counts."""
    values: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    rows = (
        Score.objects.filter(service=service, response__instrument=instrument, value__isnull=False)
        .filter(response__superseded_by=None)
        .exclude(response__standing=Response.Standing.AFTER_READING)
        .values_list("scale", "response__session__course_id", "value")
    )
    for scale, course, value in rows:
        values[scale][course].append(value)
    return {
        scale.id: spread(values[scale.id].values(), low=scale.low, high=scale.high)
        for scale in definition(instrument).scales
    }


def present() -> datetime:
    """The instant pages are drawn for; one place, so that a test can stand still in time."""
    return now()
