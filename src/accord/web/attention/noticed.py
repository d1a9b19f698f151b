"""Signals as one person may see them: a few queries for any number of courses.

What rests on answers under the cover is left out, and what ended because of such answers is still there: else a
signal that vanishes would tell how the client rated. A safety answer and a concern are never covered. Of a withheld
course only the safety answer is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.db.models.functions import Coalesce

from accord.basics.clock import clinic_day, now
from accord.signals.rules import RULES
from accord.signals.signal import Place, Signal
from accord.signals.stored import from_json
from accord.web.attention import models
from accord.web.attention.waiting import judge_waiting
from accord.web.people.viewer import Viewer
from accord.web.therapy.cover import covered_since, withheld_courses
from accord.web.therapy.models import Course

NEVER_COVERED = frozenset({Place.RISK, Place.CONCERN})
# What a client's answers say, as against what was done about them or whether they came at all.
OF_THE_ANSWERS = frozenset({Place.STRAIN, Place.GAP, Place.REST})


@dataclass(frozen=True)
class Noticed:
    """A signal as it was raised. `verdict` is what somebody said about it (empty: nothing).

    `ended_at` None: it still holds. `mine`: the session that it is about was the viewer's.
    """

    key: str
    signal: Signal
    raised_at: datetime
    mine: bool
    verdict: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Snoozing:
    """A snooze in force: until when, why, since when and by whom; `mine` whether the viewer set it."""

    key: str
    reason: str
    until: date
    at: datetime
    by: str
    mine: bool


def noticed(viewer: Viewer, courses: Iterable[int]) -> dict[int, tuple[Noticed, ...]]:
    """Current signals by course as this viewer may see them, without those that somebody said no to.

    Four queries, and more only while answers of these courses wait to be judged."""
    chosen = list(courses)
    judge_waiting(chosen)
    covered, withheld = covered_since(viewer, chosen), withheld_courses(viewer, chosen)
    rows = _rows(viewer, chosen).filter(_current(covered), verdict=None)
    found = _by_course(viewer, chosen, rows, covered, withheld)
    # What ended for another reason than those answers, such as a concern that was talked about, has ended.
    return {pk: tuple(one for one in made if one.ended_at is None) for pk, made in found.items()}


def history(viewer: Viewer, course: Course) -> tuple[Noticed, ...]:
    """Every signal that the course ever had, as this viewer may see it, in the order in which they were raised."""
    chosen = [course.pk]
    judge_waiting(chosen)
    covered, withheld = covered_since(viewer, chosen), withheld_courses(viewer, chosen)
    return _by_course(viewer, chosen, _rows(viewer, chosen), covered, withheld)[course.pk]


def snoozed(viewer: Viewer, courses: Iterable[int]) -> dict[int, Snoozing]:
    """The snoozes in force by course; one query."""
    today = clinic_day(now(), viewer.service.timezone)
    rows = models.Snooze.objects.filter(
        service=viewer.service, course__in=list(courses), ended_at=None, until__gt=today
    )
    return {
        row.course_id: Snoozing(
            row.key, row.reason, row.until, row.at, row.by.name, row.by_id == viewer.staff.pk
        )
        for row in rows.select_related("by").order_by("at", "pk")
    }


def _rows(viewer: Viewer, courses: list[int]):
    kept = models.Signal.objects.filter(
        service=viewer.service, course__in=courses, rule__in=[one.id for one in RULES]
    )
    whose = Coalesce("about__therapist_id", "course__therapist_id")
    return kept.annotate(whose=whose).select_related("verdict").order_by("place", "raised_at", "pk")


def _current(covered: Mapping[int, Mapping[str, datetime]]) -> Q:
    """What still holds, or did when the first of the covered answers came."""
    wanted = Q(ended_at=None)
    for course, sessions in covered.items():
        wanted |= Q(course=course, ended_at__gte=min(sessions.values()))
    return wanted


def _by_course(
    viewer: Viewer,
    courses: list[int],
    rows: Iterable[models.Signal],
    covered: Mapping[int, Mapping[str, datetime]],
    withheld: frozenset[int],
) -> dict[int, tuple[Noticed, ...]]:
    found: dict[int, list[Noticed]] = {pk: [] for pk in courses}
    for row in rows:
        place, sessions = Place(row.place), covered.get(row.course_id, {})
        if row.course_id in withheld and place is not Place.RISK:
            continue
        signal = from_json(row.value)
        if place not in NEVER_COVERED and signal.about in sessions:
            continue
        ended = row.ended_at
        if ended and sessions and place in OF_THE_ANSWERS and ended >= min(sessions.values()):
            ended = None
        mine = row.whose == viewer.staff.pk
        verdict = row.verdict.said if hasattr(row, "verdict") else ""
        found[row.course_id].append(Noticed(row.key, signal, row.raised_at, mine, verdict, ended))
    return {pk: tuple(made) for pk, made in found.items()}
