"""From the texts of a column to numbers, absences, days and instants; what cannot be one is told, never guessed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from accord.basics.clock import clinic_day
from accord.exchange.mapping import DatePart
from accord.instruments.definition import Missing

NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?", re.ASCII)
WHOLE = re.compile(r"\d{1,9}(\.0+)?", re.ASCII)  # tools that know only floats write 3.0
EARLIEST_YEAR = 1900


@dataclass(frozen=True)
class Wrong:
    """Why a cell cannot be read, and what to do. Never holds the cell: it may be what a client wrote."""

    what: str
    do: str = ""


@dataclass(frozen=True)
class Reading:
    """How the cells of answers are read: decimal sign, labels, absences by word, further texts for "no answer"."""

    decimal: str = "."
    empty: tuple[str, ...] = ()
    labels: Mapping[str, float] | None = None
    absent: Mapping[str, Missing] | None = None

    def __call__(self, text: str) -> float | Missing | Wrong:
        """A number, the kind of absence, or what is wrong."""
        if not text or text in self.empty:
            return Missing.NOT_REACHED
        if self.absent and text in self.absent:
            return self.absent[text]
        if self.labels:
            found = self.labels.get(text)
            return (
                found
                if found is not None
                else Wrong("this is none of the map's labels.", "Add it to 'labels'.")
            )
        written = text.replace(",", ".") if self.decimal == "," and "." not in text else text
        if NUMBER.fullmatch(written):
            return float(written)
        if self.decimal == "." and NUMBER.fullmatch(text.replace(",", ".")):
            return Wrong("this number has a decimal comma.", "Say 'file: {decimal: \",\"}' in the map.")
        return Wrong(
            "this is not a number.", "List it under 'labels', 'absent' or 'file: empty' if it is meant."
        )


def whole(text: str) -> int | Wrong:
    """A whole number from 0 on, as a session's number is."""
    if WHOLE.fullmatch(text):
        return int(float(text))
    return Wrong("there is no number here." if not text else "this is not a whole number.")


@dataclass(frozen=True)
class When:
    """A day on the clinic's calendar, and the instant where the file has a time."""

    day: date
    at: datetime | None = None


def when_reader(part: DatePart, clinic_zone: str, today: date) -> Callable[[str], When | Wrong]:
    """How the cells of a date column are read; a time without zone is wall time in the map's, else the clinic's."""
    zone = ZoneInfo(part.timezone or clinic_zone)

    def read(text: str) -> When | Wrong:
        if not text:
            return Wrong("there is no date.")
        impossible = False
        for form in part.formats:
            try:
                parsed = _parsed(text, form)
            except ValueError as failure:
                impossible |= "out of range" in str(failure) or "must be in" in str(failure)
                continue
            return _placed(parsed, zone, clinic_zone, today)
        if impossible:
            return Wrong("there is no such day or time.")
        return Wrong(
            "this is no date in the form that the map states.", f"It states: {', '.join(part.formats)}."
        )

    return read


def _parsed(text: str, form: str) -> date | datetime:
    if form == "iso":
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    parsed = datetime.strptime(text, form)  # noqa: DTZ007 - the zone comes from the map
    return parsed if "%H" in form or "%I" in form or "%X" in form or "%c" in form else parsed.date()


def _placed(parsed: date | datetime, zone: ZoneInfo, clinic_zone: str, today: date) -> When | Wrong:
    if parsed.year < EARLIEST_YEAR:
        return Wrong(f"the year is before {EARLIEST_YEAR}.", "Check how the year is written.")
    if not isinstance(parsed, datetime):
        return _not_ahead(When(parsed), today)
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)
    instant = aware.astimezone(UTC)
    if parsed.tzinfo is None and instant.astimezone(zone).replace(tzinfo=None) != parsed:
        return Wrong(
            "the clocks skipped this hour that night.", "Check the time, or state its zone in the map."
        )
    return _not_ahead(When(clinic_day(instant, clinic_zone), instant), today)


def _not_ahead(when: When, today: date) -> When | Wrong:
    # A file from a clinic further east may be a day ahead of this one.
    return (
        When(when.day, when.at)
        if when.day <= today + timedelta(days=1)
        else Wrong("this day is still to come.")
    )
