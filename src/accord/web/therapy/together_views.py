"""The page of working together, and where a therapist says what they give."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accord.basics.faults import Fault, Faults
from accord.basics.identifiers import new_key
from accord.instruments.definition import Answer
from accord.instruments.registry import instrument
from accord.web.attention.words import capital
from accord.web.checkin.actions import open_responses
from accord.web.checkin.form import once, read_form
from accord.web.guard import needs
from accord.web.therapy import together_actions
from accord.web.therapy.client_reading import ClientFile, shown_responses
from accord.web.therapy.gap_words import gap_prompts_of
from accord.web.therapy.models import Course
from accord.web.therapy.patterns import patterns_panel
from accord.web.therapy.together_page import latest_given, together_page
from accord.web.therapy.together_reading import GIVES, read_told
from accord.web.therapy.views import _back, _course, _file, _may_change


@require_GET
@needs("clients")
def together(request: HttpRequest, key: str) -> HttpResponse:
    """How one client likes to work, what the therapist gives, and what each brings; opening it is noted."""
    file, course = _file(request, key)
    return _page(request, file, course)


def _page(
    request: HttpRequest, file: ClientFile, course: Course, faults: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    told, patterns = read_told(request.viewer, course, file), patterns_panel(file, request.viewer)
    shown = list(request.viewer.responses.filter(key__in=told.shown))
    if patterns.told:  # a pattern shows the ratings it rests on
        shown = shown_responses(request.viewer, file)
    with transaction.atomic():
        open_responses(viewer=request.viewer, responses=shown)
        request.viewer.saw("course", course.key, page="together")
    context = {
        "section": "clients",
        "page": together_page(file, told, language=request.LANGUAGE_CODE, tapped=request.POST),
        "patterns": patterns,
        "gap_prompts": gap_prompts_of(file),
        "changes": _may_change(request, course),
        "idempotency_key": new_key(),
        "faults": faults,
    }
    return render(request, "therapy/together.html", context, status=status)


@require_POST
@needs("own")
def gives(request: HttpRequest, key: str) -> HttpResponse:
    """Keep what the therapist says they give: the places tapped, or the same as last time."""
    course = _course(request, key, change=True)
    try:
        together_actions.say_given(
            viewer=request.viewer,
            course=course,
            answers=_answers(request, course),
            once=once(f"gives {course.key}", request.POST.get("idempotency_key") or new_key()),
            language=request.LANGUAGE_CODE,
        )
    except Faults as refused:
        file, course = _file(request, key)
        told = tuple(capital(f"{one.what} {one.do}".strip()) for one in refused.faults)
        return _page(request, file, course, told, status=422)
    messages.success(request, _("Kept. You can say it again whenever it changes."))
    return _back(course, "therapy:together")


def _answers(request: HttpRequest, course: Course) -> dict[int, Answer]:
    """The places that were tapped, or with *still so* those said last; raises `Faults` for what is no place."""
    if request.POST.get("still") == "1":
        file, course = _file(request, course.client.key)
        given = latest_given(read_told(request.viewer, course, file))
        return dict(given.answers) if given and given.mine else {}
    posted = read_form(instrument(GIVES), request.POST)
    if posted.faults:
        raise Faults([Fault(f"line {item}", fault) for item, fault in sorted(posted.faults.items())])
    return posted.answers
