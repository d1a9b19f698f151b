"""Rows of a simulated service, gathered first and written at once, with their scores and their lines of the trail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accord.basics.clock import clinic_day
from accord.course.session import Attendance, SessionKind
from accord.instruments.definition import Answer
from accord.instruments.registry import instrument as definition
from accord.web.attention.models import Raised
from accord.web.audit import actions as audit
from accord.web.audit.actions import Line
from accord.web.checkin.actions import raw, scores_of
from accord.web.checkin.models import Link, Message, Opening, Response, Score, Skip
from accord.web.people.models import Client, ClientTrait, Consent, Purpose, Service, Staff
from accord.web.therapy.models import Course, Review, Session, TherapistPeriod

BATCH = 500


@dataclass
class Ledger:
    """Everything that is to be written for one service, in the order in which it refers to one another."""

    service: Service
    clients: list[Client] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    traits: list[ClientTrait] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)
    periods: list[TherapistPeriod] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    raised: list[Raised] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def client(
        self, code: str, *, at: datetime, by: Staff, agreed: tuple[str, ...] = (), **details
    ) -> Client:
        """A client who agreed to be asked and to be read by the therapist, and to what else is in `agreed`."""
        one = Client(service=self.service, code=code, **details)
        self.clients.append(one)
        self._note(by.key, "added", "client", one.key)
        for purpose in Purpose:
            granted = purpose in (Purpose.RATINGS, Purpose.THERAPIST, *agreed)
            self.consents.append(
                Consent(
                    service=self.service, client=one, purpose=purpose, granted=granted, at=at, recorded_by=by
                )
            )
            self._note(by.key, "agreed" if granted else "refused", "consent", one.key, purpose=str(purpose))
        return one

    def course(
        self,
        client: Client,
        therapist: Staff,
        began: date,
        ended: date | None = None,
        how: str = "",
        **noted,
    ):
        """A course with one therapist; over when `ended` is given. `noted` is its ending, treatment and plan."""
        one = Course(
            service=self.service,
            client=client,
            started_on=began,
            ended_on=ended,
            ended_how=how,
            therapist=therapist,
            deputy=therapist.deputy,
            **noted,
        )
        self.courses.append(one)
        self.periods.append(
            TherapistPeriod(service=self.service, course=one, therapist=therapist, since=began, until=ended)
        )
        self._note(therapist.key, "began", "course", one.key, therapist=therapist.key)
        return one

    def trait(self, client: Client, by: Staff, trait: str, value: str) -> None:
        """What a client told of themselves."""
        self.traits.append(ClientTrait(service=self.service, client=client, trait=trait, value=value))
        self._note(by.key, "changed", "traits", client.key, fields=[trait])

    def session(
        self, course: Course, at: datetime, attendance: Attendance, kind: SessionKind = SessionKind.IN_PERSON
    ) -> Session:
        """A session on the clinic's day of `at`."""
        one = Session(
            service=self.service,
            course=course,
            therapist=course.therapist,
            day=clinic_day(at, self.service.timezone),
            starts_at=at,
            kind=kind.value,
            attendance=attendance.value,
        )
        self.sessions.append(one)
        self._note(course.therapist.key, "booked", "session", one.key)
        return one

    def answer(
        self,
        session: Session,
        instrument: str,
        answers: Mapping[int, Answer],
        at: datetime,
        *,
        texts: Mapping[int, str] | None = None,
        by: Staff | None = None,
    ) -> Response:
        """Raw answers with their scores; `by` is the therapist, None the client."""
        key = definition(instrument)
        one = Response(
            service=self.service,
            session=session,
            instrument=instrument,
            version=key.version,
            respondent=key.respondent.value,
            items=raw(answers),
            texts=json.dumps({str(n): t for n, t in texts.items()}, ensure_ascii=False) if texts else "",
            started_at=at,
            finished_at=at,
            received_at=at,
            channel="demo",
            language=self.service.language,
            entered_by=by,
        )
        one.idempotency_key = f"demo:{one.key}"
        self.responses.append(one)
        self.scores += scores_of(one, key, answers)
        actor = by.key if by else "client"
        self._note(actor, "answered", "response", one.key, instrument=instrument, standing="current")
        return one

    def skip(self, session: Session, by: Staff, at: datetime) -> None:
        """The therapist did not rate this session and said so."""
        self.skips.append(Skip(service=self.service, session=session, by=by, at=at))
        self._note(by.key, "skipped rating", "session", session.key)

    def opened(self, response: Response, by: Staff, at: datetime) -> None:
        """The therapist has seen these answers."""
        self.openings.append(Opening(service=self.service, response=response, by=by, at=at))
        self._note(by.key, "saw", "response", response.key)

    def talked_about(self, response: Response, by: Staff, at: datetime) -> None:
        """The concern in these answers has been talked about."""
        self.raised.append(Raised(service=self.service, response=response, by=by, at=at))
        self._note(by.key, "talked about", "response", response.key)

    def reviewed(self, course: Course, by: Staff, at: datetime) -> None:
        """The session-3 review was looked at."""
        self.reviews.append(Review(service=self.service, course=course, done_by=by, done_at=at))
        self._note(by.key, "reviewed", "course", course.key)

    def sent(self, session: Session, instrument: str, client: Client, at: datetime) -> Link:
        """A link that went out by mail at `at` and was not opened yet."""
        link = Link(
            service=self.service,
            session=session,
            instrument=instrument,
            made_at=at,
            expires_at=max(at, session.starts_at) + timedelta(days=self.service.link_days),
        )
        self.links.append(link)
        self.messages.append(
            Message(
                service=self.service,
                kind="ask",
                about=link.key,
                client=client,
                dedupe=f"ask:{link.key}:first",
                not_before=at,
                attempts=1,
                sent_at=at,
                outcome="sent",
            )
        )
        return link

    def _note(self, actor: str, verb: str, kind: str, subject: str, **detail) -> None:
        self.lines.append(Line(actor, verb, kind, subject, detail))

    def write(self) -> None:
        """Write everything, in a handful of statements per table."""
        tables = (
            (Client, self.clients),
            (Consent, self.consents),
            (ClientTrait, self.traits),
            (Course, self.courses),
            (TherapistPeriod, self.periods),
            (Session, self.sessions),
            (Response, self.responses),
            (Score, self.scores),
            (Skip, self.skips),
            (Opening, self.openings),
            (Review, self.reviews),
            (Raised, self.raised),
            (Link, self.links),
            (Message, self.messages),
        )
        for model, rows in tables:
            model.objects.bulk_create(rows, batch_size=BATCH)
        audit.record_many(service_id=self.service.pk, lines=self.lines)
