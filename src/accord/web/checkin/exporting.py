"""Reading a service out of the database for an export or a trend. Words that clients wrote are never part of it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from django.db.models import OuterRef, Subquery

from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.course.course import SessionRow, build_course
from accord.course.session import Attendance, SessionKind
from accord.course.trend import Trend, trend
from accord.exchange.dictionary import CLINIC, RESEARCH, Declared, dictionary
from accord.exchange.research import Research, de_identify
from accord.instruments.definition import Instrument, Respondent
from accord.instruments.registry import identifiers, instrument
from accord.web.audit import actions as audit
from accord.web.checkin.models import DeclaredScale, Response, Score
from accord.web.people.actions import SYSTEM
from accord.web.people.models import Client, Consent, Purpose, Service
from accord.web.repair.models import RepairEvent
from accord.web.therapy.models import Session

STAMP = pa.timestamp("us", tz="UTC")
TYPES = {
    "string": pa.string(),
    "int": pa.int32(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": STAMP,
}
CHUNK = 20_000


def clinic_tables(service: Service, *, by_key: bool = False) -> dict[str, pa.Table]:
    """Sessions, raw answers, scores and repairs of a service; clients by pseudonym.

    `by_key` is for what goes on to research: there repairs stay out, and what was written in them is in no export.
    """
    names = dict(Client.objects.filter(service=service).values_list("pk", "key" if by_key else "code"))
    return {
        "sessions": _table("sessions", _sessions(service, names)),
        "responses": _table("responses", _responses(service, names)),
        "scores": _table("scores", _scores(service, names)),
        **({} if by_key else {"repairs": _table("repairs", _repairs(service, names))}),
    }


def research_tables(service: Service) -> Research:
    """The de-identified tables of a service. Raises `Faults` when fewer than five clients agreed."""
    return de_identify(
        clinic_tables(service, by_key=True), agreed_to_research(service), timezone=service.timezone
    )


def agreed_to_research(service: Service) -> set[str]:
    """Keys of the clients whose newest decision on research is yes."""
    newest = Consent.objects.filter(client=OuterRef("pk"), purpose=Purpose.RESEARCH).order_by("-at", "-pk")
    clients = Client.objects.filter(service=service).annotate(agreed=Subquery(newest.values("granted")[:1]))
    return set(clients.filter(agreed=True).values_list("key", flat=True))


def dictionary_of(
    service: Service, tables: dict[str, pa.Table], *, research: bool
) -> dict[str, list[dict[str, Any]]]:
    """The dictionary of these tables."""
    return dictionary(RESEARCH if research else CLINIC, _instruments(tables), _declared(service, tables))


def note_export(service: Service, *, by: str = SYSTEM, **detail: Any) -> None:
    """One line of the trail for one export."""
    audit.record(
        service_id=service.pk, actor=by, verb="exported", kind="service", subject=service.key, **detail
    )


def service_trend(service: Service, name: str, scale: str) -> Trend:
    """How one scale moves over the sessions of all clients; raises `Faults` for an unknown name, with the near one.

    Of two responses to the same session the one that stands counts.
    """
    respondent = _known_scale(service, name, scale)
    values = (
        Score.objects.filter(
            service=service,
            scale=scale,
            value__isnull=False,
            response__instrument=name,
            response__superseded_by=None,
            response__respondent=respondent,
        )
        .exclude(response__standing=Response.Standing.AFTER_READING)
        .values_list("response__session_id", "value")
    )
    numbers = _numbers(service)
    lines: dict[int, dict[int, float]] = defaultdict(dict)
    for session, value in values.iterator(CHUNK):
        course, number = numbers[session]
        if number is not None:
            lines[course][number] = value
    return trend(list(line.items()) for line in lines.values())


def _known_scale(service: Service, name: str, scale: str) -> str:
    declared = list(DeclaredScale.objects.filter(service=service).values_list("instrument", "scale"))
    known = {*identifiers(), *(one for one, _ in declared)}
    if name not in known:
        raise refuse("trend", f"there is no instrument '{name}'.", hint(name, known))
    scales = [one for of, one in declared if of == name]
    respondent = Respondent.CLIENT.value
    if not scales:
        found = instrument(name)
        scales, respondent = [one.id for one in found.scales], found.respondent.value
    if scale not in scales:
        raise refuse(
            "trend", f"{name} has no scale '{scale}'.", hint(scale, scales) or f"It has: {', '.join(scales)}."
        )
    return respondent


def _numbers(service: Service) -> dict[int, tuple[int, int | None]]:
    """For each session its course and its number in it."""
    rows: dict[int, list[SessionRow]] = defaultdict(list)
    stored = Session.objects.filter(service=service).values_list(
        "pk", "course_id", "day", "starts_at", "order", "attendance"
    )
    for pk, course, day, starts_at, order, attendance in stored.iterator(CHUNK):
        rows[course].append(
            SessionRow(str(pk), day, starts_at, SessionKind.IN_PERSON, Attendance(attendance), None, order)
        )
    return {
        int(session.key): (course, session.number)
        for course, of_course in rows.items()
        for session in build_course(str(course), of_course, (), timezone=service.timezone).sessions
    }


def _table(name: str, rows: Iterator[tuple[Any, ...]]) -> pa.Table:
    schema = pa.schema([(note.column, TYPES[note.type]) for note in CLINIC if note.table == name])
    listed = list(rows)
    by_column = list(zip(*listed, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(list(one), field.type) for one, field in zip(by_column, schema, strict=True)], schema=schema
    )


def _sessions(service: Service, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    numbers = _numbers(service)
    stored = (
        Session.objects.filter(service=service)
        .order_by("course__client__code", "day", "starts_at", "order", "pk")
        .values_list(
            "pk",
            "key",
            "course__key",
            "course__client_id",
            "therapist__key",
            "day",
            "day_assumed",
            "starts_at",
            "kind",
            "attendance",
            "course__started_on",
            "course__ended_on",
            "course__ended_how",
        )
    )
    for pk, key, course, client, therapist, *what, how in stored.iterator(CHUNK):
        yield (key, course, names[client], therapist, numbers[pk][1], *what, how or None)


def _responses(service: Service, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    stored = (
        Response.objects.filter(service=service)
        .order_by("pk")
        .values_list(
            "key",
            "session__key",
            "session__course__client_id",
            "instrument",
            "version",
            "respondent",
            "items",
            "finished_at",
            "received_at",
            "channel",
            "language",
            "standing",
            "superseded_by",
            "origin",
        )
    )
    for row in stored.iterator(CHUNK):
        key, session, client, name, version, respondent, items, *rest = row
        finished, received, channel, language, standing, by, origin = rest
        for number, answer in items.items():
            absent = answer if isinstance(answer, str) else None
            value = None if absent else float(answer)
            yield (
                key, session, names[client], name, version, respondent, int(number), value, absent, finished, received,
                channel, language, standing, by is not None, origin or None,
            )  # fmt: skip


def _scores(service: Service, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    stored = (
        Score.objects.filter(service=service)
        .order_by("response_id", "pk")
        .values_list(
            "response__key",
            "response__session__key",
            "response__session__course__client_id",
            "response__instrument",
            "response__version",
            "response__respondent",
            "scale",
            "value",
            "reason",
            "answered",
            "scorer",
            "response__standing",
            "response__superseded_by",
        )
    )
    for row in stored.iterator(CHUNK):
        key, session, client, *what, by = row
        yield (key, session, names[client], *what, by is not None)


def _repairs(service: Service, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    """Every event of every repair, without the note beside it: no note is decrypted."""
    stored = (
        RepairEvent.objects.filter(service=service)
        .order_by("repair_id", "number")
        .values_list(
            "repair__key",
            "repair__course__key",
            "repair__course__client_id",
            "number",
            "kind",
            "at",
            "by__key",
            "session__key",
            "step",
            "value",
        )
    )
    for repair, course, client, number, kind, at, by, session, step, value in stored.iterator(CHUNK):
        listed = (" ".join(value.get(name, ())) or None for name in ("signs", "ways"))
        began = (value.get("origin"), value.get("strain"), step or None)
        yield (
            repair, course, names[client], number, kind, at, by, session, *began, *listed, value.get("ending"),
        )  # fmt: skip


def _instruments(tables: dict[str, pa.Table]) -> list[Instrument]:
    used = {
        (name, version)
        for table in ("responses", "scores")
        for name, version in zip(
            tables[table]["instrument"].to_pylist(), tables[table]["version"].to_pylist(), strict=True
        )
    }
    return [instrument(name, version) for name, version in sorted(used) if name in identifiers()]


def _declared(service: Service, tables: dict[str, pa.Table]) -> list[Declared]:
    used = set(tables["scores"]["instrument"].unique().to_pylist())
    return [
        Declared(one.instrument, one.scale, one.title, one.source, one.low, one.high, one.higher_is_better)
        for one in DeclaredScale.objects.filter(service=service).order_by("instrument", "scale")
        if one.instrument in used
    ]
