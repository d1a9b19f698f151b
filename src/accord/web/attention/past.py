"""A service's past as courses, for what it learns from all of them; three statements, no model in between."""

from collections import defaultdict
from collections.abc import Sequence

from accord.course.course import Course, SessionRow, assemble
from accord.course.session import Rating
from accord.signals.known import ARRIVAL, MAIN, TENSION, TENSION_TWIN, TWIN, WELLBEING
from accord.web.attention.judge_reading import rating_of, scores_of, session_of
from accord.web.attention.models import Alert
from accord.web.checkin.models import Response
from accord.web.people.models import Service
from accord.web.prepared import many

FORMS = (MAIN, TWIN, ARRIVAL, TENSION, TENSION_TWIN, WELLBEING)
MOST_COURSES = 5_000  # more would take minutes and move nothing: 2,000 keep every promise (dip-filter study)
_COURSES = "select c.id, c.key from therapy_course c where c.service_id = %s order by c.id desc limit %s"
_ENDED = "select c.key from therapy_course c where c.service_id = %s and c.ended_on is not null"
_SESSIONS = """
    select s.id, s.course_id, s.key, coalesce(s.day, null), coalesce(s.starts_at, null), s.kind, s.attendance,
        t.key, s."order"
    from therapy_session s left join people_staff t on t.id = s.therapist_id
    where s.service_id = %s and s.course_id >= %s
"""
_FORMS = ", ".join(["%s"] * len(FORMS))
_RESPONSES = f"""
    select r.id, r.session_id, r.key, r.instrument, r.version, r.respondent,
        coalesce(r.finished_at, null), r.standing, r.items
    from checkin_response r where r.service_id = %s and r.standing <> %s and r.instrument in ({_FORMS})
    and not exists (select 1 from checkin_response newer where newer.supersedes_id = r.id)
    order by r.received_at, r.id
"""
_SCORES = f"""
    select x.response_id, x.scale, x.value, x.reason
    from checkin_response r join checkin_score x on x.response_id = r.id
    where r.service_id = %s and r.instrument in ({_FORMS})
"""


def read_past(service: Service) -> list[Course]:
    """Every course of the service, the newest ones where there are more than `MOST_COURSES`."""
    courses = many(_COURSES, service.pk, MOST_COURSES)
    if not courses:
        return []
    rows: dict[int, list[SessionRow]] = defaultdict(list)
    keys: dict[int, str] = {}
    for pk, course, *row in many(_SESSIONS, service.pk, courses[-1][0]):
        rows[course].append(session_of(*row))
        keys[pk] = row[0]
    ratings = _ratings(service, keys)
    return [assemble(key, rows[pk], ratings, service.timezone) for pk, key in reversed(courses)]


def _ratings(service: Service, keys: dict[int, str]) -> dict[str, tuple[Rating, ...]]:
    scores = scores_of(many(_SCORES, service.pk, *FORMS))
    found: dict[str, list[Rating]] = defaultdict(list)
    for pk, session, *row in many(_RESPONSES, service.pk, Response.Standing.AFTER_READING.value, *FORMS):
        if session in keys:
            found[keys[session]].append(rating_of(scores.get(pk, {}), *row))
    return {session: tuple(rated) for session, rated in found.items()}


def risk_sessions(service: Service) -> frozenset[str]:
    """Keys of the sessions with a safety answer, whether or not somebody has acted."""
    keys: Sequence[str] = Alert.objects.filter(service=service).values_list(
        "response__session__key", flat=True
    )
    return frozenset(keys)


def ended_courses(service: Service) -> frozenset[str]:
    """Keys of the courses that are over."""
    return frozenset(key for (key,) in many(_ENDED, service.pk))
