"""The other way to an expected course: people who began alike (Lutz 2005; science.md 5), with no model of growth.

Distances are in SDs of the intake. Whoever is asked about at session t is compared with people who were rated there, so
they were still there as well. What comes of it at the end mixes the neighbours' end with the person's own line so far,
with the weight that would have done best among the people learnt from.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from accord.studies.expected.courses import Courses, Floats, Integers

NEAREST = 50  # [design]: an upper or lower tenth then rests on five people
LEAST = 20  # of them, else nothing is said [design]


@dataclass(frozen=True, eq=False)
class Landmark:
    """People who were rated at one session: which courses, the intake, that rating, and the last one after it.

    `final` is absent (NaN) where no later rating is there; `log_more` is ln of the final session over this one.
    """

    session: int
    course: Integers
    intake: Floats
    value: Floats
    final: Floats
    log_more: Floats


def landmark(told: Courses, session: int) -> Landmark:
    """Everyone in `told` with a rating at `session`."""
    last, at = np.full(len(told.intake), np.nan), np.zeros(len(told.intake))
    last[told.place], at[told.place] = told.value, told.number  # rows come in order: the last one stays
    rows = told.number == session
    course = told.place[rows]
    later = at[course] > session
    return Landmark(
        session,
        course,
        told.intake[course],
        told.value[rows],
        np.where(later, last[course], np.nan),
        np.where(later, np.log(np.maximum(at[course], session) / session), np.nan),
    )


def band(known: Landmark, intake: Floats, share: float) -> tuple[Floats, Floats]:
    """Where `share` of the nearest lay at that session, low and high; NaN with too few of them."""
    if len(known.course) < LEAST:
        return np.full(len(intake), np.nan), np.full(len(intake), np.nan)
    values = known.value[_nearest(known.intake, intake)]
    # A new person is one more than those: of 50, the tenth part begins at the fifth of 51 places.
    edges = np.quantile(values, [0.5 - share / 2, 0.5 + share / 2], axis=1, method="weibull")
    return edges[0], edges[1]


def chance_below(known: Landmark, asked: Landmark, line: Floats) -> Floats:
    """How likely the last rating lies below `line`, for each of `asked`; NaN with too few to learn from."""
    ended = np.flatnonzero(~np.isnan(known.final))
    if len(ended) < LEAST:
        return np.full(len(asked.course), np.nan)
    intake, final, more = known.intake[ended], known.final[ended], float(known.log_more[ended].mean())
    theirs = _of_others(intake, final)
    own = _own(known.intake[ended], known.value[ended], known.session, more)
    apart = own - theirs
    weight = float(np.clip(apart @ (final - theirs) / max(float(apart @ apart), 1e-12), 0.0, 1.0))
    left = final - (weight * own + (1 - weight) * theirs)
    sd = max(float(left.std()), 1e-9)
    here = final[_nearest(intake, asked.intake)].mean(1)
    foretold = weight * _own(asked.intake, asked.value, asked.session, more) + (1 - weight) * here
    result: Floats = ndtr((line - foretold) / sd)
    return result


def _own(intake: Floats, value: Floats, session: int, more: float) -> Floats:
    """The person's own line in log session from the intake through the rating, drawn on to the end."""
    slope: Floats = (value - intake) / np.log(session)
    return value + slope * more


def _of_others(intake: Floats, final: Floats) -> Floats:
    """The mean end of everyone's nearest, without their own."""
    near = _nearest(intake, intake, one_more=True)
    others = near != np.arange(len(intake))[:, None]
    result: Floats = (final[near] * others).sum(1) / others.sum(1)
    return result


def _nearest(known: Floats, asked: Floats, *, one_more: bool = False) -> Integers:
    """For each of `asked` the places of the nearest in `known` (rows x NEAREST)."""
    count = min(len(known), NEAREST + one_more)
    found = np.empty((len(asked), count), dtype=np.int64)
    for begin in range(0, len(asked), 2000):
        apart = np.abs(asked[begin : begin + 2000, None] - known[None, :])
        found[begin : begin + 2000] = np.argpartition(apart, count - 1, axis=1)[:, :count]
    return found
