"""What staff do with courses: book and note sessions, begin and end a course, hand it over, mark the review."""

from datetime import date, datetime

from django.db import transaction

from accord.basics.clock import clinic_day, now
from accord.basics.faults import refuse
from accord.course.ending import Ending
from accord.course.session import Attendance, SessionKind
from accord.web.attention import risk
from accord.web.attention.judge import judge_course
from accord.web.people.models import Client, Staff
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course, Review, Session, TherapistPeriod


@transaction.atomic
def begin_course(
    *,
    viewer: Viewer,
    client: Client,
    therapist: Staff,
    on: date,
    treatment: str = "",
    planned: int | None = None,
) -> Course:
    """Begin a course of therapy with its first therapist; `planned` is a number of sessions."""
    course = Course.objects.create(
        service_id=client.service_id,
        client=client,
        started_on=on,
        therapist=therapist,
        deputy=therapist.deputy,
        treatment=treatment,
        planned=planned,
    )
    TherapistPeriod.objects.create(service_id=client.service_id, course=course, therapist=therapist, since=on)
    viewer.did("began", "course", course.key, therapist=therapist.key)
    return course


@transaction.atomic
def end_course(
    *, viewer: Viewer, course: Course, on: date, ending: Ending | None = None, how: str = ""
) -> None:
    """End a course; open links close by themselves, planned sessions are cancelled. `how` are words beside `ending`."""
    said = ending.value if ending else ""
    Course.objects.filter(pk=course.pk).update(ended_on=on, ending=said, ended_how=how[:60])
    course.sessions.filter(attendance=Attendance.PLANNED.value, day__gt=on).update(
        attendance=Attendance.CANCELLED.value
    )
    viewer.did("ended", "course", course.key, ending=said)
    judge_course(course.pk, now())


@transaction.atomic
def note_ending(*, viewer: Viewer, course: Course, ending: Ending, how: str = "") -> None:
    """Say afterwards how a course ended, or say it again. Raises `Faults` for one that goes on."""
    if course.ended_on is None:
        raise refuse("course", "it has not ended.", "End it first.")
    Course.objects.filter(pk=course.pk).update(ending=ending.value, ended_how=how[:60])
    viewer.did("noted ending", "course", course.key, ending=ending.value)


@transaction.atomic
def note_course(*, viewer: Viewer, course: Course, treatment: str, planned: int | None) -> None:
    """Note which treatment a course is and how many sessions are planned; nothing is written when nothing changed."""
    noted = {"treatment": treatment, "planned": planned}
    changed = sorted(name for name, value in noted.items() if getattr(course, name) != value)
    if changed:
        Course.objects.filter(pk=course.pk).update(**noted)
        viewer.did("changed", "course", course.key, fields=changed)


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
