"""What is said about a pattern: that it is not so for this client, so that it rests; and that it may come back."""

from datetime import timedelta

from django.db import transaction

from accord.basics.clock import clinic_day, now
from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.signals.patterns import WATCHED
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course, PatternSaid

RESTS = timedelta(days=90)  # [design]; who is put away longer is looked at again before that


@transaction.atomic
def put_away(*, viewer: Viewer, course: Course, pattern: str) -> PatternSaid:
    """Let a pattern of a course rest for 90 days; one that rests already is left as it is.

    Raises `Faults` for a pattern that is none. Its name is not in the trail: it would tell what a client answered.
    """
    known = [one.id for one in WATCHED]
    if pattern not in known:
        raise refuse(
            "pattern", f"there is no {pattern!r}.", hint(pattern, known) or f"There are: {', '.join(known)}."
        )
    today = clinic_day(now(), course.service.timezone)
    current = _resting(course, pattern).select_for_update(no_key=True).first()
    if current is not None and current.until > today:
        return current
    _resting(course, pattern).update(ended_at=now())
    made = PatternSaid.objects.create(
        service_id=course.service_id,
        course=course,
        pattern=pattern,
        until=today + RESTS,
        by=viewer.staff,
        at=now(),
    )
    viewer.did("put away", "pattern", made.key, until=made.until.isoformat())
    return made


@transaction.atomic
def take_back(*, viewer: Viewer, course: Course, pattern: str) -> None:
    """Look for a pattern again now; nothing happens when it does not rest."""
    for row in _resting(course, pattern):
        _resting(course, pattern).update(ended_at=now())
        viewer.did("took back", "pattern", row.key)


def _resting(course: Course, pattern: str):
    return PatternSaid.objects.filter(course=course, pattern=pattern, ended_at=None)
