"""From rows to the people of a day: a fixed number of queries, however many clients a service has.

Only courses that a page shows are read: those with a session today and those whose client raised something. What is
covered for the viewer (`therapy/cover.py`) is taken out here, so that no page of this room can show it by mistake.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import BooleanField, Exists, F, Func, Max, OuterRef, Q, QuerySet

from accord.basics.clock import clinic_day
from accord.course.course import Course, ScoreRow, SessionRow, build_course
from accord.course.session import Attendance, SessionKind
from accord.instruments.definition import Answer, Respondent
from accord.instruments.registry import instrument
from accord.signals.known import ARRIVAL, CHANGE, FELT_OFF, MAIN, TALK, TENSION, TWIN
from accord.signals.learnt import PUBLISHED, Learnt
from accord.signals.signal import Place
from accord.web.attention.learnt import learnt_of
from accord.web.attention.models import Alert, Signal, Snooze
from accord.web.attention.noticed import Noticed, Snoozing, noticed, snoozed
from accord.web.attention.repairing import Repairing, courses_in_repair, due
from accord.web.attention.words import local
from accord.web.checkin.actions import texts_of
from accord.web.checkin.models import Beat, Decline, Link, Message, Opening, Response, Score, Skip
from accord.web.checkin.stored import answers_of_items
from accord.web.people.models import Client
from accord.web.people.viewer import Viewer
from accord.web.repair.standing import Standing, standing
from accord.web.therapy import models
from accord.web.therapy.cover import (
    covered_instruments,
    covered_sessions,
    rating_instruments,
    withheld_courses,
    without,
    without_client,
)
from accord.web.voice.concern_mail import KINDS as LETTERS
from accord.web.voice.concerns import Letter, letters

__all__ = [
    "CHANGE",
    "FELT_OFF",
    "MAIN",
    "TALK",
]  # the line that Today speaks of and its items, also for siblings
RAISED_WITHIN = timedelta(days=56)  # older ones stand on the client's page
RATED_WITHIN = timedelta(days=7)  # how far back a therapist is asked for an own rating
BETWEEN_WITHIN = timedelta(days=14)  # how long a signal of somebody without a session today is news [design]
MOST_BETWEEN = 12  # of those people; the client list has them all
MOST_OTHERS = 40  # sessions of a day that a supervisor or lead is shown; the rest are counted


READ = (MAIN, TWIN, ARRIVAL, TENSION)  # what the usual wobble is made of


def twin() -> str:
    """The therapist's form that is parallel to `MAIN`."""
    return instrument(MAIN).twin or ""


@dataclass(frozen=True)
class Said:
    """What a client wrote or ticked about one session, and when it was sent."""

    response: str
    text: str
    at: datetime
    session_ended: datetime | None = None
    wants_to_talk: bool = False


@dataclass(frozen=True)
class Open:
    """A form that was asked for and is not answered: its link, and when that went out (None: never by message)."""

    link: str
    session: str
    instrument: str
    made_at: datetime
    sent_at: datetime | None
    opened: bool
    expired: bool = False


@dataclass(frozen=True)
class Person:
    """One client as Today sees them. `course` holds nothing that is covered for the viewer.

    `session` is today's one, None where there is none today; `covered` is the session whose answers wait under the
    cover; `raised` a concern not yet talked about; `mine` whether the viewer is the therapist.
    """

    client: str
    course_key: str
    name: str
    pronoun: str
    course: Course
    mine: bool = True
    therapist: str = ""
    session: str | None = None
    at: datetime | None = None
    covered: str | None = None
    covered_at: datetime | None = None
    raised: Said | None = None
    words: Said | None = None
    open: Open | None = None
    reviewed: bool = False
    declined: bool = False
    withheld: bool = False
    next_day: date | None = None
    signals: tuple[Noticed, ...] = ()
    snooze: Snoozing | None = None
    repair: Standing | None = None

    @property
    def repair_due(self) -> bool:
        """Whether an open repair of the viewer's own client waits for them now."""
        return self.mine and self.repair is not None and due(self.repair)


@dataclass(frozen=True)
class Resting:
    """A person whose signals rest: until when, and why, where the viewer wrote it."""

    client: str
    course_key: str
    name: str
    until: date
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Waiting:
    """One session that the viewer has not rated yet."""

    session: str
    name: str
    day: date


@dataclass(frozen=True)
class Stuck:
    """Whether messages leave: how many wait too long, and when the sender was last alive (None: never)."""

    messages: int
    beat: datetime | None
    silent: bool

    @property
    def troubled(self) -> bool:
        """Whether somebody should look."""
        return self.messages > 0


@dataclass(frozen=True)
class Day:
    """Everything that Today shows, before it is put in order."""

    people: tuple[Person, ...]
    others: tuple[Person, ...] = ()
    others_left_out: int = 0
    alerts: tuple[Alert, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    to_talk_about: tuple[Person, ...] = ()
    forms_out: int = 0
    stuck: Stuck = field(default_factory=lambda: Stuck(0, None, False))
    declined: tuple[str, ...] = ()
    next_day: date | None = None
    caseload: bool = True
    between: tuple[Person, ...] = ()
    resting: tuple[Resting, ...] = ()
    alarms: int | None = None
    learnt: Learnt = PUBLISHED
    letters: tuple[Letter, ...] = ()
    repairs: tuple[Repairing, ...] = ()


def scope(viewer: Viewer) -> QuerySet[models.Course]:
    """The courses whose news reach this viewer: all they may open, or their own."""
    return viewer.courses if viewer.may & {"all", "team"} else viewer.own_courses


def read_day(viewer: Viewer, at: datetime) -> Day:
    """The day of this viewer at the instant `at`."""
    today = clinic_day(at, viewer.service.timezone)
    courses = scope(viewer)
    sessions = list(
        models.Session.objects.filter(service=viewer.service, day=today, course__in=courses)
        .exclude(attendance=Attendance.CANCELLED.value)
        .select_related("course__client", "course__therapist")
        .order_by("starts_at", "order", "pk")
    )
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
    people = _people(viewer, chosen, shown, raised, repairs, at)
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


def _once(sessions: Iterable[models.Session]) -> list[models.Session]:
    """The first session of each course: two on one day are one person."""
    return list({one.course_id: one for one in reversed(list(sessions))}.values())[::-1]


def open_alerts(viewer: Viewer) -> tuple[Alert, ...]:
    """Safety answers that nobody has acknowledged, the one whose time is over first."""
    rows = viewer.alerts.filter(acknowledged_at=None).select_related(
        "course__client", "clinician", "deputy", "response"
    )
    return tuple(sorted(rows, key=lambda one: (one.escalates_at, one.pk)))


class Yes(Func):
    """Whether an item was answered with 1. Django takes the key "5" for a place in a list, so the path stands here."""

    output_field = BooleanField()
    template = "%(expressions)s"

    def __init__(self, number: int) -> None:
        super().__init__(F("items"))
        self.number = int(number)

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(
            compiler, connection, template=f"JSON_EXTRACT(%(expressions)s, '$.\"{self.number}\"') = 1"
        )

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(
            compiler, connection, template=f"(%(expressions)s -> '{self.number}') = '1'::jsonb"
        )


def raising() -> Q:
    """Which answers raise a concern: something felt off, or the wish to talk about it."""
    return Q(Yes(FELT_OFF)) | Q(Yes(TALK))


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


def _people(
    viewer: Viewer,
    courses: dict[int, models.Course],
    today: dict[int, models.Session],
    raised: Sequence[Response],
    repairs: Mapping[int, Standing],
    at: datetime,
) -> dict[int, Person]:
    """The people behind these courses by primary key; a fixed number of queries."""
    rows = _Rows(viewer, list(courses), at)
    concerns = {one.session.course_id: one for one in raised}
    texts = rows.texts([one.pk for one in concerns.values()])
    told, rest = noticed(viewer, courses), snoozed(viewer, courses)
    reviewed = set(models.Review.objects.filter(course__in=courses).values_list("course_id", flat=True))
    kept = withheld_courses(viewer, courses)
    found = {}
    for pk, course in courses.items():
        covered = rows.covered.get(pk, frozenset()) if pk not in kept else frozenset()
        last_covered = max(covered, key=lambda key: rows.place[key], default=None)
        whole = rows.course(pk, course.key)
        visible = without_client(whole) if pk in kept else without(whole, covered)
        words = rows.words(pk, visible, texts)
        session = today.get(pk)
        concern = concerns.get(pk) if pk not in kept else None
        found[pk] = Person(
            client=course.client.key,
            course_key=course.key,
            name=str(course.client),
            pronoun=course.client.pronoun,
            course=visible,
            mine=course.therapist_id == viewer.staff.pk,
            therapist=course.therapist.name if course.therapist else "",
            session=session.key if session else None,
            at=session.starts_at if session else None,
            covered=last_covered,
            covered_at=rows.received.get(last_covered) if last_covered else None,
            raised=_said(concern, texts, rows.ends(concern.session.key)) if concern else None,
            words=words,
            open=rows.open(pk, visible, at),
            reviewed=pk in reviewed,
            declined=course.client.declined_all_at is not None,
            withheld=pk in kept,
            next_day=rows.next_day(pk, at),
            signals=told[pk],
            snooze=rest.get(pk),
            repair=repairs.get(pk),
        )
    return found


def _said(response: Response, texts: dict[int, dict[int, str]], ended: datetime | None) -> Said:
    return Said(
        response=response.key,
        text=texts.get(response.pk, {}).get(CHANGE, ""),
        at=response.finished_at,
        session_ended=ended,
        wants_to_talk=response.items.get(str(TALK)) == 1,
    )


class _Rows:
    """The rows of the chosen courses, read once each."""

    def __init__(self, viewer: Viewer, chosen: list[int], at: datetime) -> None:
        self.viewer, self.chosen = viewer, chosen
        self.length = timedelta(minutes=viewer.service.session_minutes)
        self.sessions: dict[int, list[SessionRow]] = defaultdict(list)
        self.place: dict[str, tuple[date, int]] = {}
        self._owner: dict[int, tuple[int, str]] = {}
        self._read_sessions()
        self._read_responses()
        self._read_links(at)

    def _read_sessions(self) -> None:
        rows = models.Session.objects.filter(course__in=self.chosen).values_list(
            "pk", "course_id", "key", "day", "starts_at", "kind", "attendance", "therapist__key", "order"
        )
        for pk, course, key, day, starts, kind, attendance, therapist, order in rows:
            self.sessions[course].append(
                SessionRow(key, day, starts, SessionKind(kind), Attendance(attendance), therapist, order)
            )
            self.place[key] = (day, pk)
            self._owner[pk] = (course, key)

    def _read_responses(self) -> None:
        self.scores: dict[int, list[ScoreRow]] = defaultdict(list)
        self.received: dict[str, datetime] = {}
        self.answered: set[tuple[str, str]] = set()
        self.covered = covered_sessions(self.viewer, self.chosen)
        self._client_responses: dict[str, int] = {}
        self.answers: dict[int, dict[str, dict[int, Answer]]] = defaultdict(dict)
        of_session: dict[int, tuple[str, str, int, str, datetime]] = {}
        rows = (
            Response.objects.counting()
            .filter(session__course__in=self.chosen)
            .values_list(
                "pk", "key", "session_id", "instrument", "version", "respondent", "finished_at", "items"
            )
        )
        for pk, key, session, name, version, respondent, finished, items in rows:
            course, session_key = self._owner[session]
            self.answered.add((session_key, name))
            of_session[pk] = (session_key, key, version, respondent, finished)
            if name in READ:
                self.answers[course][key] = answers_of_items(items)
            if name == MAIN and respondent == Respondent.CLIENT.value:
                self._client_responses[session_key] = pk
            if name in covered_instruments():
                self.received[session_key] = finished
        self._read_scores(of_session)

    def _read_scores(self, responses: dict[int, tuple[str, str, int, str, datetime]]) -> None:
        rows = Score.objects.filter(
            response__session__course__in=self.chosen, response__instrument__in=READ
        ).values_list(
            "response_id", "response__session__course_id", "response__instrument", "scale", "value", "reason"
        )
        for pk, course, name, scale, value, reason in rows:
            if pk in responses:
                session, key, version, respondent, finished = responses[pk]
                self.scores[course].append(
                    ScoreRow(
                        session, key, name, version, Respondent(respondent), scale, value, reason, finished
                    )
                )

    def _read_links(self, at: datetime) -> None:
        open_ones = Link.objects.filter(
            session__course__in=self.chosen, sent_at=None, withdrawn_at=None, declined_at=None
        ).values_list("key", "session_id", "instrument", "made_at", "opened_at", "expires_at")
        rows = list(open_ones)
        went = dict(
            Message.objects.filter(about__in=[row[0] for row in rows], sent_at__isnull=False)
            .values_list("about")
            .annotate(Max("sent_at"))
        )
        self._links: dict[int, dict[str, list[Open]]] = defaultdict(lambda: defaultdict(list))
        for key, session, name, made, opened, expires in rows:
            course, session_key = self._owner[session]
            if (session_key, name) not in self.answered:
                made_link = Open(
                    key, session_key, name, made, went.get(key), opened is not None, expires < at
                )
                self._links[course][session_key].append(made_link)

    def course(self, pk: int, key: str) -> Course:
        """The course as a value, with what is covered still in it."""
        return build_course(
            key,
            self.sessions[pk],
            self.scores[pk],
            timezone=self.viewer.service.timezone,
            answers=self.answers[pk],
        )

    def ends(self, session: str) -> datetime | None:
        """When a session ended; None where only its day is known."""
        begins = next(
            (one.starts_at for rows in self.sessions.values() for one in rows if one.key == session), None
        )
        return begins + self.length if begins else None

    def texts(self, also: Iterable[int]) -> dict[int, dict[int, str]]:
        """What was written in the newest check-in of each course, and in the responses `also`, by item."""
        newest: dict[int, int] = {}
        for course, rows in self.sessions.items():
            answered = [one.key for one in rows if one.key in self._client_responses]
            if answered:
                newest[course] = self._client_responses[max(answered, key=lambda key: self.place[key])]
        wanted = {*newest.values(), *also}
        return {
            one.pk: texts_of(one)
            for one in Response.objects.filter(pk__in=wanted).only("pk", "texts")
            if one.texts
        }

    def words(self, pk: int, visible: Course, texts: dict[int, dict[int, str]]) -> Said | None:
        """The client's last words that are not under the cover."""
        for session in reversed(visible.sessions):
            rating = session.rating(MAIN)
            if rating is None or session.key in self.covered.get(pk, ()):
                continue
            text = texts.get(self._client_responses.get(session.key, 0), {}).get(CHANGE, "")
            return Said(rating.key, text, rating.at, self.ends(session.key)) if text and rating.at else None
        return None

    def open(self, pk: int, visible: Course, at: datetime) -> Open | None:
        """The open form of today's or the last session, a form after it before one that comes before it."""
        for session in reversed(visible.numbered):
            waiting = self._links[pk].get(session.key, [])
            if waiting:
                return sorted(waiting, key=lambda one: (one.instrument != MAIN, one.instrument))[0]
            if session.attendance.held or (session.starts_at and session.starts_at + self.length < at):
                return None
        return None

    def next_day(self, pk: int, at: datetime) -> date | None:
        """The day of the next planned session."""
        today = clinic_day(at, self.viewer.service.timezone)
        days = [
            one.day
            for one in self.sessions[pk]
            if one.attendance is Attendance.PLANNED and one.day and one.day > today
        ]
        return min(days, default=None)


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


def open_links(viewer: Viewer, courses: QuerySet[models.Course], at: datetime) -> QuerySet[Link]:
    """Links that can still be answered and are not."""
    return Link.objects.filter(
        service=viewer.service,
        sent_at=None,
        withdrawn_at=None,
        declined_at=None,
        expires_at__gt=at,
        session__course__in=courses,
    )


def _forms_out(viewer: Viewer, courses: QuerySet[models.Course], at: datetime) -> int:
    return open_links(viewer, courses, at).count()


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


def declines(viewer: Viewer) -> QuerySet[Decline]:
    """Single forms that clients of this viewer do not want."""
    return Decline.objects.filter(
        service=viewer.service, client__courses__in=scope(viewer).filter(ended_on=None)
    ).distinct()
