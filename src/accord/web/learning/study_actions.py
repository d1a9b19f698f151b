"""What people do about studies: ask for a run, choose whether a lead sees names, take a file along."""

from datetime import datetime, timedelta

from django.db import transaction

from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.web.learning.models import NamesPolicy, Reason, State, StudyRun
from accord.web.people.models import Service
from accord.web.people.viewer import Viewer

SILENT = timedelta(minutes=3)  # without a sign of life: its process has died, whatever the record says
FORMS = ("csv", "json", "svg", "pdf", "html")


@transaction.atomic
def ask_run(*, viewer: Viewer) -> StudyRun:
    """Ask for every study to be run again; the run that is under way already, where there is one."""
    Service.objects.select_for_update(no_key=True).get(pk=viewer.service.pk)
    let_go(now(), viewer.service)
    under_way = StudyRun.objects.filter(service=viewer.service, state__in=[State.WAITING, State.RUNNING])
    if found := under_way.first():
        return found
    made = StudyRun.objects.create(service=viewer.service, by=viewer.staff, asked_at=now())
    viewer.did("asked", "studies", made.key)
    return made


def let_go(at: datetime, service: Service | None = None) -> int:
    """Mark runs as failed whose process has not been heard of for long; how many those were."""
    silent = StudyRun.objects.filter(state=State.RUNNING, beat_at__lt=at - SILENT)
    if service is not None:
        silent = silent.filter(service=service)
    return silent.update(state=State.FAILED, reason=Reason.DIED, finished_at=at)


@transaction.atomic
def choose_names(*, viewer: Viewer, named: bool) -> None:
    """Choose whether leads see therapists by name; told to every therapist on their page."""
    Service.objects.select_for_update(no_key=True).get(pk=viewer.service.pk)
    before = NamesPolicy.objects.filter(service=viewer.service).order_by("-pk").first()
    if named == bool(before and before.named):
        return
    NamesPolicy.objects.create(service=viewer.service, named=named, by=viewer.staff, at=now())
    viewer.did("chose", "names of therapists", viewer.service.key, named=named)


@transaction.atomic
def take_along(*, viewer: Viewer, run: StudyRun, what: str, form: str) -> None:
    """Note in the trail that somebody took a file along; `what` is a study's id or ``report``."""
    if form not in FORMS:
        raise refuse("form", f"there is no {form!r}.", hint(form, FORMS) or f"There are: {', '.join(FORMS)}.")
    viewer.did("downloaded", "study", run.key, what=what, form=form)
