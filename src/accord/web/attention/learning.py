"""What a service learns from its own past, in the background: a new version with its last twelve months replayed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db import transaction

from accord.basics.clock import clinic_day, now
from accord.course.course import Course
from accord.course.session import Session
from accord.instruments.registry import instrument
from accord.signals.dip.learning import SETTINGS, learn
from accord.signals.dip.observed import Observed
from accord.signals.dip.scalar import Asked
from accord.signals.dip.track import asked_of
from accord.signals.known import MAIN, TOTAL
from accord.signals.learnt import Learnt
from accord.web.attention.learnt import learnt_of
from accord.web.attention.past import read_past
from accord.web.attention.replay import replay
from accord.web.attention.signal_actions import keep_version
from accord.web.people.models import Service

STEP = 0.25  # of a TOTAL: the mean of four lines in whole points


@dataclass(frozen=True)
class Past:
    """A service's past as the filter sees it: `sessions` by client (only those held or rated), and arrays over them.

    `therapists` numbers the therapist of each client's first session by place in `keys`; -1 is unknown.
    """

    sessions: tuple[tuple[Session, ...], ...]
    observed: Observed
    therapists: npt.NDArray[np.int64]
    keys: tuple[str, ...]


def refit(service: Service, at: datetime | None = None) -> Learnt:
    """Learn from every check-in of the service and keep it as the newest version; seconds to a minute.

    The setting that is in force stays; alarms that were raised before keep the version they were raised with.
    """
    instant = at or now()
    courses = read_past(service)
    past = past_of(courses)
    chosen = learnt_of(service).chosen
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
    )
    replayed = replay(service, courses, past, found, instant)
    return keep_refit(service, found, replayed)


@transaction.atomic
def keep_refit(service: Service, found: Learnt, replayed: dict) -> Learnt:
    """Keep what was learnt, under the setting that is in force now: a lead may have chosen another meanwhile."""
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    chosen = learnt_of(service).chosen
    known = any(abs(one.false_alarms - chosen) < 1e-9 for one in found.settings)
    return keep_version(service, found.choosing(chosen, "") if known else found, replay=replayed)


def past_of(courses: Sequence[Course]) -> Past:
    """The courses with at least one session held or rated, as the filter sees them."""
    told = [asked for course in courses if (asked := asked_of(course))]
    keys = tuple(dict.fromkeys(one.therapist for rows in told for one, _ in rows if one.therapist))
    place = {key: number for number, key in enumerate(keys)}
    return Past(
        sessions=tuple(tuple(one for one, _ in rows) for rows in told),
        observed=observed([[asked for _, asked in rows] for rows in told]),
        therapists=np.array([place.get(rows[0][0].therapist or "", -1) for rows in told], dtype=np.int64),
        keys=keys,
    )


def observed(rows: Sequence[Sequence[Asked]]) -> Observed:
    """Sessions of many clients as arrays; what was never observed at all is left out."""
    shape = (len(rows), max(map(len, rows), default=0))
    grids = {name: np.full(shape, np.nan) for name in ("rating", "felt_off", "tension", "arrival", "twin")}
    elapsed, restart = np.ones(shape), np.zeros(shape, dtype=bool)
    for i, asked in enumerate(rows):
        for name, grid in grids.items():
            grid[i, : len(asked)] = [getattr(one, name) for one in asked]
        elapsed[i, : len(asked)] = [one.elapsed for one in asked]
        restart[i, : len(asked)] = [one.restart for one in asked]
    beside = {
        name: None if np.isnan(grid).all() else grid for name, grid in grids.items() if name != "rating"
    }
    return Observed(ratings=grids["rating"], elapsed=elapsed, restart=restart, **beside)
