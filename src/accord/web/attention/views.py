"""Today, safety answers, what is due: thin views over the presenters of this room."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accord.basics.faults import Faults
from accord.signals.known import MAIN
from accord.web.attention import actions, risk
from accord.web.attention.day_reading import read_day
from accord.web.attention.due_page import due_page
from accord.web.attention.risk_page import risk_page
from accord.web.attention.today import today_page
from accord.web.attention.words import address
from accord.web.guard import needs
from accord.web.people.viewer import SEES
from accord.web.therapy.reading import present, read_spreads

ANYONE = frozenset().union(
    *SEES.values()
)  # whoever is named in a safety answer may open it, whatever their role


def first_page(viewer) -> str:
    """Where a person without Today begins: a safety answer or a letter that waits, else what their role is for."""
    if viewer.alerts.filter(acknowledged_at=None).exists():
        return address("attention:risk")
    if viewer.concerns.filter(answered_at=None).exists():
        return address("voice:inbox")
    settings = address("people:settings") if "settings" in viewer.may else ""
    return settings or address("attention:welcome")


@require_GET
@needs(*ANYONE)
def today(request: HttpRequest) -> HttpResponse:
    """The day of the person looking; roles without one are led to their first page."""
    viewer = request.viewer
    if "today" not in viewer.may:
        return redirect(first_page(viewer))
    at = present()
    page = today_page(
        read_day(viewer, at),
        read_spreads(viewer.service, MAIN),
        at=at,
        zone=viewer.service.timezone,
        own="own" in viewer.may,
        leads=bool(viewer.may & {"all", "team"}),
    )
    return render(request, "attention/today.html", {"section": "today", "page": page})


@require_GET
@needs(*ANYONE)
def welcome(request: HttpRequest) -> HttpResponse:
    """The first page of somebody whose work with Accord is not on these pages, such as a researcher."""
    return render(request, "attention/welcome.html", {"section": "today"})


@require_GET
@needs(*ANYONE)
def safety(request: HttpRequest) -> HttpResponse:
    """Safety answers: what is open and what was done."""
    page = risk_page(request.viewer, present())
    for one in page.open:
        request.viewer.saw("alert", one.key)
    return render(request, "attention/risk.html", {"section": "today", "page": page})


@require_POST
@needs(*ANYONE)
def acknowledge(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody acted on a safety answer and says what they did."""
    alert = get_object_or_404(request.viewer.alerts, key=key)
    written = request.POST.get("done", "")
    late = alert.acknowledged_at is not None
    try:
        alert = risk.acknowledge(viewer=request.viewer, alert=alert, done=written)
    except Faults as refused:
        fault = refused.faults[0]
        page = risk_page(
            request.viewer, present(), faulty=key, fault=f"{fault.what} {fault.do}".strip(), written=written
        )
        return render(request, "attention/risk.html", {"section": "today", "page": page}, status=422)
    if late or alert.acknowledged_by_id != request.viewer.staff.pk:
        who = alert.acknowledged_by.name if alert.acknowledged_by else ""
        messages.warning(
            request, _("%(who)s had acknowledged this before. The first line stands.") % {"who": who}
        )
    else:
        messages.success(request, _("Acknowledged. It is in the trail, and nobody else is told any more."))
    return redirect("attention:risk")


@require_POST
@needs("clients")
def talked_about(request: HttpRequest, key: str) -> HttpResponse:
    """A concern that a client raised has been talked about."""
    response = get_object_or_404(request.viewer.responses, key=key)
    actions.talked_about(viewer=request.viewer, response=response)
    messages.success(request, _("Noted: you talked about it."))
    return redirect("attention:today")


@require_GET
@needs("today", "due")
def due(request: HttpRequest) -> HttpResponse:
    """Forms missed, clients unseen, messages that do not leave, and who does not want to be asked."""
    page = due_page(request.viewer, present())
    return render(request, "attention/due.html", {"section": "due", "page": page})
