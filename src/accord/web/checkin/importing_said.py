"""What an import says of a course as a whole is noted where nobody has said it; what is there already never changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accord.course.session import Attendance
from accord.exchange.said import Said
from accord.exchange.table import RowFault
from accord.web.people.models import Service
from accord.web.therapy.models import Course, Session

_CHANGE = "An import never changes what is noted; change it on the client's page."


@dataclass
class Noted:
    """How many courses ended, how many others something was noted of, and the rows that say otherwise."""

    ended: int = 0
    noted: int = 0
    conflicts: list[RowFault] = field(default_factory=list)


def note_courses(
    service: Service,
    courses: Mapping[str, Sequence[Course]],
    said: Mapping[str, Said],
    columns: Mapping[str, str],
) -> Noted:
    """Note it for the courses of each client, within the running transaction; `columns` names them in a fault."""
    done = Noted()
    planned = Session.objects.filter(service=service, attendance=Attendance.PLANNED.value)
    booked = set(planned.values_list("course_id", flat=True)) if said else set()
    for client, one in said.items():
        if not _about_a_course(one):
            continue
        course = _meant(courses[client], one)
        if course is None:
            what = "the client has several courses, and this day belongs to none or to two."
            done.conflicts.append(RowFault(one.place, one.row, "", what, "Leave the row out."))
            continue
        wrong = [
            RowFault(one.place, one.row, columns[name], what, _CHANGE)
            for name, what in _otherwise(course, one)
        ]
        done.conflicts += wrong
        new = {} if wrong else _new(course, one)
        if not new:
            continue
        Course.objects.filter(pk=course.pk).update(**new)
        if "ended_on" not in new:
            done.noted += 1
            continue
        done.ended += 1
        if course.pk in booked:  # as when a course is ended on its page
            ahead = planned.filter(course_id=course.pk, day__gt=one.day)
            ahead.update(attendance=Attendance.CANCELLED.value)
    return done


def _about_a_course(one: Said) -> bool:
    return any(told is not None for told in (one.ended, one.treatment, one.planned))


def _meant(courses: Sequence[Course], one: Said) -> Course | None:
    around = [course for course in courses if course.started_on <= one.day <= (course.ended_on or one.day)]
    fitting = courses if len(courses) == 1 else around
    return fitting[0] if len(fitting) == 1 else None


def _otherwise(course: Course, one: Said) -> Iterator[tuple[str, str]]:
    """What is noted already in another way, by its name in the map."""
    ending = one.ended.ending if one.ended else None
    if ending and course.ending not in ("", ending.value):
        yield "ended", "how this course ended is noted otherwise already."
    if one.treatment and course.treatment not in ("", one.treatment):
        yield "treatment", "another treatment is noted for this course already."
    if one.planned and course.planned not in (None, one.planned):
        yield "planned", "another number of planned sessions is noted for this course already."


def _new(course: Course, one: Said) -> dict[str, Any]:
    """The fields that nobody had filled."""
    told: dict[str, Any] = {"treatment": one.treatment, "planned": one.planned}
    if one.ended is not None:
        ending = one.ended.ending
        told |= {"ended_on": one.day, "ending": ending.value if ending else None, "ended_how": one.ended.how}
    return {name: value for name, value in told.items() if value and not getattr(course, name)}
