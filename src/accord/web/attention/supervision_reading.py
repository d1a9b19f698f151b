"""From rows to the agenda of a supervision meeting: a fixed number of queries, however large the team.

Only courses of the team whose clients agreed to supervision are read (`Viewer.supervised`). Where a client keeps the
answers from their own therapist, nothing that rests on answers is on a list that is read out to that therapist.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery

from accord.basics.clock import clinic_day
from accord.instruments.definition import Respondent
from accord.repair.state import Stage
from accord.signals.known import MAIN
from accord.web.attention.fresh import as_it_stands
from accord.web.attention.judging import known_of
from accord.web.attention.learnt import learnt_of
from accord.web.attention.models import Meeting, Raised, Talk
from accord.web.attention.noticed import noticed, snoozed
from accord.web.attention.supervision import part_of
from accord.web.attention.supervision_case import (
    Agenda,
    Agreed,
    Case,
    Found,
    Kept,
    Past,
    Present,
    Safety,
    Tried,
    Unread,
)
from accord.web.attention.supervision_repairs import read_repairs
from accord.web.checkin.models import Opening, Response
from accord.web.people.models import Consent, Purpose, Staff
from accord.web.people.viewer import Viewer, therapist_only
from accord.web.therapy.cover import covered_sessions, without
from accord.web.therapy.models import Course, Session
from accord.web.therapy.reading import read_courses, read_spreads

# [design] Four weeks: a safety answer that was acted on stays until it was talked about or is as old as this; what was
# talked about in a closed meeting rests as long, and comes back when it still stands then, or when something is new.
STAYS = timedelta(days=28)
TRIED_WITHIN = timedelta(days=84)  # [design] how far back "tried so far" looks
FEW = 3  # ratings; with fewer no rule can judge a fall (docs/method/dip.md)


def read_agenda(viewer: Viewer, at: datetime) -> Agenda:
    """The agenda of this supervisor at the instant `at`."""
    zone = viewer.service.timezone
    meeting = open_meeting_of(viewer)
    courses = {
        one.pk: one
        for one in of_others(viewer)
        .filter(
            Q(ended_on=None)
            | Q(alerts__raised_at__gte=at - STAYS)
            | Q(repairs__stage__in=[Stage.OPEN.value, Stage.SUPERVISION.value])
        )
        .select_related("client", "therapist")
        .distinct()
    }
    room = team(viewer)
    here = set(meeting.present.values_list("pk", flat=True)) if meeting else set()
    return Agenda(
        led_by=viewer.staff.name,
        cases=_cases(viewer, courses, meeting, at),
        teams=viewer.staff.teams.count(),
        few=_few(courses),
        not_agreed=_not_agreed(viewer),
        meeting=meeting.key if meeting else "",
        begun_on=meeting.day if meeting else None,
        room=tuple(Present(one.key, one.name, one.pk in here) for one in room),
        left=_left(viewer, clinic_day(at, zone)),
        past=tuple(
            Past(one.key, one.day, one.people)
            for one in viewer.meetings.exclude(closed_at=None)
            .annotate(people=Count("talks"))
            .order_by("-day", "-pk")[:12]
        ),
    )


def of_others(viewer: Viewer) -> QuerySet[Course]:
    """Courses that may be talked about: those supervised, without the supervisor's own clients."""
    return viewer.supervised.exclude(therapist=viewer.staff)


def open_meeting_of(viewer: Viewer) -> Meeting | None:
    """The meeting that this supervisor leads now."""
    return viewer.meetings.filter(closed_at=None).first()


def team(viewer: Viewer) -> QuerySet[Staff]:
    """Who may be in the room: active colleagues in a team of this supervisor."""
    return (
        viewer.colleagues.filter(teams__in=viewer.staff.teams.all())
        .exclude(pk=viewer.staff.pk)
        .distinct()
        .order_by("name", "pk")
    )


def case_of(viewer: Viewer, course: Course, at: datetime) -> Case:
    """One course as the agenda sees it now."""
    return _cases(viewer, {course.pk: course}, open_meeting_of(viewer), at)[0]


def _cases(
    viewer: Viewer, courses: Mapping[int, Course], meeting: Meeting | None, at: datetime
) -> tuple[Case, ...]:
    zone = viewer.service.timezone
    kept_back = _kept_from_therapist(courses)
    telling = [pk for pk in courses if pk not in kept_back]
    found = _found(viewer, [courses[pk] for pk in telling], at)
    unread = _unread(telling, at - timedelta(days=viewer.service.unread_days), zone)
    safety = _safety(viewer, courses, at)
    resting = snoozed(viewer, telling)
    repairs = read_repairs(viewer, courses, at)
    tried, rested, kept = _talks(viewer, courses, meeting, at)
    for pk, one in _concerns(telling, at, zone):
        tried[pk].append(one)
    return tuple(
        Case(
            course=course.key,
            client=course.client.key,
            name=str(course.client),
            pronoun=course.client.pronoun,
            therapist=course.therapist.name if course.therapist else "",
            safety=safety.get(pk),
            found=found.get(pk, ()),
            unread=unread.get(pk),
            tried=tuple(sorted(tried[pk], key=lambda one: one.day, reverse=True)),
            resting_until=resting[pk].until if pk in resting else None,
            rested=frozenset(rested[pk]),
            kept=kept.get(pk),
            repair=repairs.get(pk),
        )
        for pk, course in courses.items()
    )


def _kept_from_therapist(courses: Iterable[int]) -> frozenset[int]:
    """Courses whose client keeps the answers from their therapist: the newest decision about that one stands."""
    newest = (
        Consent.objects.filter(client=OuterRef("client"), purpose=Purpose.THERAPIST)
        .filter(Q(viewer=None) | Q(viewer=OuterRef("therapist")))
        .order_by("-at", "-pk")
    )
    rows = Course.objects.filter(pk__in=list(courses)).annotate(agreed=Subquery(newest.values("granted")[:1]))
    return frozenset(rows.filter(agreed=False).values_list("pk", flat=True))


def _found(viewer: Viewer, courses: list[Course], at: datetime) -> dict[int, tuple[Found, ...]]:
    """What belongs on the agenda, as it stands now: in the words of the other pages."""
    seen = noticed(viewer, [one.pk for one in courses])
    marks = {
        pk: tuple(one for one in several if part_of(one.signal) is not None) for pk, several in seen.items()
    }
    marked = [one for one in courses if marks[one.pk]]
    covered = covered_sessions(viewer, marked)
    known = known_of(learnt_of(viewer.service), read_spreads(viewer.service, MAIN), at)
    for pk, whole in read_courses(marked).items():
        course = without(whole, covered.get(pk, frozenset()))
        marks[pk] = tuple(as_it_stands(one, course, known) for one in marks[pk])
    keys = {one.signal.since for several in marks.values() for one in several}
    days = dict(Session.objects.filter(course__in=marked, key__in=keys).values_list("key", "day"))
    return {
        pk: tuple(
            Found(one.key, one.signal, days[one.signal.since]) for one in several if one.signal.since in days
        )
        for pk, several in marks.items()
    }


def _unread(courses: list[int], before: datetime, zone: str) -> dict[int, Unread]:
    rows = (
        Response.objects.counting()
        .filter(session__course__in=courses, respondent=Respondent.CLIENT.value, received_at__lt=before)
        .exclude(channel="import")
        .exclude(instrument__in=therapist_only())
        .exclude(Exists(Opening.objects.filter(response=OuterRef("pk"))))
        .order_by()
        .values("session__course")
        .annotate(forms=Count("pk"), oldest=Min("received_at"))
    )
    return {row["session__course"]: Unread(row["forms"], clinic_day(row["oldest"], zone)) for row in rows}


def _safety(viewer: Viewer, courses: Iterable[int], at: datetime) -> dict[int, Safety]:
    """The safety answer of each course to talk about: one that is open before the newest that is not."""
    rows = (
        viewer.alerts.filter(course__in=list(courses))
        .filter(Q(acknowledged_at=None) | Q(raised_at__gte=at - STAYS))
        .select_related("acknowledged_by")
    )
    found: dict[int, Safety] = {}
    for one in sorted(rows, key=lambda one: (one.acknowledged_at is None, one.raised_at)):
        if one.acknowledged_at is None:
            found[one.course_id] = Safety(one.key, one.raised_at)
        else:
            by = one.acknowledged_by.name if one.acknowledged_by else ""
            after = one.acknowledged_at - one.raised_at
            found[one.course_id] = Safety(one.key, one.raised_at, by, after, one.done)
    return found


def _talks(
    viewer: Viewer, courses: Iterable[int], meeting: Meeting | None, at: datetime
) -> tuple[dict[int, list[Tried]], dict[int, set[str]], dict[int, Kept]]:
    """What was tried and rests after earlier meetings of this supervisor, and what is kept in the open one."""
    tried: dict[int, list[Tried]] = defaultdict(list)
    rested: dict[int, set[str]] = defaultdict(set)
    kept: dict[int, Kept] = {}
    rows = (
        Talk.objects.filter(meeting__in=viewer.meetings, course__in=list(courses))
        .filter(Q(meeting=meeting) | Q(at__gte=at - TRIED_WITHIN))
        .select_related("meeting", "agreed_by")
    )
    for one in rows:
        who = one.agreed_by.name if one.agreed_by else ""
        if meeting and one.meeting_id == meeting.pk:
            by = one.agreed_by.key if one.agreed_by else ""
            kept[one.course_id] = Kept(one.at, one.note, one.agreed, by, who)
            continue
        done = one.agreed_done_at is not None
        what = "agreed" if one.agreed else "talked"
        tried[one.course_id].append(Tried(what, one.meeting.day, who, one.agreed, done))
        if one.at >= at - STAYS:
            rested[one.course_id].update(one.why)
    return tried, rested, kept


def _concerns(courses: list[int], at: datetime, zone: str) -> list[tuple[int, Tried]]:
    """Concerns of clients that were talked about."""
    rows = Raised.objects.filter(
        response__session__course__in=courses, at__gte=at - TRIED_WITHIN
    ).values_list("response__session__course_id", "at", "by__name")
    return [(course, Tried("concern", clinic_day(when, zone), who)) for course, when, who in rows]


def _few(courses: Iterable[int]) -> int:
    """How many of these have too few ratings for a rule that judges a fall."""
    rated = Q(
        sessions__responses__instrument=MAIN,
        sessions__responses__respondent=Respondent.CLIENT.value,
        sessions__responses__superseded_by=None,
    )
    rows = Course.objects.filter(pk__in=list(courses)).annotate(
        rated=Count("sessions__responses", filter=rated, distinct=True)
    )
    return rows.filter(rated__lt=FEW).count()


def _not_agreed(viewer: Viewer) -> int:
    """How many clients of the team are never on the list, since they did not agree to supervision."""
    theirs = Course.objects.filter(
        service=viewer.service, ended_on=None, therapist__teams__in=viewer.staff.teams.all()
    ).exclude(therapist=viewer.staff)
    return theirs.exclude(pk__in=viewer.supervised.values("pk")).distinct().count()


def _left(viewer: Viewer, today: date) -> tuple[Agreed, ...]:
    """What was agreed in closed meetings and is not done; what was done today stays, so that it can be taken back."""
    rows = (
        viewer.agreements.filter(course__in=of_others(viewer))
        .select_related("meeting", "agreed_by", "course__client")
        .order_by("-meeting__day", "pk")
    )
    zone = viewer.service.timezone
    return tuple(
        Agreed(
            talk=one.key,
            who=one.agreed_by.name if one.agreed_by else "",
            words=one.agreed,
            about=str(one.course.client),
            day=one.meeting.day,
            done=one.agreed_done_at is not None,
        )
        for one in rows[:60]
        if one.agreed_done_at is None or clinic_day(one.agreed_done_at, zone) == today
    )[:20]
