"""What is said about the model of leaving: a word was had with a client; its suspects were looked at."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accord.basics.faults import Faults
from accord.web.attention.words import capital
from accord.web.guard import needs
from accord.web.learning import word_actions as actions
from accord.web.learning.looked_page import suspects_of
from accord.web.learning.models import State
from accord.web.learning.seen import LEAVING, newest_run, studies_of
from accord.web.learning.study_views import study_response
from accord.web.therapy.views import _back, _courses


@require_POST
@needs("own", "all")
def talked(request: HttpRequest, key: str) -> HttpResponse:
    """The word about a course was had, or with ``said=take_back`` it was not."""
    course = get_object_or_404(_courses(request, change=True), key=key)
    about = request.POST.get("about", "")
    if request.POST.get("said") == "take_back":
        actions.not_talked(viewer=request.viewer, course=course, about=about)
        return _back(course)
    made = actions.talked(viewer=request.viewer, course=course, about=about)
    return _back(course, talked=about) if made else _back(course)


@require_POST
@needs("studies")
def looked(request: HttpRequest) -> HttpResponse:
    """The suspects were looked at, or with ``said=take_back`` they were not."""
    viewer = request.viewer
    if request.POST.get("said") == "take_back":
        actions.take_back_look(viewer=viewer, key=request.POST.get("look", ""))
        messages.success(request, _("Taken back. Nothing is proposed, and the studies are asked again."))
        return redirect("learning:study", LEAVING)
    run = newest_run(viewer)
    found = request.POST.get("found", "")
    try:
        asked = actions.look(
            viewer=viewer,
            suspects=suspects_of(studies_of(viewer, run).get(LEAVING) if run else None),
            asked=request.POST.get("suspects", "").split(","),
            found=found,
        )
    except Faults as faults:
        one = faults.faults[0]
        return study_response(request, LEAVING, fault=capital(f"{one.what} {one.do}"), typed=found)
    if asked.state == State.RUNNING:
        words = _(
            "Kept, with your name. A run that began before is under way: run the studies again after it."
        )
    else:
        words = _(
            "Kept, with your name. The studies are asked again, and the model may be used from then on."
        )
    messages.success(request, words)
    return redirect("learning:study", LEAVING)
