"""What is said about a pattern on the page of working together: not so, or look for it again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accord.basics.faults import Faults
from accord.web.guard import needs
from accord.web.therapy import pattern_actions as actions
from accord.web.therapy.views import _back, _course


@require_POST
@needs("own", "all")
def pattern(request: HttpRequest, key: str, pattern: str) -> HttpResponse:
    """Put a pattern of one client away, or with ``said=take_back`` bring it back."""
    course = _course(request, key, change=True)
    if request.POST.get("said") == "take_back":
        actions.take_back(viewer=request.viewer, course=course, pattern=pattern)
        messages.success(request, _("Taken back. It is looked for again."))
        return _back(course, "therapy:together")
    try:
        actions.put_away(viewer=request.viewer, course=course, pattern=pattern)
    except Faults:
        raise Http404 from None
    messages.success(request, _("Noted: not so. It rests for this client, and can be brought back below."))
    return _back(course, "therapy:together")
