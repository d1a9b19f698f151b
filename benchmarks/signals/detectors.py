"""Who is compared: Accord's filter with what it learnt, the same filter with the truth, and the published rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from accord.signals import presets
from accord.signals.dip import engine, learning
from accord.signals.dip.model import Parameters
from accord.signals.dip.observed import Observed
from accord.signals.learnt import Learnt
from benchmarks.signals.drawn import Bools, Drawn, Floats
from benchmarks.signals.settings import CHOSEN, RATES

LOW, HIGH, STEP = 0.0, 100.0, 1.0
ACCORD, ORACLE = "accord", "oracle"


@dataclass(frozen=True)
class Detector:
    """A score per session (n x T, the higher the more of a dip; NaN and -inf never alarm) and when it alarms by itself.

    `stated`: threshold by stated share of false alarms, alarms above it. `own`: the alarms of a rule at its own limit.
    """

    id: str
    score: Floats
    p_dip: Floats | None = None
    stated: dict[float, float] = field(default_factory=dict)
    own: Bools | None = None


def observed(drawn: Drawn) -> Observed:
    """What a service sees of these clients."""
    return Observed(
        ratings=drawn.ratings,
        felt_off=drawn.felt_off,
        tension=drawn.tension,
        arrival=drawn.arrival,
        twin=drawn.twin,
    )


def learn(past: Drawn, seed: int) -> Learnt:
    """Everything that a service learns from its own past."""
    return learning.learn(
        observed(past),
        past.therapist,
        low=LOW,
        high=HIGH,
        step=STEP,
        version="bench",
        chosen=CHOSEN,
        seed=seed,
        settings=RATES,
    )


def accord(learnt: Learnt, new: Drawn) -> Detector:
    """The filter as a service has it: its own parameters, therapists and thresholds."""
    par = learnt.parameters
    seen = observed(new)
    shifts = {key: (shift, error) for key, shift, error in learnt.therapists}
    rest = (1 - par.therapist_share) * par.level_sd**2
    level, variance = np.full(seen.clients, par.level), np.full(seen.clients, par.level_sd**2)
    for therapist in np.unique(new.therapist):
        if (found := shifts.get(str(therapist))) is not None:
            theirs = new.therapist == therapist
            level[theirs], variance[theirs] = par.level + found[0], rest + found[1] ** 2
    filtered = engine.run(par, replace(seen, level=level, level_variance=variance))
    stated = {rate: learnt.at(rate).threshold for rate in RATES}
    return Detector(ACCORD, filtered.score, filtered.p_dip, stated)


def oracle(new: Drawn, known: Parameters | None) -> Detector:
    """The same filter with the true parameters and the true level of each therapist's clients.

    `known` stands in where the generator's shape has no such parameters (`reference.py`).
    """
    par = new.truth or known
    if par is None or new.therapist_shift is None:
        raise ValueError("the oracle needs parameters and the therapists' shifts")
    rest = (1 - par.therapist_share) * par.level_sd**2
    seen = replace(
        observed(new),
        level=par.level + new.therapist_shift,
        level_variance=np.full(len(new.ratings), rest),
    )
    filtered = engine.run(par, seen)
    return Detector(ORACLE, filtered.score, filtered.p_dip)


def rules(new: Drawn) -> Iterator[Detector]:
    """Every preset, at its own limit."""
    for preset in presets.presets():
        score = presets.scores(preset, new.ratings, LOW, HIGH)
        yield Detector(preset.id, score, own=presets.alarms(preset, new.ratings, LOW, HIGH))


def everyone(learnt: Learnt, new: Drawn, known: Parameters | None) -> Iterator[Detector]:
    """All detectors on the same clients."""
    yield accord(learnt, new)
    yield oracle(new, known)
    yield from rules(new)
