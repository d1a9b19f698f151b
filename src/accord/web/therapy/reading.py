"""From rows to values: many courses, their dues and how ratings differ, each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accord.basics.absence import Absence, NotScored
from accord.basics.clock import now
from accord.course.course import Course, SessionRow, assemble
from accord.course.dependability import Spread, spread
from accord.course.plan import Due, Line, Slot, due
from accord.course.session import Attendance, Rating, SessionKind
from accord.instruments.definition import Respondent
from accord.instruments.registry import instrument as definition
from accord.web.checkin.models import Decline, Response, Score
from accord.web.checkin.stored import answers_of_items
from accord.web.people.models import Service
from accord.web.therapy import models
from accord.web.therapy.spreads import keep_spreads, kept_spreads


def read_courses(
    courses: Iterable[models.Course], *, instruments: Collection[str] | None = None
) -> dict[int, Course]:
    """The courses as values by primary key, with every session and every rating that counts; four queries.

    `instruments` leaves out every other form. A list has dozens of courses: rows become values without a model between.
    """
    wanted = list(courses)
    scores: dict[int, dict[str, float | Absence]] = defaultdict(dict)
    for response, scale, value, reason in _counting_scores(wanted, instruments):
        scores[response][scale] = float(value) if value is not None else NotScored(reason or "")
    ratings: dict[str, list[Rating]] = defaultdict(list)
    for pk, session, key, name, version, who, at, standing, items in _counting(wanted, instruments):
        if pk in scores:  # a form without a scale, such as preferences, is no rating
            answers = answers_of_items(items)
            ratings[session].append(
                Rating(key, name, version, Respondent(who), scores[pk], at, standing, answers)
            )
    by_session = {session: tuple(rated) for session, rated in ratings.items()}
    sessions: dict[int, list[SessionRow]] = defaultdict(list)
    rows = models.Session.objects.filter(course__in=wanted).order_by("pk")
    for course, key, day, starts, kind, held, therapist, order in rows.values_list(
        "course_id", "key", "day", "starts_at", "kind", "attendance", "therapist__key", "order"
    ):
        row = SessionRow(key, day, starts, SessionKind(kind), Attendance(held), therapist, order)
        sessions[course].append(row)
    zones = {service.pk: service.timezone for service in _services(wanted)}
    return {one.pk: assemble(one.key, sessions[one.pk], by_session, zones[one.service_id]) for one in wanted}


def read_course(course: models.Course) -> Course:
    """One course as a value."""
    return read_courses([course])[course.pk]


def _counting(courses: list[models.Course], instruments: Collection[str] | None):
    """The responses that are drawn, in the order in which they came."""
    kept = {} if instruments is None else {"instrument__in": instruments}
    rows = Response.objects.counting().filter(session__course__in=courses, **kept)
    return rows.order_by("received_at", "pk").values_list(
        "pk", "session__key", "key", "instrument", "version", "respondent", "finished_at", "standing", "items"
    )


def _counting_scores(courses: list[models.Course], instruments: Collection[str] | None):
    """Their scores; those of responses that are not drawn come along, which costs less than telling them apart."""
    kept = {} if instruments is None else {"response__instrument__in": instruments}
    rows = Score.objects.filter(response__session__course__in=courses, **kept).order_by("pk")
    return rows.values_list("response_id", "scale", "value", "reason")


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
