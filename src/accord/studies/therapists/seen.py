"""Who sees what of the therapists' study: one's own, and others only as a shape without names (science.md 9.6)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, log10

from accord.basics.absence import Absence, NotScored, TooFew
from accord.studies.result import CELL, THERAPIST_CLIENTS, Study, Table
from accord.studies.therapists.therapists import FEW, TABLE

GRADES = (
    20  # steps across the widest interval: fine enough for a picture, too coarse to tell who is who [design]
)


class Policy(StrEnum):
    """How a service handles names. `NAMED` is a setting of the service, off at first, audited, and told to everyone."""

    OWN = "own"
    NAMED = "named"


@dataclass(frozen=True)
class Own:
    """One therapist's estimate against the service's average, with how far it can be leaned on."""

    therapist: str
    estimate: float
    low: float
    high: float
    clients: int
    reliability: float


@dataclass(frozen=True)
class Unnamed:
    """Somebody's estimate with an interval as wide as the widest of five or more like theirs, rounded outwards.

    No key, no number of people; nor a width of their own, which would tell who has the most.
    """

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Seen:
    """What one person may see. `own` is None for somebody who is no therapist, an absence for one with too few.

    `others` are in order of their values, so their places say nothing more; empty where there are fewer than five.
    `kept_back` counts those with enough people who are not among them. `named` is empty but under `Policy.NAMED`.
    """

    own: Own | Absence | None
    others: tuple[Unnamed, ...]
    kept_back: int
    named: tuple[Own, ...] = ()


def for_viewer(
    study: Study, own: str | None, policy: Policy = Policy.OWN, spread: Collection[str] | None = None
) -> Seen:
    """What the therapist with the key `own`, or somebody who is none, sees.

    Under `NAMED` only somebody who is no therapist sees names: a therapist sees their own, whatever the policy.
    `spread` are the keys of those who may be in the unnamed shape (`spread_after`); all of them unless given.
    """
    rows = [Own(*row) for row in _table(study, TABLE).rows]  # type: ignore[arg-type]  # as the study wrote it
    others = [one for one in rows if one.therapist != own]
    told = [one for one in others if spread is None or one.therapist in spread]
    told = told if len(told) >= CELL else []
    named = tuple(rows) if policy is Policy.NAMED and own is None else ()
    return Seen(_own(study, rows, own), _unnamed(told), len(others) - len(told), named)


def _own(study: Study, rows: list[Own], key: str | None) -> Own | Absence | None:
    if key is None:
        return None
    there = [one for one in rows if one.therapist == key]
    if there:
        return there[0]
    few = {row[0]: row[1] for row in _table(study, FEW).rows}
    clients = few.get(key, 0)
    if isinstance(clients, int) and clients < THERAPIST_CLIENTS:
        return TooFew(clients, THERAPIST_CLIENTS)
    return NotScored("too few therapists or courses in the service to compare")


def shown_keys(study: Study) -> frozenset[str]:
    """Keys of the therapists with enough people."""
    return frozenset(str(row[0]) for row in _table(study, TABLE).rows)


def spread_after(study: Study, before: Collection[str]) -> frozenset[str]:
    """Who is in the unnamed shape of this run, when `before` were in that of the run before.

    Those who come to have enough people join five at a time: one alone would be whoever is new beside the last picture.
    """
    now = shown_keys(study)
    stay = now & frozenset(before)
    return now if len(now - stay) >= CELL else stay


def _unnamed(rows: list[Own]) -> tuple[Unnamed, ...]:
    ends = _widened(rows)
    step = _step(max((high - low for low, high in ends), default=0.0))
    return tuple(
        sorted(
            (
                Unnamed(
                    round(one.estimate / step) * step,
                    floor(low / step) * step,
                    ceil(high / step) * step,
                )
                for one, (low, high) in zip(rows, ends, strict=True)
            ),
            key=lambda one: (one.estimate, one.low, one.high),
        )
    )


def _widened(rows: list[Own]) -> list[tuple[float, float]]:
    """Low and high of each: as far from the estimate as the farthest among five or more with widths like theirs."""
    order = sorted(range(len(rows)), key=lambda place: rows[place].high - rows[place].low)
    groups = max(1, len(order) // CELL)
    found = [(0.0, 0.0)] * len(rows)
    for number in range(groups):
        last = (number + 1) * CELL if number + 1 < groups else len(order)
        like = order[number * CELL : last]
        below = max((rows[one].estimate - rows[one].low for one in like), default=0.0)
        above = max((rows[one].high - rows[one].estimate for one in like), default=0.0)
        for one in like:
            found[one] = rows[one].estimate - below, rows[one].estimate + above
    return found


def _step(width: float) -> float:
    """1, 2 or 5 times a power of ten: about a twentieth of the widest interval."""
    if width <= 0:
        return 1.0
    least = width / GRADES
    power = 10.0 ** floor(log10(least))
    return float(next(one * power for one in (1, 2, 5, 10) if one * power >= least - 1e-12))


def _table(study: Study, name: str) -> Table:
    return next((one for one in study.tables if one.name == name), Table(name, (), ()))
