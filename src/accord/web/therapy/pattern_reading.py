"""From rows to what patterns are found in: the course without what is covered, what is known beside it, what rests."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from accord.basics.clock import clinic_day
from accord.course.course import Course
from accord.instruments.definition import Respondent
from accord.signals.known import Known
from accord.signals.patterns.reading import PROFILE
from accord.web.attention.judging import known_of
from accord.web.people.viewer import Viewer
from accord.web.therapy import models
from accord.web.therapy.client_reading import ClientFile
from accord.web.voice.models import Concern

MATTERS = (
    "accord-matters"  # what matters to the client: for the therapist alone, also whether it was answered
)
UNANSWERED_AFTER = timedelta(days=7)  # since it was asked [design]


def visible(file: ClientFile) -> Course:
    """The course of the file without profiles that wait under the cover: they rate the therapist too."""
    return replace(
        file.course,
        sessions=tuple(
            replace(one, ratings=tuple(r for r in one.ratings if not _is_profile(r.instrument, r.respondent)))
            if one.key in file.covered
            else one
            for one in file.course.sessions
        ),
    )


def _is_profile(instrument: str, who: Respondent) -> bool:
    return instrument == PROFILE and who is Respondent.CLIENT


def known_beside(file: ClientFile, viewer: Viewer) -> Known:
    """What is known beside the course: who spoke up, what was done about it, whether what matters went unanswered."""
    return replace(
        known_of(file.learnt, file.spreads, file.now),
        talked=frozenset(one.key for one in file.given if one.talked),
        spoke=frozenset(_spoke(file, viewer)),
        tended=frozenset(_tended(file, viewer)),
        matters_unanswered=_matters_unanswered(file, viewer),
    )


def _spoke(file: ClientFile, viewer: Viewer) -> Iterable[str]:
    """Sessions after which the client raised something or wrote a line, as far as this viewer may know of it."""
    yield from (one.session for one in file.given if one.raised or one.text)
    letters = viewer.concerns.filter(course__key=file.course_key, to=Concern.To.THERAPIST)
    for at in letters.values_list("at", flat=True):
        yield from _session_before(file, at)


def _tended(file: ClientFile, viewer: Viewer) -> Iterable[str]:
    """Sessions after which something was done: a repair begun, or a change told to the client."""
    repairs = viewer.repairs.filter(course__key=file.course_key)
    changes = viewer.changes.filter(course__key=file.course_key, withdrawn_at=None)
    for at in [*repairs.values_list("begun_at", flat=True), *changes.values_list("at", flat=True)]:
        yield from _session_before(file, at)


def _session_before(file: ClientFile, at: datetime) -> tuple[str, ...]:
    """The session held last at an instant; none before the first."""
    day = clinic_day(at, file.timezone)
    earlier = [
        one.key
        for one in file.course.sessions
        if one.attendance.held and (one.starts_at <= at if one.starts_at else one.day <= day)
    ]
    return tuple(earlier[-1:])


def _matters_unanswered(file: ClientFile, viewer: Viewer) -> bool:
    """Whether what matters was asked a week ago or more and nothing came; known to the therapist alone.

    Who would rather not be asked has answered.
    """
    if not file.mine or file.declined_all or MATTERS in file.declined:
        return False
    asked = viewer.links.filter(
        session__course__key=file.course_key,
        instrument=MATTERS,
        sent_at=None,
        declined_at=None,
        withdrawn_at=None,
        made_at__lte=file.now - UNANSWERED_AFTER,
    )
    told = viewer.responses.filter(session__course__key=file.course_key, instrument=MATTERS)
    return asked.exists() and not told.exists()


def resting(file: ClientFile, viewer: Viewer) -> Iterable[models.PatternSaid]:
    """What was put away and rests today."""
    return models.PatternSaid.objects.filter(
        service=viewer.service, course__key=file.course_key, ended_at=None, until__gt=file.today
    ).select_related("by")
