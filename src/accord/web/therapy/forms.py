"""Reading the small forms of this room: values, or every fault by field, nothing guessed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accord.course.ending import Ending
from accord.course.session import Attendance, SessionKind

FURTHEST_AHEAD = timedelta(days=730)
FURTHEST_BACK = timedelta(days=3650)


@dataclass(frozen=True)
class Booking:
    """When and how people are going to meet."""

    starts_at: datetime
    kind: SessionKind


def read_booking(data: Mapping[str, str], *, zone: str, today: date) -> Booking | dict[str, str]:
    """A booking in the clinic's own time, or the faults by field."""
    faults: dict[str, str] = {}
    day = _day(data.get("day", ""), today, faults)
    clock = _time(data.get("time", ""), faults)
    kind = _one_of(SessionKind, data.get("kind", ""))
    if kind is None:
        faults["kind"] = _("Choose how you meet.")
    if day is None or clock is None or kind is None:
        return faults
    starts = datetime.combine(day, clock, ZoneInfo(zone))
    # A wall clock that is put forward has hours that do not exist; such a time comes back changed.
    if starts.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).time() != clock:
        return {"time": _("The clocks change that night: this hour does not exist. Choose another.")}
    return Booking(starts, kind)


def _day(written: str, today: date, faults: dict[str, str], field: str = "day") -> date | None:
    if not written.strip():
        faults[field] = _("Choose a day.")
        return None
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        faults[field] = _("There is no such day. Write it like %(day)s.") % {"day": today.isoformat()}
        return None
    if not today - FURTHEST_BACK <= day <= today + FURTHEST_AHEAD:
        faults[field] = _("This day is too far away. Check the year.")
        return None
    return day


def _time(written: str, faults: dict[str, str]):
    try:
        return datetime.strptime(written.strip()[:5], "%H:%M").time()  # noqa: DTZ007  the zone is added with the day
    except ValueError:
        faults["time"] = _("Write a time like 10:00.") if written.strip() else _("Choose a time.")
        return None


def _one_of(kinds, written: str):
    try:
        return kinds(written)
    except ValueError:
        return None


@dataclass(frozen=True)
class Noted:
    """How a session fell out."""

    attendance: Attendance
    kind: SessionKind


def read_noted(data: Mapping[str, str]) -> Noted | dict[str, str]:
    """Attendance and kind, or the faults by field."""
    attendance = _one_of(Attendance, data.get("attendance", ""))
    kind = _one_of(SessionKind, data.get("kind", ""))
    if attendance is not None and kind is not None:
        return Noted(attendance, kind)
    faults = {}
    if attendance is None:
        faults["attendance"] = _("Choose whether the session took place.")
    if kind is None:
        faults["kind"] = _("Choose how you met.")
    return faults


@dataclass(frozen=True)
class HandOver:
    """To whom, and from when."""

    to: str
    on: date


def read_hand_over(data: Mapping[str, str], *, keys: Iterable[str], today: date) -> HandOver | dict[str, str]:
    """The therapist to come and the day, or the faults by field."""
    faults: dict[str, str] = {}
    to = data.get("therapist", "")
    if to not in set(keys):
        faults["therapist"] = _("Choose someone from the list.")
    day = _day(data.get("day", ""), today, faults)
    return faults if faults or day is None else HandOver(to, day)


@dataclass(frozen=True)
class CourseEnd:
    """When and how a course ends; `how` are a few words beside it."""

    on: date
    ending: Ending
    how: str


def read_ending(data: Mapping[str, str], *, today: date, began: date) -> CourseEnd | dict[str, str]:
    """The day, how it ended and a few words, or the faults by field."""
    faults: dict[str, str] = {}
    day = _day(data.get("day", ""), today, faults)
    if day is not None and day < began:
        faults["day"] = _("The course began later, on %(day)s.") % {"day": began.isoformat()}
    said = read_how_it_ended(data)
    if isinstance(said, dict):
        faults |= said
    return faults if faults or day is None or isinstance(said, dict) else CourseEnd(day, *said)


def read_how_it_ended(data: Mapping[str, str]) -> tuple[Ending, str] | dict[str, str]:
    """How a course ended and a few words about it, or the faults by field."""
    faults: dict[str, str] = {}
    ending = _one_of(Ending, data.get("ending", ""))
    if ending is None:
        faults["ending"] = _("Choose how it ended.")
    words = " ".join(data.get("how", "").split())
    if len(words) > 60:
        faults["how"] = _("These words have %(count)s letters; 60 fit.") % {"count": len(words)}
    return faults if faults or ending is None else (ending, words)
