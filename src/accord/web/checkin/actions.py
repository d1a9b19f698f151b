"""What happens when someone answers, skips, declines or asks for a score again. Each action is one transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accord.basics.clock import now
from accord.instruments.definition import Answer, Instrument, Missing, Respondent
from accord.instruments.registry import instrument as definition
from accord.instruments.scoring import SCORER_VERSION, risk_items, score
from accord.web.attention import risk
from accord.web.attention.judge import judge_all_again, judge_course
from accord.web.attention.judge_reading import holding
from accord.web.attention.waiting import wait_for_judging
from accord.web.audit import actions as audit
from accord.web.checkin.models import Decline, Link, Opening, Response, Score, Skip
from accord.web.checkin.stored import answers_of_items
from accord.web.people.models import Client, Service, Staff
from accord.web.people.viewer import Viewer
from accord.web.prepared import change, one, write
from accord.web.therapy.models import Session


@dataclass(frozen=True)
class Answered:
    """Answers as they came in, before anything is made of them."""

    instrument: Instrument
    answers: Mapping[int, Answer]
    texts: Mapping[int, str]
    idempotency_key: str
    language: str
    channel: str
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of them: the stored response, whether it was there before, whether a safety answer is positive."""

    response: Response
    already: bool
    positive_risk: bool


def raw(answers: Mapping[int, Answer]) -> dict[str, float | str]:
    """Answers as they are stored: numbers stay numbers, absences keep their name."""
    return {str(n): (a.value if isinstance(a, Missing) else a) for n, a in sorted(answers.items())}


def answers_of(response: Response) -> dict[int, Answer]:
    """Stored items back as answers."""
    return answers_of_items(response.items)


def texts_of(response: Response) -> dict[int, str]:
    """The free lines of a response by item number."""
    return {int(n): t for n, t in json.loads(response.texts or "{}").items()}


def record_answers(
    *, session: Session, answered: Answered, by: Staff | None = None, link: Link | None = None
) -> Receipt:
    """Keep raw answers, scores, trail and alert in one transaction, to be judged next; safe to call twice, at once too.

    `by` is the member of staff who answers or types in a paper form; None means the client through a link.
    The same idempotency key again returns the first response. A second form for the same session supersedes the first
    until the therapist has opened it; after that it is kept beside it.
    """
    try:
        with transaction.atomic():
            return _record(session, answered, by, link)
    except IntegrityError:
        # The key was there: sent twice in the same moment, or an older form sent again.
        before = _with_key(session.service_id, answered.idempotency_key)
        if before is None:
            raise
        return before


def _record(session: Session, answered: Answered, by: Staff | None, link: Link | None) -> Receipt:
    holding(session.course_id)
    earlier = _earlier(session, answered.instrument)
    if earlier and earlier.idempotency_key == answered.idempotency_key:
        return Receipt(earlier, True, bool(risk_items(answered.instrument, answers_of(earlier))))
    response = _store(session, answered, by, link, earlier)
    write(scores_of(response, answered.instrument, answered.answers))
    audit.record(
        service_id=session.service_id,
        actor=by.key if by else "client",
        verb="answered",
        kind="response",
        subject=response.key,
        instrument=response.instrument,
        standing=response.standing,
    )
    positive = risk_items(answered.instrument, answered.answers)
    if positive:
        risk.raise_alert(response=response, session=session, items=positive)
    if response.standing != Response.Standing.AFTER_READING:
        corrected = session.key if response.supersedes_id else None
        wait_for_judging(session.course_id, response.received_at, corrected)
    return Receipt(response, False, bool(positive))


def received_before(*, link: Link, idempotency_key: str) -> Receipt | None:
    """The receipt for answers that came in before, for a device that never got it; None when they did not."""
    return _with_key(link.service_id, idempotency_key)


def _with_key(service_id: int, idempotency_key: str) -> Receipt | None:
    before = Response.objects.filter(service_id=service_id, idempotency_key=idempotency_key).first()
    if before is None:
        return None
    instrument = definition(before.instrument, before.version)
    return Receipt(before, True, bool(risk_items(instrument, answers_of(before))))


_EARLIER = """
    select r.id from checkin_response r
    where r.session_id = %s and r.instrument = %s and r.respondent = %s and r.standing <> %s
    and not exists (select 1 from checkin_response newer where newer.supersedes_id = r.id)
"""


def _earlier(session: Session, instrument: Instrument) -> Response | None:
    """The response that counts for this form and session so far: `Response.objects.counting()`, but quicker to none."""
    found = one(
        _EARLIER,
        session.pk,
        instrument.id,
        instrument.respondent.value,
        Response.Standing.AFTER_READING.value,
    )
    return Response.objects.get(pk=found[0]) if found else None


def _store(
    session: Session, answered: Answered, by: Staff | None, link: Link | None, earlier: Response | None
) -> Response:
    received = now()
    respondent = answered.instrument.respondent
    # Staff may type in paper forms and rate again whenever they like; a client's answers stand once they were read.
    read = bool(earlier and respondent is Respondent.CLIENT and by is None and earlier.openings.exists())
    standing = Response.Standing.CURRENT
    if read:
        standing = Response.Standing.AFTER_READING
    elif link and received > link.expires_at:
        standing = Response.Standing.LATE
    finished = min(answered.finished_at or received, received)
    started = answered.started_at
    texts = {str(n): t for n, t in answered.texts.items() if t}
    response = Response(
        service_id=session.service_id,
        session=session,
        instrument=answered.instrument.id,
        version=answered.instrument.version,
        respondent=respondent.value,
        items=raw(answered.answers),
        texts=json.dumps(texts, ensure_ascii=False) if texts else "",
        started_at=started if started and started <= finished else None,
        finished_at=finished,
        received_at=received,
        channel=answered.channel,
        language=answered.language,
        idempotency_key=answered.idempotency_key,
        standing=standing,
        supersedes=None if read else earlier,
        entered_by=by,
    )
    write([response])
    if link and link.sent_at is None:
        change(Link, link.pk, sent_at=received)
    elif respondent is Respondent.CLIENT and by:
        # Also when it came on paper: no reminder goes out for what is answered.
        Link.objects.filter(session=session, instrument=answered.instrument.id, sent_at=None).update(
            sent_at=received
        )
    return response


def note_opened(*, link: Link) -> None:
    """Note the first time the client looks at the form."""
    if link.opened_at is None:
        Link.objects.filter(pk=link.pk, opened_at=None).update(opened_at=now())


def scores_of(response: Response, instrument: Instrument, answers: Mapping[int, Answer]) -> list[Score]:
    """The unsaved score rows of one response, a pure function of its raw answers."""
    return [
        Score(
            service_id=response.service_id,
            response=response,
            scale=scale,
            value=result.value,
            reason=result.reason,
            answered=result.answered,
            scorer=SCORER_VERSION,
        )
        for scale, result in score(instrument, answers).items()
    ]


@dataclass(frozen=True)
class Rescored:
    """How many responses were scored again and on how many rows the result differs from what stood there."""

    responses: int
    scores: int
    changed: int


def rescore(service=None) -> Rescored:
    """Throw all scores away and rebuild them from raw answers, in one transaction.

    Imports that came as scores without items have nothing to be rebuilt from and keep what was imported.
    """
    responses = Response.objects.exclude(items={}).order_by("pk")
    if service is not None:
        responses = responses.filter(service=service)
    count = total = changed = 0
    with transaction.atomic():
        batch: list[Response] = []
        for response in responses.iterator(1000):
            batch.append(response)
            if len(batch) == 1000:
                total, changed = _rescore(batch, total, changed)
                count, batch = count + len(batch), []
        total, changed = _rescore(batch, total, changed)
        count += len(batch)
        for changed_service in [service.pk] if service else Service.objects.values_list("pk", flat=True):
            judge_all_again(changed_service)
    return Rescored(count, total, changed)


def _rescore(batch: list[Response], total: int, changed: int) -> tuple[int, int]:
    old_rows = Score.objects.filter(response__in=batch)
    old = {(s.response_id, s.scale): (s.value, s.reason, s.answered) for s in old_rows}
    new = [
        row
        for response in batch
        for row in scores_of(
            response, definition(response.instrument, response.version), answers_of(response)
        )
    ]
    differ = {(s.response_id, s.scale): (s.value, s.reason, s.answered) for s in new}
    changed += sum(old.get(key) != value for key, value in differ.items()) + len(old.keys() - differ.keys())
    old_rows.delete()
    Score.objects.bulk_create(new, batch_size=2000)
    return total + len(new), changed


@transaction.atomic
def skip_rating(*, viewer: Viewer, session: Session) -> None:
    """The therapist says that they did not rate this session; the client's answers are uncovered."""
    _, new = Skip.objects.get_or_create(
        session=session, defaults={"service_id": session.service_id, "by": viewer.staff, "at": now()}
    )
    if new:
        viewer.did("skipped rating", "session", session.key)


@transaction.atomic
def open_responses(*, viewer: Viewer, responses: list[Response]) -> None:
    """Note the first time this person sees each response; the client's changes end here."""
    known = set(
        Opening.objects.filter(by=viewer.staff, response__in=responses).values_list("response_id", flat=True)
    )
    fresh = [r for r in responses if r.pk not in known and r.respondent == Respondent.CLIENT.value]
    Opening.objects.bulk_create(
        [Opening(service_id=r.service_id, response=r, by=viewer.staff, at=now()) for r in fresh],
        ignore_conflicts=True,
    )
    for response in fresh:
        viewer.saw("response", response.key)


@transaction.atomic
def decline_form(*, link: Link) -> None:
    """The client does not want this kind of form; it is not asked again."""
    client = link.session.course.client
    Decline.objects.get_or_create(
        client=client, instrument=link.instrument, defaults={"service_id": link.service_id, "at": now()}
    )
    Link.objects.filter(pk=link.pk, declined_at=None).update(declined_at=now())
    _note_decline(link, link.instrument)
    judge_course(link.session.course_id, now())


@transaction.atomic
def decline_all(*, link: Link) -> None:
    """The client does not want any form; nothing is asked again until they say otherwise."""
    client = link.session.course.client
    Client.objects.filter(pk=client.pk, declined_all_at=None).update(declined_all_at=now())
    Link.objects.filter(session__course__client=client, sent_at=None, declined_at=None).update(
        declined_at=now()
    )
    _note_decline(link, "all")


def _note_decline(link: Link, what: str) -> None:
    audit.record(
        service_id=link.service_id,
        actor="client",
        verb="declined",
        kind="form",
        subject=link.key,
        instrument=what,
    )


@transaction.atomic
def ask_again(*, viewer: Viewer, client: Client) -> None:
    """The client told staff that they want to be asked again."""
    client.declines.all().delete()
    Client.objects.filter(pk=client.pk).update(declined_all_at=None)
    Link.objects.filter(session__course__client=client, sent_at=None).update(declined_at=None)
    viewer.did("asks again", "client", client.key)
