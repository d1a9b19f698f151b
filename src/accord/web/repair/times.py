"""When something was or will be, as the pages of a repair say it."""

from datetime import datetime

from accord.web.attention.words import clock, local, long_day
from accord.web.repair.reading import RepairFile, today_of
from accord.web.repair.standing import Since


def when(one: RepairFile, at: datetime) -> str:
    """The time of day for today, else the day."""
    there, today = local(at, one.file.timezone), today_of(one)
    return clock(there) if there.date() == today else long_day(there.date(), today)


def number_of(one: RepairFile, key: str) -> str:
    """The number of a session, a dash for one that fell out."""
    found = next((each.number for each in one.file.course.sessions if each.key == key), None)
    return str(found or "–")


def coming(one: RepairFile) -> Since | None:
    """The session after which to look again, None while none is booked."""
    return next((each for each in one.since if each.coming), None)
