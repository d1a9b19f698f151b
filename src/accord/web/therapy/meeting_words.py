"""How people meet, when, how a session fell out and how a course ended, in words."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accord.course.ending import Ending
from accord.course.session import Attendance, Session, SessionKind
from accord.web.attention.words import clock, local, long_day
from accord.web.therapy.client_reading import ClientFile


def how(kind: SessionKind) -> str:
    """How people meet, in a sentence."""
    return {
        SessionKind.IN_PERSON: _("in the room"),
        SessionKind.VIDEO: _("online"),
        SessionKind.PHONE: _("by phone"),
        SessionKind.TEXT: _("in writing"),
    }[kind]


def attendance_words(attendance: Attendance) -> str:
    """How a session fell out."""
    return {
        Attendance.PLANNED: _("planned"),
        Attendance.ATTENDED: _("came"),
        Attendance.LATE: _("came late"),
        Attendance.CANCELLED: _("cancelled"),
        Attendance.MISSED_WITH_NOTICE: _("missed, with notice"),
        Attendance.MISSED_WITHOUT_NOTICE: _("missed, without notice"),
    }[attendance]


def ending_words(ending: Ending) -> str:
    """How a course ended, as staff choose it."""
    return {
        Ending.AS_PLANNED: _("As planned"),
        Ending.AGREED_EARLY: _("Earlier than planned, agreed between both"),
        Ending.LEFT: _("The client stopped coming, or ended it without agreement"),
        Ending.REFERRED: _("Referred to somebody else"),
        Ending.OTHER: _("Another way: moved away, fell ill, died, or the service ended it"),
    }[ending]


def when(file: ClientFile, session: Session) -> str:
    """The day and the time of a session on the clinic's clock."""
    time = clock(local(session.starts_at, file.timezone)) if session.starts_at else ""
    day = _("today") if session.day == file.today else long_day(session.day, file.today)
    return f"{day} {time}".strip()


def session_words(session: Session) -> str:
    """A session by number and day."""
    return _("session %(number)s, %(day)s") % {
        "number": session.number,
        "day": date_format(session.day, "j F"),
    }
