"""One course and what the rules may know beside it, in a handful of short statements.

Saving a check-in waits for this, so the SQL is plain (see `web.prepared`) and rows become values without a model in
between. `therapy.reading` reads the same for pages; a test holds the two together.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from accord.basics.absence import Absence, NotScored
from accord.course.course import Course, SessionRow, assemble
from accord.course.plan import Due, Line, Slot, due
from accord.course.session import Attendance, Rating, SessionKind
from accord.instruments.definition import Answer, Respondent
from accord.signals.known import FELT_OFF, MAIN, TALK
from accord.web.checkin.models import Response
from accord.web.checkin.stored import answers_of_items
from accord.web.prepared import one
from accord.web.therapy.models import Moment

# `coalesce` hands instants and days over as the database has them: one conversion in Python is quicker than two.
_COURSE = """
    select c.key, c.ended_on, v.id, v.key, v.timezone, v.session_minutes, w.id,
        (select max(l.number) from attention_learnt l where l.service_id = v.id),
        exists (select 1 from attention_alert a where a.course_id = c.id and a.acknowledged_at is null),
        exists (select 1 from checkin_decline d where d.client_id = c.client_id)
    from therapy_course c join people_service v on v.id = c.service_id
    left join therapy_review w on w.course_id = c.id where c.id = %s
"""
_SESSIONS = """
    select s.id, s.key, coalesce(s.day, null), coalesce(s.starts_at, null), s.kind, s.attendance, t.key, s."order"
    from therapy_session s left join people_staff t on t.id = s.therapist_id
    where s.course_id = %s order by s.id
"""
_RESPONSES = """
    select r.id, r.supersedes_id, r.session_id, r.key, r.instrument, r.version, r.respondent,
        coalesce(r.finished_at, null), r.standing, r.items
    from therapy_session s join checkin_response r on r.session_id = s.id
    where s.course_id = %s and r.standing <> %s order by r.received_at, r.id
"""
_SCORES = """
    select x.response_id, x.scale, x.value, x.reason
    from therapy_session s join checkin_response r on r.session_id = s.id
    join checkin_score x on x.response_id = r.id where s.course_id = %s
"""
_TALKED = """
    select r.key from therapy_session s join checkin_response r on r.session_id = s.id
    join attention_raised d on d.response_id = r.id where s.course_id = %s
"""
_RISK = """
    select r.session_id from attention_alert a join checkin_response r on r.id = a.response_id
    where a.course_id = %s and a.acknowledged_at is null
"""
_PLAN = "select instrument, moment, at, every from therapy_planline where service_id = %s order by id"
_DECLINED = """
    select d.instrument from checkin_decline d join therapy_course c on c.client_id = d.client_id where c.id = %s
"""


@dataclass(frozen=True)
class Read:
    """The course with what is known beside it; `service` is the number of its service, `service_key` its key.

    `dues` are those that can still be something: of the last two sessions that have ended, and of later ones.
    `learnt` is the number of the newest version of what the service has learnt, None without one; `numbers` are the
    primary keys of the sessions by key.
    """

    course: Course
    service: int
    service_key: str
    timezone: str
    ended: bool
    learnt: int | None
    dues: tuple[Due, ...]
    talked: frozenset[str]
    risk: frozenset[str]
    reviewed: bool
    numbers: Mapping[str, int]


def read(course_id: int, at: datetime) -> Read:
    """Everything about one course as it stands at the instant `at`; LookupError when there is no such course."""
    with connection.cursor() as cursor:

        def asked(sql: str, *parameters: Any) -> list[tuple]:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

        return _read(asked, course_id, at)


Asked = Callable[..., list[tuple]]


def _read(asked: Asked, course_id: int, at: datetime) -> Read:
    found = asked(_COURSE, course_id)
    if not found:
        raise LookupError("there is no such course")
    key, ended_on, service, service_key, zone, minutes, review, learnt, at_risk, declines = found[0]
    keys: dict[int, str] = {}
    sessions = []
    for pk, *row in asked(_SESSIONS, course_id):
        keys[pk] = row[0]
        sessions.append(session_of(*row))
    ratings, raised = _ratings(asked, course_id, keys)
    course = assemble(key, sessions, ratings, zone)
    declined = [row[0] for row in asked(_DECLINED, course_id)] if declines else []
    return Read(
        course=course,
        service=service,
        service_key=service_key,
        timezone=zone,
        ended=ended_on is not None,
        learnt=learnt,
        dues=_dues(course, ratings, _plan(tuple(asked(_PLAN, service))), declined, zone, minutes, at),
        talked=frozenset(row[0] for row in asked(_TALKED, course_id)) if raised else frozenset(),
        risk=frozenset(keys[row[0]] for row in asked(_RISK, course_id)) if at_risk else frozenset(),
        reviewed=review is not None,
        numbers={session: pk for pk, session in keys.items()},
    )


def _ratings(
    asked: Asked, course_id: int, keys: Mapping[int, str]
) -> tuple[dict[str, tuple[Rating, ...]], bool]:
    """The ratings that count by session, in the order in which they came; and whether one may raise a concern."""
    scores = scores_of(asked(_SCORES, course_id))
    rows = asked(_RESPONSES, course_id, Response.Standing.AFTER_READING.value)
    superseded = {row[1] for row in rows}
    found: dict[str, list[Rating]] = defaultdict(list)
    raised = False
    for pk, _earlier, session, *row in rows:
        if pk not in superseded:
            made = rating_of(scores.get(pk, {}), *row)
            raised = raised or (
                made.instrument == MAIN and 1.0 in (made.answers.get(FELT_OFF), made.answers.get(TALK))
            )
            found[keys[session]].append(made)
    return {session: tuple(rated) for session, rated in found.items()}, raised


def _dues(
    course: Course,
    ratings: Mapping[str, tuple[Rating, ...]],
    plan: tuple[Line, ...],
    declined: list[str],
    zone: str,
    minutes: int,
    at: datetime,
) -> tuple[Due, ...]:
    """What is due at the last sessions that have ended and later ones; before, all is answered or missed for good."""
    slots = _slots(course, zone, timedelta(minutes=minutes))
    over = [place for place, slot in enumerate(slots) if slot.number is not None and slot.ends <= at]
    latest = slots[over[-2] :] if len(over) > 1 else slots
    answered = [(one.session, rated.instrument) for one in latest for rated in ratings.get(one.session, ())]
    return due(plan, latest, answered, declined, at)


_KINDS = {kind.value: kind for kind in SessionKind}
_ATTENDANCES = {one.value: one for one in Attendance}
_PEOPLE = {one.value: one for one in Respondent}


def session_of(
    key: str,
    day: date | str,
    starts: datetime | str | None,
    kind: str,
    held: str,
    who: str | None,
    order: int,
) -> SessionRow:
    """A session's row as `assemble` takes it."""
    return SessionRow(key, _day(day), _instant(starts), _KINDS[kind], _ATTENDANCES[held], who, order)


def scores_of(rows: Iterable[tuple]) -> dict[int, dict[str, float | Absence]]:
    """Scores by response and scale."""
    scores: dict[int, dict[str, float | Absence]] = defaultdict(dict)
    for pk, scale, value, reason in rows:
        scores[pk][scale] = value if value is not None else NotScored(reason or "")
    return scores


def rating_of(
    scores: Mapping[str, float | Absence],
    key: str,
    name: str,
    version: int,
    who: str,
    finished: datetime | str,
    standing: str,
    items: Any,
) -> Rating:
    """A response's row as a value."""
    return Rating(key, name, version, _PEOPLE[who], scores, _instant(finished), standing, Items(items))


class Items(Mapping[int, Answer]):
    """Stored answers by item, made when the first of them is asked for: rules read few of them."""

    def __init__(self, stored: Any) -> None:
        self._stored: Any = stored
        self._made: dict[int, Answer] | None = None

    def _answers(self) -> dict[int, Answer]:
        if self._made is None:
            self._made = answers_of_items(unpacked(self._stored))
        return self._made

    def __getitem__(self, number: int) -> Answer:
        return self._answers()[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._answers())

    def __len__(self) -> int:
        return len(self._answers())

    # What `Mapping` makes of the three above is slow, and rules ask often.
    def get(self, number: int, default: Any = None) -> Any:
        """As of a dict."""
        return self._answers().get(number, default)

    def values(self) -> Any:
        """As of a dict."""
        return self._answers().values()

    def items(self) -> Any:
        """As of a dict."""
        return self._answers().items()


@lru_cache(maxsize=256)
def _plan(rows: tuple[tuple, ...]) -> tuple[Line, ...]:
    """The plan behind these rows, made once for each plan that there is."""
    return tuple(
        Line(name, moment == Moment.BEFORE, tuple(unpacked(on)), every) for name, moment, on, every in rows
    )


def _slots(course: Course, zone: str, length: timedelta) -> list[Slot]:
    """The sessions as the plan sees them, see `therapy.reading.slots`."""
    made = []
    for slot in course.sessions:
        begins = slot.starts_at or datetime.combine(slot.day, time(12), ZoneInfo(zone))
        made.append(Slot(slot.key, slot.number, begins, begins + length))
    return made


def _instant(value: datetime | str | None) -> datetime | None:
    """An instant as the database gives it: SQLite as text, and without saying that it is UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def unpacked(value: Any) -> Any:
    """JSON as the database gives it: text, or values already."""
    return json.loads(value) if isinstance(value, str) else value


def holding(course_id: int) -> None:
    """Hold the course's row until the transaction ends, so that two answers at once are judged one after the other."""
    if connection.features.has_select_for_update:  # SQLite has one writer anyhow
        one("select id from therapy_course where id = %s for no key update", course_id)
