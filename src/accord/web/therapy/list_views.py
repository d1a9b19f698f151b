"""The client list: a thin view over `listing`."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accord.web.guard import needs
from accord.web.therapy.listing import client_list
from accord.web.therapy.reading import present


@require_GET
@needs("clients")
def clients(request: HttpRequest) -> HttpResponse:
    """Everybody the person looking may open: searched, narrowed down, page by page."""
    asked = request.GET
    page = client_list(
        request.viewer,
        present(),
        query=asked.get("q", ""),
        show=asked.get("show", ""),
        number=asked.get("page", "1"),
    )
    return render(request, "therapy/clients.html", {"section": "clients", "page": page})
