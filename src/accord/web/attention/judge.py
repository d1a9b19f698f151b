"""From a course to its signals: what is found now is raised once and kept; what is no longer found is ended.

A signal that stays found keeps the version and the evidence it was raised with, also when the service has learnt
something else since; only bands of an expected course that were found wrong are taken back for old signals as well.
A rule that fails is told in the log by its name and keeps nobody's answer from being kept.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic

from django.core.cache import cache
from django.db import DatabaseError, transaction

from accord.basics.clock import clinic_day
from accord.course.dependability import Spread
from accord.course.expected import Lack, NoCourse
from accord.signals.known import MAIN, Known
from accord.signals.learnt import PUBLISHED, Learnt
from accord.signals.rules import RULES, Rule
from accord.signals.signal import Basis, Place, Signal
from accord.signals.stored import as_json, from_json
from accord.web.attention import models
from accord.web.attention.judge_reading import Read, holding, read, unpacked
from accord.web.attention.learnt import learnt_version
from accord.web.prepared import change, many, write
from accord.web.therapy.spreads import kept_spreads

log = logging.getLogger("accord.signals")
NEWS = timedelta(days=30)  # older sessions are history: after an import everything would be news at once
AFTER_THE_END = frozenset({Place.RISK, Place.CONCERN})  # what still matters when a course is over
Key = tuple[str, str]  # rule, and the session since which it holds


@dataclass(frozen=True)
class Row:
    """A signal that stands, or that somebody said no to."""

    id: int
    key: Key
    learnt: str
    current: bool
    refused: bool
    value: object

    def rests_on(self, sessions: Collection[str]) -> bool:
        """Whether one of these sessions is among its evidence."""
        signal = from_json(unpacked(self.value))
        return signal.about in sessions or any(seen.session in sessions for seen in signal.evidence)


@dataclass(frozen=True)
class Change:
    """What judging a course again would change: rows to end, and signals to raise."""

    ended: tuple[Row, ...]
    raised: tuple[Signal, ...]
    read: Read

    def __bool__(self) -> bool:
        return bool(self.ended or self.raised)


def judge_course(course_id: int, at: datetime, corrected: Collection[str] = ()) -> bool:
    """Judge a course as it stands at the instant `at`; says whether anything changed. Part of a running transaction.

    `corrected` are sessions whose answers were sent again: what rested on the earlier ones ends, found or not.
    """
    with transaction.atomic(savepoint=False):
        holding(course_id)
        try:
            found = change_of(course_id, at, corrected)
        except DatabaseError:
            raise
        except Exception as problem:  # whatever is odd about this course, the answers that came in are kept
            log.error("a course could not be judged (%s)", type(problem).__name__)
            return False
        if found:
            _write(course_id, found, at)
        return bool(found)


def judge_all_again(service_id: int) -> None:
    """Ask the worker to judge every course at its next turn: after an import, another plan, scores made again."""
    cache.delete(judged_stamp(service_id))


def judged_stamp(service_id: int) -> str:
    """The name under which the day is kept on which the worker judged every course of a service."""
    return f"judged:{service_id}"


def change_of(course_id: int, at: datetime, corrected: Collection[str] = ()) -> Change:
    """What is new about a course at the instant `at`; nothing is written."""
    now_read = read(course_id, at)
    known = _known(now_read, at)
    found, failed = _detect(now_read, known)
    rows = _rows(course_id)
    stale = {
        row.id
        for row in rows
        if (corrected and row.rests_on(corrected)) or (row.current and _says_else(row, found))
    }
    ended = tuple(
        row
        for row in rows
        if row.current
        and row.key[0] not in failed
        and (row.id in stale or (row.key not in found and not _found_as_raised(row, now_read, known)))
    )
    standing = {row.key for row in rows if row.id not in stale}
    first_news = clinic_day(at, now_read.timezone) - NEWS
    days = {session.key: session.day for session in now_read.course.sessions}
    raised = tuple(
        signal for key, signal in found.items() if key not in standing and days[signal.about] >= first_news
    )
    return Change(ended, raised, now_read)


def _says_else(row: Row, found: Mapping[Key, Signal]) -> bool:
    """Whether a fact has become another one of the same rule and session, as a review that was done and a late form."""
    signal = found.get(row.key)
    if signal is None or signal.often.basis is not Basis.FACT:
        return False
    return bool(unpacked(row.value)["shape"] != signal.shape)


def _known(now_read: Read, at: datetime) -> Known:
    known = Known(
        at=at,
        learnt=learnt_version(now_read.service_key, now_read.learnt) if now_read.learnt else PUBLISHED,
        dues=now_read.dues,
        talked=now_read.talked,
        risk=now_read.risk,
        reviewed=now_read.reviewed,
    )
    spreads = _spreads(now_read.service_key, now_read.service)
    return replace(known, spreads=spreads) if spreads else known


_kept_spreads: dict[str, tuple[float, Mapping[str, Spread] | None]] = {}
KEEP_SECONDS = 600


def _spreads(service_key: str, service: int) -> Mapping[str, Spread] | None:
    """The service's spreads where they are at hand; None: the published ones. Nobody's answer waits for the sums."""
    until, spreads = _kept_spreads.get(service_key, (0.0, None))
    if until < monotonic():
        spreads = kept_spreads(service, MAIN)
        _kept_spreads[service_key] = (monotonic() + KEEP_SECONDS, spreads)
    return spreads


def _detect(now_read: Read, known: Known) -> tuple[dict[Key, Signal], frozenset[str]]:
    """What every rule finds, and the rules that failed."""
    found: dict[Key, Signal] = {}
    failed = set()
    for rule in RULES:
        if now_read.ended and rule.place not in AFTER_THE_END:
            continue
        try:
            found |= {(one.rule, one.since): one for one in rule.detect(now_read.course, known)}
        except Exception as problem:  # one rule that fails must not take the others with it
            log.error("the rule %s failed (%s)", rule.id, type(problem).__name__)
            failed.add(rule.id)
    return found, frozenset(failed)


def _found_as_raised(row: Row, now_read: Read, known: Known) -> bool:
    """Whether the rule still finds it by what the service had learnt when the signal was raised."""
    if row.learnt in ("", known.learnt.version) or now_read.ended:
        return False
    rule = _BY_ID.get(row.key[0])
    then = _version(now_read, row.learnt)
    if rule is None or then is None:
        return False
    if isinstance(known.expected, NoCourse) and known.expected.lack is Lack.BANDS:
        # Bands that were found wrong were wrong before: no older version speaks by them any longer.
        then = replace(then, expected=known.expected)
    return any(one.since == row.key[1] for one in rule.detect(now_read.course, replace(known, learnt=then)))


def _version(now_read: Read, name: str) -> Learnt | None:
    """What the service had learnt under this name; None when it cannot be told any more."""
    if name == PUBLISHED.version:
        return PUBLISHED
    there = name.isdecimal() and int(name) <= (now_read.learnt or 0)
    return learnt_version(now_read.service_key, int(name)) if there else None


_BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
_ROWS = """
    select g.id, g.rule, g.since, g.learnt, g.ended_at, v.id, g.value
    from attention_signal g left join attention_verdict v on v.signal_id = g.id
    where g.course_id = %s and (g.ended_at is null or v.id is not null)
"""


def _rows(course_id: int) -> list[Row]:
    return [
        Row(pk, (rule, since), learnt, ended is None, verdict is not None, value)
        for pk, rule, since, learnt, ended, verdict, value in many(_ROWS, course_id)
    ]


def _write(course_id: int, found: Change, at: datetime) -> None:
    for row in found.ended:
        change(models.Signal, row.id, ended_at=at)
    made = [
        models.Signal(
            service_id=found.read.service,
            course_id=course_id,
            about_id=found.read.numbers[signal.about],
            rule=signal.rule,
            version=signal.version,
            since=signal.since,
            place=_BY_ID[signal.rule].place,
            value=as_json(signal),
            learnt=signal.learnt,
            raised_at=at,
        )
        for signal in found.raised
    ]
    if made:
        write(made)
