"""From rows to one client's page: everything it shows, read in a fixed number of queries, without what is covered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from accord.basics.clock import clinic_day
from accord.course.course import Course
from accord.course.dependability import Spread
from accord.course.plan import Due
from accord.instruments.definition import Respondent
from accord.signals.known import CHANGE, FELT_OFF, MAIN, TALK, TWIN
from accord.signals.learnt import PUBLISHED, Learnt
from accord.web.attention.learnt import learnt_of
from accord.web.attention.models import Alert
from accord.web.attention.noticed import Noticed, Snoozing, history, snoozed
from accord.web.checkin.actions import answers_of, texts_of
from accord.web.checkin.models import Link, Response
from accord.web.people.viewer import Viewer
from accord.web.repair.standing import Closed, Standing, closed, standing
from accord.web.therapy import models
from accord.web.therapy.cover import (
    covered_instruments,
    covered_sessions,
    withheld_courses,
    without,
    without_client,
)
from accord.web.therapy.reading import read_course, read_dues, read_spreads

PREFERENCES, WELLBEING = "accord-preferences", "accord-wellbeing"


@dataclass(frozen=True)
class Given:
    """One response of the client, as far as it may be seen: its words, and how it arrived.

    `standing` is current, late or after_reading; `superseded` when a later one took its place; `raised` whether
    something felt off or they want to talk: that, and the line written with it, is told even under the cover, as the
    client was promised; `talked` whether it was talked about.
    """

    key: str
    session: str
    instrument: str
    at: datetime
    day: date
    standing: str
    superseded: bool
    covered: bool
    channel: str
    text: str = ""
    raised: bool = False
    wants_to_talk: bool = False
    talked: bool = False
    axes: Mapping[int, float] | None = None


@dataclass(frozen=True)
class OpenLink:
    """A form that was asked for and is not answered."""

    key: str
    session: str
    instrument: str
    opened: bool
    expired: bool


@dataclass(frozen=True)
class SafetyAnswer:
    """A positive safety answer: when, until when somebody should look, and what was done."""

    key: str
    day: date
    open: bool
    named: str
    done: str
    by: str


@dataclass(frozen=True)
class Period:
    """Who was the therapist from when until when (None: still)."""

    key: str
    name: str
    since: date
    until: date | None


@dataclass(frozen=True)
class OtherCourse:
    """Another course of the same client that the viewer may open."""

    key: str
    started_on: date
    ended_on: date | None


@dataclass(frozen=True)
class ClientFile:
    """Everything the page of one client is made of. `course` holds nothing that is covered for the viewer.

    `signals` are the current ones, `past` all that there ever were, as far as they may be seen. `repair` is the open
    one, `repairs` those that closed, the newest first; `begins`: the person looking may begin one.
    `withheld`: the client did not agree that this therapist sees the answers, so there are none in it.
    """

    client: str
    course_key: str
    name: str
    pronoun: str
    timezone: str
    today: date
    now: datetime
    session_minutes: int
    course: Course
    covered: frozenset[str]
    spreads: Mapping[str, Spread]
    given: tuple[Given, ...]
    alerts: tuple[SafetyAnswer, ...]
    links: tuple[OpenLink, ...]
    dues: tuple[Due, ...]
    periods: tuple[Period, ...]
    others: tuple[OtherCourse, ...]
    declined: frozenset[str]
    declined_all: bool
    reviewed_on: date | None
    ended_on: date | None
    viewer_key: str
    mine: bool
    withheld: bool = False
    main: str = MAIN
    twin: str = "accord-check-in-therapist"
    signals: tuple[Noticed, ...] = ()
    past: tuple[Noticed, ...] = ()
    snooze: Snoozing | None = None
    learnt: Learnt = PUBLISHED
    repair: Standing | None = None
    repairs: tuple[Closed, ...] = ()
    begins: bool = False


def read_client(viewer: Viewer, course: models.Course, at: datetime) -> ClientFile:
    """The file of one course as this viewer may see it; `course` comes with its client, service and therapist."""
    zone = course.service.timezone
    withheld = bool(withheld_courses(viewer, [course.pk]))
    covered = frozenset() if withheld else covered_sessions(viewer, [course]).get(course.pk, frozenset())
    client = course.client
    declines = frozenset(client.declines.values_list("instrument", flat=True))
    review = models.Review.objects.filter(course=course).first()
    others = viewer.courses.filter(client=client).exclude(pk=course.pk).order_by("-started_on", "pk")
    past = history(viewer, course)
    hidden, kept = {course.pk: covered}, {course.pk} if withheld else set()
    return ClientFile(
        client=client.key,
        course_key=course.key,
        name=str(client),
        pronoun=client.pronoun,
        timezone=zone,
        today=clinic_day(at, zone),
        now=at,
        session_minutes=course.service.session_minutes,
        course=without_client(read_course(course)) if withheld else without(read_course(course), covered),
        covered=covered,
        spreads=read_spreads(course.service, MAIN),
        given=() if withheld else _given(viewer, course, covered, zone),
        alerts=_alerts(course, zone),
        links=_links(viewer, course, at),
        dues=read_dues([course], at)[course.pk],
        periods=_periods(course),
        others=tuple(OtherCourse(one.key, one.started_on, one.ended_on) for one in others),
        declined=declines,
        declined_all=client.declined_all_at is not None,
        reviewed_on=clinic_day(review.done_at, zone) if review else None,
        ended_on=course.ended_on,
        viewer_key=viewer.key,
        mine=course.therapist_id == viewer.staff.pk,
        withheld=withheld,
        twin=TWIN,
        signals=tuple(one for one in past if one.ended_at is None and not one.verdict),
        past=past,
        snooze=snoozed(viewer, [course.pk]).get(course.pk),
        learnt=learnt_of(course.service),
        repair=standing(viewer, [course.pk], at, covered=hidden, withheld=kept).get(course.pk),
        repairs=closed(viewer, course.pk),
        begins=course.therapist_id == viewer.staff.pk or _supervises(viewer, course),
    )


def _supervises(viewer: Viewer, course: models.Course) -> bool:
    return "team" in viewer.may and viewer.supervised.filter(pk=course.pk).exists()


def _given(viewer: Viewer, course: models.Course, covered: Collection[str], zone: str) -> tuple[Given, ...]:
    """The client's responses in order; of a covered one no more than that it is there, and what it raised."""
    rows = (
        viewer.responses.filter(session__course=course, respondent=Respondent.CLIENT.value)
        .select_related("session", "raised", "superseded_by")
        .order_by("received_at", "pk")
    )
    return tuple(
        _one(row, row.session.key in covered and row.instrument in covered_instruments(), zone)
        for row in rows
    )


def _one(row: Response, covered: bool, zone: str) -> Given:
    main = row.instrument == MAIN
    found = Given(
        key=row.key,
        session=row.session.key,
        instrument=row.instrument,
        at=row.finished_at,
        day=clinic_day(row.finished_at, zone),
        standing=row.standing,
        superseded=hasattr(row, "superseded_by"),
        covered=covered,
        channel=row.channel,
        raised=main and (row.items.get(str(FELT_OFF)) == 1 or row.items.get(str(TALK)) == 1),
        wants_to_talk=main and row.items.get(str(TALK)) == 1,
        talked=hasattr(row, "raised"),
    )
    text = texts_of(row).get(CHANGE, "") if main and (found.raised or not covered) else ""
    if covered:
        return replace(found, text=text)
    axes = None
    if row.instrument == PREFERENCES:
        axes = {n: answer for n, answer in answers_of(row).items() if isinstance(answer, float)}
    return replace(found, text=text, axes=axes)


def _alerts(course: models.Course, zone: str) -> tuple[SafetyAnswer, ...]:
    """Safety answers of the course, the open ones first. Whoever may open the course is to know of them."""
    rows = Alert.objects.filter(course=course).select_related("clinician", "acknowledged_by")
    return tuple(
        SafetyAnswer(
            key=one.key,
            day=clinic_day(one.raised_at, zone),
            open=one.acknowledged_at is None,
            named=one.clinician.name if one.clinician else "",
            done=one.done,
            by=one.acknowledged_by.name if one.acknowledged_by else "",
        )
        for one in sorted(rows, key=lambda one: (one.acknowledged_at is not None, -one.raised_at.timestamp()))
    )


def _links(viewer: Viewer, course: models.Course, at: datetime) -> tuple[OpenLink, ...]:
    rows = Link.objects.filter(
        service=viewer.service, session__course=course, sent_at=None, withdrawn_at=None, declined_at=None
    )
    found = rows.select_related("session").order_by("-session__day", "-session__starts_at", "instrument")
    return tuple(
        OpenLink(one.key, one.session.key, one.instrument, one.opened_at is not None, one.expires_at < at)
        for one in found
    )


def _periods(course: models.Course) -> tuple[Period, ...]:
    rows = course.periods.select_related("therapist").order_by("since", "pk")
    return tuple(Period(one.therapist.key, one.therapist.name, one.since, one.until) for one in rows)


def shown_responses(viewer: Viewer, file: ClientFile) -> list[Response]:
    """The rows that the page shows: opening it ends the client's changes to them. Covered ones stay closed."""
    keys = [one.key for one in file.given if not one.covered]
    return list(viewer.responses.filter(key__in=keys))
