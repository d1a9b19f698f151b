"""For those who keep the service's own articles: which are shown, and why others are not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accord.web.guard import needs
from accord.web.voice.library.shelf import shelf


@needs("settings")
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """The folder as it is now: read and checked again whenever a file in it changes."""
    context = {"section": "settings", "room": "articles", "shelf": shelf()}
    return render(request, "voice/library/articles.html", context)
