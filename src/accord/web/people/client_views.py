"""Clients as people: how they are called and reached, their courses, and what they agreed to."""

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Faults
from accord.web.guard import needs
from accord.web.people import actions, agreeing, noting
from accord.web.people.forms import ClientForm, CourseForm
from accord.web.people.models import Client
from accord.web.people.noting_forms import NotedForm
from accord.web.therapy.actions import begin_course, note_course
from accord.web.therapy.models import Course

works_with = needs("own", "all")
edits = require_http_methods(["GET", "HEAD", "POST"])


def _page(request: HttpRequest, template: str, status: int = 200, **context) -> HttpResponse:
    return render(request, f"people/{template}.html", {"section": "clients"} | context, status=status)


def _client(request: HttpRequest, key: str) -> Client:
    return get_object_or_404(request.viewer.clients, key=key)


def _course_form(request: HttpRequest) -> CourseForm:
    viewer = request.viewer
    return CourseForm(
        request.POST or None,
        therapists=viewer.therapists.order_by("name").distinct(),
        today=clinic_day(now(), viewer.service.timezone),
        initial={"therapist": viewer.key},
    )


def _changeable(request: HttpRequest, one: Client) -> Course | None:
    """The course of a client that goes on, else the newest, if this person may change it."""
    viewer = request.viewer
    found = viewer.courses if "all" in viewer.may else viewer.own_courses
    return (
        found.filter(client=one).order_by(F("ended_on").desc(nulls_first=True), "-started_on", "-pk").first()
    )


def _noted_form(request: HttpRequest, one: Client, course: Course | None) -> NotedForm:
    told = {trait.trait: trait.value for trait in one.traits.order_by("trait")}
    before = {"treatment": course.treatment, "planned": course.planned} if course else None
    return NotedForm(
        request.POST or None,
        traits=request.viewer.service.traits,
        told=told,
        course=course is not None,
        initial=before,
    )


@works_with
@edits
def new(request: HttpRequest) -> HttpResponse:
    """A new client and their course."""
    viewer = request.viewer
    form = ClientForm(
        request.POST or None, taken=viewer.pseudonym_taken, initial={"language": viewer.service.language}
    )
    course = _course_form(request)
    if request.method == "POST" and all((form.is_valid(), course.is_valid())):
        therapist = get_object_or_404(viewer.therapists.distinct(), key=course.cleaned_data["therapist"])
        try:
            client = actions.admit(
                viewer=viewer, **course.cleaned_data | {"therapist": therapist} | form.cleaned_data
            )
        except Faults as refused:
            form.add_error("code", refused.faults[0].what)
        else:
            messages.success(request, _("%(who)s is here. Book the first session next.") % {"who": client})
            return redirect("therapy:client", key=client.key)
    status = 422 if form.errors or course.errors else 200
    return _page(request, "client_form", status, form=form, course=course)


@works_with
@edits
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """How a client is called and reached."""
    one = _client(request, key)
    before = {name: getattr(one, name) for name in ClientForm.base_fields}
    form = ClientForm(
        request.POST or None, initial=before, taken=lambda code: request.viewer.pseudonym_taken(code, one)
    )
    course = _changeable(request, one)
    noted = _noted_form(request, one, course)
    if request.method == "POST" and all((form.is_valid(), noted.is_valid())):
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        with transaction.atomic():
            if changed:
                actions.change_client(viewer=request.viewer, client=one, **changed)
            if course:
                values = {name: noted.cleaned_data[name] for name in ("treatment", "planned")}
                note_course(viewer=request.viewer, course=course, **values)
            noting.note_traits(viewer=request.viewer, client=one, traits=noted.traits)
        messages.success(request, _("Kept."))
        return redirect("therapy:client", key=one.key)
    running = one.courses.filter(ended_on=None).exists()
    status = 422 if form.errors or noted.errors else 200
    return _page(request, "client_form", status, form=form, noted=noted, one=one, running=running)


@works_with
@edits
def course(request: HttpRequest, key: str) -> HttpResponse:
    """Another course of a client whose last one is over."""
    one = _client(request, key)
    if one.courses.filter(ended_on=None).exists():
        messages.error(request, _("A course is open. End it before another begins."))
        return redirect("people:client_edit", key=one.key)
    form = _course_form(request)
    if request.method == "POST" and form.is_valid():
        therapist = get_object_or_404(
            request.viewer.therapists.distinct(), key=form.cleaned_data["therapist"]
        )
        values = form.cleaned_data | {"therapist": therapist}
        begin_course(viewer=request.viewer, client=one, **values)
        messages.success(request, _("A new course begins."))
        return redirect("therapy:client", key=one.key)
    return _page(request, "course_form", 422 if form.errors else 200, form=form, one=one)


@works_with
@edits
def consent(request: HttpRequest, key: str) -> HttpResponse:
    """What a client agreed to, for whom, and every earlier decision."""
    one = _client(request, key)
    supervisors = request.viewer.colleagues.filter(roles__role="supervisor").order_by("name")
    if request.method == "POST":
        decision = agreeing.read_decision(request.POST, supervisors)
        if decision is None:
            messages.error(request, _("Nothing was written down: choose what the client said."))
        elif agreeing.undoes_own_no(request.viewer, one, decision["purpose"], decision["granted"]):
            messages.error(
                request,
                _(
                    "Nothing was written down: the client said no on their own page. "
                    "They can say yes there, or the lead writes it down."
                ),
            )
        else:
            actions.set_consent(viewer=request.viewer, client=one, **decision)
            messages.success(request, _("Written down. The earlier decision stays in the history."))
        return redirect("people:consent", key=one.key)
    decisions = list(one.consents.select_related("viewer", "recorded_by").order_by("-at", "-pk"))
    return _page(
        request,
        "consent",
        one=one,
        standing=agreeing.standing(decisions, request.viewer.service),
        history=agreeing.history(decisions, request.viewer.service),
        supervisors=supervisors,
    )
