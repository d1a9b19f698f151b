"""The fit check: one public page. It asks for nothing, keeps nothing, and sets no cookie."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accord.web.voice.fit.page import fit_page, service_called


@require_safe
def fit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The page for everybody, or with a service's own numbers; `?lang=es` chooses the language it begins in."""
    service = service_called(slug) if slug else None
    if slug and service is None:
        raise Http404
    page = fit_page(service, request.GET.get("lang") or get_language() or "en")
    response = render(request, "voice/fit.html", {"page": page, "t": page.t})
    response.headers["Content-Security-Policy"] = page.inside.header
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
