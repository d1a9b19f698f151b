"""A course: one client's sessions in order, built from rows once and never changed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from accord.basics.absence import Absence, NotAsked, NotScored
from accord.basics.clock import clinic_day
from accord.basics.faults import Fault, Faults
from accord.basics.near import hint
from accord.course.session import Attendance, Rating, Session, SessionKind
from accord.instruments.definition import Answer, Respondent


@dataclass(frozen=True)
class SessionRow:
    """A session as a table has it. Either `starts_at` (with a time zone) or `day` is needed; `order` breaks ties."""

    key: str
    day: date | None = None
    starts_at: datetime | None = None
    kind: SessionKind = SessionKind.IN_PERSON
    attendance: Attendance = Attendance.ATTENDED
    therapist: str | None = None
    order: int = 0


@dataclass(frozen=True)
class ScoreRow:
    """One score as a table has it: a `value` or the `reason` why there is none; `response` groups those of one form."""

    session: str
    response: str
    instrument: str
    version: int
    respondent: Respondent
    scale: str
    value: float | None
    reason: str | None = None
    at: datetime | None = None
    standing: str = "current"


@dataclass(frozen=True)
class Point:
    """One session on a line: the value, or why there is none."""

    session: Session
    value: float | Absence


@dataclass(frozen=True)
class Course:
    """One client's therapy: sessions in order of time."""

    key: str
    sessions: tuple[Session, ...]

    @property
    def numbered(self) -> tuple[Session, ...]:
        """Sessions that were held or are still to come."""
        return tuple(session for session in self.sessions if session.number is not None)

    @property
    def therapists(self) -> tuple[str, ...]:
        """Keys of the therapists in the order in which they came."""
        return tuple(dict.fromkeys(one.therapist for one in self.sessions if one.therapist is not None))

    def line(
        self, instrument: str, scale: str, respondent: Respondent = Respondent.CLIENT
    ) -> tuple[Point, ...]:
        """One point per session, also for sessions that were missed or not rated."""
        return tuple(
            Point(session, _value(session, instrument, scale, respondent)) for session in self.sessions
        )

    def values(
        self, instrument: str, scale: str, respondent: Respondent = Respondent.CLIENT
    ) -> tuple[float, ...]:
        """The ratings that there are, in order; absences are left out."""
        return tuple(
            point.value
            for point in self.line(instrument, scale, respondent)
            if isinstance(point.value, float)
        )

    def instruments(self, respondent: Respondent = Respondent.CLIENT) -> tuple[str, ...]:
        """Instruments this person answered at least once, in the order in which they came."""
        ratings = (rating for session in self.sessions for rating in session.ratings)
        return tuple(dict.fromkeys(one.instrument for one in ratings if one.respondent is respondent))


def _value(session: Session, instrument: str, scale: str, respondent: Respondent) -> float | Absence:
    rating = session.rating(instrument, respondent)
    if rating is None:
        return NotAsked()
    return rating.scores.get(scale, NotAsked())


def build_course(
    key: str,
    sessions: Iterable[SessionRow],
    scores: Iterable[ScoreRow],
    *,
    timezone: str = "UTC",
    answers: Mapping[str, Mapping[int, Answer]] | None = None,
) -> Course:
    """The course behind these rows; sessions may come in any order. `answers` are the items by response, if known.

    A session belongs to the clinic's day of `starts_at` in `timezone` (an IANA name). Raises `Faults` with every row
    that cannot be placed: a session without time, a key twice, a score of a session that is not there, scores of one
    response that belong to several forms.
    """
    rows, given = list(sessions), list(scores)
    faults = [*_zone_faults(timezone), *_session_faults(rows), *_score_faults(rows, given)]
    if faults:
        raise Faults(faults)
    return assemble(key, rows, _ratings(given, answers or {}), timezone)


def assemble(
    key: str, rows: Iterable[SessionRow], ratings: Mapping[str, tuple[Rating, ...]], timezone: str
) -> Course:
    """The course behind rows that hold together, as those of a database do; `ratings` by key of their session."""
    ordered = sorted(((_day(row, timezone), row) for row in rows), key=lambda pair: _place(*pair))
    made, number = [], 0
    for day, row in ordered:
        counts = row.attendance.counts
        number += counts
        made.append(
            Session(
                key=row.key,
                day=day,
                number=number if counts else None,
                kind=row.kind,
                attendance=row.attendance,
                therapist=row.therapist,
                starts_at=row.starts_at,
                ratings=ratings.get(row.key, ()),
            )
        )
    return Course(key, tuple(made))


def _day(row: SessionRow, timezone: str) -> date:
    if row.starts_at is not None:
        return clinic_day(row.starts_at, timezone)
    assert row.day is not None  # build_course has refused the others
    return row.day


def _place(day: date, row: SessionRow) -> tuple[date, bool, float, int]:
    """Sorts by day; within a day sessions with a time come first, in order of it, then those that only have a place."""
    timed = row.starts_at is not None
    return day, not timed, row.starts_at.timestamp() if row.starts_at else 0.0, row.order


def _zone_faults(timezone: str) -> Iterator[Fault]:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        do = hint(timezone, available_timezones()) or "Give a name such as Europe/Berlin."
        yield Fault("time zone", f"there is no '{timezone}'.", do)


def _session_faults(rows: list[SessionRow]) -> Iterator[Fault]:
    seen: set[str] = set()
    for row in rows:
        where = f"session {row.key}"
        if row.key in seen:
            yield Fault(where, "this session comes twice.", "Give each session a key of its own.")
        seen.add(row.key)
        if row.day is None and row.starts_at is None:
            yield Fault(where, "it has neither a day nor a time.", "Give it a day such as 2026-03-14.")
        if row.starts_at is not None and row.starts_at.tzinfo is None:
            yield Fault(where, "its time has no time zone.", "Give the time with its zone.")


def _score_faults(rows: list[SessionRow], scores: list[ScoreRow]) -> Iterator[Fault]:
    known = {row.key for row in rows}
    seen: set[tuple[str, str]] = set()
    forms: dict[str, tuple[str, str, int, Respondent]] = {}
    for score in scores:
        where = f"response {score.response}, scale {score.scale}"
        if score.session not in known:
            yield Fault(where, "its session is not there.", "Give the session, or leave the score out.")
        if (score.response, score.scale) in seen:
            yield Fault(where, "this score comes twice.", "Keep one of the two.")
        seen.add((score.response, score.scale))
        form = (score.session, score.instrument, score.version, score.respondent)
        if forms.setdefault(score.response, form) != form:
            yield Fault(
                where, "this response belongs to several forms.", "Give each form a response of its own."
            )
        if score.value is not None and not isfinite(score.value):
            yield Fault(
                where, "its value is no finite number.", "Give a number, or the reason why there is none."
            )
        if score.value is None and not score.reason:
            yield Fault(where, "there is neither a value nor a reason.", "Say why there is no score.")


def _ratings(
    scores: list[ScoreRow], answers: Mapping[str, Mapping[int, Answer]]
) -> dict[str, tuple[Rating, ...]]:
    """Ratings by session: the scores of one response put together, in the order in which they came."""
    parts: dict[str, list[ScoreRow]] = {}
    for score in scores:
        parts.setdefault(score.response, []).append(score)
    found: dict[str, tuple[Rating, ...]] = {}
    for key, rows in parts.items():
        first = rows[0]
        values: dict[str, float | Absence] = {
            row.scale: float(row.value) if row.value is not None else NotScored(row.reason or "")
            for row in rows
        }
        rating = Rating(
            key=key,
            instrument=first.instrument,
            version=first.version,
            respondent=first.respondent,
            scores=values,
            at=first.at,
            standing=first.standing,
            answers=answers.get(key, {}),
        )
        found[first.session] = (*found.get(first.session, ()), rating)
    return found
