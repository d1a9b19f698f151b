"""Where a client says that something feels off: from a form, from their own page, and the page of what they sent."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accord.basics.faults import Faults
from accord.basics.identifiers import new_key
from accord.web.checkin.links import token as link_token
from accord.web.checkin.models import Link
from accord.web.checkin.pages import page_address
from accord.web.checkin.views import behind_link, refused
from accord.web.people.models import Service
from accord.web.therapy.models import Course
from accord.web.therapy.reading import present
from accord.web.voice import concerns, doors
from accord.web.voice.concern_page import Typed, complaint_route, off_page, sent_page
from accord.web.voice.concern_readers import answerable
from accord.web.voice.fit.page import service_called
from accord.web.voice.me_reading import course_of
from accord.web.voice.me_views import behind_door
from accord.web.voice.models import Concern, Door

shown_or_sent = require_http_methods(["GET", "HEAD", "POST"])


LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)  # those that clients' pages are written in


def own_language(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that speaks the language that the client chose on this page (`?lang=`), of all there are."""

    @wraps(view)
    def spoken(request: HttpRequest, *arguments) -> HttpResponseBase:
        chosen = request.GET.get("lang", "")
        with translation.override(chosen if chosen in LANGUAGES else translation.get_language()):
            return view(request, *arguments)

    return spoken


@csrf_exempt  # as for forms: whoever could forge this request would need the address itself
@never_cache
@shown_or_sent
@behind_link
@own_language
def off_by_link(request: HttpRequest, link: Link) -> HttpResponseBase:
    """From a form: also when it has expired or was declined, since speaking up has no closing time."""
    if link.withdrawn_at:
        return refused(request, link)
    action = reverse("checkin:off", args=[link_token(link)])
    return _writing(request, link.session.course, action, page_address(link, "form"))


@shown_or_sent
@behind_door
@own_language
def off_by_door(request: HttpRequest, door: Door) -> HttpResponseBase:
    """From the client's own page."""
    course = course_of(door.client)
    if course is None:
        raise Http404
    return _writing(request, course, reverse("me:off", args=[doors.token(door)]), doors.page_address(door))


def _writing(request: HttpRequest, course: Course, action: str, back_url: str) -> HttpResponseBase:
    if request.method != "POST":
        to = request.GET.get("to", "")
        return _form(request, course, Typed(new_key(), to), action, back_url)
    key, chosen = request.POST.get("idempotency_key", "") or new_key(), request.POST.get("to", "")
    written = concerns.Written(chosen, request.POST.get("words", ""), key, request.POST.get("by_mail") == "1")
    try:
        made = concerns.write(course=course, written=written)
    except Faults as told:
        faults: dict[str, str] = {}
        for one in told.faults:
            faults.setdefault(one.where, one.what)
        typed = Typed(key, chosen, written.words, written.tell_by_mail, faults)
        return _form(request, course, typed, action, back_url, 422)
    except OperationalError:
        notice = _("The clinic’s computer cannot take this just now. It is still here: please send it again.")
        typed = Typed(key, chosen, written.words, written.tell_by_mail, notice=notice)
        return _form(request, course, typed, action, back_url, 503)
    address = reverse("me:letter", args=[concerns.token(made)])
    return redirect(f"{address}?lang={translation.get_language() or 'en'}&sent=1")


def _form(
    request: HttpRequest, course: Course, typed: Typed, action: str, back_url: str, status: int = 200
) -> HttpResponse:
    shown = off_page(course, typed, action=action, back_url=back_url)
    context = {"off": shown, "simulated": course.service.simulated}
    return _private(render(request, "voice/concern.html", context, status=status))


@never_cache
@require_safe
def letter(request: HttpRequest, letter_token: str) -> HttpResponse:
    """What became of one letter: only its own address shows it, which only who wrote it was given."""
    found = concerns.letter_behind(letter_token)
    if found is None:
        return _private(_no_letter(request))
    with translation.override(_language(request, found)):
        shown = sent_page(found, present(), fresh=request.GET.get("sent") == "1")
        context = {"sent": shown, "simulated": found.service.simulated}
        return _private(render(request, "voice/concern_sent.html", context))


def _language(request: HttpRequest, concern: Concern) -> str:
    wanted = (request.GET.get("lang", ""), concern.client.language, concern.service.language)
    return next((code for code in wanted if code in LANGUAGES), "en")


def _no_letter(request: HttpRequest) -> HttpResponse:
    problem = {
        "title": _("This address opens nothing"),
        "sentence": _("Part of it may be missing, or it was changed on the way."),
        "what_to_do": _("What you sent is safe. You can ask at the clinic who has it."),
    }
    return render(request, "checkin/problem.html", {"problem": problem}, status=404)


def _private(response: HttpResponse) -> HttpResponse:
    """Named to no other site, and found by no search."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
def complaints(request: HttpRequest, slug: str) -> HttpResponse:
    """How to complain at a service, for anybody: who answers, until when, and where outside."""
    service: Service | None = service_called(slug)
    if service is None:
        raise Http404
    shown = complaint_route(service, answerable)
    return render(request, "voice/concern_route.html", {"route": shown, "simulated": service.simulated})
