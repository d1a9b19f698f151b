"""A service's last twelve months again, under every setting: what would have alarmed, and what each rule adds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from accord.basics.clock import clinic_day
from accord.course.course import Course
from accord.course.session import Attendance
from accord.signals.dip import alarm, batch
from accord.signals.known import MAIN, Known
from accord.signals.learnt import Learnt
from accord.signals.presets import alarms, presets
from accord.signals.rules import RULES
from accord.web.attention.past import risk_sessions
from accord.web.attention.past_arrays import Past
from accord.web.people.models import Service
from accord.web.therapy.reading import read_spreads

LOOK_BACK = timedelta(days=365)
MOST_COURSES = 300  # in which every rule is asked again at every session; the newest ones
NOT_REPLAYED = frozenset({"overdue"})  # what was planned when is not kept


def replay(
    service: Service, courses: Sequence[Course], past: Past, learnt: Learnt, at: datetime
) -> dict[str, Any]:
    """The past as the alarm budget page shows it: alarms per setting, published rules, and what each rule marks.

    A week counts for a therapist who saw somebody in it.
    """
    until = clinic_day(at, service.timezone)
    since = until - LOOK_BACK
    inside, observed, p = _inside(past, since, until), past.observed, learnt.parameters
    told = [one for rows in past.sessions for one in rows if since <= one.day <= until]
    weeks = {(one.therapist, one.day.isocalendar()[:2]) for one in told if one.therapist}
    answered = int((inside & ~np.isnan(observed.ratings)).sum())
    filtered = batch.run(p, replace(observed, **_starts(past, learnt)))
    chosen = sorted(courses, key=_latest)[-MOST_COURSES:]
    return {
        "from": min((one.day for one in told), default=since).isoformat(),
        "to": max((one.day for one in told), default=until).isoformat(),
        "ratings": answered,
        "therapists": len({therapist for therapist, _week in weeks}),
        "weeks": len({week for _therapist, week in weeks}),
        "therapist_weeks": len(weeks),
        "settings": [
            {
                "false_alarms": one.false_alarms,
                **_per_week(alarm.alarms(filtered, observed, one.threshold) & inside, len(weeks)),
                "real": one.real,
                "seen_in_time": one.seen_in_time,
            }
            for one in learnt.settings
        ],
        "presets": [
            {
                "name": one.title,
                **_per_week(found, len(weeks)),
                "share_of_sessions": float(found.sum()) / max(answered, 1),
            }
            for one in presets()
            for found in [alarms(one, observed.ratings, p.low, p.high) & inside]
        ],
        "courses": len(chosen),
        "rules": _rules(service, chosen, learnt, since, until),
    }


def _latest(course: Course) -> date:
    return course.sessions[-1].day if course.sessions else date.min


def _inside(past: Past, since: date, until: date) -> npt.NDArray[np.bool_]:
    """Which sessions lie in the time that is replayed."""
    inside = np.zeros(past.observed.ratings.shape, dtype=bool)
    for i, rows in enumerate(past.sessions):
        inside[i, : len(rows)] = [since <= one.day <= until for one in rows]
    return inside


def _starts(past: Past, learnt: Learnt) -> dict[str, npt.NDArray[np.float64]]:
    """Where each client's level is thought to start, as for a new client of the same therapist."""
    shifts = {key: (shift, error) for key, shift, error in learnt.therapists}
    p = learnt.parameters
    level = np.full(past.observed.clients, p.level)
    variance = np.full(past.observed.clients, p.level_sd**2)
    for i, therapist in enumerate(past.therapists):
        if therapist >= 0 and (found := shifts.get(past.keys[therapist])):
            level[i] += found[0]
            variance[i] = p.level_sd**2 * (1 - p.therapist_share) + found[1] ** 2
    return {"level": level, "level_variance": variance}


def _per_week(found: npt.NDArray[np.bool_], weeks: int) -> dict[str, Any]:
    count = int(found.sum())
    return {"alarms": count, "per_therapist_week": count / weeks if weeks else 0.0}


def _rules(
    service: Service, courses: Sequence[Course], learnt: Learnt, since: date, until: date
) -> list[dict[str, Any]]:
    """Per rule how many signals it would have raised, and at how many sessions nothing but it did."""
    known = Known(learnt=learnt, spreads=read_spreads(service, MAIN), risk=risk_sessions(service))
    asked = [rule for rule in RULES if rule.id not in NOT_REPLAYED]
    signals: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for course in courses:
        seen: set[tuple[str, str]] = set()
        for place, session in enumerate(course.sessions):
            if session.attendance is Attendance.PLANNED and not session.ratings:
                continue
            so_far = Course(course.key, course.sessions[: place + 1])
            found = {(one.rule, one.since) for rule in asked for one in rule.detect(so_far, known)}
            fresh = [rule for rule, _ in found - seen]
            seen |= found
            if since <= session.day <= until:
                signals.update(fresh)
                if len(fresh) == 1:
                    alone.update(fresh)
    return [{"rule": rule.id, "signals": signals[rule.id], "alone": alone[rule.id]} for rule in asked]
