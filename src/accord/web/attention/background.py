"""What time brings, in the worker: courses judged again, mails of the morning, what services learn from their past.

Everything is done in small steps, so that no message waits for it; learning is a process of its own.
"""

import logging
import os
import subprocess
import sys
from collections import deque
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import OperationalError
from django.db.models import Exists, OuterRef

from accord.basics.clock import clinic_day, now
from accord.signals.known import MAIN
from accord.web.attention.digest import plan_digests
from accord.web.attention.judge import change_of, judge_course, judged_stamp
from accord.web.attention.lull import can_learn
from accord.web.attention.models import Learnt, Signal
from accord.web.checkin.models import Response
from accord.web.learning.background import Studies
from accord.web.people.models import Service
from accord.web.therapy.models import Course, Session
from accord.web.therapy.reading import read_spreads

log = logging.getLogger("accord.background")
FROM_HOUR = 5  # on the clinic's clock: judged again before anybody's first session [design]
RECENT = timedelta(days=30)
AT_ONCE = 20  # courses in one step, some tens of milliseconds
STAMP_SECONDS = 3 * 24 * 3600
NOT_BEFORE = timedelta(hours=20)  # since the last version: once a day, whatever hour the first one had


class Background:
    """The work of one worker; what it has not finished it begins again, which changes nothing twice."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, int | None, str]] = deque()  # service, course (None: done), day
        self._learning: subprocess.Popen | None = None
        self._studies = Studies()

    def plan(self, at: datetime) -> None:
        """Once a minute: see what is due."""
        for work in (self._plan_sweep, plan_digests, self._plan_learning, self._studies.plan):
            try:
                work(at)
            except OperationalError:
                raise
            except Exception as problem:  # messages about safety answers must go on, whatever is wrong here
                log.error("%s failed (%s)", work.__name__, type(problem).__name__)

    def step(self, at: datetime) -> bool:
        """A few courses; says whether more are waiting. Studies that a lead asked for are begun."""
        self._studies.look()
        for _ in range(min(AT_ONCE, len(self._waiting))):
            service, course, day = self._waiting.popleft()
            if course is None:
                cache.set(judged_stamp(service), day, STAMP_SECONDS)
            else:
                judge_again(course, at)
        return bool(self._waiting)

    def _plan_sweep(self, at: datetime) -> None:
        """Every service's open courses once a day."""
        queued = {service for service, _, _ in self._waiting}
        for service in Service.objects.exclude(pk__in=queued):
            read_spreads(service, MAIN)  # kept at hand for answers that come in
            day = clinic_day(at, service.timezone).isoformat()
            early = at.astimezone(ZoneInfo(service.timezone)).hour < FROM_HOUR
            stamp = cache.get(judged_stamp(service.pk))
            if stamp == day or (early and stamp is not None):
                continue
            self._waiting.extend((service.pk, course, day) for course in to_judge(service, at))
            self._waiting.append((service.pk, None, day))

    def _plan_learning(self, at: datetime) -> None:
        if self._learning is not None and self._learning.poll() is None:
            return
        self._learning = None
        if any(is_due(service, at) for service in Service.objects.all()):
            command = [sys.executable, "-m", "accord.cli.learn", str(os.getpid())]
            self._learning = subprocess.Popen(command, close_fds=False)


def to_judge(service: Service, at: datetime) -> list[int]:
    """Courses in which time can bring something: open ones with a recent session, and those with a current signal."""
    recent = Session.objects.filter(course=OuterRef("pk"), day__gte=clinic_day(at, service.timezone) - RECENT)
    current = Signal.objects.filter(course=OuterRef("pk"), ended_at=None)
    courses = Course.objects.filter(service=service)
    open_ones = courses.filter(Exists(recent), ended_on=None)
    return list((open_ones | courses.filter(Exists(current))).order_by("pk").values_list("pk", flat=True))


def judge_again(course: int, at: datetime) -> bool:
    """Judge a course outside any action; most change nothing, and for those nobody's turn to write is taken."""
    try:
        changed = bool(change_of(course, at))
    except OperationalError:
        raise
    except Exception as problem:
        log.error("a course could not be judged (%s)", type(problem).__name__)
        return False
    return changed and judge_course(course, at)


def is_due(service: Service, at: datetime) -> bool:
    """Whether there is something new to learn from, the last time is long enough ago, and nobody is answering."""
    last = Learnt.objects.filter(service=service, by=None).order_by("-number").first()
    if last and last.made_at > at - NOT_BEFORE:
        return False
    ratings = Response.objects.filter(service=service, instrument=MAIN)
    return can_learn(ratings, last.made_at if last else None, at)


def learn_what_is_due() -> None:
    """Learn for every service for which there is something new; one that fails does not keep the others back."""
    from accord.web.attention.learning import refit  # the worker itself does without what fits models

    for service in Service.objects.all():
        try:
            if is_due(service, now()):
                refit(service, now())
        except Exception as problem:
            log.error("a service's past could not be learnt from (%s)", type(problem).__name__)
