"""What every request passes: size limits, and who is looking."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps

from csp.middleware import HEADER, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from accord.web.people.viewer import viewer_of

MOST_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class TrafficGuard:
    """Refuses bodies over the limit before anything reads them, and adds the headers no page should lack."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, or 413 with a sentence; a request without a readable length is refused as malformed."""
        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return HttpResponse(
                "The length of this request cannot be read.", status=400, content_type="text/plain"
            )
        if size > MOST_BYTES:
            return HttpResponse(
                f"This is too large: {size:,} bytes, and the limit is {MOST_BYTES:,}. Nothing was kept of it.",
                status=413,
                content_type="text/plain",
            )
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class OnePolicy(CSPMiddleware):
    """django-csp with its policy written once: it is the same on every page, and no page has a nonce or a report."""

    _policy = ""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The response with the policy of the settings."""
        if not self._policy:
            self._policy = build_policy(**asdict(self.get_policy_parts(request=request, response=response)))
        response.headers.setdefault(HEADER, self._policy)
        return response


class ViewerMiddleware:
    """Puts the person looking on the request, and keeps pages about people out of every cache."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response of a request that carries `viewer` (None for nobody and for clients with a link)."""
        client_page = request.path.startswith("/c/")
        request.viewer = None if client_page else viewer_of(request.user, request.session.get("service", ""))
        response = self.get_response(request)
        if not client_page and getattr(request.user, "is_authenticated", False):
            add_never_cache_headers(response)
        return response


def needs(*words: str) -> Callable:
    """A view for roles that allow one of `words` (`people.viewer.SEES`); others meet the sign-in or a 403."""

    def guard(view):
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.viewer is None or not request.viewer.may.intersection(words):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def page(request: HttpRequest) -> dict:
    """What every template may use: the viewer and the service it belongs to."""
    viewer = getattr(request, "viewer", None)
    return {"viewer": viewer, "service": viewer.service if viewer else None}
