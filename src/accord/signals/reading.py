"""What rules read from a course in the same way: ratings in order, single answers, and evidence."""

from accord.course.course import Course
from accord.course.session import Session
from accord.instruments.definition import Respondent
from accord.signals.signal import Seen


def rated(
    course: Course, instrument: str, scale: str, who: Respondent = Respondent.CLIENT
) -> list[tuple[Session, float]]:
    """The sessions with a rating, in order, each with its value."""
    return [
        (point.session, point.value)
        for point in course.line(instrument, scale, who)
        if isinstance(point.value, float)
    ]


def answer(session: Session, instrument: str, item: int, who: Respondent = Respondent.CLIENT) -> float | None:
    """The answer to one item at a session; None when it was not asked, declined or not reached."""
    rating = session.rating(instrument, who)
    found = rating.answers.get(item) if rating else None
    return found if isinstance(found, float) else None


def seen(
    session: Session, what: str, value: float | None, low: float | None = None, high: float | None = None
) -> Seen:
    """The session as evidence."""
    return Seen(session.key, session.number, what, value, low, high)
