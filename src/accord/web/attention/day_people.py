"""From rows to the people of a day: the courses that Today shows, read in a fixed number of queries.

What is covered for the viewer (`therapy/cover.py`) is taken out here, so that no page of this room can show it by
mistake.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Max

from accord.basics.clock import clinic_day
from accord.course.course import Course, ScoreRow, SessionRow, build_course
from accord.course.session import Attendance, SessionKind
from accord.instruments.definition import Answer, Respondent
from accord.signals.known import CHANGE, MAIN, TALK
from accord.web.attention.day import Open, Person, Said
from accord.web.attention.noticed import noticed, snoozed
from accord.web.checkin.actions import texts_of
from accord.web.checkin.models import Link, Message, Response, Score
from accord.web.checkin.stored import answers_of_items
from accord.web.people.viewer import Viewer
from accord.web.repair.standing import Standing
from accord.web.therapy import models
from accord.web.therapy.cover import (
    covered_instruments,
    covered_sessions,
    withheld_courses,
    without,
    without_client,
)
from accord.web.therapy.usual import USUAL_FROM


def read_people(
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
            if name in USUAL_FROM:
                self.answers[course][key] = answers_of_items(items)
            if name == MAIN and respondent == Respondent.CLIENT.value:
                self._client_responses[session_key] = pk
            if name in covered_instruments():
                self.received[session_key] = finished
        self._read_scores(of_session)

    def _read_scores(self, responses: dict[int, tuple[str, str, int, str, datetime]]) -> None:
        rows = Score.objects.filter(
            response__session__course__in=self.chosen, response__instrument__in=USUAL_FROM
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
