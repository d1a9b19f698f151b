"""One meeting of a course: how people met, whether it took place, and what was rated about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from accord.basics.absence import Absence
from accord.instruments.definition import Answer, Respondent


class SessionKind(StrEnum):
    """How people met."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"
    TEXT = "text"


class Attendance(StrEnum):
    """Whether a session took place, and if not, how it fell out."""

    PLANNED = "planned"
    ATTENDED = "attended"
    LATE = "late"
    CANCELLED = "cancelled"  # by either side, in time: neither held nor missed
    MISSED_WITH_NOTICE = "missed_notice"
    MISSED_WITHOUT_NOTICE = "missed_no_notice"

    @property
    def held(self) -> bool:
        """Whether people met."""
        return self in (Attendance.ATTENDED, Attendance.LATE)

    @property
    def missed(self) -> bool:
        """Whether the client was expected and did not come."""
        return self in (Attendance.MISSED_WITH_NOTICE, Attendance.MISSED_WITHOUT_NOTICE)

    @property
    def counts(self) -> bool:
        """Whether the session has a number: it was held, or is still to come."""
        return self.held or self is Attendance.PLANNED


@dataclass(frozen=True)
class Rating:
    """What one response amounts to: a value or the reason for its absence, by scale.

    `standing` is how it arrived (``current``, ``late``); `at` is when it was finished, None when a file did not say.
    `answers` are its items by number, for rules that read a single question; empty when only scores are known.
    """

    key: str
    instrument: str
    version: int
    respondent: Respondent
    scores: Mapping[str, float | Absence]
    at: datetime | None = None
    standing: str = "current"
    answers: Mapping[int, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Session:
    """One meeting. `number` counts the sessions that count, from 1; None for one that fell out."""

    key: str
    day: date
    number: int | None
    kind: SessionKind = SessionKind.IN_PERSON
    attendance: Attendance = Attendance.ATTENDED
    therapist: str | None = None
    starts_at: datetime | None = None
    ratings: tuple[Rating, ...] = ()

    def rating(self, instrument: str, respondent: Respondent = Respondent.CLIENT) -> Rating | None:
        """The rating with this instrument by this person, or None when there is none."""
        for rating in self.ratings:
            if rating.instrument == instrument and rating.respondent is respondent:
                return rating
        return None
