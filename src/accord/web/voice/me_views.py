"""The client's own page: one signed address, no account, no cookie. What they decide here holds at once."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accord.web.checkin.pages import crisis_of
from accord.web.people.models import Purpose
from accord.web.voice import me_actions as actions
from accord.web.voice.choices_page import choices_page
from accord.web.voice.copying import FILE_NAME, own_copy
from accord.web.voice.doors import TooOften, door_behind, note_opened, page_address
from accord.web.voice.erasing import ask_erasure, take_back_erasure
from accord.web.voice.erasing_page import erasing_page
from accord.web.voice.me_frame import spoken_languages
from accord.web.voice.me_page import copy_page, own_page
from accord.web.voice.models import Door
from accord.web.voice.who_page import who_page

DoorView = Callable[[HttpRequest, Door], HttpResponseBase]
shown_or_sent = require_http_methods(["GET", "HEAD", "POST"])


def behind_door(view: DoorView) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """A view that gets the open door instead of its token, and speaks the client's language.

    The token is unguessable: whoever could forge a request would need the address itself, so no cookie against
    forgery is set. The page is kept by no cache, found by no search, and named to no other site.
    """

    @wraps(view)
    def opened(request: HttpRequest, door_token: str) -> HttpResponseBase:
        door = door_behind(door_token)
        if door is None or door.closed_at is not None:
            response: HttpResponseBase = no_page(request, door)
        else:
            with translation.override(_language(request, door)):
                try:
                    response = view(request, door)
                except TooOften:
                    response = too_often(request, door)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return csrf_exempt(never_cache(opened))


def _language(request: HttpRequest, door: Door) -> str:
    there = spoken_languages()
    for chosen in (request.GET.get("lang", ""), door.client.language, door.service.language):
        if chosen in there:
            return chosen
    return "en"


def no_page(request: HttpRequest, door: Door | None) -> HttpResponse:
    """Why this address opens no own page, and what to do; a made-up address learns nothing of anybody."""
    with translation.override(_language(request, door) if door else translation.get_language()):
        if door is None:
            title, sentence = (
                _("This link does not open a page"),
                _("Part of the address may be missing, or it was changed on the way."),
            )
        else:
            title, sentence = (
                _("This page was closed"),
                _("Its address opens nothing any more. What you wrote is safe."),
            )
        problem = {
            "title": title,
            "sentence": sentence,
            "what_to_do": _("You can ask the person you see for a new one."),
            "contact": door.service.contact if door else "",
            "crisis": crisis_of(door.service) if door else None,
        }
        context = {"problem": problem, "simulated": bool(door and door.service.simulated)}
        return render(request, "checkin/problem.html", context, status=410 if door else 404)


def too_often(request: HttpRequest, door: Door) -> HttpResponse:
    """What was asked for was done so often today that it looks like a machine; said so, and nothing done."""
    problem = {
        "title": _("Too often for today"),
        "sentence": _("This was done many times since yesterday, so nothing was done now."),
        "what_to_do": _("You can try again tomorrow, or ask at the clinic."),
        "contact": door.service.contact,
        "crisis": crisis_of(door.service),
    }
    context = {"problem": problem, "simulated": door.service.simulated}
    return render(request, "checkin/problem.html", context, status=429)


def show(request: HttpRequest, door: Door, name: str, shown: object, status: int = 200) -> HttpResponse:
    """The page `voice/<name>.html` in the client's frame; its template finds `shown` as `me`."""
    context = {"me": shown, "simulated": door.service.simulated}
    return render(request, f"voice/{name}.html", context, status=status)


@require_safe
@behind_door
def page(request: HttpRequest, door: Door) -> HttpResponseBase:
    """The client's line, what became of what they wrote, and the ways to what is theirs to decide."""
    if request.method == "GET":
        note_opened(door)
    return show(request, door, "me", own_page(door))


@require_safe
@behind_door
def who(request: HttpRequest, door: Door) -> HttpResponseBase:
    """Who can see what, and who looked."""
    return show(request, door, "me_who", who_page(door))


@shown_or_sent
@behind_door
def choices(request: HttpRequest, door: Door) -> HttpResponseBase:
    """What the client agreed to: each by itself, to give and to take back."""
    if request.method == "POST":
        purpose, said = request.POST.get("purpose", ""), request.POST.get("granted", "")
        if purpose not in Purpose.values or said not in ("yes", "no"):
            return show(request, door, "me_choices", choices_page(door, missed=True), 422)
        actions.choose(door=door, purpose=purpose, granted=said == "yes")
        return redirect(page_address(door, "choices", noted=purpose))
    return show(request, door, "me_choices", choices_page(door, noted=request.GET.get("noted", "")))


@shown_or_sent
@behind_door
def copy(request: HttpRequest, door: Door) -> HttpResponseBase:
    """Everything the client answered and wrote, as a file, made when they ask for it."""
    if request.method != "POST":
        return show(request, door, "me_copy", copy_page(door))
    response = HttpResponse(own_copy(door), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@shown_or_sent
@behind_door
def erasing(request: HttpRequest, door: Door) -> HttpResponseBase:
    """Ask that everything is erased, see what became of it, take it back."""
    if request.method == "POST":
        (take_back_erasure if request.POST.get("what") == "take_back" else ask_erasure)(door=door)
        return redirect(page_address(door, "erasing"))
    return show(request, door, "me_erasing", erasing_page(door))


@shown_or_sent
@behind_door
def language(request: HttpRequest, door: Door) -> HttpResponseBase:
    """The language of the client's pages, kept until they choose another."""
    chosen = request.POST.get("language", "")
    if chosen in spoken_languages():
        actions.choose_language(door=door, language=chosen)
        return redirect(page_address(door, lang=chosen))
    return redirect(page_address(door))
