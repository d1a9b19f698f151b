"""Pages for when something is wrong: what, what to do, and a reference that is also in the log."""

import logging

from django.db import DatabaseError, DataError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accord.basics.identifiers import reference
from accord.web.people.models import Role

log = logging.getLogger("accord.problems")


def _problem(request: HttpRequest, status: int, template: str, **context) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"status": "problem", "message": context.get("sentence", "")}, status=status)
    return render(request, template, context, status=status)


def _ask(request: HttpRequest) -> list[str]:
    """Names of up to two people of the viewer's service who can open doors; none when that cannot be known now."""
    viewer = getattr(request, "viewer", None)
    if viewer is None:
        return []
    try:
        keepers = viewer.colleagues.filter(roles__role__in=(Role.LEAD, Role.ADMINISTRATOR))
        others = keepers.exclude(pk=viewer.staff.pk).distinct().order_by("pk")
        return list(others.values_list("name", flat=True)[:2])
    except DatabaseError:
        return []


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    """400: the request could not be read."""
    return _problem(
        request, 400, "400.html", sentence="This request could not be read. Go back and try again."
    )


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    """403: not yours to open, and who to ask."""
    return _problem(request, 403, "403.html", sentence="This is not yours to open.", ask=_ask(request))


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was open too long or came from elsewhere."""
    return _problem(
        request,
        403,
        "403.html",
        sentence="This page was open too long. Go back, reload it and send again.",
        stale=True,
    )


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    """404: no such page, or none that you may know of."""
    return _problem(request, 404, "404.html", sentence="There is no such page.", ask=_ask(request))


def our_fault(request: HttpRequest) -> HttpResponse:
    """500: our fault, with the reference to tell us."""
    told = reference()
    log.error(
        "problem %s on %s", told, request.resolver_match.view_name if request.resolver_match else "a page"
    )
    return _problem(
        request, 500, "500.html", sentence=f"Something went wrong on our side: {told}.", reference=told
    )


class BusyMiddleware:
    """A locked database or a full disk becomes 503 with a sentence; nothing was half-written: it rolled back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response of the page."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a database that cannot write just now; other exceptions go on to `our_fault`."""
        if isinstance(exception, DataError):  # such as a NUL in an address, which PostgreSQL takes in no text
            log.warning("a request that the database cannot take")
            return bad_request(request)
        if not isinstance(exception, OperationalError):
            return None
        told = reference()
        text = str(exception)
        full = "disk" in text or "full" in text
        log.error(
            "problem %s: the database cannot write (%s)", told, "disk full" if full else "locked or away"
        )
        sentence = "Accord cannot save just now. Nothing was half-written. Please try again in a minute."
        response = _problem(request, 503, "500.html", sentence=sentence, reference=told, busy=True)
        response.headers["Retry-After"] = "30"
        return response
