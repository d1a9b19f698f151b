"""The client's door: one link, one form, no account. No cookie is set and none is needed."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accord.basics.faults import Faults
from accord.basics.identifiers import new_key
from accord.instruments.definition import Instrument
from accord.instruments.text import text_pack
from accord.web.checkin.actions import (
    Answered,
    Receipt,
    answers_of,
    decline_all,
    decline_form,
    note_opened,
    received_before,
    record_answers,
    texts_of,
)
from accord.web.checkin.after import declining_page, sent_page, who_page
from accord.web.checkin.form import Posted, instant, once, read_form, written
from accord.web.checkin.links import current_response, link_behind
from accord.web.checkin.models import Link, Response
from accord.web.checkin.pages import Filled, crisis_of, form_page, offered, page_address
from accord.web.checkin.reasons import TOLD, Reason, closed, expired, known

# The token in the address is unguessable and opens one form: whoever could forge this request would need the link
# itself. Without a CSRF cookie an answer kept offline for a week is still taken.
open_door = csrf_exempt

LinkView = Callable[[HttpRequest, Link], HttpResponseBase]


def behind_link(view: LinkView) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """A view that gets the link instead of its token, and speaks the client's language."""

    @wraps(view)
    def opened(request: HttpRequest, link_token: str) -> HttpResponseBase:
        link = link_behind(link_token, answering=request.method == "POST")
        if link is None:
            return _no_form(request, None, Reason.FORGED)
        with translation.override(_language(request, link)):
            return view(request, link)

    return opened


def _language(request: HttpRequest, link: Link) -> str:
    """The language of a page: chosen, else the client's, else the service's, else the first there is words for."""
    there = offered(link.instrument)
    for chosen in (request.GET.get("lang", ""), request.POST.get("language", "")):
        if chosen in there:
            return chosen
    usual = (link.session.course.client.language, link.service.language)
    return next((code for code in usual if code in there), there[0] if there else "en")


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _no_form(request: HttpRequest, link: Link | None, reason: Reason) -> HttpResponse:
    told = TOLD[reason]
    title, sentence, what_to_do = _(told.title), _(told.sentence), _(told.what_to_do)
    if _wants_json(request):
        message = f"{title}. {sentence} {what_to_do}"
        return JsonResponse({"status": reason.value, "message": message}, status=told.status)
    problem = {
        "title": title,
        "sentence": sentence,
        "what_to_do": what_to_do,
        "contact": link.service.contact if link else "",
        "crisis": crisis_of(link.service) if link else None,
    }
    return _page(request, "problem", link, problem, status=told.status)


def refused(request: HttpRequest, link: Link) -> HttpResponse:
    """Why a closed link opens nothing, for the pages beside its form; call it only for a closed one."""
    return _no_form(request, link, closed(link) or Reason.WITHDRAWN)


def _page(
    request: HttpRequest, name: str, link: Link | None, shown: object, status: int = 200
) -> HttpResponse:
    """The page `name` in the client's frame; its template finds `shown` under that name."""
    context = {name: shown, "simulated": bool(link and link.service.simulated)}
    return render(request, f"checkin/{name}.html", context, status=status)


@open_door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def form(request: HttpRequest, link: Link) -> HttpResponseBase:
    """The form behind a link, and where its answers are sent."""
    if request.method == "POST":
        return _receive(request, link)
    if reason := closed(link):
        return _no_form(request, link, reason)
    instrument = known(link.instrument)
    if instrument is None:
        return _no_form(request, link, Reason.NO_WORDS)
    sent = current_response(link)
    if sent and request.GET.get("change") != "1":
        return redirect(page_address(link, "sent"))
    if sent and sent.openings.exists():
        return _no_form(request, link, Reason.READ)
    if expired(link):
        return _no_form(request, link, Reason.EXPIRED)
    if request.method == "GET":
        note_opened(link=link)
    answers, texts = (answers_of(sent), texts_of(sent)) if sent else ({}, {})
    filled = Filled(new_key(), answers, texts, {}, {}, correcting=bool(sent))
    return _form(request, link, instrument, filled)


def _form(
    request: HttpRequest, link: Link, instrument: Instrument, filled: Filled, status: int = 200
) -> HttpResponse:
    try:
        pack = text_pack(link.instrument, translation.get_language() or "en")
    except Faults:
        return _no_form(request, link, Reason.NO_WORDS)
    return _page(request, "form", link, form_page(link, instrument, pack, filled), status)


def _receive(request: HttpRequest, link: Link) -> HttpResponseBase:
    key = request.POST.get("idempotency_key", "") or new_key()
    before = received_before(link=link, idempotency_key=once(link.key, key)) if closed(link) else None
    if before:
        return _receipt(request, link, before)
    if reason := closed(link):
        return _no_form(request, link, reason)
    instrument = known(link.instrument, request.POST.get("version"))
    if instrument is None:
        return _no_form(request, link, Reason.VERSION)
    posted = read_form(instrument, request.POST, asks_safety=link.service.asks_safety)
    if posted.faults:
        return _not_taken(request, link, instrument, posted, _("Please look again."), 422)
    answered = Answered(
        instrument=instrument,
        answers=posted.answers,
        texts=posted.texts,
        idempotency_key=once(link.key, key),
        language=translation.get_language() or "en",
        channel="link",
        started_at=instant(request.POST.get("started_at", "")),
        finished_at=instant(request.POST.get("finished_at", "")),
    )
    try:
        return _receipt(request, link, record_answers(session=link.session, answered=answered, link=link))
    except OperationalError:
        if _wants_json(request):
            raise  # a 503, and the device keeps the answers
        notice = _(
            "The clinic’s computer cannot save this just now. Nothing is lost: please send it again in a minute."
        )
        return _not_taken(request, link, instrument, posted, notice, 503)


def _not_taken(
    request: HttpRequest, link: Link, instrument: Instrument, posted: Posted, notice: str, status: int
) -> HttpResponse:
    """The form once more with everything that was typed, or the same as JSON."""
    if _wants_json(request):
        return JsonResponse({"status": "faults", "faults": posted.faults, "message": notice}, status=status)
    filled = Filled(
        idempotency_key=request.POST.get("idempotency_key", "") or new_key(),
        answers=posted.answers,
        texts=posted.texts,
        written=written(instrument, request.POST, posted),
        faults=posted.faults,
        notice=notice,
        correcting=current_response(link) is not None,
        started_at=request.POST.get("started_at", ""),
    )
    return _form(request, link, instrument, filled, status)


def _receipt(request: HttpRequest, link: Link, receipt: Receipt) -> HttpResponseBase:
    standing = receipt.response.standing
    beside = {"beside": "1"} if standing == Response.Standing.AFTER_READING else {}
    address = page_address(link, "sent", **beside)
    if _wants_json(request):
        told = {"status": "received", "already": receipt.already, "standing": standing, "next": address}
        return JsonResponse(told)
    return redirect(address)


@never_cache
@require_safe
@behind_link
def sent(request: HttpRequest, link: Link) -> HttpResponseBase:
    """What became of the answers, the client's own line, and what they can still do."""
    response = current_response(link)
    if response is None:
        return redirect(page_address(link, "form"))
    shown = sent_page(link, response, after_reading=request.GET.get("beside") == "1")
    return _page(request, "sent", link, shown)


@never_cache
@require_safe
@behind_link
def who(request: HttpRequest, link: Link) -> HttpResponseBase:
    """Who sees the answers of this form, and why."""
    return _page(request, "who", link, who_page(link))


@open_door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def decline(request: HttpRequest, link: Link) -> HttpResponseBase:
    """A client says no to this form, or to all of them."""
    if request.method != "POST":
        return _page(request, "decline", link, declining_page(link))
    everything = request.POST.get("what") == "all"
    (decline_all if everything else decline_form)(link=link)
    return _page(request, "declined", link, declining_page(link, everything=everything))


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the form usable offline; served here so that its reach is the client's pages alone."""
    path = finders.find("accord/service-worker.js")
    if not path:
        raise Http404
    script = Path(path).read_text(encoding="utf-8")
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/c/"
    return response
