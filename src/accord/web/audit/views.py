"""The trail, for administrators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accord.web.audit.actions import verify
from accord.web.audit.page import page_of, read_filter
from accord.web.guard import needs


@needs("trail")
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Who saw and changed what, newest first; on request the whole chain is checked."""
    viewer = request.viewer
    wanted = read_filter(request.GET)
    names = dict(viewer.everyone.values_list("key", "name"))
    context = {
        "section": "trail",
        "filter": wanted,
        "trail": page_of(
            viewer.trail,
            wanted,
            request.GET.get("page", "1"),
            names,
            viewer.service,
            numbered=not viewer.treated.exists(),  # lines past a therapist are left out of theirs (`Viewer.trail`)
        ),
        "checked": request.GET.get("check") == "1",
        "breaks": verify(viewer.service)[:20] if request.GET.get("check") == "1" else (),
    }
    return render(request, "audit/trail.html", context)
