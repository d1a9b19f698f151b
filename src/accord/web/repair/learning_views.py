"""What repairs teach: a therapist of their own, a supervisor of their teams, a lead of the service."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accord.basics.clock import clinic_day
from accord.repair.teaching import teach
from accord.web.guard import needs
from accord.web.repair.learning import Of, histories, later_words, may_learn
from accord.web.repair.learning_page import teaching_page
from accord.web.therapy.reading import present


@require_GET
@needs("own", "team", "all")
def teaching(request: HttpRequest) -> HttpResponse:
    """The shares; `?of=` chooses whose repairs, for those who may learn from more than one."""
    viewer = request.viewer
    may = may_learn(viewer)
    asked = request.GET.get("of", "")
    of = Of(asked) if asked in may else may[0]
    later = later_words(viewer) if of is Of.OWN else ()
    today = clinic_day(present(), viewer.service.timezone)
    page = teaching_page(teach(histories(viewer, of)), of, may, later, today)
    viewer.saw("repairs", viewer.service.key, of=of.value)
    for one in later:
        viewer.saw("repair", one.key, page="learning")
    return render(request, "repair/teaching.html", {"section": "learning", "room": "repairs", "page": page})
