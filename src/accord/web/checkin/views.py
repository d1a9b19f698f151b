"""The client's door: one link, one form, no account. No cookie is set and none is needed."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accord.basics.clock import now
from accord.basics.identifiers import new_key
from accord.instruments.definition import Instrument
from accord.instruments.registry import UnknownInstrument
from accord.instruments.registry import instrument as definition
from accord.instruments.scoring import risk_items
from accord.instruments.text import NoText, TextPack, languages, text_pack
from accord.web.checkin import pages
from accord.web.checkin.actions import (
    Answered,
    Receipt,
    answers_of,
    decline_all,
    decline_form,
    record_answers,
    texts_of,
)
from accord.web.checkin.form import read_form
from accord.web.checkin.links import link_behind, token
from accord.web.checkin.models import Link, Response

# The token in the address is unguessable and opens one form: whoever could forge this request would need the link
# itself. Without a CSRF cookie an answer kept offline for a week is still taken.
open_door = csrf_exempt


def _problem(request: HttpRequest, link: Link | None, status: int, kind: str) -> HttpResponse:
    title, sentence, what_to_do = {
        "forged": (
            _("This link does not open a form"),
            _("Part of the address may be missing, or it was changed on the way."),
            _("Open it again from your message, or ask for a new one."),
        ),
        "expired": (
            _("This link has closed"),
            _("It was open for a limited time."),
            _("You can ask for a new one. What you already sent is safe."),
        ),
        "withdrawn": (
            _("This form is no longer needed"),
            _("It was closed, so nothing you write here would be read."),
            _("If you want to say something, please speak to the clinic."),
        ),
        "declined": (
            _("You asked not to get this form"),
            _("So we do not ask."),
            _("If you change your mind, tell your therapist."),
        ),
        "used": (
            _("These answers have been opened"),
            _("They were sent and read, so they can no longer be changed here."),
            _("You can talk about them when you next meet."),
        ),
        "no_words": (
            _("This form has no words yet"),
            _("The clinic has not added the licensed wording, so it cannot be shown."),
            _("You need not do anything. The clinic can add a text pack."),
        ),
        "version": (
            _("This form has changed"),
            _("Your answers belong to a version that is not known here. They are still on your device."),
            _("Please open the link again, or speak to the clinic."),
        ),
    }[kind]
    if _wants_json(request):
        return JsonResponse({"status": kind, "message": f"{title}. {sentence} {what_to_do}"}, status=status)
    problem = {"title": title, "sentence": sentence, "what_to_do": what_to_do}
    problem["contact"] = link.service.contact if link else ""
    context = {"problem": problem, "crisis": pages.crisis_of(link.service) if link else None, "kind": kind}
    context["simulated"] = bool(link and link.service.simulated)
    return render(request, "checkin/problem.html", context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _language(request: HttpRequest, link: Link, offered: tuple[str, ...]) -> str:
    """The language of a page: chosen, else the client's, else the service's, else the first there is words for."""
    wanted = [request.GET.get("lang", ""), request.POST.get("language", "")]
    wanted += [link.session.course.client.language, link.service.language]
    return next((code for code in wanted if code in offered), offered[0] if offered else "en")


def _closed(link: Link) -> str:
    """Why this link takes nothing any more, or an empty string. An expired link still takes what was typed before."""
    if link.withdrawn_at:
        return "withdrawn"
    return "declined" if link.declined_at else ""


@open_door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, link_token: str) -> HttpResponseBase:
    """The form behind a link, and where its answers are sent."""
    link = link_behind(link_token)
    if link is None:
        return _problem(request, None, 404, "forged")
    with translation.override(_language(request, link, languages(link.instrument))):
        if closed := _closed(link):
            return _problem(request, link, 410, closed)
        return _receive(request, link) if request.method == "POST" else _show(request, link)


def _show(request: HttpRequest, link: Link) -> HttpResponse:
    instrument = definition(link.instrument)
    try:
        pack = text_pack(link.instrument, translation.get_language() or "en")
    except NoText:
        return _problem(request, link, 503, "no_words")
    sent = _current(link)
    if sent and sent.openings.exists():
        return _problem(request, link, 410, "used")
    if link.expires_at < now():
        return _problem(request, link, 410, "expired")
    if sent and request.GET.get("change") != "1":
        return redirect("checkin:sent", link_token=token(link))
    if link.opened_at is None and request.method == "GET":
        Link.objects.filter(pk=link.pk).update(opened_at=now())
    page = pages.form_page(
        link,
        instrument,
        pack,
        idempotency_key=new_key(),
        answers=answers_of(sent) if sent else None,
        texts=texts_of(sent) if sent else None,
        correcting=bool(sent),
    )
    return render(
        request, "checkin/form.html", {"form": page, "crisis": page.crisis, "simulated": page.simulated}
    )


def _current(link: Link) -> Response | None:
    """The client's newest answers for this link's form and session."""
    counting = Response.objects.counting()
    return counting.filter(session=link.session, instrument=link.instrument, respondent="client").first()


def _receive(request: HttpRequest, link: Link) -> HttpResponseBase:
    try:
        posted_version = request.POST.get("version", "")
        instrument = definition(link.instrument, int(posted_version) if posted_version.isdigit() else None)
    except UnknownInstrument:
        return _problem(request, link, 422, "version")
    posted = read_form(instrument, request.POST, asks_safety=link.service.asks_safety)
    key = request.POST.get("idempotency_key", "")[:64] or new_key()
    if posted.faults:
        return _faulty(request, link, instrument, posted, key)
    answered = Answered(
        instrument=instrument,
        answers=posted.answers,
        texts=posted.texts,
        idempotency_key=f"{link.key}:{key}"[:64],
        language=translation.get_language() or "en",
        channel="link",
        started_at=_instant(request.POST.get("started_at", "")),
        finished_at=_instant(request.POST.get("finished_at", "")),
    )
    return _receipt(request, link, record_answers(session=link.session, answered=answered, link=link))


def _instant(text: str) -> datetime | None:
    """An instant with a time zone from an ISO text of the device; None for anything that is none or lies ahead."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if instant.tzinfo is None or instant.year < 2000:
        return None
    return instant if instant <= now() else None


def _faulty(request: HttpRequest, link: Link, instrument: Instrument, posted, key: str) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse(
            {"status": "faults", "faults": posted.faults, "message": _("Please look again.")}, status=422
        )
    try:
        pack: TextPack = text_pack(link.instrument, translation.get_language() or "en")
    except NoText:
        return _problem(request, link, 503, "no_words")
    page = pages.form_page(
        link,
        instrument,
        pack,
        idempotency_key=key,
        answers=posted.answers,
        texts=posted.texts,
        faults=posted.faults,
    )
    context = {"form": page, "crisis": page.crisis, "simulated": page.simulated}
    return render(request, "checkin/form.html", context, status=422)


def _receipt(request: HttpRequest, link: Link, receipt: Receipt) -> HttpResponseBase:
    address = f"{reverse('checkin:sent', args=[token(link)])}?lang={translation.get_language()}"
    if receipt.response.standing == Response.Standing.AFTER_READING:
        address += "&beside=1"
    if _wants_json(request):
        return JsonResponse(
            {
                "status": "received",
                "already": receipt.already,
                "standing": receipt.response.standing,
                "next": address,
            }
        )
    return redirect(address)


@never_cache
@require_safe
def sent(request: HttpRequest, link_token: str) -> HttpResponseBase:
    """What became of the answers, the client's own line, and what they can still do."""
    link = link_behind(link_token)
    if link is None:
        return _problem(request, None, 404, "forged")
    with translation.override(_language(request, link, languages(link.instrument))):
        response = _current(link)
        if response is None:
            return redirect("checkin:form", link_token=token(link))
        instrument = definition(response.instrument, response.version)
        answers = answers_of(response)
        felt_off = link.instrument == "accord-check-in" and (answers.get(5) == 1 or answers.get(6) == 1)
        opened = response.openings.exists()
        page = pages.Sent(
            recipient=pages.recipient_of(link),
            next_day=pages.next_day(link),
            own_line_svg=_own_line(link),
            seen_by=pages.recipient_of(link),
            concern=felt_off,
            positive_risk=bool(risk_items(instrument, answers)),
            already=request.GET.get("again") == "1",
            late=response.standing == Response.Standing.LATE,
            after_reading=request.GET.get("beside") == "1",
            can_change=not opened and link.expires_at > now() and not _closed(link),
            change_url=reverse("checkin:form", args=[token(link)]) + "?change=1",
            who_url=reverse("checkin:who", args=[token(link)]),
            contact=link.service.contact,
            crisis=pages.crisis_of(link.service),
            simulated=link.service.simulated,
            more=_more(link),
        )
        context = {"sent": page, "crisis": page.crisis, "simulated": page.simulated}
        return render(request, "checkin/sent.html", context)


def _own_line(link: Link) -> str | None:
    if not link.service.shows_own_line or link.instrument != "accord-check-in":
        return None
    rows = (
        Response.objects.counting()
        .filter(session__course=link.session.course, instrument=link.instrument, respondent="client")
        .filter(scores__scale="TOTAL")
        .order_by("session__day", "session__starts_at", "session__order", "pk")
        .values_list("scores__value", flat=True)
    )
    return pages.own_line(list(rows)[-12:])


def _more(link: Link) -> tuple[tuple[str, str], ...]:
    """Other open forms of the same session: their title and address."""
    others = Link.objects.filter(
        session=link.session, sent_at=None, withdrawn_at=None, declined_at=None, expires_at__gt=now()
    ).exclude(pk=link.pk)
    rows = []
    for other in others:
        try:
            title = text_pack(other.instrument, translation.get_language() or "en").title
        except NoText:
            continue
        rows.append((title, reverse("checkin:form", args=[token(other)])))
    return tuple(rows)


@require_safe
def who(request: HttpRequest, link_token: str) -> HttpResponseBase:
    """Who sees the answers of this form, and why."""
    link = link_behind(link_token)
    if link is None:
        return _problem(request, None, 404, "forged")
    with translation.override(_language(request, link, languages(link.instrument))):
        context = {
            "who": {"rows": _who_rows(link)},
            "back": reverse("checkin:form", args=[token(link)]),
            "crisis": pages.crisis_of(link.service),
            "simulated": link.service.simulated,
        }
        return render(request, "checkin/who.html", context)


def _who_rows(link: Link) -> list[tuple[str, str, str]]:
    rows = [(pages.recipient_of(link), _("your therapist"), _("to prepare your next session"))]
    newest: dict[str, bool] = {}
    for consent in link.session.course.client.consents.order_by("at", "pk"):
        newest[consent.purpose] = consent.granted
    if newest.get("supervision"):
        rows.append((_("Supervisor"), _("of your therapist"), _("because you agreed")))
    rows.append((_("Service lead"), link.service.name, _("to see that nobody is missed")))
    if newest.get("research"):
        rows.append((_("Research"), _("without your name"), _("because you agreed")))
    rows.append((_("You"), _("with this link"), _("until it closes")))
    return rows


@open_door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, link_token: str) -> HttpResponseBase:
    """A client says no to this form, or to all of them."""
    link = link_behind(link_token)
    if link is None:
        return _problem(request, None, 404, "forged")
    with translation.override(_language(request, link, languages(link.instrument))):
        context = {
            "crisis": pages.crisis_of(link.service),
            "simulated": link.service.simulated,
            "recipient": pages.recipient_of(link),
            "back": reverse("checkin:form", args=[token(link)]),
        }
        if request.method != "POST":
            return render(request, "checkin/decline.html", context)
        everything = request.POST.get("what") == "all"
        (decline_all if everything else decline_form)(link=link)
        return render(request, "checkin/declined.html", context | {"all": everything})


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the form usable offline; served here so that its reach is the client's pages alone."""
    from django.contrib.staticfiles import finders

    path = finders.find("accord/service-worker.js")
    if not path:
        raise Http404
    with open(path, encoding="utf-8") as file:
        response = HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/c/"
    return response
