"""What staff do for a client's own page: open and close the way to it, and write what changed after they spoke."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.basics.faults import Faults
from accord.web.attention.words import capital, short
from accord.web.checkin.asking import told
from accord.web.checkin.pages import crisis_of
from accord.web.guard import needs
from accord.web.people.models import Client
from accord.web.therapy.cover import withheld_courses
from accord.web.therapy.models import Course
from accord.web.voice import changes, doors
from accord.web.voice.me_frame import spoken_languages
from accord.web.voice.models import Door

# Those who work with the client, or lead the service; a supervisor reads.
works_with = needs("own", "all")
MAKE, CLOSE, REPLACE = "make", "close", "replace"


def _courses(request: HttpRequest):
    """Courses in which this person may write: their own, or all of the service as its lead."""
    viewer = request.viewer
    return viewer.courses if "all" in viewer.may else viewer.own_courses


def _client(request: HttpRequest, key: str) -> Client:
    found = request.viewer.clients.filter(courses__in=_courses(request)).select_related("service").distinct()
    return get_object_or_404(found, key=key)


def _kept_from(request: HttpRequest, client: Client) -> bool:
    """Whether the client keeps the answers from this person, who then does not get the way to all of them either."""
    return bool(withheld_courses(request.viewer, client.courses.values_list("pk", flat=True)))


def _open_door(request: HttpRequest, client: Client) -> Door | None:
    rows = request.viewer.doors.select_related("service", "client", "made_by")
    return rows.filter(client=client, closed_at=None).first()


@works_with
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, key: str) -> HttpResponse:
    """The way to a client's own page: its code, and how it is opened, closed and replaced."""
    client = _client(request, key)
    kept_from = _kept_from(request, client)
    if request.method == "POST":
        if kept_from:
            raise PermissionDenied
        _changed_door(request, client, request.POST.get("what", ""))
        return redirect("voice:door", key=client.key)
    found = _open_door(request, client)
    context = {
        "section": "clients",
        "client": client,
        "short": short(str(client)),
        "door": found,
        "made": told(found.made_at, client.service) if found else "",
        "opened": told(found.opened_at, client.service) if found else "",
        "kept_from": kept_from,
    }
    # Once the client has come in, nobody else needs the address: a new one is made in the open, by name.
    if found and not found.opened_at and not kept_from:
        context |= {"code": mark_safe(doors.qr_svg(found)), "address": doors.address(found)}  # segno's own
    return render(request, "voice/door.html", context)


def _changed_door(request: HttpRequest, client: Client, what: str) -> None:
    viewer, named = request.viewer, {"who": short(str(client))}
    if what == CLOSE:
        doors.close_door(viewer=viewer, client=client)
        messages.success(request, _("Closed. %(who)s’s address opens nothing any more.") % named)
    elif what == REPLACE:
        doors.replace_door(viewer=viewer, client=client)
        messages.success(request, _("There is a new address. The old one opens nothing any more.") % named)
    elif what == MAKE:
        doors.make_door(viewer=viewer, client=client)
        messages.success(request, _("%(who)s’s page is open. Show the code, or hand over the card.") % named)


@works_with
@require_safe
def card(request: HttpRequest, key: str) -> HttpResponse:
    """A card to print and hand over, in the client's language."""
    client = _client(request, key)
    found = _open_door(request, client)
    if found is None or found.opened_at or _kept_from(request, client):
        return redirect("voice:door", key=client.key)
    language = client.language if client.language in spoken_languages() else client.service.language
    with translation.override(language):
        shown = {
            "service": client.service.name,
            "qr_svg": mark_safe(doors.qr_svg(found)),  # segno's own
            "url": doors.address(found),
            "crisis": crisis_of(client.service),
            "back_url": reverse("voice:door", args=[client.key]),
        }
        context = {"card": shown, "simulated": client.service.simulated}
        return render(request, "voice/door_card.html", context)


def _course(request: HttpRequest, key: str) -> Course:
    return get_object_or_404(_courses(request).select_related("client", "service"), key=key)


def _client_page(course: Course) -> str:
    return f"{reverse('therapy:client', args=[course.client.key])}?course={course.key}"


@works_with
@require_http_methods(["GET", "HEAD", "POST"])
def changed(request: HttpRequest, key: str) -> HttpResponse:
    """Write what changed after the client spoke, and see what was written before."""
    course = _course(request, key)
    faults, words, about = [], request.POST.get("words", ""), request.POST.get("response", "")
    response = None
    if about:
        rows = request.viewer.responses.filter(session__course=course, respondent="client")
        response = get_object_or_404(rows.select_related("session"), key=about)
    if request.method == "POST":
        try:
            changes.say_changed(viewer=request.viewer, course=course, words=words, response=response)
        except Faults as refused:
            faults = [capital(f"{one.what} {one.do}".strip()) for one in refused.faults]
        else:
            messages.success(
                request,
                _("Kept. %(who)s reads it on their own page and before the next form.")
                % {"who": short(str(course.client))},
            )
            return redirect(_client_page(course))
    rows = request.viewer.changes.filter(course=course, withdrawn_at=None).select_related("by")
    context = {
        "section": "clients",
        "course": course,
        "client": course.client,
        "short": short(str(course.client)),
        "words": words,
        "response": about,
        "longest": changes.LONGEST,
        "faults": faults,
        "written": [
            (one.key, one.words, one.by.name, told(one.at, course.service))
            for one in rows.order_by("-at", "-pk")
            if one.words
        ],
        "back": _client_page(course),
    }
    return render(request, "voice/changed.html", context, status=422 if faults else 200)


@works_with
@require_POST
def changed_back(request: HttpRequest, key: str) -> HttpResponse:
    """The client no longer reads this line."""
    rows = request.viewer.changes.filter(course__in=_courses(request)).select_related("course")
    one = get_object_or_404(rows, key=key)
    changes.take_back(viewer=request.viewer, changed=one)
    messages.success(request, _("Taken back. It is not shown to the client any more."))
    return redirect("voice:changed", key=one.course.key)
