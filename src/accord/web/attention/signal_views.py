"""What is done about a person's signals: let them rest with a reason, bring them back, say that one was none."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accord.basics.clock import clinic_day
from accord.basics.faults import Faults
from accord.web.attention import signal_actions as actions
from accord.web.attention.noticed import snoozed
from accord.web.attention.words import capital, long_day, short
from accord.web.guard import needs
from accord.web.therapy.models import Course
from accord.web.therapy.reading import present

USUALLY = timedelta(days=7)  # until the next session, for most


def _courses(request: HttpRequest):
    """Courses whose signals this person may act on: their own, or all of the service as its lead."""
    viewer = request.viewer
    return viewer.courses if "all" in viewer.may else viewer.own_courses


def _course(request: HttpRequest, key: str) -> Course:
    return get_object_or_404(_courses(request).select_related("client", "service"), key=key)


def _page(course: Course, **query: str) -> str:
    asked = "&".join(f"{field}={value}" for field, value in {"course": course.key, **query}.items())
    return f"{reverse('therapy:client', args=[course.client.key])}?{asked}"


@require_http_methods(["GET", "POST"])
@needs("own", "all")
def snooze(request: HttpRequest, key: str) -> HttpResponse:
    """Let a person's signals rest until a day, with a reason."""
    course = _course(request, key)
    today = clinic_day(present(), course.service.timezone)
    reason, written = request.POST.get("reason", ""), request.POST.get("until", "").strip()
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            until = date.fromisoformat(written)
        except ValueError:
            until, faults["until"] = today + USUALLY, _no_day(written, today)
        if faults and not reason.strip():
            faults["reason"] = _("This line is empty. Write in a few words why this can wait.")
        if not faults:
            try:
                actions.snooze(viewer=request.viewer, course=course, reason=reason, until=until)
            except Faults as refused:
                faults = {one.where: capital(f"{one.what} {one.do}".strip()) for one in refused.faults}
            else:
                said = _("%(client)s rests until %(day)s. It can be ended on this page.")
                messages.success(request, said % {"client": course.client, "day": long_day(until, today)})
                return redirect(_page(course))
    context = {
        "section": "clients",
        "course": course,
        "client": course.client,
        "short": short(str(course.client)),
        "resting": snoozed(request.viewer, [course.pk]).get(course.pk),
        "reason": reason,
        "until": written or (today + USUALLY).isoformat(),
        "first": (today + timedelta(days=1)).isoformat(),
        "last": (today + actions.LONGEST_SNOOZE).isoformat(),
        "longest": actions.LONGEST_REASON,
        "back": _page(course),
        "faults": faults,
    }
    return render(request, "attention/snooze.html", context, status=422 if faults else 200)


def _no_day(written: str, today: date) -> str:
    if not written:
        return _("Choose a day.")
    return _("There is no such day. Write it like %(day)s.") % {"day": today.isoformat()}


@require_POST
@needs("own", "all")
def unsnooze(request: HttpRequest, key: str) -> HttpResponse:
    """Bring a person's signals back now."""
    course = _course(request, key)
    actions.unsnooze(viewer=request.viewer, course=course)
    messages.success(request, _("The snooze has ended."))
    return redirect(_page(course))


@require_POST
@needs("own", "all")
def say(request: HttpRequest, key: str) -> HttpResponse:
    """Say that a signal was no dip or not useful, or take that back."""
    rows = request.viewer.signals.filter(course__in=_courses(request)).select_related("course__client")
    signal = get_object_or_404(rows, key=key)
    said = request.POST.get("said", "")
    try:
        actions.say(viewer=request.viewer, signal=signal, said=said)
    except Faults as refused:
        messages.warning(request, " ".join(capital(f"{one.what} {one.do}") for one in refused.faults))
        return redirect(_page(signal.course))
    if said == actions.TAKE_BACK:
        messages.success(request, _("Taken back. It stands again."))
        return redirect(_page(signal.course))
    return redirect(_page(signal.course, said=signal.key))
