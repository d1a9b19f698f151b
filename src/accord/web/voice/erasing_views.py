"""Requests to erase, for leads: who asked, by when it is decided, and deciding it in words that the client reads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accord.basics.faults import Faults
from accord.web.attention.words import capital
from accord.web.guard import needs
from accord.web.voice import erasing as actions
from accord.web.voice.deciding_page import deciding_page, requests_page

decides = needs("all")


@decides
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Every request that waits, the first due one first, and what was decided before."""
    rows = request.viewer.erasures.select_related("client", "decided_by", "service")
    return render(request, "voice/erasures.html", {"section": "due", "page": requests_page(rows)})


@decides
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, key: str) -> HttpResponse:
    """Decide one request: granted, in part, or refused, with the reason; what is ticked is erased."""
    rows = request.viewer.erasures.select_related("client", "decided_by", "service")
    one = get_object_or_404(rows, key=key)
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = actions.decide(
                viewer=request.viewer,
                erasure=one,
                outcome=request.POST.get("outcome", ""),
                decision=request.POST.get("decision", ""),
                erased=request.POST.getlist("parts"),
                known=request.POST.get("known") == "1",
            )
        except Faults as refused:
            for fault in refused.faults:
                faults.setdefault(fault.where, capital(f"{fault.what} {fault.do}".strip()))
        else:
            done = _("Decided, and erased.") if made.erased else _("Decided. Nothing was erased.")
            messages.success(request, done)
            return redirect("voice:erasures")
    page = deciding_page(one, request.POST if request.method == "POST" else None, faults)
    return render(
        request, "voice/erasure.html", {"section": "due", "page": page}, status=422 if faults else 200
    )
