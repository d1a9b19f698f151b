"""The learning page, one study whole, a run asked for, files to take along, and the choice about names."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accord.charts.of_study import pictures
from accord.charts.standalone import standalone
from accord.studies.stored import as_json, run_from_json
from accord.web.guard import needs
from accord.web.learning.looked_page import looked_panel
from accord.web.learning.models import StudyRun
from accord.web.learning.seen import (
    THERAPISTS,
    in_spread,
    may_see,
    newest_attempt,
    newest_run,
    read_policy,
    spread_table,
    studies_of,
    therapists_of,
)
from accord.web.learning.studies_page import LearningPage, learning_page, progress
from accord.web.learning.study_actions import ask_run, choose_names, take_along
from accord.web.learning.study_page import lines_csv, study_page
from accord.web.people.viewer import Viewer
from accord.web.therapy.reading import present

KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "svg": "image/svg+xml"}
REPORTS = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}


def _page(viewer: Viewer, run: StudyRun | None) -> LearningPage:
    policy = read_policy(viewer)
    seen = therapists_of(viewer, run, policy) if run else None
    names = dict(viewer.colleagues.values_list("key", "name")) if seen and seen.named else {}
    return learning_page(
        studies_of(viewer, run) if run else {},
        run,
        newest_attempt(viewer),
        seen,
        policy,
        names,
        at=present(),
        zone=viewer.service.timezone,
        may_run="studies" in viewer.may,
    )


@require_safe
@needs("findings")
def home(request: HttpRequest) -> HttpResponse:
    """What the service's own sessions say."""
    viewer = request.viewer
    page = _page(viewer, newest_run(viewer))
    viewer.saw("studies", viewer.service.key, named=bool(page.therapists and page.therapists.named))
    return render(request, "learning/home.html", {"section": "learning", "page": page})


@require_safe
@needs("findings")
def state(request: HttpRequest) -> HttpResponse:
    """How far the run is, for a page that asks every few seconds; when it is over, the page loads itself again."""
    if not request.htmx:  # a part of a page, opened by itself
        return redirect("learning:home")
    viewer = request.viewer
    attempt = newest_attempt(viewer)
    shown = progress(attempt, present()) if attempt else None
    context = {"progress": shown, "may_run": "studies" in viewer.may}
    response = render(request, "learning/_progress.html", context)
    if shown is None or not shown.poll:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@needs("studies")
def ask(request: HttpRequest) -> HttpResponse:
    """Run every study again, in the background."""
    ask_run(viewer=request.viewer)
    return redirect("learning:home")


@require_POST
@needs("studies")
def names(request: HttpRequest) -> HttpResponse:
    """Choose whether leads see therapists by name."""
    named = request.POST.get("named") == "yes"
    choose_names(viewer=request.viewer, named=named)
    if named:
        messages.success(
            request, _("Kept. Leads see therapists by name, and every therapist is told on this page.")
        )
    else:
        messages.success(request, _("Kept. Therapists are shown without names."))
    return redirect("learning:home")


@require_safe
@needs("findings")
def study(request: HttpRequest, study: str) -> HttpResponse:
    """One study whole."""
    return study_response(request, study)


def study_response(request: HttpRequest, study: str, *, fault: str = "", typed: str = "") -> HttpResponse:
    """The page of a study, with what is wrong in what was typed on it."""
    viewer = request.viewer
    if not may_see(viewer, study):
        raise PermissionDenied
    run = newest_run(viewer)
    page = _page(viewer, run)
    found = studies_of(viewer, run).get(study) if run else None
    named = study == THERAPISTS and bool(page.therapists and page.therapists.named)
    viewer.saw("study", run.key if run else viewer.service.key, study=study, named=named)
    shown = {
        "section": "learning",
        "page": page,
        "study": study_page(found, _("Learning")) if found else None,
        "therapists": page.therapists if study == THERAPISTS else None,
        "looked": looked_panel(viewer, found) if found else None,
        "fault": fault,
        "typed": typed,
    }
    return render(request, "learning/study.html", shown, status=422 if fault else 200)


@require_safe
@needs("studies")
def take(request: HttpRequest, study: str, form: str) -> HttpResponse:
    """A study's lines as CSV, all of it as JSON, or its picture as SVG."""
    viewer = request.viewer
    run = newest_run(viewer)
    found = studies_of(viewer, run).get(study) if run else None
    if form not in KINDS:
        raise Http404
    if run is None or found is None:
        return _nothing(request)
    drawn = pictures(found)[:1]
    if form == "svg" and not drawn:
        messages.warning(request, _("There is too little to draw a picture of. The table has what there is."))
        return redirect("learning:study", study)
    seen = therapists_of(viewer, run, read_policy(viewer)) if study == THERAPISTS else None
    extra = [spread_table(seen)] if seen else []
    take_along(viewer=viewer, run=run, what=study, form=form)
    if form == "csv":
        content = lines_csv(found, extra)
    elif form == "svg":
        content = standalone(drawn[0].svg())
    else:
        content = json.dumps(as_json(found), ensure_ascii=False, indent=2)
    return _file(content.encode(), f"{study}.{form}", KINDS[form])


@require_safe
@needs("studies")
def report(request: HttpRequest, form: str) -> HttpResponse:
    """The annual report of the last run, as PDF or HTML."""
    from accord.reports.annual import annual
    from accord.reports.page import as_html
    from accord.reports.paper import as_pdf

    viewer = request.viewer
    run = newest_run(viewer)
    if form not in REPORTS:
        raise Http404
    if run is None:
        return _nothing(request)
    take_along(viewer=viewer, run=run, what="report", form=form)
    made = annual(run_from_json(run.result), in_spread(run))
    content = as_pdf(made) if form == "pdf" else as_html(made).encode()
    return _file(content, f"annual-report.{form}", REPORTS[form])


def _nothing(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("There is nothing to take along yet. Run the studies first."))
    return redirect("learning:home")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
