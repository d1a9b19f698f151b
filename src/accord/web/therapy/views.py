"""Pages about one client. Everything is reached through the person looking; what is not theirs is not there."""

import csv
from io import StringIO

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accord.basics.clock import clinic_day
from accord.basics.faults import Faults
from accord.charts.table import CHARTS
from accord.course.session import Attendance, SessionKind
from accord.web import bundled
from accord.web.attention.words import capital, local, long_day, short
from accord.web.checkin.actions import open_responses
from accord.web.guard import needs
from accord.web.learning.word_line import word_line
from accord.web.therapy import actions, forms
from accord.web.therapy.client_page import ClientPage, client_page
from accord.web.therapy.client_reading import ClientFile, read_client, shown_responses
from accord.web.therapy.gap_words import gap_prompts_of
from accord.web.therapy.meeting_words import attendance_words, how
from accord.web.therapy.models import Course, Session
from accord.web.therapy.numbers import COLUMNS, number_rows
from accord.web.therapy.reading import present
from accord.web.therapy.review_page import ReviewPage, review_page
from accord.web.therapy.together_side import beside


def _courses(request: HttpRequest, *, change: bool = False):
    """Courses this person may open; to change something they are the therapist, or lead the service."""
    viewer = request.viewer
    found = viewer.courses if not change or "all" in viewer.may else viewer.own_courses
    return found.select_related("client", "service", "therapist")


def _course(request: HttpRequest, key: str, *, change: bool = False) -> Course:
    """The course of a client that is meant: the one named, else the one that goes on, else the newest; or 404."""
    found = _courses(request, change=change).filter(client__key=key)
    named = request.GET.get("course")
    if named:
        return get_object_or_404(found, key=named)
    course = found.order_by(F("ended_on").desc(nulls_first=True), "-started_on", "-pk").first()
    if course is None:
        raise Http404
    return course


def _file(request: HttpRequest, key: str) -> tuple[ClientFile, Course]:
    course = _course(request, key)
    return read_client(request.viewer, course, present()), course


def _drawings(chart: str, picture) -> dict:
    """Both sizes of a picture, ready for a template."""
    if picture is None:
        return {}
    made = CHARTS[chart]
    # The charts escape every word they write (charts/drawing.py).
    return {"wide": mark_safe(made.svg(picture)), "narrow": mark_safe(made.svg(picture, narrow=True))}


@require_GET
@needs("clients")
def client(request: HttpRequest, key: str) -> HttpResponse:
    """One client: the sentence, why, the line, its parts, the outcome; opening it is noted."""
    file, course = _file(request, key)
    page = client_page(file)
    together = beside(request.viewer, file)
    with transaction.atomic():
        open_responses(viewer=request.viewer, responses=shown_responses(request.viewer, file))
        request.viewer.saw("course", course.key)
    return render(
        request,
        "therapy/client.html",
        {
            "section": "clients",
            "page": page,
            "together": together,
            "gap_prompts": gap_prompts_of(file),
            "line": _drawings("line", page.line),
            "parts": [(part, _drawings("small", part.picture)) for part in page.parts],
            "outcome": _drawings("outcome", page.outcome),
            "spec_url": _spec_url(file, "client"),
            "table_url": "#table",
            "changes": _may_change(request, course),
            "undo": _undo(request, course),
            "said": _said(request, course),
            "word": word_line(request.viewer, file, request.GET.get("talked", "")),
        },
    )


def _may_change(request: HttpRequest, course: Course) -> bool:
    return "all" in request.viewer.may or course.therapist_id == request.viewer.staff.pk


def _spec_url(file: ClientFile, page: str) -> str:
    """Where the interactive drawings come from; empty where Vega is not here, and the SVG stays."""
    if not bundled.script().exists():
        return ""
    return f"{reverse('therapy:chart', args=[file.client])}?course={file.course_key}&of={page}"


def _undo(request: HttpRequest, course: Course) -> dict | None:
    """What was just noted about a session, with the way back; from the address, so it lives as long as the page."""
    if "noted" not in request.GET or not _may_change(request, course):
        return None
    session = course.sessions.filter(key=request.GET["noted"]).first()
    was, kind = request.GET.get("was", ""), request.GET.get("kind", "")
    if session is None or was not in set(Attendance) or kind not in set(SessionKind):
        return None
    said = _("%(day)s: %(noted)s.") % {
        "day": long_day(session.day, clinic_day(present(), course.service.timezone)),
        "noted": attendance_words(Attendance(session.attendance)),
    }
    return {"said": capital(said), "session": session.key, "was": was, "kind": kind}


def _said(request: HttpRequest, course: Course) -> dict | None:
    """What was just said about a signal, with the way back."""
    if "said" not in request.GET or not _may_change(request, course):
        return None
    signal = request.viewer.signals.filter(course=course, key=request.GET["said"]).first()
    if signal is None or not hasattr(signal, "verdict"):
        return None
    words = {
        "not_a_dip": _("Noted: it was not a dip. It is counted, and leaves your pages."),
        "not_useful": _("Noted: it was not useful. It is counted, and leaves your pages."),
    }
    return {"key": signal.key, "words": words[signal.verdict.said]}


@require_GET
@needs("clients")
def chart(request: HttpRequest, key: str) -> JsonResponse:
    """The specifications of a page's pictures, by name; the same values as its inline SVG."""
    file, _row = _file(request, key)
    page = review_page(file) if request.GET.get("of") == "review" else client_page(file)
    narrow = request.GET.get("narrow") == "1"
    return JsonResponse(
        {
            name: CHARTS[chart].spec(picture, narrow=narrow)
            for name, (chart, picture) in _pictures(page).items()
        }
    )


def _pictures(page: ClientPage | ReviewPage) -> dict:
    """The pictures of a page by the name they have in its template."""
    if isinstance(page, ReviewPage):
        found = {
            "intervals": ("intervals", page.intervals),
            "gap": ("gap", page.gap),
            "dependability": ("dependability", page.steps),
        }
    else:
        found = {
            "line": ("line", page.line),
            "outcome": ("outcome", page.outcome),
            **{part.scale: ("small", part.picture) for part in page.parts},
        }
    return {name: pair for name, pair in found.items() if pair[1] is not None}


@require_GET
@needs("clients")
def numbers(request: HttpRequest, key: str) -> HttpResponse:
    """The numbers of this page as a file; taking them out is noted in the trail."""
    file, course = _file(request, key)
    with transaction.atomic():
        open_responses(viewer=request.viewer, responses=shown_responses(request.viewer, file))
        request.viewer.saw("course", course.key, taken="numbers")
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(number_rows(file))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="accord-{file.today:%Y-%m-%d}-{file.client}.csv"'
    )
    return response


@require_GET
@needs("clients")
def review(request: HttpRequest, key: str) -> HttpResponse:
    """The session-3 review."""
    file, course = _file(request, key)
    page = review_page(file)
    with transaction.atomic():
        open_responses(viewer=request.viewer, responses=shown_responses(request.viewer, file))
        request.viewer.saw("course", course.key, page="review")
    return render(
        request,
        "therapy/review.html",
        {
            "section": "clients",
            "page": page,
            "intervals": _drawings("intervals", page.intervals),
            "gap": _drawings("gap", page.gap),
            "steps": _drawings("dependability", page.steps),
            "spec_url": _spec_url(file, "review"),
            "changes": _may_change(request, course),
        },
    )


@require_POST
@needs("own", "all")
def reviewed(request: HttpRequest, key: str) -> HttpResponse:
    """The review was looked at."""
    course = _course(request, key, change=True)
    actions.mark_reviewed(viewer=request.viewer, course=course)
    return _back(course, "therapy:review")


def _back(course: Course, name: str = "therapy:client", **query: str) -> HttpResponse:
    asked = "&".join(f"{field}={value}" for field, value in {"course": course.key, **query}.items())
    return redirect(f"{reverse(name, args=[course.client.key])}?{asked}")


def _form(
    request: HttpRequest, template: str, course: Course, faults: dict[str, str], **more
) -> HttpResponse:
    """A small form about a course, with what was typed and the faults beside their fields."""
    today = clinic_day(present(), course.service.timezone)
    context = {
        "section": "clients",
        "course": course,
        "client": course.client,
        "short": short(str(course.client)),
        "typed": request.POST if request.method == "POST" else {},
        "faults": faults,
        "today": today,
        "kinds": [(kind.value, capital(how(kind))) for kind in SessionKind],
        **more,
    }
    return render(request, template, context, status=422 if faults else 200)


def _told(faults: Faults, field: str) -> dict[str, str]:
    """The faults of an action, beside the field they belong to."""
    return {field: " ".join(capital(f"{one.what} {one.do}".strip()) for one in faults.faults)}


@require_http_methods(["GET", "POST"])
@needs("own", "all")
def book(request: HttpRequest, key: str) -> HttpResponse:
    """Book a session."""
    course = _course(request, key, change=True)
    today = clinic_day(present(), course.service.timezone)
    faults: dict[str, str] = {}
    if course.ended_on:
        faults["day"] = _("This course has ended. Begin a new one to book sessions.")
    elif request.method == "POST":
        read = forms.read_booking(request.POST, zone=course.service.timezone, today=today)
        if isinstance(read, forms.Booking):
            try:
                session = actions.book(
                    viewer=request.viewer, course=course, starts_at=read.starts_at, kind=read.kind
                )
            except Faults as refused:
                faults = _told(refused, "time")
            else:
                return _back(course, noted=session.key, was=Attendance.CANCELLED.value, kind=read.kind.value)
        else:
            faults = read
    last = course.sessions.exclude(starts_at=None).order_by("-starts_at").first()
    usual = local(last.starts_at, course.service.timezone).strftime("%H:%M") if last else ""
    return _form(
        request, "therapy/book.html", course, faults, usual=usual, kind=last.kind if last else "in_person"
    )


@require_http_methods(["GET", "POST"])
@needs("own", "all")
def session(request: HttpRequest, key: str) -> HttpResponse:
    """Whether and how a session took place; noting it again changes it."""
    courses = _courses(request, change=True)
    one = get_object_or_404(
        request.viewer.sessions.filter(course__in=courses).select_related(
            "course__client", "course__service"
        ),
        key=key,
    )
    faults: dict[str, str] = {}
    if request.method == "POST":
        read = forms.read_noted(request.POST)
        if isinstance(read, forms.Noted):
            was, kind = one.attendance, one.kind
            actions.note_attendance(
                viewer=request.viewer, session=one, attendance=read.attendance, kind=read.kind
            )
            if request.POST.get("undo"):
                messages.success(request, _("Put back as it was."))
                return _back(one.course)
            return _back(one.course, noted=one.key, was=was, kind=kind)
        faults = read
    return _form(
        request,
        "therapy/session.html",
        one.course,
        faults,
        one=one,
        number=_number(one),
        when=_when(one),
        attendances=[(value.value, capital(attendance_words(value))) for value in Attendance],
    )


def _number(one: Session) -> int | None:
    """The number of a session in its course, None for one that fell out."""
    rows = one.course.sessions.order_by("day", "starts_at", "order", "pk").values_list("key", "attendance")
    counted = [key for key, attendance in rows if Attendance(attendance).counts]
    return counted.index(one.key) + 1 if one.key in counted else None


def _when(one: Session) -> str:
    zone = one.course.service.timezone
    day = long_day(one.day, clinic_day(present(), zone))
    return f"{day} {local(one.starts_at, zone):%H:%M}" if one.starts_at else day


@require_http_methods(["GET", "POST"])
@needs("own", "all")
def transfer(request: HttpRequest, key: str) -> HttpResponse:
    """Hand a course over to another therapist."""
    course = _course(request, key, change=True)
    today = clinic_day(present(), course.service.timezone)
    colleagues = list(
        request.viewer.colleagues.filter(roles__role="therapist")
        .exclude(pk=course.therapist_id)
        .order_by("name")
        .distinct()
    )
    faults: dict[str, str] = {}
    if request.method == "POST":
        read = forms.read_hand_over(request.POST, keys=[one.key for one in colleagues], today=today)
        if isinstance(read, forms.HandOver):
            to = next(one for one in colleagues if one.key == read.to)
            try:
                actions.transfer(viewer=request.viewer, course=course, to=to, on=read.on)
            except Faults as refused:
                faults = _told(refused, "therapist")
            else:
                return _handed_over(request, course, to.name)
        else:
            faults = read
    return _form(request, "therapy/transfer.html", course, faults, colleagues=colleagues)


def _handed_over(request: HttpRequest, course: Course, name: str) -> HttpResponse:
    said = _("%(client)s is now with %(name)s.") % {"client": course.client, "name": name}
    messages.success(request, said)
    return (
        _back(course) if request.viewer.courses.filter(pk=course.pk).exists() else redirect("therapy:clients")
    )
