"""Asking, seen by staff. Every record is reached through the person looking; what is not theirs is not there."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.basics.identifiers import new_key
from accord.instruments.definition import Instrument, Respondent
from accord.instruments.registry import UnknownInstrument
from accord.instruments.registry import instrument as definition
from accord.instruments.text import NoText
from accord.web.checkin import actions, asking, links, pages, sending
from accord.web.checkin.form import once, read_form
from accord.web.checkin.models import Link
from accord.web.guard import needs
from accord.web.people.models import Client
from accord.web.people.viewer import therapist_only
from accord.web.therapy.cover import rating_instruments
from accord.web.therapy.models import Session

SESSION_PARTS = ("service", "course__client", "course__therapist", "therapist")
# Those who work with the client, or lead the service: a supervisor reads, and asks nobody.
asks = needs("own", "all")


def _session(request: HttpRequest, key: str) -> Session:
    return get_object_or_404(request.viewer.sessions.select_related(*SESSION_PARTS), key=key)


def _link(request: HttpRequest, key: str) -> Link:
    parts = ["service", *(f"session__{part}" for part in SESSION_PARTS)]
    return get_object_or_404(request.viewer.links.select_related(*parts), key=key)


def _asks_for(request: HttpRequest, one: Session, instrument: str) -> bool:
    """Whether this person may ask with a form: what is for the therapist alone only they ask, hand out and type in."""
    return instrument not in therapist_only() or one.course.therapist_id == request.viewer.staff.pk


def _client_form(request: HttpRequest, one: Session, name: str) -> Instrument:
    """The client's form with this id, or 404: staff have no others to ask with."""
    try:
        found = definition(name)
    except UnknownInstrument:
        raise Http404 from None
    if found.respondent is not Respondent.CLIENT or not _asks_for(request, one, found.id):
        raise Http404
    return found


def _back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Back to the page that sent the form, when it is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if ours and wanted.startswith("/") else otherwise)


def _client_page(client: Client) -> str:
    return reverse("therapy:client", args=[client.key])


def _about(session: Session) -> dict:
    """What the pages about one session share."""
    client = session.course.client
    return {
        "section": "clients",
        "session": session,
        "client": client,
        "client_url": _client_page(client),
        "day": asking.told(session.starts_at, session.service) or formats.date_format(session.day, "j F"),
    }


@asks
@require_safe
def session(request: HttpRequest, key: str) -> HttpResponse:
    """Every form of one session: what was asked and where it stands, and what else could be asked."""
    one = _session(request, key)
    client = one.course.client
    told = list(request.viewer.messages.filter(client=client))
    made = request.viewer.links.filter(session=one).select_related("service").order_by("made_at")
    rows = [asking.asked(link, client, told) for link in made]
    known = {row.instrument for row in rows}
    choices = [
        choice
        for choice in asking.askable(client.language)
        if choice.instrument not in known and _asks_for(request, one, choice.instrument)
    ]
    context = _about(one) | {
        "rows": rows,
        "choices": [choice for choice in choices if not choice.why_not],
        "way": asking.way_words(client),
        "declined": [
            definition(decline.instrument).title
            for decline in client.declines.all()
            if _asks_for(request, one, decline.instrument)
        ],
    }
    return render(request, "ask/session.html", context)


@asks
@require_safe
def qr(request: HttpRequest, key: str, instrument: str) -> HttpResponse:
    """The code of one form on the screen, and what else can be done with its link."""
    one = _session(request, key)
    form = _client_form(request, one, instrument)
    client = one.course.client
    context = _about(one) | {"instrument": form, "way": asking.way_words(client)}
    try:
        asking.pack_for(form.id, client.language, one.service.language)
    except NoText as reason:
        return render(request, "ask/no_words.html", context | {"reason": reason.faults[0]}, status=409)
    if client.declined_all_at or client.declines.filter(instrument=form.id).exists():
        return render(request, "ask/declined.html", context)
    link = links.make_link(one, form.id)
    row = asking.asked(link, client, request.viewer.messages.filter(about=link.key))
    context |= {"link": link, "row": row, "until": asking.told(link.expires_at, one.service)}
    if row.state.open:
        context |= {"code": mark_safe(links.qr_svg(link)), "address": links.address(link)}  # segno's own
    return render(request, "ask/qr.html", context)


@asks
@require_safe
def card(request: HttpRequest, key: str) -> HttpResponse:
    """A card to print and hand over, in the client's language."""
    link = _link(request, key)
    if not asking.state_of(link, now()).open:
        return redirect("ask:qr", key=link.session.key, instrument=link.instrument)
    client = link.session.course.client
    try:
        pack = asking.pack_for(link.instrument, client.language, link.service.language)
    except NoText:
        return redirect("ask:qr", key=link.session.key, instrument=link.instrument)
    with translation.override(pack.language):
        card = {
            "service": link.service.name,
            "title": pack.title,
            "day": formats.date_format(link.session.day, "l j F"),
            "recipient": pages.recipient_of(link),
            "qr_svg": mark_safe(links.qr_svg(link)),  # segno's own
            "url": links.address(link),
            "expires": asking.told(link.expires_at, link.service),
            "crisis": pages.crisis_of(link.service),
            "back_url": reverse("ask:qr", args=[link.session.key, link.instrument]),
        }
        context = {"card": card, "simulated": link.service.simulated}
        return render(request, "checkin/card.html", context)


@asks
@require_POST
def send(request: HttpRequest, key: str) -> HttpResponse:
    """Send a link by the client's own way, now."""
    link = _link(request, key)
    try:
        sending.send_now(viewer=request.viewer, link=link)
    except Faults as refused:
        messages.error(request, f"{refused.faults[0].what} {refused.faults[0].do}")
    else:
        messages.success(request, _("The link is on its way."))
    return _back(request, reverse("ask:qr", args=[link.session.key, link.instrument]))


@asks
@require_POST
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Close a link."""
    link = _link(request, key)
    sending.withdraw(viewer=request.viewer, link=link)
    messages.success(request, _("The link is closed. You can open it again."))
    return _back(request, reverse("ask:qr", args=[link.session.key, link.instrument]))


@asks
@require_POST
def reopen(request: HttpRequest, key: str) -> HttpResponse:
    """Open a closed link again: undo, or a second chance after it expired."""
    link = _link(request, key)
    sending.reopen(viewer=request.viewer, link=link)
    messages.success(request, _("The link is open again."))
    return _back(request, reverse("ask:qr", args=[link.session.key, link.instrument]))


@asks
@require_POST
def again(request: HttpRequest, key: str) -> HttpResponse:
    """The client told staff that they want to be asked again."""
    client = get_object_or_404(request.viewer.clients, key=key)
    actions.ask_again(viewer=request.viewer, client=client)
    messages.success(request, _("%(who)s is asked again.") % {"who": client})
    return _back(request, _client_page(client))


@asks
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, key: str, instrument: str) -> HttpResponse:
    """Type in a form that was filled in on paper; it is kept as such, with who typed it."""
    one = _session(request, key)
    form = _client_form(request, one, instrument)
    if request.method == "POST" and request.POST.get("session", key) != key:
        one = get_object_or_404(
            request.viewer.sessions.select_related(*SESSION_PARTS),
            key=request.POST["session"],
            course=one.course,
        )
    before = asking.current_answers(request.viewer.responses, one, form.id)
    client = one.course.client
    context = _about(one) | {
        "instrument": form,
        "before": before and asking.told(before.received_at, one.service),
    }
    try:
        pack = asking.pack_for(form.id, client.language, one.service.language)
    except NoText as reason:
        return render(request, "ask/no_words.html", context | {"reason": reason.faults[0]}, status=409)
    typed = None
    if request.method == "POST":
        typed = asking.read_paper(
            form, request.POST, one, asks_safety=one.service.asks_safety, has_answers=bool(before)
        )
        if not typed.posted.faults and not typed.faults:
            return _keep_paper(request, one, form, typed, pack.language)
    held = request.viewer.sessions.filter(course=one.course, day__lte=now().date()).order_by(
        "-day", "-starts_at"
    )
    context |= {
        "pack": pack,
        "fields": asking.fields(
            form,
            pack,
            therapist=one.therapist.name if one.therapist else "",
            asks_safety=one.service.asks_safety,
            posted=typed.posted if typed else None,
        ),
        "faults": typed.faults if typed else {},
        "any_fault": bool(typed),
        "sessions": [(other.key, formats.date_format(other.day, "D j F Y")) for other in held],
        "day_value": request.POST.get("day") or one.day.isoformat(),
        "idempotency_key": request.POST.get("idempotency_key") or new_key(),
    }
    return render(request, "ask/paper.html", context, status=422 if typed else 200)


def _keep_paper(
    request: HttpRequest, one: Session, form: Instrument, typed: asking.Typed, language: str
) -> HttpResponse:
    at = asking.filled_in_at(typed.day, one)
    receipt = actions.record_answers(
        session=one,
        answered=actions.Answered(
            instrument=form,
            answers=typed.posted.answers,
            texts=typed.posted.texts,
            idempotency_key=once(f"paper {one.key}", request.POST.get("idempotency_key") or new_key()),
            language=language,
            channel="paper",
            finished_at=at,
        ),
        by=request.viewer.staff,
    )
    messages.success(request, _("Kept, and marked as typed in from paper by you."))
    if receipt.positive_risk:
        alert = receipt.response.alert
        names = " · ".join(one.name for one in (alert.clinician, alert.deputy) if one)
        messages.warning(
            request,
            _("It holds a safety answer. %(names)s are being told now; the clock runs.") % {"names": names},
        )
    return redirect(_client_page(one.course.client))


def _own_session(request: HttpRequest, key: str) -> Session:
    """The session to rate: only its own therapist has a rating to give."""
    one = _session(request, key)
    if one.therapist != request.viewer.staff:
        raise PermissionDenied
    return one


def _rated(request: HttpRequest, one: Session) -> bool:
    return request.viewer.responses.filter(session=one, instrument__in=rating_instruments()).exists()


@needs("own")
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, key: str) -> HttpResponse:
    """The therapist's own view of a session, before the client's answers are uncovered."""
    one = _own_session(request, key)
    client = one.course.client
    if _rated(request, one):
        messages.info(request, _("You have rated this session already."))
        return redirect(_client_page(client))
    form = definition(asking.TWIN)
    pack = asking.pack_for(form.id, request.LANGUAGE_CODE, one.service.language)
    posted = read_form(form, request.POST) if request.method == "POST" else None
    if posted and not posted.faults and asking.said_anything(posted):
        actions.record_answers(
            session=one,
            answered=actions.Answered(
                instrument=form,
                answers=asking.twin_answers(posted),
                texts=posted.texts,
                idempotency_key=once("twin", one.key),
                language=pack.language,
                channel="screen",
            ),
            by=request.viewer.staff,
        )
        return redirect(_client_page(client))
    context = _about(one) | {
        "pack": pack,
        "lines": asking.fields(form, pack, therapist="", asks_safety=True, posted=posted),
        "empty": bool(posted) and not posted.faults,
        "faults": list(posted.faults.values()) if posted else [],
        "early": one.starts_at is not None and one.starts_at > now(),
    }
    return render(request, "ask/rate.html", context, status=422 if posted else 200)


@needs("own")
@require_POST
def skip(request: HttpRequest, key: str) -> HttpResponse:
    """The therapist did not rate this session; that is recorded, and the answers are uncovered."""
    one = _own_session(request, key)
    actions.skip_rating(viewer=request.viewer, session=one)
    return redirect(_client_page(one.course.client))
