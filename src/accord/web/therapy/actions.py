"""What staff do with courses: book and note sessions, begin and end a course, hand it over, mark the review."""

from datetime import date, datetime

from django.db import transaction

from accord.basics.clock import clinic_day, now
from accord.basics.faults import refuse
from accord.course.session import Attendance, SessionKind
from accord.web.attention import risk
from accord.web.attention.judge import judge_course
from accord.web.people.models import Client, Staff
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course, Review, Session, TherapistPeriod


@transaction.atomic
def begin_course(*, viewer: Viewer, client: Client, therapist: Staff, on: date) -> Course:
    """Begin a course of therapy with its first therapist."""
    course = Course.objects.create(
        service_id=client.service_id,
        client=client,
        started_on=on,
        therapist=therapist,
        deputy=therapist.deputy,
    )
    TherapistPeriod.objects.create(service_id=client.service_id, course=course, therapist=therapist, since=on)
    viewer.did("began", "course", course.key, therapist=therapist.key)
    return course


@transaction.atomic
def end_course(*, viewer: Viewer, course: Course, on: date, how: str = "") -> None:
    """End a course; open links close by themselves, planned sessions are cancelled."""
    Course.objects.filter(pk=course.pk).update(ended_on=on, ended_how=how[:60])
    course.sessions.filter(attendance=Attendance.PLANNED.value, day__gt=on).update(
        attendance=Attendance.CANCELLED.value
    )
    viewer.did("ended", "course", course.key)
    judge_course(course.pk, now())


@transaction.atomic
def book(*, viewer: Viewer, course: Course, starts_at: datetime, kind: SessionKind) -> Session:
    """Book a session; it belongs to the clinic's day of `starts_at`. Raises `Faults` when the instant is taken."""
    if course.sessions.filter(starts_at=starts_at).exclude(attendance=Attendance.CANCELLED.value).exists():
        raise refuse("time", "this client already has a session at that time.", "Choose another time.")
    session = Session.objects.create(
        service_id=course.service_id,
        course=course,
        therapist=course.therapist,
        day=clinic_day(starts_at, course.service.timezone),
        starts_at=starts_at,
        kind=kind.value,
    )
    viewer.did("booked", "session", session.key)
    return session


@transaction.atomic
def note_attendance(
    *, viewer: Viewer, session: Session, attendance: Attendance, kind: SessionKind | None = None
) -> None:
    """Note whether and how a session took place."""
    session.attendance = attendance.value
    if kind is not None:
        session.kind = kind.value
    session.save(update_fields=["attendance", "kind"])
    viewer.did("noted", "session", session.key, attendance=attendance.value)
    judge_course(session.course_id, now())


@transaction.atomic
def transfer(*, viewer: Viewer, course: Course, to: Staff, on: date) -> None:
    """Hand a course over to another therapist of the service from the day `on`; planned sessions move along.

    Raises `Faults` when the therapist is the same, inactive, or of another service.
    """
    if to.service_id != course.service_id or not to.active:
        raise refuse("therapist", "this person does not work here now.", "Choose someone from the list.")
    if to.pk == course.therapist_id:
        raise refuse("therapist", f"{to.name} is the therapist already.", "Choose someone else.")
    before = course.therapist
    TherapistPeriod.objects.filter(course=course, until=None).update(until=on)
    TherapistPeriod.objects.create(service_id=course.service_id, course=course, therapist=to, since=on)
    Course.objects.filter(pk=course.pk).update(therapist=to, deputy=to.deputy)
    course.sessions.filter(attendance=Attendance.PLANNED.value, day__gte=on).update(therapist=to)
    # An open safety alert follows the course: it would go unread with someone who can no longer open it.
    risk.hand_over(course=course, to=to)
    viewer.did("transferred", "course", course.key, before=before.key if before else "", to=to.key)
    judge_course(course.pk, now())


@transaction.atomic
def mark_reviewed(*, viewer: Viewer, course: Course) -> Review:
    """The session-3 review was looked at."""
    review, new = Review.objects.get_or_create(
        course=course, defaults={"service_id": course.service_id, "done_by": viewer.staff, "done_at": now()}
    )
    if new:
        viewer.did("reviewed", "course", course.key)
        judge_course(course.pk, now())
    return review
