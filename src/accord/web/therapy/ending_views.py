"""How a course ends: the day, how it ended from a closed set, and a few words; said later where nobody said it."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accord.basics.clock import clinic_day
from accord.course.ending import Ending
from accord.course.session import Attendance
from accord.web.guard import needs
from accord.web.therapy import actions, forms
from accord.web.therapy.meeting_words import ending_words
from accord.web.therapy.models import Course
from accord.web.therapy.reading import present
from accord.web.therapy.views import _back, _course, _form


@require_http_methods(["GET", "POST"])
@needs("own", "all")
def end(request: HttpRequest, key: str) -> HttpResponse:
    """End a course, and say how it ended; for one that is over, the saying alone."""
    course = _course(request, key, change=True)
    today = clinic_day(present(), course.service.timezone)
    faults: dict[str, str] = {}
    if request.method == "POST":
        faults = _said_how(request, course) if course.ended_on else _ended(request, course, today)
        if not faults:
            return _back(course)
    ahead = course.sessions.filter(attendance=Attendance.PLANNED.value, day__gt=today).count()
    endings = [(one.value, ending_words(one)) for one in Ending]
    return _form(request, "therapy/end.html", course, faults, ahead=ahead, endings=endings)


def _ended(request: HttpRequest, course: Course, today: date) -> dict[str, str]:
    read = forms.read_ending(request.POST, today=today, began=course.started_on)
    if not isinstance(read, forms.CourseEnd):
        return read
    actions.end_course(viewer=request.viewer, course=course, on=read.on, ending=read.ending, how=read.how)
    messages.success(request, _("The course has ended. Nothing more is asked."))
    return {}


def _said_how(request: HttpRequest, course: Course) -> dict[str, str]:
    read = forms.read_how_it_ended(request.POST)
    if isinstance(read, dict):
        return read
    ending, how = read
    actions.note_ending(viewer=request.viewer, course=course, ending=ending, how=how)
    messages.success(request, _("Kept."))
    return {}
