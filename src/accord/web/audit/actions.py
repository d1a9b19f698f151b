"""Writing the trail and proving that nobody edited it.

Each entry's hash covers its own fields and the hash before it, so an edit, a deletion or a reordering breaks the chain
at a line that `verify` names; the head kept in `Chain` shows when lines are missing at the end.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction

from accord.basics.clock import now
from accord.web.audit.models import Chain, Entry
from accord.web.prepared import change, one, write

BATCH = 500  # lines in one statement


@dataclass(frozen=True)
class Break:
    """One place where the trail is not what was written: the line number and what is wrong with it."""

    number: int
    what: str


@dataclass(frozen=True)
class Line:
    """One line to write, when many are written at once: an import, a simulated service."""

    actor: str
    verb: str
    kind: str
    subject: str
    detail: dict = field(default_factory=dict)


def record(*, service_id: int, actor: str, verb: str, kind: str, subject: str, **detail) -> None:
    """Append one line in the running transaction.

    `actor` is a staff key, "client" or "accord"; `detail` holds names of fields and counts, never what a client wrote.
    """
    record_many(service_id=service_id, lines=[Line(actor, verb, kind, subject, detail)])


def record_many(*, service_id: int, lines: Iterable[Line]) -> int:
    """Append lines in their order in the running transaction, the head of the chain moved once; returns how many."""
    with transaction.atomic(savepoint=False):  # a change without its line must not stand
        (number, previous), entries = _head(service_id), []
        for line in lines:
            number += 1
            entry = Entry(
                service_id=service_id,
                number=number,
                at=now(),
                actor=line.actor,
                verb=line.verb,
                kind=line.kind,
                subject=line.subject,
                detail=line.detail,
                previous=previous,
            )
            entry.hash = previous = seal(entry)
            entries.append(entry)
        for start in range(0, len(entries), BATCH):
            write(entries[start : start + BATCH])
        change(Chain, service_id, count=number, hash=previous)
    return len(entries)


def _head(service_id: int) -> tuple[int, str]:
    """How many lines the chain has and the hash of the last, held until the transaction ends."""
    sql = "select count, hash from audit_chain where service_id = %s"
    if connection.features.has_select_for_update:
        sql += " for update"
    head = one(sql, service_id)
    if head is None:
        Chain.objects.get_or_create(service_id=service_id)
        head = one(sql, service_id)
    return head


def seal(entry: Entry) -> str:
    """The SHA-256 over an entry's fields and the hash before it."""
    fields = [
        entry.service_id,
        entry.number,
        entry.at.isoformat(),
        entry.actor,
        entry.verb,
        entry.kind,
        entry.subject,
        entry.detail,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def verify(service) -> tuple[Break, ...]:
    """Every break in the trail of `service`, in order; empty when the trail is whole."""
    breaks: list[Break] = []
    expected, previous = 1, ""
    for entry in Entry.objects.filter(service=service).order_by("pk").iterator(2000):
        if entry.number != expected:
            kind = "lines are missing before it" if entry.number > expected else "it stands out of order"
            breaks.append(Break(entry.number, f"expected line {expected} here: {kind}"))
        elif entry.previous != previous:
            breaks.append(Break(entry.number, "it does not follow from the line before it"))
        if seal(entry) != entry.hash:
            breaks.append(Break(entry.number, "it was changed after it was written"))
        expected, previous = entry.number + 1, entry.hash
    head = Chain.objects.filter(service=service).first()
    count, last = (head.count, head.hash) if head else (0, "")
    if count != expected - 1:
        breaks.append(Break(expected, f"the trail ends here, but {count} lines were written"))
    elif last != previous:
        breaks.append(Break(count, "the last line is not the one that was written last"))
    return tuple(breaks)
