"""The service: its settings, plan, words, people and teams."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accord.basics.faults import Faults
from accord.instruments.definition import Respondent
from accord.instruments.registry import all_instruments
from accord.instruments.text import languages, packs_folder
from accord.web.attention.signal_actions import choose_digest
from accord.web.checkin.asking import askable, why_not
from accord.web.guard import needs
from accord.web.people import actions
from accord.web.people.forms import MailForm, ServiceForm, StaffForm, TeamForm
from accord.web.people.planning import read_plan, rows

edits = require_http_methods(["GET", "HEAD", "POST"])


def page(request: HttpRequest, template: str, room: str, status: int = 200, **context) -> HttpResponse:
    """A page of the settings, with the room that its navigation marks."""
    return render(
        request, f"people/{template}.html", {"section": "settings", "room": room} | context, status=status
    )


@needs("settings")
@edits
def settings(request: HttpRequest) -> HttpResponse:
    """The settings of the viewer's service."""
    form = ServiceForm(request.POST or None, instance=request.viewer.service)
    if request.method == "POST" and form.is_valid():
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        if changed:
            actions.change_settings(viewer=request.viewer, **changed)
        messages.success(request, _("Kept. It holds from now on."))
        return redirect("people:settings")
    return page(request, "settings", "service", 422 if form.errors else 200, form=form)


@needs("settings")
@edits
def plan(request: HttpRequest) -> HttpResponse:
    """Which form is asked when."""
    shown, faulty = rows(request.viewer.plan), False
    if request.method == "POST":
        shown, lines = read_plan(request.POST)
        faulty = any(row.faults for row in shown)
        if not faulty:
            actions.change_plan(viewer=request.viewer, lines=lines)
            messages.success(request, _("The plan is kept. Forms that were asked before stay as they are."))
            return redirect("people:plan")
    closed = [choice for choice in askable() if choice.why_not]
    return page(request, "plan", "plan", 422 if faulty else 200, rows=shown, closed=closed, faulty=faulty)


@needs("settings")
@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """Which instruments have words, in which languages, and what to do about the others."""
    shown = [
        {
            "title": one.title,
            "id": one.id,
            "own": one.own,
            "therapist": one.respondent is Respondent.THERAPIST,
            "languages": languages(one.id) if one.enabled else (),
            "why_not": why_not(one),
            "licence": one.licence,
            "validated": one.validated,
        }
        for one in all_instruments()
    ]
    return page(request, "words", "words", instruments=shown, folder=packs_folder().name)


@needs("own")
@edits
def mail(request: HttpRequest) -> HttpResponse:
    """Which mails about their clients a therapist wants."""
    chosen = request.viewer.digest
    form = MailForm(request.POST or None, initial={"every": chosen})
    if request.method == "POST" and form.is_valid():
        choose_digest(viewer=request.viewer, every=form.cleaned_data["every"] or None)
        messages.success(request, _("Kept."))
        return redirect("people:mail")
    return page(request, "mail", "mail", 422 if form.errors else 200, form=form)


@needs("people")
@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody who works or worked here."""
    people = request.viewer.everyone.select_related("user", "deputy").prefetch_related("roles", "teams")
    return page(request, "staff", "people", people=people.order_by("-active", "name"))


@needs("people")
@edits
def staff_new(request: HttpRequest) -> HttpResponse:
    """Let somebody in."""
    form = StaffForm(request.POST or None, colleagues=request.viewer.colleagues.order_by("name"))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.let_in(
                viewer=request.viewer,
                email=values["email"],
                name=values["name"],
                roles=values["roles"],
                deputy=request.viewer.colleagues.filter(key=values["deputy"]).first(),
            )
        except Faults as refused:
            form.add_error("email", " ".join(f"{fault.what} {fault.do}" for fault in refused.faults))
        else:
            told = _(
                "%(who)s works here now. They choose a password with “I do not know my password” at the sign-in."
            )
            messages.success(request, told % {"who": values["name"]})
            return redirect("people:staff")
    return page(request, "staff_form", "people", 422 if form.errors else 200, form=form)


@needs("people")
@edits
def staff_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change what somebody may do, who stands in for them, and whether they work here."""
    one = get_object_or_404(request.viewer.everyone.select_related("user", "deputy"), key=key)
    before = {
        "name": one.name,
        "roles": [role.role for role in one.roles.all()],
        "deputy": one.deputy.key if one.deputy else "",
        "active": one.active,
    }
    form = StaffForm(
        request.POST or None,
        initial=before,
        colleagues=request.viewer.colleagues.exclude(pk=one.pk).order_by("name"),
        known=True,
        alone=actions.only_administrator(one),
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        actions.change_staff(
            viewer=request.viewer,
            staff=one,
            name=values["name"],
            roles=values["roles"],
            deputy=request.viewer.colleagues.filter(key=values["deputy"]).first(),
            active=values["active"],
        )
        messages.success(request, _("Kept."))
        return redirect("people:staff")
    held = one.courses.filter(ended_on=None).count()
    return page(request, "staff_form", "people", 422 if form.errors else 200, form=form, one=one, held=held)


@needs("people")
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """Who is supervised together."""
    return page(
        request, "teams", "teams", teams=request.viewer.teams.prefetch_related("members").order_by("name")
    )


def _team(request: HttpRequest, one=None) -> HttpResponse:
    colleagues = request.viewer.colleagues.order_by("name")
    initial = {"name": one.name, "members": [member.key for member in one.members.all()]} if one else None
    form = TeamForm(request.POST or None, initial=initial, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        name, members = form.cleaned_data["name"], colleagues.filter(key__in=form.cleaned_data["members"])
        if one:
            actions.change_team(viewer=request.viewer, team=one, name=name, members=members)
        else:
            actions.make_team(
                service=request.viewer.service, name=name, members=members, by=request.viewer.key
            )
        messages.success(request, _("The team is kept."))
        return redirect("people:teams")
    return page(request, "team_form", "teams", 422 if form.errors else 200, form=form, one=one)


@needs("people")
@edits
def team_new(request: HttpRequest) -> HttpResponse:
    """Make a team."""
    return _team(request)


@needs("people")
@edits
def team_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change a team."""
    return _team(request, get_object_or_404(request.viewer.teams, key=key))


@needs("people")
@require_POST
def team_end(request: HttpRequest, key: str) -> HttpResponse:
    """Take a team away."""
    actions.end_team(viewer=request.viewer, team=get_object_or_404(request.viewer.teams, key=key))
    messages.success(request, _("The team is gone; its people stay."))
    return redirect("people:teams")


@require_POST
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """Go on in another service in which the same person works."""
    viewer = getattr(request, "viewer", None)
    known = {service.slug for service in viewer.elsewhere} if viewer else set()
    if slug not in known:
        raise Http404
    request.session["service"] = slug
    return redirect("/")
