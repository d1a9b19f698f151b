"""What is noted for learning: the lists of the service, and the trainings of its therapists."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accord.basics.faults import Faults
from accord.web.guard import needs
from accord.web.people import noting
from accord.web.people.noting_forms import ListsForm, TrainingForm
from accord.web.people.views import edits, page


def _page(request: HttpRequest, lists: ListsForm, training: TrainingForm) -> HttpResponse:
    faulty = lists.errors or training.errors
    noted = request.viewer.trainings.select_related("staff").order_by("training", "day", "staff__name")
    return page(
        request,
        "noted",
        "noted",
        422 if faulty else 200,
        lists=lists,
        training=training,
        noted=noted,
        names=sorted({one.training for one in noted}),
    )


def _lists(request: HttpRequest, posted=None) -> ListsForm:
    service = request.viewer.service
    lines = [f"{name}: {', '.join(groups)}" for name, groups in service.traits.items()]
    initial = {"treatments": "\n".join(service.treatments), "traits": "\n".join(lines)}
    return ListsForm(posted, initial=initial)


def _training(request: HttpRequest, posted=None) -> TrainingForm:
    therapists = request.viewer.colleagues.filter(roles__role="therapist")
    return TrainingForm(posted, colleagues=therapists.order_by("name").distinct())


@needs("settings")
@edits
def noted(request: HttpRequest) -> HttpResponse:
    """Which treatments and traits are noted, and who was trained when."""
    form = _lists(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        noting.change_lists(
            viewer=request.viewer,
            treatments=form.cleaned_data["treatments"],
            traits=form.cleaned_data["traits"],
        )
        messages.success(request, _("Kept. What was noted before stays as it is."))
        return redirect("people:noted")
    return _page(request, form, _training(request))


@needs("settings")
@require_http_methods(["POST"])
def training_new(request: HttpRequest) -> HttpResponse:
    """Note a training."""
    form = _training(request, request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            noting.note_training(
                viewer=request.viewer,
                staff=get_object_or_404(request.viewer.colleagues, key=values["staff"]),
                training=values["training"],
                day=values["day"],
            )
        except Faults as refused:
            form.add_error("training", " ".join(f"{fault.what} {fault.do}" for fault in refused.faults))
        else:
            messages.success(request, _("Noted."))
            return redirect("people:noted")
    return _page(request, _lists(request), form)


@needs("settings")
@require_POST
def training_end(request: HttpRequest, key: str) -> HttpResponse:
    """Take a training away that was noted by mistake."""
    one = get_object_or_404(request.viewer.trainings.select_related("staff"), key=key)
    noting.forget_training(viewer=request.viewer, training=one)
    messages.success(request, _("Taken away."))
    return redirect("people:noted")
