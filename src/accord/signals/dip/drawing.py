"""Courses drawn from the dip filter's own model, with the truth behind them: what a threshold is set by, and tests.

The model is that of `model.py`, word for word what the filter assumes; no clinic's data and no other generator enter.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from accord.signals.dip.model import Beside, Parameters, Question
from accord.signals.dip.observed import Flags, Floats, Observed

WILD = 3.0  # an outlier's SD in SDs of the error, as in the filter


@dataclass(frozen=True)
class Drawn:
    """Courses and what is behind them (n x T): every session of a dip, and its first."""

    observed: Observed
    in_dip: Flags
    onset: Flags


def pattern(clients: int, sessions: int) -> Observed:
    """Who answers when: everybody, always, the main rating only."""
    return Observed(ratings=np.zeros((clients, sessions)))


def session_number(observed: Observed) -> npt.NDArray[np.int64]:
    """The number of each session since the course, or the work with another therapist, began (n x T; from 1)."""
    place = np.tile(np.arange(observed.sessions), (observed.clients, 1))
    if observed.restart is None:
        return place + 1
    begun = np.maximum.accumulate(np.where(observed.restart, place, 0), axis=1)
    return place - begun + 1


def draw(
    par: Parameters, pattern: Observed, mu: Floats, growth: Floats, random: np.random.Generator
) -> Drawn:
    """One course per row of `pattern`, which says who answers when, at what intervals, and with how many therapists.

    `mu` and `growth` in points: one per client (n), or one per session (n x T) where a therapist changes.
    """
    n, sessions = pattern.ratings.shape
    number = session_number(pattern)
    gap = np.ones((n, sessions)) if pattern.elapsed is None else np.nan_to_num(pattern.elapsed, nan=1.0)
    state = _state(par, number, gap, random)
    in_dip, onset, depth = _dips(par, number, gap, random)
    line = _by_session(mu) + np.log(number) * _by_session(growth) + state
    fallen = np.where(in_dip, depth, 0.0)

    def kept(values: Floats, where: Floats) -> Floats:
        return np.where(np.isnan(where), np.nan, values)

    ratings = _on_scale(par, line - fallen + _error(par, par.error_sd, line.shape, random))
    observed = replace(pattern, ratings=kept(ratings, pattern.ratings))
    if pattern.felt_off is not None:
        observed = replace(observed, felt_off=kept(_said(par.felt_off, in_dip, random), pattern.felt_off))
    if pattern.tension is not None:
        observed = replace(observed, tension=kept(_said(par.tension, in_dip, random), pattern.tension))
    if pattern.arrival is not None:
        share = np.where(onset, par.arrival.registers, 1.0)  # an old dip is wholly seen, one to come in part
        values = _beside(par, par.arrival, line - share * fallen, number, random)
        observed = replace(observed, arrival=kept(values, pattern.arrival))
    if pattern.twin is not None:
        values = _beside(par, par.twin, line - par.twin.registers * fallen, number, random)
        observed = replace(observed, twin=kept(values, pattern.twin))
    return Drawn(observed, in_dip, onset)


def people(par: Parameters, clients: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Level and growth of clients nobody knows anything of, in points."""
    mu = par.level + par.level_sd * random.standard_normal(clients)
    return mu, par.growth + par.growth_sd * random.standard_normal(clients)


def _by_session(value: Floats) -> Floats:
    return value[:, None] if value.ndim == 1 else value


def _state(
    par: Parameters, number: npt.NDArray[np.int64], gap: Floats, random: np.random.Generator
) -> Floats:
    """What passes: it decays with time and begins anew with another therapist (n x T)."""
    fresh = par.state_sd * random.standard_normal(number.shape)
    phi = par.phi**gap
    state = fresh.copy()
    for t in range(1, number.shape[1]):
        moved = phi[:, t] * state[:, t - 1] + np.sqrt(1 - phi[:, t] ** 2) * fresh[:, t]
        state[:, t] = np.where(number[:, t] == 1, fresh[:, t], moved)
    return state


def _dips(
    par: Parameters, number: npt.NDArray[np.int64], gap: Floats, random: np.random.Generator
) -> tuple[Flags, Flags, Floats]:
    """Sessions in a dip, first sessions of one, and depths in points (n x T)."""
    chance = random.random(number.shape)
    fresh = par.depth + par.depth_sd * random.standard_normal(number.shape)
    stays = (1 - par.end) ** gap
    in_dip, onset = np.zeros(number.shape, bool), np.zeros(number.shape, bool)
    depth = np.zeros(number.shape)
    for t in range(1, number.shape[1]):
        can = number[:, t] > 1
        before = in_dip[:, t - 1] & can
        onset[:, t] = can & ~before & (chance[:, t] < par.onset)
        in_dip[:, t] = onset[:, t] | (before & (chance[:, t] < stays[:, t]))
        depth[:, t] = np.where(onset[:, t], fresh[:, t], depth[:, t - 1])
    return in_dip, onset, depth


def _error(par: Parameters, sd: float, shape: tuple[int, ...], random: np.random.Generator) -> Floats:
    wild = random.random(shape) < par.outlier
    return np.where(wild, WILD * sd, sd) * random.standard_normal(shape)


def _on_scale(par: Parameters, values: Floats) -> Floats:
    """Whole steps, and nothing beyond either end."""
    steps = np.round((values - par.low) / par.step)
    return np.clip(par.low + par.step * steps, par.low, par.high)


def _said(question: Question, in_dip: Flags, random: np.random.Generator) -> Floats:
    chance = np.where(in_dip, question.sensitivity, question.false_yes)
    return (random.random(in_dip.shape) < chance).astype(np.float64)


def _beside(
    par: Parameters,
    beside: Beside,
    line: Floats,
    number: npt.NDArray[np.int64],
    random: np.random.Generator,
) -> Floats:
    """Another rating of the line; the rater's own view of the client is one per therapist."""
    own = beside.own_sd * random.standard_normal(number.shape)
    for t in range(1, number.shape[1]):
        own[:, t] = np.where(number[:, t] == 1, own[:, t], own[:, t - 1])
    values = beside.shift + beside.loading * line + own
    return _on_scale(par, values + _error(par, beside.error_sd, number.shape, random))
