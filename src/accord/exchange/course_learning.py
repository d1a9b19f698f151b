"""What the dip filter knows when it reads a table of courses: published values, or what another table teaches."""

from dataclasses import replace

import numpy as np

from accord.exchange.course_blocks import single_therapist, usual_interval, whole
from accord.exchange.course_table import CourseTable, Range, step_of
from accord.signals.dip.learning import SETTINGS, learn
from accord.signals.dip.model import published
from accord.signals.learnt import PUBLISHED, Learnt

MOST_CLIENTS = (
    5_000  # more would take minutes and move nothing: 2,000 keep every promise (docs/method/dip.md)
)


def published_for(table: CourseTable, scale: Range) -> Learnt:
    """The published values on this scale; the threshold is a log odds and needs no scale."""
    step = step_of(table.ratings, scale)
    return replace(PUBLISHED, parameters=published(scale.low, scale.high, step))


def learn_from(past: CourseTable, scale: Range, false_alarms: float, seed: int = 0) -> Learnt:
    """What a table teaches; its version tells the table (the start of its SHA-256). Takes seconds to a minute.

    Of more than `MOST_CLIENTS` clients so many are drawn. A client who changed therapist teaches nothing about either.
    """
    observed = whole(past, usual_interval(past)).observed
    therapists = single_therapist(past)
    count = observed.clients
    if count > MOST_CLIENTS:
        chosen = np.sort(np.random.default_rng(seed).choice(count, MOST_CLIENTS, replace=False))
        observed = observed.rows(chosen)
        therapists = None if therapists is None else therapists[chosen]
    found = learn(
        observed,
        therapists,
        low=scale.low,
        high=scale.high,
        step=step_of(past.ratings, scale),
        version=f"{past.sha256[:8]}-{false_alarms:g}",
        chosen=false_alarms,
        seed=seed,
        settings=tuple(sorted({*SETTINGS, false_alarms})),
    )
    named = tuple((past.therapists[int(key)], shift, error) for key, shift, error in found.therapists)
    return replace(found, therapists=named)
