"""Supervision: the agenda, what is ticked and noted in a meeting, and its record. For supervisors alone."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accord.basics.faults import Faults
from accord.web.attention import supervision_actions as actions
from accord.web.attention.supervision import agenda_page, reasons_of
from accord.web.attention.supervision_case import Case
from accord.web.attention.supervision_reading import (
    case_of,
    of_others,
    open_meeting_of,
    read_agenda,
    team,
)
from accord.web.attention.supervision_record import record_page
from accord.web.guard import needs
from accord.web.repair.access import may_change
from accord.web.repair.actions import give_back
from accord.web.therapy.reading import present

# The fields of the note form, by the place that a fault names.
FIELDS = {"note": "note", "agreed": "agreed", "agreed by": "agreed_by"}


@require_GET
@needs("team")
def agenda(request: HttpRequest) -> HttpResponse:
    """Whom to talk about; what is ticked and noted while the meeting is open."""
    return _agenda(request, writing=request.GET.get("note", ""))


def _agenda(
    request: HttpRequest,
    *,
    writing: str = "",
    faults: Mapping[str, str] | None = None,
    written: Mapping[str, str] | None = None,
) -> HttpResponse:
    viewer, at = request.viewer, present()
    page = agenda_page(read_agenda(viewer, at), at, viewer.service.timezone, writing=writing)
    viewer.saw("agenda", viewer.key, courses=[one.course for one in page.rows])
    shown = {"section": "supervision", "page": page, "faults": faults or {}, "written": written}
    return render(request, "attention/supervision.html", shown, status=422 if faults else 200)


@require_POST
@needs("team")
def meeting_open(request: HttpRequest) -> HttpResponse:
    """The meeting begins, or who is in the room changes."""
    viewer = request.viewer
    chosen = team(viewer).filter(key__in=request.POST.getlist("present"))
    new = open_meeting_of(viewer) is None
    actions.open_meeting(viewer=viewer, present=chosen)
    messages.success(request, _("The meeting has begun.") if new else _("Noted who is in the room."))
    return redirect("attention:agenda")


@require_POST
@needs("team")
def talk(request: HttpRequest, key: str) -> HttpResponse:
    """A person was talked about (`do=tick`), was not after all (`untick`), a note is kept (`note`), or their repair
    goes back to the therapist (`give_back`).
    """
    viewer, do = request.viewer, request.POST.get("do", "tick")
    course = get_object_or_404(of_others(viewer).select_related("client", "therapist"), key=key)
    case = case_of(viewer, course, present())
    if do == "untick":
        return _untick(request, course)
    if case.kept is None:
        why = [one.key for one in reasons_of(case, present(), viewer.service.timezone)]
        actions.talk(viewer=viewer, course=course, why=why)
    if do == "give_back":
        return _give_back(request, case)
    if do == "note":
        return _note(request, course)
    return redirect(_row(course.key, writing=True))


def _give_back(request: HttpRequest, case: Case) -> HttpResponse:
    viewer = request.viewer
    row = (
        may_change(viewer).filter(key=case.repair.key).first() if case.repair and case.repair.asked else None
    )
    if row is None:
        messages.warning(request, _("The repair is not in supervision any more."))
    else:
        give_back(viewer=viewer, repair=row)
        said = _("The repair is with %(who)s again.") % {"who": case.therapist or _("the therapist")}
        messages.success(request, said)
    return redirect(_row(case.course))


def _row(course: str, *, writing: bool = False) -> str:
    """The agenda at the row of this course."""
    return reverse("attention:agenda") + (f"?note={course}" if writing else "") + f"#{course}"


def _untick(request: HttpRequest, course) -> HttpResponse:
    kept = _kept(request, course)
    if kept is not None:
        try:
            actions.take_back(viewer=request.viewer, talk=kept)
        except Faults as refused:
            fault = refused.faults[0]
            messages.warning(request, f"{fault.what[:1].upper()}{fault.what[1:]} {fault.do}")
            return redirect(_row(course.key, writing=True))
    return redirect(_row(course.key))


def _kept(request: HttpRequest, course):
    """What is kept about this course in the meeting that is open now; None while nothing is."""
    meeting = open_meeting_of(request.viewer)
    return (
        meeting.talks.filter(course=course).select_related("meeting", "course").first() if meeting else None
    )


def _note(request: HttpRequest, course) -> HttpResponse:
    viewer, sent = request.viewer, request.POST
    written = {name: sent.get(name, "") for name in FIELDS.values()}
    who = viewer.colleagues.filter(key=written["agreed_by"]).first() if written["agreed_by"] else None
    try:
        actions.note(
            viewer=viewer,
            talk=_kept(request, course),
            note=written["note"],
            agreed=written["agreed"],
            agreed_by=who,
        )
    except Faults as refused:
        told = {FIELDS[one.where]: f"{one.what[:1].upper()}{one.what[1:]} {one.do}" for one in refused.faults}
        return _agenda(request, writing=course.key, faults=told, written=written)
    messages.success(request, _("Kept. Only you can read it."))
    return redirect(_row(course.key))


@require_POST
@needs("team")
def meeting_close(request: HttpRequest) -> HttpResponse:
    """The meeting is over; its record is kept and shown."""
    meeting = open_meeting_of(request.viewer)
    if meeting is None:
        messages.warning(request, _("No meeting is open, so there was nothing to close."))
        return redirect("attention:agenda")
    actions.close_meeting(viewer=request.viewer, meeting=meeting)
    messages.success(request, _("The meeting is closed and its record is kept."))
    return redirect("attention:meeting", meeting.key)


@require_GET
@needs("team")
def meeting(request: HttpRequest, key: str) -> HttpResponse:
    """The record of a meeting that this supervisor led."""
    found = get_object_or_404(request.viewer.meetings.select_related("led_by"), key=key)
    page = record_page(request.viewer, found, present())
    request.viewer.saw("meeting", found.key)
    return render(request, "attention/meeting.html", {"section": "supervision", "page": page})


@require_POST
@needs("team")
def agreed_done(request: HttpRequest, key: str) -> HttpResponse:
    """What was agreed is done (`done=yes`) or not after all (`done=no`)."""
    viewer = request.viewer
    found = get_object_or_404(viewer.agreements.filter(course__in=of_others(viewer)), key=key)
    done = request.POST.get("done") != "no"
    actions.agreed_done(viewer=viewer, talk=found, done=done)
    messages.success(request, _("Noted as done.") if done else _("It stands here again."))
    return redirect(reverse("attention:agenda") + "#left")
