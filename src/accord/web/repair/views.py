"""Pages of repairs: the list, how one begins, one repair with its four steps, and what is done about it as a whole."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accord.basics.faults import Faults, refuse
from accord.repair.event import Ending, Origin, Strain
from accord.repair.state import Stage
from accord.web.checkin.actions import open_responses
from accord.web.guard import needs
from accord.web.repair import actions, noting
from accord.web.repair.access import may_begin, may_change
from accord.web.repair.begin_page import begin_page, sessions, sources
from accord.web.repair.forms import read_seen, read_steps, told
from accord.web.repair.list_page import list_page
from accord.web.repair.models import Repair
from accord.web.repair.page import repair_page
from accord.web.repair.page_steps import Typed
from accord.web.repair.reading import read_repair, today_of
from accord.web.repair.tools_reading import beside
from accord.web.repair.writing import Meanwhile
from accord.web.therapy.client_reading import ClientFile, read_client, shown_responses
from accord.web.therapy.models import Course
from accord.web.therapy.reading import present


@require_GET
@needs("clients")
def repairs(request: HttpRequest) -> HttpResponse:
    """The repairs of this person's clients."""
    page = list_page(request.viewer, present())
    return render(request, "repair/repairs.html", {"section": "clients", "page": page})


@require_http_methods(["GET", "POST"])
@needs("own", "team")
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Begin a repair: from what, about which session, how it shows. One that is open already is opened instead."""
    viewer = request.viewer
    courses = may_begin(viewer).select_related("client", "service", "therapist")
    course = get_object_or_404(courses, key=key)
    going = viewer.repairs.filter(course=course).exclude(stage=Stage.CLOSED.value).first()
    if going is not None:
        messages.warning(request, _("A repair is open already: this one."))
        return redirect("repair:repair", going.key)
    file = read_client(viewer, course, present())
    faults: dict[str, str] = {}
    if course.ended_on is not None:
        faults["course"] = _(
            "This course has ended. A repair needs a session to come: begin a new course first."
        )
    sent = request.POST if request.method == "POST" else request.GET
    chosen, session, strain = (sent.get(name, "") for name in ("from", "session", "strain"))
    if request.method == "POST" and not faults:
        faults = _wrong(file, chosen, session)
        if not faults:
            try:
                made = _begin(request, course, chosen, session, strain)
            except Faults as refused:
                faults = told(refused)
            else:
                return redirect("repair:repair", made.key)
    page = begin_page(file, chosen=chosen, session=session, strain=strain, faults=faults)
    shown = {"section": "clients", "page": page, "course": course, "client": course.client}
    return render(
        request, "repair/begin.html", shown, status=422 if faults and request.method == "POST" else 200
    )


def _wrong(file: ClientFile, chosen: str, session: str) -> dict[str, str]:
    faults = {}
    if chosen not in sources(file):
        faults["from"] = _("Say what it begins from.")
    if session and session not in sessions(file):
        faults["session"] = _("Choose a session of this list.")
    return faults


def _begin(request: HttpRequest, course: Course, chosen: str, session: str, strain: str) -> Repair:
    viewer = request.viewer
    kind, _colon, key = chosen.partition(":")
    origin = Origin(kind)
    signal = viewer.signals.filter(course=course, key=key).first() if origin is Origin.SIGNAL else None
    response = (
        viewer.responses.filter(session__course=course, key=key).first() if origin is Origin.CONCERN else None
    )
    if session:
        about = viewer.sessions.filter(course=course, key=session).first()
    elif signal is not None:
        about = signal.about
    elif response is not None:
        about = response.session
    else:
        newest = next(iter(sessions(read_client(viewer, course, present()))), "")
        about = viewer.sessions.filter(course=course, key=newest).first()
    begun = actions.begin(
        viewer=viewer,
        course=course,
        origin=origin,
        about=about,
        strain=Strain(strain) if strain in set(Strain) else Strain.UNSURE,
        signal=signal,
        response=response,
    )
    return begun.repair


@require_http_methods(["GET", "POST"])
@needs("clients")
def repair(request: HttpRequest, key: str) -> HttpResponse:
    """One repair: looking at it is noted; what is sent are its steps."""
    row = _repair(request, key)
    if request.method == "GET":
        return _page(request, row)
    row = get_object_or_404(may_change(request.viewer), pk=row.pk)
    sent = read_steps(request.POST)
    typed = {one.step: one for one in sent.noted}
    try:
        saved = noting.note(
            viewer=request.viewer, repair=row, noted=sent.noted, seen=sent.seen, tell=sent.tell
        )
    except Faults as refused:
        return _page(request, row, Typed(typed, sent.tell, faults=told(refused)), status=422)
    except Meanwhile as new:
        return _page(request, row, Typed(typed, sent.tell, meanwhile=new.numbers), status=409)
    if saved.meanwhile:
        messages.success(request, _("Kept. Somebody else saved in between: see what happened, below."))
    elif not saved.steps and sent.tell is None:
        messages.success(request, _("There was nothing new to keep."))
    return redirect(reverse("repair:repair", args=[key]) + (f"#{sent.back_to}" if sent.back_to else ""))


@require_POST
@needs("clients")
def act(request: HttpRequest, key: str) -> HttpResponse:
    """Look again and go on, take it to supervision and back, close it, open it again."""
    row = get_object_or_404(may_change(request.viewer), pk=_repair(request, key).pk)
    sent = Typed(ending=request.POST.get("ending", ""), reason=request.POST.get("reason", ""))
    try:
        _do(request, row, sent)
    except Faults as refused:
        return _page(request, row, replace(sent, faults=told(refused)), status=422)
    except Meanwhile as new:
        return _page(request, row, replace(sent, meanwhile=new.numbers), status=409)
    return redirect("repair:repair", key)


def _do(request: HttpRequest, row: Repair, sent: Typed) -> None:
    do, seen = request.POST.get("do", ""), read_seen(request.POST)
    if do == "close":
        if sent.ending not in set(Ending):
            raise refuse("ending", _("Choose how it ended."))
        actions.close(
            viewer=request.viewer, repair=row, ending=Ending(sent.ending), reason=sent.reason, seen=seen
        )
    elif do in DOES:
        DOES[do](viewer=request.viewer, repair=row, seen=seen)
    else:
        raise refuse("repair", _("Choose what to do."))


DOES: dict[str, Callable] = {
    "look": actions.look,
    "ask": actions.ask,
    "give_back": actions.give_back,
    "reopen": actions.reopen,
}


def _repair(request: HttpRequest, key: str) -> Repair:
    rows = request.viewer.repairs.select_related(
        "course__client", "course__service", "course__therapist", "signal", "begun_by"
    )
    return get_object_or_404(rows, key=key)


def _page(
    request: HttpRequest, row: Repair, typed: Typed | None = None, *, status: int = 200
) -> HttpResponse:
    viewer = request.viewer
    file = read_repair(viewer, _repair(request, row.key), present())
    with transaction.atomic():
        open_responses(viewer=viewer, responses=shown_responses(viewer, file.file))
        viewer.saw("repair", row.key)
    shown = {"section": "clients", "page": repair_page(file, typed), "client": file.row.course.client}
    shown |= beside(viewer, file.cause, today_of(file), file.file.pronoun)
    return render(request, "repair/repair.html", shown, status=status)
