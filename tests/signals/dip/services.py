"""Services drawn from the filter's own model, for the tests of learning."""

from dataclasses import replace

import numpy as np

from accord.signals.dip.alarm import eligible
from accord.signals.dip.drawing import draw, pattern, people
from accord.signals.dip.model import published

# Beside the published values, so that a fit that stays where it starts is noticed.
TRUTH = replace(
    published(),
    level=88.0,
    level_sd=7.0,
    growth=1.3,
    growth_sd=1.5,
    state_sd=4.5,
    phi=0.40,
    error_sd=2.8,
    onset=0.065,
    end=0.42,
    depth=11.5,
    depth_sd=5.0,
)


def clients(number, seed, *, sessions=8, missing=0.12, shift=0.0, truth=TRUTH, **streams):
    """Drawn courses; `shift` is added to the level, one for all or one each; `streams` are patterns of other inputs."""
    random = np.random.default_rng(seed)
    mu, growth = people(truth, number, random)
    asked = replace(pattern(number, sessions), **streams)
    asked.ratings[random.random((number, sessions)) < missing] = np.nan
    return draw(truth, asked, mu + shift, growth, random)


def clean(drawn):
    """Sessions that can be judged, outside a dip, and so was the one before."""
    before = np.zeros_like(drawn.in_dip)
    before[:, 1:] = drawn.in_dip[:, :-1]
    return eligible(drawn.observed) & ~drawn.in_dip & ~before
