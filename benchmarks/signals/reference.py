"""An oracle for a shape that the filter has no parameters for: those that tell its dips best, found with the answers.

It is shown where the dips of 4,000 clients lie and what each therapist adds, and takes the parameters whose P(dip) has
the smallest log loss. Maximum likelihood on the ratings, which is all that a service can do, does not know the dips.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import minimize

from accord.signals.dip import engine
from accord.signals.dip.model import Parameters, published
from accord.signals.dip.observed import Observed
from benchmarks.signals.drawn import Floats, Generator
from benchmarks.signals.judging import Sessions

CLIENTS = 4_000
SIZES = ("level_sd", "growth_sd", "state_sd", "error_sd", "depth", "depth_sd")
SHARES = ("phi", "outlier", "onset", "end")
PLAIN = ("level", "growth")  # moved in points
NAMES = SIZES + SHARES + PLAIN
FARTHEST = 4.0  # on the log or logit
STEP = 1e-4


def reference(generator: Generator, sessions: int, seed: int) -> Parameters:
    """The parameters of the filter that tell this generator's dips best."""
    random = np.random.default_rng([seed, sessions, CLIENTS])
    drawn = generator.draw(random, CLIENTS, sessions, generator.therapists(random))
    if drawn.therapist_shift is None:
        raise ValueError("the reference needs the therapists' shifts")
    shift, judged = drawn.therapist_shift, Sessions.of(drawn).judged
    dip = drawn.in_dip[judged]
    start = published(level=float(np.nanmedian(drawn.ratings)))

    def loss(x: Floats) -> float:
        par = moved(start, x)
        seen = Observed(
            drawn.ratings,
            level=par.level + shift,
            level_variance=np.full(len(shift), (1 - par.therapist_share) * par.level_sd**2),
        )
        p = np.clip(engine.run(par, seen).p_dip[judged], 1e-6, 1 - 1e-6)
        return -float(np.where(dip, np.log(p), np.log1p(-p)).mean())

    at = np.zeros(len(NAMES))
    best = minimize(
        loss,
        at,
        method="L-BFGS-B",
        bounds=[(-FARTHEST, FARTHEST)] * len(at),
        options={"eps": STEP, "maxiter": 60},
    )
    return moved(start, best.x)


def moved(start: Parameters, x: Floats) -> Parameters:
    """The parameters at this distance from the start: logarithms of sizes, logits of shares, else in points."""
    changed: dict[str, Any] = {
        name: _moved(name, getattr(start, name), float(by)) for name, by in zip(NAMES, x, strict=True)
    }
    return replace(start, **changed)


def _moved(name: str, value: float, by: float) -> float:
    if name in SIZES:
        return value * float(np.exp(by))
    if name in SHARES:
        return 1 / (1 + (1 / value - 1) * float(np.exp(-by)))
    return value + by
