"""What is done on the page of working together: a therapist says what they give."""

from collections.abc import Mapping

from django.db import transaction

from accord.basics.faults import Fault, Faults
from accord.course.session import Attendance
from accord.instruments.definition import Answer, Missing
from accord.instruments.registry import instrument
from accord.web.checkin.actions import Answered, Receipt, record_answers
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course, Session
from accord.web.therapy.together_reading import GIVES

HELD = [one.value for one in Attendance if one.held]


@transaction.atomic
def say_given(
    *, viewer: Viewer, course: Course, answers: Mapping[int, Answer], once: str, language: str
) -> Receipt:
    """Keep what the therapist says they give, with the session they held last. Raises every fault at once.

    It is kept as raw answers like every form, and noted in the trail there.
    """
    session = last_session(course)
    faults = []
    if course.therapist_id != viewer.staff.pk:
        faults.append(
            Fault("therapist", "only the therapist of this course can say what they give.", "Ask them.")
        )
    if course.ended_on:
        faults.append(Fault("course", "this course has ended.", "Begin a new one to go on."))
    if session is None:
        faults.append(Fault("session", "there is no session yet.", "Book the first one."))
    if all(isinstance(one, Missing) for one in answers.values()):
        faults.append(Fault("places", "no place was tapped.", "Tap a place on at least one line."))
    if faults:
        raise Faults(faults)
    answered = Answered(
        instrument=instrument(GIVES),
        answers=answers,
        texts={},
        idempotency_key=once,
        language=language,
        channel="screen",
    )
    return record_answers(session=session, answered=answered, by=viewer.staff)


def last_session(course: Course) -> Session | None:
    """The session that was held last, else the first that is booked; None without any."""
    sessions = course.sessions.order_by("day", "starts_at", "order", "pk")
    held = sessions.filter(attendance__in=HELD).last()
    return held or sessions.filter(attendance=Attendance.PLANNED.value).first()
