"""What people say about the model of leaving: that a word was had, and that its suspects were looked at."""

from collections.abc import Collection

from django.db import transaction

from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.web.learning.models import LookedAt, StudyRun, TalkedAbout, WorthAWord
from accord.web.learning.study_actions import ask_run
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course

MOST_SAID = 300  # characters of what was found


@transaction.atomic
def talked(*, viewer: Viewer, course: Course, about: str) -> TalkedAbout | None:
    """The word proposed after the session with the key `about` was had; None where none is proposed for it now."""
    word = WorthAWord.objects.filter(course=course, session__key=about).first()
    if word is None:
        return None
    made, new = TalkedAbout.objects.get_or_create(
        session_id=word.session_id,
        defaults={"service_id": word.service_id, "by": viewer.staff, "at": now()},
    )
    if new:
        viewer.did("talked about", "word", course.key)
    return made


@transaction.atomic
def not_talked(*, viewer: Viewer, course: Course, about: str) -> None:
    """Take that back; nothing happens where nobody has said it."""
    if TalkedAbout.objects.filter(session__course=course, session__key=about).delete()[0]:
        viewer.did("took back", "word", course.key)


@transaction.atomic
def look(*, viewer: Viewer, suspects: Collection[str], asked: Collection[str], found: str) -> StudyRun:
    """Say what was found about the suspects, and ask for a run that heeds it; the run under way where there is one.

    `asked` are the suspects that were on the page. Raises `Faults` where nothing is said, where it is too long, and
    where there are others by now.
    """
    said = " ".join(found.split())
    if not suspects or set(asked) != set(suspects):
        raise refuse("suspects", "these are not the suspects of the last run.", "Look at those named now.")
    if not said:
        raise refuse("found", "nothing is written.", "Say in a sentence what you found.")
    if len(said) > MOST_SAID:
        raise refuse("found", f"this is longer than {MOST_SAID} characters.", "Say it in a sentence.")
    made = LookedAt.objects.create(
        service=viewer.service, suspects=sorted(suspects), found=said, by=viewer.staff, at=now()
    )
    viewer.did("looked at", "suspects", made.key, suspects=made.suspects)
    return ask_run(viewer=viewer)


@transaction.atomic
def take_back_look(*, viewer: Viewer, key: str) -> None:
    """Take back that suspects were looked at: what was proposed since goes at once, and a run is asked for."""
    if not LookedAt.objects.filter(service=viewer.service, key=key, ended_at=None).update(ended_at=now()):
        return
    WorthAWord.objects.filter(service=viewer.service).delete()
    viewer.did("took back", "suspects", key)
    ask_run(viewer=viewer)
