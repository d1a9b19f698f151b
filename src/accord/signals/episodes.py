"""Falls and what became of them in one client's course, after the types of Gumz and others 2012 (science.md 3.1).

An episode begins with the first session that a preset marks and ends with the repair: within so many sessions back near
where it came from. It looks at later sessions, so it describes the past. One that the course's end cuts off is
censored, which is not the same as unrepaired.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from accord.basics.faults import refuse
from accord.signals.criterion import TIE, Fall, reference
from accord.signals.presets import Preset, Repair, alarms, in_points

LOW_STILL = 0.25  # of the depth: as near as this to the lowest point is still there [design]


class Shape(StrEnum):
    """The course of a fall and its repair; steps are counted from answer to answer."""

    V = "V"  # one step down, one step up
    DECLINE_SUDDEN_REPAIR = "decline over several sessions, sudden repair"
    DROP_SLOW_REPAIR = "sudden drop, slow repair"
    PLATEAU = "sudden drop, a while at the bottom, sudden repair"
    SLOW = "slow both ways"  # ours: the four above leave it out
    UNREPAIRED = "unrepaired"
    CENSORED = "censored"  # the course ended before it could be repaired in time


@dataclass(frozen=True)
class Episode:
    """One fall. Sessions are places in the ratings, from 0.

    `depth` is the largest distance from where it came from, in the rule's points (or the ratings' own); `length` the
    sessions from onset to repair, None without one.
    """

    onset: int
    lowest: int
    repaired: int | None
    depth: float
    length: int | None
    shape: Shape


def episodes(
    rule: Preset, ratings: Sequence[float], low: float = 0.0, high: float = 100.0
) -> tuple[Episode, ...]:
    """Every episode of one client (NaN for no answer), in order; `Faults` for a rule that knows no repair."""
    part = rule.any_of[0]
    if rule.repair is None or not isinstance(part, Fall):
        raise refuse("preset", f"'{rule.id}' does not say when a fall is repaired.", "Choose one that does.")
    y = in_points(rule, np.asarray([ratings], dtype=float), low, high)
    marked = alarms(rule, np.asarray([ratings], dtype=float), low, high)[0]
    levels = reference(part, y)[0]
    found, place = [], 0
    while place < len(marked):
        if not marked[place]:
            place += 1
            continue
        one = _episode(y[0].tolist(), place, float(levels[place]), rule.repair)
        found.append(one)
        place = (
            one.repaired if one.repaired is not None else _end_of_run(marked.tolist(), y[0].tolist(), place)
        )
    return tuple(found)


def _end_of_run(marked: list[bool], y: list[float], place: int) -> int:
    """The next answered session that the rule does not mark; sessions without an answer do not end a run."""
    while place < len(marked) and (marked[place] or np.isnan(y[place])):
        place += 1
    return place


def _episode(y: list[float], onset: int, level: float, repair: Repair) -> Episode:
    if repair.tolerance is not None:
        back_at = level - repair.tolerance
    else:
        back_at = y[onset] + (repair.back or 0.0) * (level - y[onset])
    until = onset + repair.within
    later = range(onset + 1, min(until, len(y) - 1) + 1)
    repaired = next((place for place in later if y[place] >= back_at - TIE), None)
    stop = repaired if repaired is not None else min(until, len(y) - 1) + 1
    lowest = min(
        (place for place in range(onset, stop) if not np.isnan(y[place])), key=lambda place: y[place]
    )
    depth = level - y[lowest]
    if repaired is None:
        shape = Shape.CENSORED if until > len(y) - 1 else Shape.UNREPAIRED
        return Episode(onset, lowest, None, depth, None, shape)
    return Episode(onset, lowest, repaired, depth, repaired - onset, _shape(y, onset, repaired, level, depth))


def _shape(y: list[float], onset: int, repaired: int, level: float, depth: float) -> Shape:
    """From the steps down to the bottom, those at it, and those up again."""
    earlier = [place for place in range(onset) if not np.isnan(y[place])]
    start = next((place for place in reversed(earlier) if y[place] >= level - TIE), None)
    if start is None:  # it came from a mean or a line, which no rating need have reached
        start = earlier[-1] if earlier else onset
    answered = [place for place in range(start, repaired + 1) if not np.isnan(y[place])]
    bottom = level - depth * (1 - LOW_STILL)
    at_it = [
        step for step, place in enumerate(answered) if onset <= place < repaired and y[place] <= bottom + TIE
    ]
    down, still, up = at_it[0], at_it[-1] - at_it[0], len(answered) - 1 - at_it[-1]
    if up > 1:
        return Shape.DROP_SLOW_REPAIR if down <= 1 else Shape.SLOW
    if down > 1:
        return Shape.DECLINE_SUDDEN_REPAIR
    return Shape.PLATEAU if still else Shape.V
