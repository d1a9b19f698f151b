"""What rules read from a course in the same way: ratings in order, single answers, and evidence."""

from datetime import datetime

from accord.course.course import Course
from accord.course.plan import OVERDUE_AFTER
from accord.course.session import Session
from accord.instruments.definition import Respondent
from accord.signals.signal import Seen


def rated(
    course: Course, instrument: str, scale: str, who: Respondent = Respondent.CLIENT
) -> list[tuple[Session, float]]:
    """The sessions with a rating, in order, each with its value."""
    found = []
    # As Course.line, without making a Point each: every rule asks this at every check-in.
    for session in course.sessions:
        rating = session.rating(instrument, who)
        value = rating.scores.get(scale) if rating else None
        if isinstance(value, float):
            found.append((session, value))
    return found


def answer(session: Session, instrument: str, item: int, who: Respondent = Respondent.CLIENT) -> float | None:
    """The answer to one item at a session; None when it was not asked, declined or not reached."""
    rating = session.rating(instrument, who)
    found = rating.answers.get(item) if rating else None
    return found if isinstance(found, float) else None


def held(course: Course) -> list[Session]:
    """The sessions that took place, in order."""
    return [session for session in course.sessions if session.attendance.held]


def waited(session: Session, at: datetime | None) -> bool:
    """Whether an answer about this session is late at `at`; without an instant, what is not there is not coming."""
    if at is None:
        return True
    if session.starts_at is None:
        return at.date() - session.day > OVERDUE_AFTER
    return at - session.starts_at > OVERDUE_AFTER


def seen(
    session: Session, what: str, value: float | None, low: float | None = None, high: float | None = None
) -> Seen:
    """The session as evidence."""
    return Seen(session.key, session.number, what, value, low, high)
