"""What a service learns from its own sessions; so far, how many alarms are worth it. For the lead."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accord.basics.faults import Faults
from accord.web.attention.learnt import learnt_of, replay_of
from accord.web.attention.signal_actions import choose_setting
from accord.web.guard import needs
from accord.web.learning.budget import budget_page, in_words, share
from accord.web.learning.said import read_said, said_words
from accord.web.learning.versions import read_versions
from accord.web.therapy.reading import present


@require_http_methods(["GET", "POST"])
@needs("all")
def budget(request: HttpRequest) -> HttpResponse:
    """How many alarms are worth it: look at a setting (`?at=0.06`), and keep one by sending it."""
    if request.method == "POST":
        return _keep(request)
    return _page(request, request.GET.get("at", ""))


def _page(request: HttpRequest, wanted: str, fault: str = "") -> HttpResponse:
    viewer = request.viewer
    page = budget_page(
        learnt_of(viewer.service),
        replay_of(viewer.service),
        read_versions(viewer),
        at=present(),
        zone=viewer.service.timezone,
        wanted=share(wanted),
    )
    viewer.saw("alarms", viewer.service.key)
    said = said_words(read_said(viewer))
    shown = {"section": "learning", "page": page, "said": said, "fault": fault}
    return render(request, "learning/budget.html", shown, status=422 if fault else 200)


def _keep(request: HttpRequest) -> HttpResponse:
    sent = share(request.POST.get("at", ""))
    if sent is None:
        return _page(request, "", _("Choose one of the settings below. Nothing was changed."))
    before = learnt_of(request.viewer.service)
    try:
        made = choose_setting(viewer=request.viewer, false_alarms=sent)
    except Faults:
        return _page(
            request, "", _("There is no such setting. Choose one of those below; nothing was changed.")
        )
    if made.chosen != before.chosen:
        now = in_words(made.chosen)
        messages.success(
            request,
            _("Kept: %(now)s. It holds from now on; earlier alarms stay as they were.") % {"now": now},
        )
    return redirect("learning:budget")
