"""From rows to the day of one viewer: a fixed number of queries, however many clients a service has.

Only courses that a page shows are read: those with a session today, those whose client raised something, those whose
signal should not wait, and those in repair.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accord.basics.clock import clinic_day
from accord.course.session import Attendance
from accord.signals.known import MAIN
from accord.signals.signal import Place
from accord.web.attention.day import Day, Resting, Stuck, Waiting
from accord.web.attention.day_people import read_people
from accord.web.attention.learnt import learnt_of
from accord.web.attention.models import Alert, Signal, Snooze
from accord.web.attention.raising import raising
from accord.web.attention.repairing import Repairing, courses_in_repair
from accord.web.attention.words import local
from accord.web.checkin.models import Beat, Link, Message, Opening, Response, Skip
from accord.web.people.models import Client
from accord.web.people.viewer import Viewer
from accord.web.repair.standing import standing
from accord.web.therapy import models
from accord.web.therapy.cover import covered_sessions, rating_instruments, withheld_courses
from accord.web.voice.concern_mail import KINDS as LETTERS
from accord.web.voice.concerns import letters

RAISED_WITHIN = timedelta(days=56)  # older ones stand on the client's page
RATED_WITHIN = timedelta(days=7)  # how far back a therapist is asked for an own rating
BETWEEN_WITHIN = timedelta(days=14)  # how long a signal of somebody without a session today is news [design]
MOST_BETWEEN = 12  # of those people; the client list has them all
MOST_OTHERS = 40  # sessions of a day that a supervisor or lead is shown; the rest are counted


def scope(viewer: Viewer) -> QuerySet[models.Course]:
    """The courses whose news reach this viewer: all they may open, or their own."""
    return viewer.courses if viewer.may & {"all", "team"} else viewer.own_courses


def read_day(viewer: Viewer, at: datetime) -> Day:
    """The day of this viewer at the instant `at`."""
    today = clinic_day(at, viewer.service.timezone)
    courses = scope(viewer)
    sessions = _sessions(viewer, courses, today)
    mine = [one for one in sessions if one.course.therapist_id == viewer.staff.pk]
    others = [one for one in sessions if one.course.therapist_id != viewer.staff.pk]
    raised = _raised(viewer, courses, today)
    shown = {one.course_id: one for one in [*others[:MOST_OTHERS], *mine]}
    extra = {
        one.session.course_id: one.session.course for one in raised if one.session.course_id not in shown
    }
    open_ones = courses_in_repair(viewer)
    repairs = standing(viewer, {*shown, *extra, *open_ones}, at)
    between = _between(viewer, {*shown, *extra}, at)
    between |= {
        pk: course
        for pk, course in open_ones.items()
        if repairs[pk].look_again and pk not in shown and pk not in extra
    }
    chosen = {**{pk: one.course for pk, one in shown.items()}, **extra, **between}
    people = read_people(viewer, chosen, shown, raised, repairs, at)
    unread = {one.session.course_id for one in raised if not one.opened}
    own_today = tuple(people[one.course_id] for one in _once(mine))
    fresh = tuple(people[pk] for pk in extra if pk in unread)
    later = tuple(people[pk] for pk in extra if pk not in unread)
    return Day(
        people=(*own_today, *(one for one in fresh if one.mine)),
        others=(
            *(people[one.course_id] for one in _once(others[:MOST_OTHERS])),
            *(one for one in fresh if not one.mine),
        ),
        others_left_out=max(0, len(others) - MOST_OTHERS),
        alerts=open_alerts(viewer),
        waiting=_waiting(viewer, at, today),
        to_talk_about=later,
        forms_out=_forms_out(viewer, courses, at),
        stuck=stuck(viewer, at),
        declined=_declined(viewer, courses),
        next_day=_next_day(viewer, courses, today),
        caseload=bool(sessions) or courses.filter(ended_on=None).exists(),
        between=tuple(people[pk] for pk in between),
        resting=_resting(viewer, at),
        alarms=_alarms(viewer, at) if "own" in viewer.may else None,
        learnt=learnt_of(viewer.service),
        letters=letters(viewer, at),
        repairs=tuple(
            Repairing(str(course.client), repairs[pk]) for pk, course in open_ones.items() if pk in repairs
        ),
    )


def _sessions(viewer: Viewer, courses: QuerySet[models.Course], today: date) -> list[models.Session]:
    """Today's sessions that were not cancelled, in order of time."""
    rows = models.Session.objects.filter(service=viewer.service, day=today, course__in=courses)
    rows = rows.exclude(attendance=Attendance.CANCELLED.value)
    return list(
        rows.select_related("course__client", "course__therapist").order_by("starts_at", "order", "pk")
    )


def _once(sessions: Iterable[models.Session]) -> list[models.Session]:
    """The first session of each course: two on one day are one person."""
    return list({one.course_id: one for one in reversed(list(sessions))}.values())[::-1]


def _raised(viewer: Viewer, courses: QuerySet[models.Course], today: date) -> list[Response]:
    """Concerns not yet talked about, the newest of each course."""
    rows = (
        Response.objects.counting()
        .filter(
            raising(),
            service=viewer.service,
            session__in=models.Session.objects.filter(
                service=viewer.service, course__in=courses, day__gte=today - RAISED_WITHIN
            ),
            instrument=MAIN,
            raised=None,
        )
        .exclude(channel="import")
        .annotate(opened=Exists(Opening.objects.filter(response=OuterRef("pk"), by=viewer.staff)))
        .select_related("session__course__client", "session__course__therapist")
        .order_by("received_at")
    )
    return list({one.session.course_id: one for one in rows}.values())


def _between(viewer: Viewer, shown: set[int], at: datetime) -> dict[int, models.Course]:
    """Own courses that are not shown anyhow and have a signal that should not wait for the next session."""
    if "own" not in viewer.may:
        return {}
    rows = Signal.objects.filter(
        service=viewer.service,
        course__in=viewer.own_courses.filter(ended_on=None),
        ended_at=None,
        verdict=None,
        place__in=[Place.STRAIN, Place.SILENCE],
        raised_at__gte=at - BETWEEN_WITHIN,
    ).exclude(course__in=shown)
    found = rows.select_related("course__client", "course__therapist").order_by("place", "-raised_at", "pk")
    return {one.course_id: one.course for one in found[:MOST_BETWEEN]}


def _resting(viewer: Viewer, at: datetime) -> tuple[Resting, ...]:
    """Whose signals rest: of own clients, and those that the viewer let rest."""
    concerned = Q(course__therapist=viewer.staff) | Q(by=viewer.staff)
    rows = Snooze.objects.filter(
        concerned,
        service=viewer.service,
        course__in=viewer.courses,
        ended_at=None,
        until__gt=clinic_day(at, viewer.service.timezone),
    )
    return tuple(
        Resting(
            one.course.client.key,
            one.course.key,
            str(one.course.client),
            one.until,
            one.by.name,
            one.reason if one.by_id == viewer.staff.pk else "",
        )
        for one in rows.select_related("course__client", "by").order_by("until", "pk")
    )


def _alarms(viewer: Viewer, at: datetime) -> int:
    """Dips told about own clients since Monday; one that rests on covered answers counts once it is uncovered."""
    now_there = local(at, viewer.service.timezone)
    monday = now_there.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        days=now_there.weekday()
    )
    rows = Signal.objects.filter(
        service=viewer.service, course__in=viewer.own_courses, rule="dip", raised_at__gte=monday
    ).values_list("course_id", "about__key")
    told = list(rows)
    courses = {course for course, _about in told}
    covered, kept = covered_sessions(viewer, courses), withheld_courses(viewer, courses)
    return sum(course not in kept and about not in covered.get(course, frozenset()) for course, about in told)


def open_alerts(viewer: Viewer) -> tuple[Alert, ...]:
    """Safety answers that nobody has acknowledged, the one whose time is over first."""
    rows = viewer.alerts.filter(acknowledged_at=None).select_related(
        "course__client", "clinician", "deputy", "response"
    )
    return tuple(sorted(rows, key=lambda one: (one.escalates_at, one.pk)))


def _waiting(viewer: Viewer, at: datetime, today: date) -> tuple[Waiting, ...]:
    """Sessions of the last week that the viewer held and has neither rated nor skipped."""
    if "own" not in viewer.may:
        return ()
    length = timedelta(minutes=viewer.service.session_minutes)
    own = Response.objects.filter(session=OuterRef("pk"), instrument__in=rating_instruments())
    rows = (
        models.Session.objects.filter(
            service=viewer.service,
            therapist=viewer.staff,
            course__therapist=viewer.staff,
            day__gte=today - RATED_WITHIN,
            day__lte=today,
            starts_at__lte=at - length,
            attendance__in=[Attendance.ATTENDED.value, Attendance.LATE.value, Attendance.PLANNED.value],
        )
        .exclude(Exists(own))
        .exclude(Exists(Skip.objects.filter(session=OuterRef("pk"))))
        .select_related("course__client")
        .order_by("starts_at")
    )
    return tuple(Waiting(one.key, str(one.course.client), one.day) for one in rows)


def _forms_out(viewer: Viewer, courses: QuerySet[models.Course], at: datetime) -> int:
    """How many links can still be answered and are not."""
    open_ones = Link.objects.filter(service=viewer.service, session__course__in=courses, expires_at__gt=at)
    return open_ones.filter(sent_at=None, withdrawn_at=None, declined_at=None).count()


def stuck(viewer: Viewer, at: datetime) -> Stuck:
    """Messages of this service that should have left, and whether the sender is alive."""
    late = Q(not_before__lt=at - timedelta(minutes=15)) | Q(attempts__gte=2)
    late &= Q(staff=viewer.staff) | ~Q(kind__in=LETTERS)  # that a client wrote to somebody else is not told
    waiting = Message.objects.filter(late, service=viewer.service, sent_at=None, dropped_at=None).count()
    beat = Beat.objects.values_list("at", flat=True).first()
    return Stuck(waiting, beat, beat is None or beat < at - timedelta(minutes=5))


def _declined(viewer: Viewer, courses: QuerySet[models.Course]) -> tuple[str, ...]:
    """Who asked not to be asked at all, of the courses that go on; five at most."""
    rows = Client.objects.filter(
        service=viewer.service, declined_all_at__isnull=False, courses__in=courses.filter(ended_on=None)
    ).distinct()
    return tuple(str(one) for one in rows.order_by("-declined_all_at")[:5])


def _next_day(viewer: Viewer, courses: QuerySet[models.Course], today: date) -> date | None:
    return (
        models.Session.objects.filter(
            service=viewer.service, day__gt=today, attendance=Attendance.PLANNED.value, course__in=courses
        )
        .order_by("day")
        .values_list("day", flat=True)
        .first()
    )
