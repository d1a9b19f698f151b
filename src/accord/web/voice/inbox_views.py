"""What clients wrote to the person looking: the list, one letter, and answering it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accord.basics.faults import Faults
from accord.web.attention.views import ANYONE
from accord.web.guard import needs
from accord.web.therapy.reading import present
from accord.web.voice import concerns
from accord.web.voice.inbox_page import inbox_page, letter_page
from accord.web.voice.models import Concern


@require_GET
@needs(*ANYONE)
def inbox(request: HttpRequest) -> HttpResponse:
    """What clients wrote to this person; names, days and promises, no words."""
    page = inbox_page(request.viewer, present())
    return render(request, "voice/inbox.html", {"section": "letters", "page": page})


def _letter(request: HttpRequest, key: str) -> Concern:
    theirs = request.viewer.concerns.select_related(
        "client", "course__therapist", "recipient", "service", "answered_by"
    )
    return get_object_or_404(theirs, key=key)


@require_GET
@needs(*ANYONE)
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """One letter; opening it is what the client is told as read."""
    found = _letter(request, key)
    concerns.read(viewer=request.viewer, concern=found)
    return _page(request, found)


def _page(request: HttpRequest, found: Concern, status: int = 200, **more: str) -> HttpResponse:
    page = letter_page(request.viewer, found, present())
    return render(
        request, "voice/inbox_letter.html", {"section": "letters", "page": page} | more, status=status
    )


@require_POST
@needs(*ANYONE)
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """An answer in words that the client reads."""
    found, written = _letter(request, key), request.POST.get("answer", "")
    try:
        first = concerns.answer(viewer=request.viewer, concern=found, words=written)
    except Faults as refused:
        fault = refused.faults[0]
        return _page(request, found, 422, written=written, fault=f"{fault.what} {fault.do}".strip())
    if first:
        messages.success(request, _("Answered. The client reads it on the page that they kept."))
        return redirect("voice:inbox")
    messages.warning(request, _("This was answered before. The first answer stands; yours was not sent."))
    return redirect("voice:letter", key=key)
