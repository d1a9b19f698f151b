"""Instants and days: a session belongs to the clinic's day, wherever the server stands."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)


def clinic_day(instant: datetime, timezone_name: str) -> date:
    """The calendar day of `instant` on the clinic's wall calendar.

    `instant` must carry a time zone (ValueError otherwise); `timezone_name` is an IANA name.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone before it can belong to a day")
    return instant.astimezone(ZoneInfo(timezone_name)).date()
