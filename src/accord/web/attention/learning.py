"""What a service learns from its own past, in the background: a new version with its last twelve months replayed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accord.basics.clock import clinic_day, now
from accord.course.course import Course
from accord.course.expected import ExpectedCourse, NoCourse
from accord.instruments.registry import instrument
from accord.signals.dip.learning import SETTINGS, learn
from accord.signals.known import MAIN, TOTAL, WELLBEING
from accord.signals.learnt import Learnt
from accord.web.attention.judge import judge_all_again
from accord.web.attention.learnt import learnt_of
from accord.web.attention.past import ended_courses, read_past
from accord.web.attention.past_arrays import past_of
from accord.web.attention.replay import replay
from accord.web.attention.signal_actions import keep_version
from accord.web.people.models import Service

STEP = 0.25  # of a TOTAL: the mean of four lines in whole points


def refit(service: Service, at: datetime | None = None) -> Learnt:
    """Learn from every check-in of the service and keep it as the newest version; seconds to a minute.

    The setting that is in force stays; alarms that were raised before keep the version they were raised with.
    """
    instant = at or now()
    courses = read_past(service)
    past = past_of(courses)
    before = learnt_of(service)
    chosen = before.chosen
    scale = next(one for one in instrument(MAIN).scales if one.id == TOTAL)
    found = learn(
        past.observed,
        past.therapists,
        low=scale.low,
        high=scale.high,
        step=STEP,
        version="",
        chosen=chosen,
        settings=tuple(sorted({*SETTINGS, chosen})),
    )
    found = replace(
        found,
        made_on=clinic_day(instant, service.timezone).isoformat(),
        therapists=tuple((past.keys[int(key)], shift, error) for key, shift, error in found.therapists),
        expected=expected_course(service, courses),
    )
    replayed = replay(service, courses, past, found, instant)
    kept = keep_refit(service, found, replayed)
    if isinstance(before.expected, ExpectedCourse) and isinstance(kept.expected, NoCourse):
        # No signal shall stand beside a page that says there is nothing to judge by.
        judge_all_again(service.pk)
    return kept


def expected_course(service: Service, courses: Sequence[Course]) -> ExpectedCourse | NoCourse:
    """Where wellbeing usually goes here, judged as the study judges it, or why there is no course to use."""
    # The models are only needed here: whoever answers a form does not wait until they are read in.
    from accord.studies.expected.bands import course_in_use
    from accord.studies.expected.courses import of_courses

    ended = ended_courses(service)
    told = of_courses(courses, [one.key in ended for one in courses], WELLBEING, TOTAL)
    return course_in_use(told, WELLBEING)


@transaction.atomic
def keep_refit(service: Service, found: Learnt, replayed: dict) -> Learnt:
    """Keep what was learnt, under the setting that is in force now: a lead may have chosen another meanwhile."""
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    chosen = learnt_of(service).chosen
    known = any(abs(one.false_alarms - chosen) < 1e-9 for one in found.settings)
    return keep_version(service, found.choosing(chosen, "") if known else found, replay=replayed)
