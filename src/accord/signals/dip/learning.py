"""What a service can learn from its own past: parameters, therapists, thresholds, and whether the past agrees.

Four steps, each in its own file: `fit` (main rating, then the other inputs), `therapists`, `posterior` and `drawing`
(courses like the past ones), `threshold`. Everything is the same again with the same seed. docs/method/dip.md has the
reasons; nothing here is tuned to any data.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from accord.signals.dip.checking import check_past, check_scale, check_settings, checked_therapists
from accord.signals.dip.engine import run
from accord.signals.dip.fit import even, fit_beside, fit_main
from accord.signals.dip.model import Parameters, published
from accord.signals.dip.observed import Observed
from accord.signals.dip.therapists import Shifts, shifts
from accord.signals.dip.threshold import settle
from accord.signals.learnt import STATED, Learnt, Note

SETTINGS = (0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.10, 0.15)
DRAWS = 20_000


def learn(
    past: Observed,
    therapists: npt.ArrayLike | None = None,
    *,
    low: float = 0.0,
    high: float = 100.0,
    step: float = 1.0,
    version: str,
    chosen: float = STATED,
    seed: int = 0,
    draws: int = DRAWS,
    settings: tuple[float, ...] = SETTINGS,
) -> Learnt:
    """Learn from past courses (n x T, possibly none) on a scale from `low` to `high` in steps of `step`.

    `therapists`: one number per client, -1 or NaN where unknown; the result names each by that number. Clients without
    an answer teach nothing and are not counted. `Faults` for values outside the scale, by row from 1.
    """
    check_scale(low, high, step)
    check_settings(settings, chosen, draws)
    check_past(past, low, high)
    staff = checked_therapists(therapists, past.clients)
    answering = np.flatnonzero((~np.isnan(past.ratings)).any(axis=1)) if past.sessions else np.arange(0)
    past, staff = replace(past.rows(answering), level=None, level_variance=None), staff[answering]
    parameters, note = _fitted(past, low, high, step)
    found = _shifts(parameters, past, staff)
    parameters = replace(parameters, therapist_share=found.share)
    level, level_variance = found.levels(parameters, staff)
    known = replace(past, level=level, level_variance=level_variance)
    settled = settle(parameters, known, tuple(sorted(settings)), chosen, draws, np.random.default_rng(seed))
    return Learnt(
        version=version,
        parameters=parameters,
        settings=settled.settings,
        chosen=chosen,
        low_start=settled.low_start,
        clients=past.clients,
        ratings=int((~np.isnan(past.ratings)).sum()),
        check=settled.check,
        therapists=tuple(
            (str(one), float(shift), float(error))
            for one, shift, error in zip(found.therapist, found.shift, found.error, strict=True)
        ),
        note=note,
    )


def _fitted(past: Observed, low: float, high: float, step: float) -> tuple[Parameters, Note]:
    """The parameters, and what there is to say about how they came about."""
    if not past.clients:
        return published(low, high, step), Note.PUBLISHED
    start = published(low, high, step, level=float(np.nanmedian(past.ratings)))
    telling = past.rows(np.flatnonzero(~even(past.ratings, start.at_top)))
    if not telling.clients:
        return start, Note.EVEN
    main = fit_main(start, telling)
    beside = fit_beside(main.parameters, telling)
    if not (main.converged and beside.converged):
        return beside.parameters, Note.START
    at_top = past.ratings[~np.isnan(past.ratings)] >= start.at_top
    return beside.parameters, Note.TOP if at_top.all() else Note.NONE


def _shifts(parameters: Parameters, past: Observed, staff: npt.NDArray[np.int64]) -> Shifts:
    if not past.clients:
        none = np.zeros(0)
        return Shifts(none.astype(np.int64), none, none, parameters.therapist_share)
    return shifts(parameters, run(parameters, past), staff)
