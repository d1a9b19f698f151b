"""Support tools: for everyone on staff to read, for a lead to change."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accord.basics.clock import clinic_day
from accord.basics.faults import Faults
from accord.repair.tools import Behind, shipped, tools_file
from accord.web.guard import needs
from accord.web.people.viewer import SEES
from accord.web.repair import tools_actions as actions
from accord.web.repair.forms import told
from accord.web.repair.tools_reading import editing, groups, tool_of, versions
from accord.web.repair.tools_words import name
from accord.web.therapy.reading import present

ANYONE = frozenset().union(*SEES.values())


@require_GET
@needs(*ANYONE)
def tools(request: HttpRequest) -> HttpResponse:
    """By what may be behind it, three at most for each; without any alarm."""
    shown = {"section": "tools", "groups": groups(request.viewer, _today(request)), "note": tools_file().note}
    return render(request, "repair/tools.html", shown)


@require_GET
@needs("all")
def settings(request: HttpRequest) -> HttpResponse:
    """Every tool with what can be done about it."""
    shown = {"section": "settings", "room": "tools", "groups": editing(request.viewer, _today(request))}
    return render(request, "repair/tools_settings.html", shown)


@require_http_methods(["GET", "POST"])
@needs("all")
def new(request: HttpRequest) -> HttpResponse:
    """Add a tool of the service's own."""
    sent = request.POST if request.method == "POST" else request.GET
    cause = Behind(sent["cause"]) if sent.get("cause") in set(Behind) else Behind.ALLIANCE
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            actions.add(viewer=request.viewer, cause=cause, **_read(request))
        except Faults as refused:
            faults = told(refused)
        else:
            messages.success(request, _("Added. It stands first for its cause."))
            return redirect("repair:tools_settings")
    causes = [(one.value, name(one), one is cause) for one in Behind]
    return _form(request, faults, causes=causes)


@require_http_methods(["GET", "POST"])
@needs("all")
def edit(request: HttpRequest, tool: str) -> HttpResponse:
    """Word one anew; below, every version there was."""
    found = tool_of(request.viewer, tool)
    if found is None:
        raise Http404
    now, number = found
    faults: dict[str, str] = {}
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            actions.keep(
                viewer=request.viewer,
                tool=tool,
                seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1,
                **_read(request),
            )
        except Faults as refused:
            faults = told(refused)
        else:
            messages.success(request, _("Kept as a new version. The one before is below."))
            return redirect("repair:tool", tool)
    ours = shipped().get(tool)
    typed = {
        "words": now.words,
        "evidence": "" if ours and now.evidence == ours.evidence else now.evidence,
        "day": now.on.isoformat() if now.on and not (ours and now.evidence == ours.evidence) else "",
    }
    return _form(
        request,
        faults,
        typed=typed,
        tool=tool,
        seen=number,
        cause=name(now.cause),
        backing=ours,
        versions=versions(request.viewer, tool, _today(request)),
    )


@require_POST
@needs("all")
def change(request: HttpRequest, tool: str) -> HttpResponse:
    """Hide a tool (`do=hide`), or bring back an earlier version (`do=back`, `number`)."""
    if tool_of(request.viewer, tool) is None:
        raise Http404
    number = request.POST.get("number", "")
    try:
        if request.POST.get("do") == "hide":
            actions.hide(viewer=request.viewer, tool=tool)
            messages.success(request, _("Hidden. Its words are kept, and can be brought back."))
            return redirect("repair:tools_settings")
        chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else -1
        actions.go_back(viewer=request.viewer, tool=tool, number=chosen)
    except Faults as refused:
        messages.warning(request, " ".join(told(refused).values()))
    else:
        messages.success(request, _("That version holds again, as a new one."))
    return redirect("repair:tool", tool)


def _read(request: HttpRequest) -> dict:
    return {
        "words": request.POST.get("words", "").replace("\r\n", "\n").replace("\0", ""),
        "evidence": request.POST.get("evidence", "").replace("\0", ""),
        "evidence_on": _day(request.POST.get("day", "")),
    }


def _day(written: str) -> date | None:
    """A day as browsers send it; anything else is none, since it says nothing about the evidence."""
    try:
        return date.fromisoformat(written.strip()) if written.strip() else None
    except ValueError:
        return None


def _form(request: HttpRequest, faults: dict[str, str], *, typed: dict | None = None, **more) -> HttpResponse:
    shown = {
        "section": "settings",
        "room": "tools",
        "faults": faults,
        "typed": request.POST if request.method == "POST" else typed or {},
        **more,
    }
    return render(request, "repair/tools_form.html", shown, status=422 if faults else 200)


def _today(request: HttpRequest) -> date:
    return clinic_day(present(), request.viewer.service.timezone)
