"""Courses with a past: sessions week by week, rated by client and therapist, through the same actions as the pages."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from accord.basics.clock import clinic_day, now
from accord.basics.identifiers import new_key
from accord.course.session import Attendance, SessionKind
from accord.instruments.registry import instrument
from accord.web.attention.waiting import judge_waiting
from accord.web.checkin.actions import Answered, record_answers, skip_rating
from accord.web.people import actions as people
from accord.web.therapy import actions as therapy

MISSED = Attendance.MISSED_WITHOUT_NOTICE


@dataclass(frozen=True)
class Meeting:
    """One past session; `own` is the therapist's total, None for a session they did not rate."""

    bond: float | None = None
    goals: float | None = None
    tasks: float | None = None
    whole: float | None = None
    own: float | None = None
    skipped: bool = True
    wellbeing: float | None = None
    said: str = ""
    off: bool = False
    risk: bool = False
    attendance: Attendance = Attendance.ATTENDED
    kind: SessionKind = SessionKind.IN_PERSON


def even(value: float | None, own: float | None = None, **more) -> Meeting:
    """A session rated alike on all four lines."""
    return Meeting(value, value, value, value, own, **more)


def tell(clinic, meetings, *, code="Ana M.", planned=True, **details):
    """The course, its client and its sessions."""
    viewer = clinic.of("therapist")
    zone = ZoneInfo(clinic.service.timezone)
    today = clinic_day(now(), clinic.service.timezone)
    first = today - timedelta(weeks=len(meetings))
    client = people.add_client(viewer=viewer, code=code, pronoun="she", **details)
    course = therapy.begin_course(viewer=viewer, client=client, therapist=viewer.staff, on=first)
    sessions = [
        meet(viewer, course, datetime.combine(first + timedelta(weeks=week), time(10), zone), one)
        for week, one in enumerate(meetings)
    ]
    if planned:
        ahead = datetime.combine(today + timedelta(days=1), time(10), zone)
        therapy.book(viewer=viewer, course=course, starts_at=ahead, kind=SessionKind.IN_PERSON)
    return SimpleNamespace(client=client, course=course, sessions=sessions, viewer=viewer)


def meet(viewer, course, at, one: Meeting):
    """One session with everything that was said about it."""
    session = therapy.book(viewer=viewer, course=course, starts_at=at, kind=one.kind)
    therapy.note_attendance(viewer=viewer, session=session, attendance=one.attendance)
    ended = at + timedelta(minutes=55)
    if one.wellbeing is not None:
        answer(
            session,
            "accord-wellbeing",
            dict.fromkeys((1, 2, 3, 4), one.wellbeing) | {5: 2.0 if one.risk else 0.0},
            at,
        )
    given = {
        n: value
        for n, value in enumerate((one.bond, one.goals, one.tasks, one.whole), 1)
        if value is not None
    }
    if given:
        answer(session, "accord-check-in", given | {5: float(one.off)}, ended, texts={7: one.said})
    if one.own is not None:
        answer(
            session, "accord-check-in-therapist", dict.fromkeys((1, 2, 3, 4), one.own), ended, by=viewer.staff
        )
    elif one.skipped and given:
        skip_rating(viewer=viewer, session=session)
    return session


def answer(session, name, answers, at, *, texts=None, by=None, key=None, link=None):
    """A response as the pages record it, and judged as the worker does."""
    made = Answered(
        instrument=instrument(name),
        answers=answers,
        texts=texts or {},
        idempotency_key=key or new_key(),
        language="en",
        channel="link" if by is None else "screen",
        started_at=at,
        finished_at=at,
    )
    response = record_answers(session=session, answered=made, by=by, link=link).response
    judge_waiting()
    return response
