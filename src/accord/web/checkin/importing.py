"""What an import writes: clients, courses, sessions, raw responses with their origin, scores, a line of the trail.

The same rows as `record_answers` writes, in one transaction and in bulk. A file that was brought in before changes
nothing: a response is known by service, client, session, instrument and respondent, wherever it came from.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accord.basics.clock import now
from accord.basics.faults import Fault, Faults
from accord.basics.identifiers import new_key, new_keys
from accord.course.session import Attendance, SessionKind
from accord.exchange.incoming import Batch, Incoming
from accord.exchange.layout import Form
from accord.exchange.mapping import ImportMap
from accord.exchange.scored import batch_scores, raw_items, safety_answers
from accord.exchange.table import RowFault
from accord.exchange.visits import Visit
from accord.instruments.scoring import SCORER_VERSION
from accord.instruments.scoring import Score as Scored
from accord.web.attention import risk
from accord.web.attention.judge import judge_all_again
from accord.web.audit import actions as audit
from accord.web.checkin.importing_said import note_courses
from accord.web.checkin.models import DeclaredScale, Response, Score
from accord.web.people.actions import SYSTEM
from accord.web.people.models import Channel, Client, Consent, Pronoun, Service, Staff
from accord.web.tables import allot, insert, roomy, told_plainly
from accord.web.therapy.models import Course, Session, TherapistPeriod

RISK_DAYS = 7  # an imported safety answer older than this is counted and listed, but raises no alert
NOT_COMPUTED = 0  # scorer of a score that came without its answers
RESPONSE = (
    "id", "key", "service_id", "session_id", "instrument", "version", "respondent", "items", "texts", "started_at",
    "finished_at", "received_at", "channel", "language", "idempotency_key", "standing", "supersedes_id",
    "entered_by_id", "origin",
)  # fmt: skip
SESSION = (
    "id", "key", "service_id", "course_id", "therapist_id", "day", "starts_at", "order", "day_assumed", "kind",
    "attendance",
)  # fmt: skip
SCORE = ("service_id", "response_id", "scale", "value", "reason", "answered", "scorer")

Told = Callable[[int], None]


@dataclass
class Imported:
    """What an import wrote, or would write.

    `already` responses were here before; of `noted` courses something was said that nobody had said, and they did not
    end now; `old_risk` are sessions with a safety answer that is too old, or without a date, to page anyone now;
    `conflicts` are rows that the database refuses.
    """

    clients: int = 0
    sessions: int = 0
    responses: int = 0
    scores: int = 0
    already: int = 0
    ended: int = 0
    noted: int = 0
    alerts: int = 0
    old_risk: list[str] = field(default_factory=list)
    conflicts: list[RowFault] = field(default_factory=list)
    written: bool = False

    @property
    def changes(self) -> int:
        """How many records are new or changed."""
        return self.clients + self.sessions + self.responses + self.ended + self.noted


def bring_in(
    *,
    service: Service,
    incoming: Incoming,
    chosen: ImportMap,
    map_name: str,
    partial: bool = False,
    dry_run: bool = False,
    by: str = SYSTEM,
    told: Told | None = None,
) -> Imported:
    """Write what a file brings, all or nothing; with `partial` without the rows that have faults.

    A `dry_run`, faults without `partial`, and a file without anything new leave the database as it was. Raises
    `Faults` for what concerns the whole file.
    """
    roomy()
    with told_plainly(), transaction.atomic():
        writing = _Writing(service, incoming, chosen, told or (lambda count: None))
        done = writing.run()
        refused = bool(incoming.faults or done.conflicts) and not partial
        if dry_run or refused or not (done.changes or writing.declared):
            transaction.set_rollback(True)
            return done
        audit.record(
            service_id=service.pk,
            actor=by,
            verb="imported",
            kind="table",
            subject=incoming.table.sha256,
            file=incoming.table.name,
            map=map_name,
            rows=len(incoming.table),
            refused=len(incoming.refused | {one.place for one in done.conflicts}),
            clients=done.clients,
            sessions=done.sessions,
            responses=done.responses,
            already=done.already,
            ended=done.ended,
            noted=done.noted,
            alerts=done.alerts,
            old_safety_answers=len(done.old_risk),
        )
    done.written = True
    judge_all_again(service.pk)  # what the newest sessions say is judged by the worker, all at once
    return done


class _Writing:
    """One import while it is written; each step fills what the next one needs."""

    def __init__(self, service: Service, incoming: Incoming, chosen: ImportMap, told: Told) -> None:
        self.service, self.incoming, self.chosen, self.told = service, incoming, chosen, told
        self.done = Imported()
        self.at = now()
        self.declared = 0
        self.staff: dict[str, Staff] = {}
        self.clients: dict[str, int] = {}  # pseudonym: id
        self.courses: dict[str, list[Course]] = {}  # pseudonym: courses
        self.sessions: list[int | None] = []  # id of each visit; None: refused
        self.there: set[int] = set()  # ids of sessions that were here before

    def run(self) -> Imported:
        """All steps in order, inside the running transaction."""
        self._declare()
        self._find_staff()
        fresh = self._write_clients()
        self._write_courses(fresh)
        self._write_sessions()
        for batch in self.incoming.batches:
            self._write_batch(batch)
        self._note_courses()
        return self.done

    def _refuse(self, visit: Visit, what: str, do: str, column: str = "") -> None:
        self.done.conflicts.append(RowFault(visit.place, visit.row, column, what, do))

    def _declare(self) -> None:
        known = {
            (one.instrument, one.scale): one for one in DeclaredScale.objects.filter(service=self.service)
        }
        faults = []
        for part in self.chosen.declares:
            for scale, span in part.scores.items():
                there = known.get((part.instrument, scale))
                said = (span.low, span.high, span.higher_is_better)
                if there is None:
                    DeclaredScale.objects.create(
                        service=self.service,
                        instrument=part.instrument,
                        scale=scale,
                        title=part.title[:200],
                        source=part.source[:300],
                        low=span.low,
                        high=span.high,
                        higher_is_better=span.higher_is_better,
                    )
                    self.declared += 1
                elif (there.low, there.high, there.higher_is_better) != said:
                    what = f"{scale} is here already with another range or direction."
                    faults.append(
                        Fault(f"declares {part.instrument}", what, "Declare it the same or name it anew.")
                    )
        if faults:
            raise Faults(faults)

    def _find_staff(self) -> None:
        if self.chosen.therapist is not None:
            staff = Staff.objects.filter(service=self.service).select_related("user")
            self.staff = {one.user.email.lower(): one for one in staff}

    def _write_clients(self) -> list[str]:
        """Clients by pseudonym; the new ones get the consents that the map states. Returns the new pseudonyms."""
        self.clients = dict(Client.objects.filter(service=self.service).values_list("code", "pk"))
        wanted = dict.fromkeys(visit.client for visit in self.incoming.visits)
        fresh = [code for code in wanted if code not in self.clients]
        ids = allot(Client, len(fresh))
        sid, part = self.service.pk, self.chosen.client
        insert(
            Client,
            ("id", "key", "service_id", "code", "name", "pronoun", "language", "channel", "mail", "phone"),
            (
                (
                    pk,
                    new_key(),
                    sid,
                    code,
                    "",
                    Pronoun.THEY.value,
                    self._language_of(code),
                    Channel.NONE.value,
                    "",
                    "",
                )
                for pk, code in zip(ids, fresh, strict=True)
            ),
        )
        self.clients.update(zip(fresh, ids, strict=True))
        insert(
            Consent,
            ("key", "service_id", "client_id", "purpose", "granted", "at"),
            ((new_key(), sid, pk, purpose, True, self.at) for pk in ids for purpose in part.consents),
        )
        self.done.clients = len(fresh)
        return fresh

    def _write_courses(self, fresh: list[str]) -> None:
        """A course for every client that has none, with the therapists that the file names."""
        by_client: dict[str, list[Visit]] = defaultdict(list)
        for visit in self.incoming.visits:
            by_client[visit.client].append(visit)
        codes = {self.clients[code]: code for code in by_client}
        for course in Course.objects.filter(service=self.service).order_by("pk"):
            if course.client_id in codes:
                self.courses.setdefault(codes[course.client_id], []).append(course)
        lacking = [code for code in by_client if code not in self.courses]
        rows, periods = [], []
        for pk, code in zip(allot(Course, len(lacking)), lacking, strict=True):
            visits = sorted(by_client[code], key=_in_order)
            staff = [(visit.day, self.staff.get(visit.therapist or "")) for visit in visits]
            named = [(day, one) for day, one in staff if one is not None]
            last = named[-1][1] if named else None
            course = Course(
                pk=pk,
                key=new_key(),
                service_id=self.service.pk,
                client_id=self.clients[code],
                started_on=visits[0].day,
                therapist=last,
                deputy_id=last.deputy_id if last else None,
            )
            self.courses[code] = [course]
            rows.append(course)
            periods += self._periods(course, named)
        columns = (
            "id",
            "key",
            "service_id",
            "client_id",
            "started_on",
            "ended_how",
            "therapist_id",
            "deputy_id",
        )
        insert(Course, columns, ([getattr(row, name) for name in columns] for row in rows))
        insert(TherapistPeriod, ("key", "service_id", "course_id", "therapist_id", "since", "until"), periods)

    def _periods(self, course: Course, named: list[tuple[date, Staff]]) -> list[tuple[Any, ...]]:
        turns = [
            turn for place, turn in enumerate(named) if place == 0 or turn[1].pk != named[place - 1][1].pk
        ]
        ends = [*(day for day, _ in turns[1:]), None][: len(turns)]
        return [
            (new_key(), self.service.pk, course.pk, staff.pk, since, until)
            for (since, staff), until in zip(turns, ends, strict=True)
        ]

    def _write_sessions(self) -> None:
        """Sessions are found again by client and time, or by their number where the file has no dates."""
        ids = {course.pk for courses in self.courses.values() for course in courses}
        known: dict[tuple[Any, ...], tuple[int, str]] = {}
        assumed: dict[tuple[int, int], date] = {}
        on_day: dict[tuple[int, date], list[tuple[int, str]]] = defaultdict(list)
        asked = Counter((visit.client, visit.day) for visit in self.incoming.visits)
        there = Session.objects.filter(service=self.service).values_list(
            "pk", "course_id", "day", "starts_at", "order", "day_assumed", "attendance"
        )
        for pk, course, day, starts_at, order, is_assumed, attendance in there:
            if course in ids:
                known[(course, starts_at) if starts_at else (course, day, order)] = (pk, attendance)
                on_day[course, day].append((pk, attendance))
                if is_assumed:
                    assumed[(course, order)] = day
        self.sessions = [None] * len(self.incoming.visits)
        waiting: list[tuple[int, Visit, Course]] = []
        attended: list[int] = []
        for place, visit in enumerate(self.incoming.visits):
            course = self._course_of(visit)
            if course is None or not self._therapist_is_known(visit):
                continue
            found = known.get((course.pk, visit.at) if visit.at else (course.pk, visit.day, visit.order))
            if found is None and visit.dated and visit.at is None and asked[visit.client, visit.day] == 1:
                # The file knows only the day; the one session of that day is meant, whatever its hour.
                same_day = on_day.get((course.pk, visit.day), [])
                found = same_day[0] if len(same_day) == 1 else None
            if found:
                self.sessions[place] = found[0]
                self.there.add(found[0])
                if found[1] == Attendance.PLANNED.value:
                    attended.append(found[0])
            elif not visit.dated and assumed.get((course.pk, visit.order), visit.day) != visit.day:
                what = "this session is here already on another assumed day."
                self._refuse(visit, what, "Use the same 'undated' in all maps of one data set.")
            else:
                waiting.append((place, visit, course))
        ids, count = allot(Session, len(waiting)), len(waiting)
        for pk, (place, _, _) in zip(ids, waiting, strict=True):
            self.sessions[place] = pk
        rows = (
            (pk, key, *self._session_row(visit, course))
            for pk, key, (_, visit, course) in zip(ids, new_keys(count), waiting, strict=True)
        )
        self.done.sessions = insert(Session, SESSION, rows, self.told)
        if attended:
            Session.objects.filter(pk__in=attended).update(attendance=Attendance.ATTENDED.value)
        self._stretch_courses()

    def _session_row(self, visit: Visit, course: Course) -> tuple[Any, ...]:
        staff = self.staff.get(visit.therapist) if visit.therapist else None
        return (
            self.service.pk,
            course.pk,
            staff.pk if staff else course.therapist_id,
            visit.day,
            visit.at,
            visit.order,
            not visit.dated,
            visit.kind.value if visit.kind else SessionKind.IN_PERSON.value,
            visit.attendance.value if visit.attendance else Attendance.ATTENDED.value,
        )

    def _course_of(self, visit: Visit) -> Course | None:
        courses = self.courses[visit.client]
        if len(courses) == 1:
            return courses[0]
        around = [one for one in courses if one.started_on <= visit.day <= (one.ended_on or visit.day)]
        if len(around) == 1:
            return around[0]
        self._refuse(
            visit,
            "the client has several courses, and this day belongs to none or to two.",
            "Leave the row out.",
        )
        return None

    def _therapist_is_known(self, visit: Visit) -> bool:
        if not visit.therapist or visit.therapist in self.staff:
            return True
        column = self.chosen.therapist.column if self.chosen.therapist else ""
        self._refuse(
            visit, "nobody works here under this address.", "'accord users list' names them.", column
        )
        return False

    def _stretch_courses(self) -> None:
        """A course that was here begins no later than its first session."""
        first: dict[int, date] = {}
        for place, visit in enumerate(self.incoming.visits):
            if self.sessions[place] is not None and len(self.courses[visit.client]) == 1:
                pk = self.courses[visit.client][0].pk
                first[pk] = min(visit.day, first.get(pk, visit.day))
        for courses in self.courses.values():
            for course in courses:
                if course.pk in first and first[course.pk] < course.started_on:
                    Course.objects.filter(pk=course.pk).update(started_on=first[course.pk])

    def _write_batch(self, batch: Batch) -> None:
        form = batch.form
        before = self._before(form)
        scored = batch_scores(batch)
        items = raw_items(batch)
        risky = safety_answers(batch)
        kept: list[int] = []
        for place in range(len(batch)):
            pk = self.sessions[batch.visits[place]]
            if pk is None:
                continue
            if pk not in before:
                kept.append(place)
            elif before[pk].same(form, items[place], scored[place]):
                self.done.already += 1
            else:
                what = f"other answers to {form.instrument} are here for this session already."
                row = RowFault(int(batch.places[place]), int(batch.rows[place]), "", what, _CORRECT)
                self.done.conflicts.append(row)
        ids = allot(Response, len(kept))
        insert(Response, RESPONSE, self._responses(batch, items, kept, ids), self.told)
        sid = self.service.pk
        scorer = NOT_COMPUTED if form.is_scores else SCORER_VERSION
        self.done.scores += insert(
            Score,
            SCORE,
            (
                (sid, pk, scale, one.value, one.reason, one.answered, scorer)
                for pk, place in zip(ids, kept, strict=True)
                for scale, one in scored[place].items()
            ),
            self.told,
        )
        self.done.responses += len(kept)
        for pk, place in zip(ids, kept, strict=True):
            if risky[place]:
                self._tell_of_risk(pk, batch, place, risky[place])

    def _responses(
        self, batch: Batch, items: list[str], kept: list[int], ids: Sequence[int]
    ) -> Iterator[tuple[Any, ...]]:
        form, table = batch.form, self.incoming.table
        zone = ZoneInfo(self.service.timezone)
        standing = Response.Standing.CURRENT.value
        name = table.name[:80]
        noon: dict[date, datetime] = {}
        visits = batch.visits.tolist()
        rows = batch.rows.tolist()
        for pk, place, key in zip(ids, kept, new_keys(len(kept)), strict=True):
            visit = self.incoming.visits[visits[place]]
            finished = visit.at
            if finished is None:
                finished = noon.get(visit.day)
                if finished is None:
                    finished = noon[visit.day] = datetime.combine(visit.day, time(12), zone)
            assumed = "" if visit.dated else " day assumed"
            yield (
                pk,
                key,
                self.service.pk,
                self.sessions[visits[place]],
                form.instrument,
                form.version,
                form.respondent.value,
                items[place],
                "",
                None,
                finished,
                self.at,
                "import",
                self._language_of(visit.client),
                self._identity(visit, form),
                standing,
                None,
                None,
                f"{name} row {rows[place]} sha256:{table.sha256}{assumed}",
            )

    def _identity(self, visit: Visit, form: Form) -> str:
        """The idempotency key: whose, which session, which form; the file does not count."""
        when = (
            visit.at.isoformat()
            if visit.at
            else f"{visit.day} {visit.order}"
            if visit.dated
            else f"no {visit.order}"
        )
        parts = (self.service.key, visit.client, when, form.instrument, form.respondent.value)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def _before(self, form: Form) -> "dict[int, _Before]":
        """What the sessions that were here before hold of this form, by session."""
        if not self.there:
            return {}
        stored = Response.objects.filter(
            service=self.service,
            instrument=form.instrument,
            respondent=form.respondent.value,
            superseded_by=None,
        ).exclude(standing=Response.Standing.AFTER_READING)
        found = {
            session: _Before(version, items)
            for session, version, items in stored.values_list("session_id", "version", "items")
            if session in self.there
        }
        if form.is_scores and found:
            scores = Score.objects.filter(response__in=stored).values_list(
                "response__session_id", "scale", "value"
            )
            for session, scale, value in scores:
                if session in found:
                    found[session].scores[scale] = value
        return found

    def _tell_of_risk(self, pk: int, batch: Batch, place: int, items: tuple[int, ...]) -> None:
        visit = self.incoming.visits[batch.visits[place]]
        recent = visit.dated and visit.day >= (self.at - timedelta(days=RISK_DAYS)).date()
        response = Response.objects.select_related("session__course", "session__service").get(pk=pk)
        if recent:
            risk.raise_alert(response=response, session=response.session, items=items)
            self.done.alerts += 1
        else:
            self.done.old_risk.append(response.session.key)

    def _note_courses(self) -> None:
        part = self.chosen.course
        columns = {
            "ended": part.ending.column if part.ending else "",
            "treatment": part.treatment or "",
            "planned": part.planned or "",
        }
        found = note_courses(self.service, self.courses, self.incoming.said, columns)
        self.done.ended, self.done.noted = found.ended, found.noted
        self.done.conflicts += found.conflicts

    def _language_of(self, code: str) -> str:
        """The language that the file says, the map's one word, or else the service's."""
        language = self.chosen.client.language
        if isinstance(language, str):
            return language
        said = self.incoming.said.get(code)
        return (said.language if said else None) or self.service.language


_CORRECT = "An import never changes an answer; enter the correction on the session's page."


@dataclass
class _Before:
    """A response that was here before: its version, its items, and its scores where it holds nothing else."""

    version: int
    items: dict[str, Any]
    scores: dict[str, float | None] = field(default_factory=dict)

    def same(self, form: Form, items: str, scored: dict[str, Scored]) -> bool:
        """Whether the file says the same again."""
        if form.is_scores:
            return not self.items and self.scores == {scale: one.value for scale, one in scored.items()}
        return self.version == form.version and self.items == json.loads(items)


def _in_order(visit: Visit) -> tuple[date, float, int]:
    return visit.day, visit.at.timestamp() if visit.at else 0.0, visit.order
