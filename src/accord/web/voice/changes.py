"""What changed after a client spoke: the therapist writes it in a line, the client reads it on their pages."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accord.basics.clock import now
from accord.basics.faults import Fault, Faults
from accord.web.checkin.models import Response
from accord.web.people.viewer import Viewer
from accord.web.repair.models import Repair
from accord.web.therapy.models import Course
from accord.web.voice.models import Changed

LONGEST = 300  # characters; the client reads it on a phone


@dataclass(frozen=True)
class Change:
    """One line as it stands: its words, by whom and when, and the key of the check-in it answers (empty: none)."""

    key: str
    words: str
    by: str
    at: datetime
    response: str = ""


@transaction.atomic
def say_changed(
    *,
    viewer: Viewer,
    course: Course,
    words: str,
    response: Response | None = None,
    repair: Repair | None = None,
) -> Changed:
    """Write down what changed after the client spoke; the same line again changes nothing. Raises every fault at once.

    `response` is the check-in in which they spoke, `repair` the repair in which it was agreed.
    """
    line = " ".join(words.replace("\0", " ").split())
    faults = []
    if not line:
        faults.append(Fault("words", "this line is empty.", "Write in a few words what is different now."))
    if len(line) > LONGEST:
        faults.append(
            Fault(
                "words",
                f"this line has {len(line)} characters.",
                f"Keep it to {LONGEST}: it is read on a phone.",
            )
        )
    if response is not None and response.session.course_id != course.pk:
        faults.append(Fault("response", "this check-in is not of this course.", "Choose one of this client."))
    if repair is not None and repair.course_id != course.pk:
        faults.append(Fault("repair", "this repair is not of this course.", "Choose one of this client."))
    if faults:
        raise Faults(faults)
    same = Changed.objects.filter(course=course, response=response, repair=repair, withdrawn_at=None)
    before = next((one for one in same if one.words == line), None)
    if before is not None:
        return before
    made = Changed.objects.create(
        service_id=course.service_id,
        course=course,
        response=response,
        repair=repair,
        words=line,
        by=viewer.staff,
        at=now(),
    )
    viewer.did("told a change", "change", made.key, course=course.key)
    return made


@transaction.atomic
def take_back(*, viewer: Viewer, changed: Changed) -> None:
    """The client no longer reads this line; it stays in the record. A second time changes nothing."""
    if Changed.objects.filter(pk=changed.pk, withdrawn_at=None).update(withdrawn_at=now()):
        viewer.did("took back", "change", changed.key, course=changed.course.key)


def changes_of(course: Course, *, since: datetime | None = None) -> tuple[Change, ...]:
    """What the client reads about changes in this course, the newest first; one query.

    For pages of the client, who may read all of it; staff reach the rows by `Viewer.changes`.
    """
    rows = Changed.objects.filter(course=course, withdrawn_at=None).select_related("by", "response")
    if since is not None:
        rows = rows.filter(at__gte=since)
    return tuple(
        Change(one.key, one.words, one.by.name, one.at, one.response.key if one.response else "")
        for one in rows.order_by("-at", "-pk")
        if one.words  # erased ones are empty
    )
