"""The dip filter over many clients at once, in NumPy: two modes, four branches, merged to two after every session.

Mode 0 is no dip, with state (mu, g, s); mode 1 a dip, with state (mu, g, s, D). Branches are named by the mode before
and after: 00, 10, 01, 11. An answer touches the state only through the line f = h'x that it observes, so ceilings and
outliers are scalar: what an answer says about f (`_given`) moves the whole state along its covariance with f.
docs/method/dip.md has the formulas; `scalar.py` says the same for one client, and a test holds the two together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from accord.signals.dip.model import Beside, Parameters
from accord.signals.dip.observed import Filtered, Flags, Floats, Observed

BLOCK = 6000  # clients: with fewer the calls cost more, with more the processor's cache is left
OUTLIER = 9.0  # times the error variance
LOWEST = -8.0  # standard deviations under the top beyond which a ceiling is as unlikely as it gets
KEPT = 0.5  # of a client's level that goes along to another therapist [design]
ROOT_2PI = float(np.sqrt(2 * np.pi))
NEVER = 1e-12  # the chance of a dip at the first session, which nothing can show


@dataclass(frozen=True)
class _Mode:
    """The state in one mode, over n clients: means x (k x n), covariances p[i] of state i with i and those after it."""

    x: Floats
    p: tuple[Floats, ...]


@dataclass
class _Ways:
    """The four ways to this session, 00, 10, 01, 11: states, and weights (4 x n) as ``factor * e^exponent``.

    The weights leave out the chance of the mode before.
    """

    modes: list[_Mode]
    factor: Floats
    exponent: Floats

    def sizes(self, in_dip: Floats) -> tuple[Floats, Floats]:
        """The weights over e to the largest exponent; and that."""
        highest = self.exponent.max(axis=0)
        sizes = self.factor * np.exp(self.exponent - highest)
        sizes[::2] *= 1 - in_dip
        sizes[1::2] *= in_dip
        return sizes, highest


@dataclass(frozen=True)
class _Lines:
    """The line f that an answer observes: mean and variance (branches x n), covariance with each state by branch."""

    mean: Floats
    variance: Floats
    along: list[Floats]


_Told = tuple[Floats, Floats, Floats, Floats]  # factor, exponent, pull, shrink
Indices = np.ndarray[Any, np.dtype[np.intp]]
_Pair = tuple[Floats, Floats]  # with the usual error, with the wide one


def run(parameters: Parameters, observed: Observed, *, block: int = BLOCK) -> Filtered:
    """The filter over all clients, in blocks; n x T answers in points of the scale of `parameters`.

    In one thread: on a busy machine two of them wait for each other more than they gain.
    """
    n, sessions = observed.ratings.shape
    tables, clients = np.empty((len(_TABLES), sessions, n)), np.empty((len(_CLIENT), n))
    # An absent answer is NaN and what cannot be has the weight 0; both are meant.
    with np.errstate(invalid="ignore", divide="ignore"):
        for start in range(0, n, block):
            part = slice(start, start + block)
            _run(parameters, observed.rows(part), tables[:, :, part], clients[:, part])
    found = {name: table.T for name, table in zip(_TABLES, tables, strict=True)}
    return Filtered(**found, **dict(zip(_CLIENT, clients, strict=True)))


def _run(par: Parameters, seen: Observed, tables: Floats, clients: Floats) -> None:
    """The filter over one block, into `tables` (6 x T x n) and `clients` (6 x n)."""
    n, sessions = seen.ratings.shape
    p_dip, score, expected, expected_sd, level, level_sd = tables
    clients[0] = 0.0
    steady, dipped, in_dip = _start(par, seen, n)
    own, own_variance = np.zeros(n), np.full(n, par.twin.own_sd**2)
    count: Floats | int = 1
    for t in range(sessions):
        if seen.restart is not None and t:
            again = seen.restart[:, t]
            steady, dipped, in_dip = _restart(par, steady, dipped, in_dip, again)
            own = np.where(again, 0.0, own)
            own_variance = np.where(again, par.twin.own_sd**2, own_variance)
            count = np.where(again, 1, count)
        number = np.log(count)
        gap = None if seen.elapsed is None or t == 0 else np.nan_to_num(seen.elapsed[:, t], nan=1.0)
        steady, dipped = _move(par, steady, gap), _move(par, dipped, gap)
        ways = _ways(par, steady, dipped, np.equal(count, 1), gap)
        if seen.arrival is not None:
            _observe_arrival(par, ways, number, seen.arrival[:, t])
        lines = _lines(ways.modes, number)
        expected[t], expected_sd[t] = _expected(par, ways, lines, in_dip)
        answer = np.ascontiguousarray(seen.ratings[:, t])
        _shift(ways, lines.along, *_given(par, answer, lines.mean, lines.variance, par.error_sd**2))
        if seen.twin is not None:
            own, own_variance = _observe_twin(par, ways, number, seen.twin[:, t], in_dip, own, own_variance)
        for question, answers in ((par.felt_off, seen.felt_off), (par.tension, seen.tension)):
            if answers is not None:
                ways.factor[:2] *= _said(question.false_yes, answers[:, t])
                ways.factor[2:] *= _said(question.sensitivity, answers[:, t])
        sizes, highest = ways.sizes(in_dip)
        no_dip, dip = sizes[0] + sizes[1], sizes[2] + sizes[3]
        total = no_dip + dip
        clients[0] += highest + np.log(total)
        steady = _merge(ways.modes[0], ways.modes[1], sizes[1], no_dip)
        dipped = _merge(ways.modes[2], ways.modes[3], sizes[3], dip)
        in_dip = dip / total
        p_dip[t] = in_dip
        score[t] = _score(par, ways, answer)
        level[t], level_sd[t] = _level(steady, dipped, in_dip, number)
        count = count + 1
    clients[1:] = _person(steady, dipped, in_dip)


_TABLES = ("p_dip", "score", "expected", "expected_sd", "level", "level_sd")
_CLIENT = ("likelihood", "mu", "growth", "mu_variance", "covariance", "growth_variance")


def _start(par: Parameters, seen: Observed, n: int) -> tuple[_Mode, _Mode, Floats]:
    """Both modes before the first session, and the chance of being in a dip: none."""
    x, p = np.zeros((3, n)), (np.zeros((3, n)), np.zeros((2, n)), np.zeros((1, n)))
    x[0] = par.level if seen.level is None else seen.level
    x[1] = par.growth
    p[0][0] = par.level_sd**2 if seen.level_variance is None else seen.level_variance
    p[1][0], p[2][0] = par.growth_sd**2, par.state_sd**2
    steady = _Mode(x, p)
    return steady, _fresh_dip(par, steady), np.zeros(n)


def _fresh_dip(par: Parameters, steady: _Mode) -> _Mode:
    """The state of mode 0 with the depth of a dip that begins now."""
    n = steady.x.shape[1]
    depth, none = np.full((1, n), par.depth), np.zeros((1, n))
    p = [np.concatenate([row, none]) for row in steady.p]
    return _Mode(np.concatenate([steady.x, depth]), (*p, np.full((1, n), par.depth_sd**2)))


def _without_dip(mode: _Mode) -> _Mode:
    """The state of mode 1 with its dip forgotten."""
    return _Mode(mode.x[:3].copy(), tuple(mode.p[i][: 3 - i].copy() for i in range(3)))


def _restart(
    par: Parameters, steady: _Mode, dipped: _Mode, in_dip: Floats, again: Flags
) -> tuple[_Mode, _Mode, Floats]:
    """Another therapist: half of the level goes along, growth and the passing state begin anew, no dip is open."""
    mean, variance = _overall(steady.x[0], dipped.x[0], steady.p[0][0], dipped.p[0][0], in_dip)
    kept = Observed(
        ratings=np.zeros((len(mean), 0)),
        level=par.level + KEPT * (mean - par.level),
        level_variance=KEPT**2 * variance + (1 - KEPT**2) * par.level_sd**2,
    )
    new_steady, new_dipped, none = _start(par, kept, len(mean))

    def chosen(new: _Mode, old: _Mode) -> _Mode:
        p = tuple(np.where(again, one, other) for one, other in zip(new.p, old.p, strict=True))
        return _Mode(np.where(again, new.x, old.x), p)

    return chosen(new_steady, steady), chosen(new_dipped, dipped), np.where(again, none, in_dip)


def _move(par: Parameters, mode: _Mode, gap: Floats | None) -> _Mode:
    """To the next session, in place: what passes has decayed, the longer ago the more."""
    phi = par.phi if gap is None else par.phi**gap
    x, p = mode.x, mode.p
    x[2] *= phi
    p[0][2] *= phi
    p[1][1] *= phi
    p[2][0] = phi * phi * p[2][0] + par.state_sd**2 * (1 - phi * phi)
    p[2][1:] *= phi
    return mode


def _ways(par: Parameters, steady: _Mode, dipped: _Mode, first: Flags, gap: Floats | None) -> _Ways:
    """The four ways to this session."""
    onset = np.where(first, NEVER, par.onset)
    stays = 1 - par.end if gap is None else (1 - par.end) ** gap
    shape = (4, steady.x.shape[1])
    factor = np.empty(shape)
    factor[0], factor[1], factor[2], factor[3] = 1 - onset, 1 - stays, onset, stays
    modes = [steady, _without_dip(dipped), _fresh_dip(par, steady), dipped]
    return _Ways(modes, factor, np.zeros(shape))


def _lines(modes: list[_Mode], number: Floats, share: float = 1.0) -> _Lines:
    """The line f = mu + l g + s (- share D) under several branches."""
    shape = (len(modes), modes[0].x.shape[1])
    lines = _Lines(np.empty(shape), np.empty(shape), [np.empty_like(mode.x) for mode in modes])
    for mode, mean, variance, along in zip(modes, lines.mean, lines.variance, lines.along, strict=True):
        x, p = mode.x, mode.p
        np.multiply(number, x[1], out=mean)
        mean += x[0]
        mean += x[2]
        np.multiply(number, p[0][1], out=along[0])
        np.multiply(number, p[1], out=along[1:])
        along += p[0]
        along[0] += p[0][2]
        along[1] += p[1][1]
        along[2:] += p[2]
        if len(x) == 4 and share:
            mean -= share * x[3]
            for i in range(4):
                along[i] -= share * p[i][3 - i]
        np.multiply(number, along[1], out=variance)
        variance += along[0]
        variance += along[2]
        if len(x) == 4 and share:
            variance -= share * along[3]
    return lines


def _given(par: Parameters, answer: Floats, mean: Floats, variance: Floats, error: float) -> _Told:
    """What an answer says about a line under each branch: factor and exponent of its likelihood, pull and shrink.

    Given the answer, the line lies ``variance * pull`` from its mean, and its variance has fallen by
    ``variance2 * shrink``; whatever varies with the line moves along its covariance with it. At the top an answer means
    "this or more"; an absent one says nothing.
    """
    told = _below(par, answer - mean, variance, error)
    top = np.flatnonzero(answer >= par.at_top)
    if top.size:
        cut, spread = np.take(mean, top, axis=1) - par.at_top, np.take(variance, top, axis=1)
        _put(told, top, _above(par, cut, spread, error))
    absent = np.flatnonzero(np.isnan(answer))
    _put(told, absent, [[one] * len(mean) for one in (1.0, 0.0, 0.0, 0.0)])
    return told


def _put(told: _Told, clients: Indices, values: Sequence[Iterable[Floats | float]]) -> None:
    """Other values for some clients, row by row, which is twice as fast as all rows in one."""
    for one, theirs in zip(told, values, strict=True):
        for row, value in zip(one, theirs, strict=True):
            row[clients] = value


def _below(par: Parameters, off: Floats, variance: Floats, error: float) -> _Told:
    """An answer on the scale, `off` from the line's mean."""
    shrink, wild_shrink = 1 / (variance + error), 1 / (variance + OUTLIER * error)
    pull, wild_pull = off * shrink, off * wild_shrink
    # The exponent of the wider error, which is never the smaller one, is left out of both.
    off *= -0.5
    exponent = off * wild_pull
    likely, unlikely = np.sqrt(shrink), np.sqrt(wild_shrink)
    likely *= (1 - par.outlier) / ROOT_2PI
    likely *= np.exp(off * pull - exponent)
    unlikely *= par.outlier / ROOT_2PI
    return _mixed(likely, unlikely, exponent, (pull, wild_pull), (shrink, wild_shrink))


def _above(par: Parameters, cut: Floats, variance: Floats, error: float) -> _Told:
    """An answer at the top; `cut` is how far the line's mean lies above it."""
    (usual, pull, shrink), (wild, wild_pull, wild_shrink) = (
        _reached(cut, variance + one) for one in (error, OUTLIER * error)
    )
    return _mixed(
        (1 - par.outlier) * usual,
        par.outlier * wild,
        np.zeros_like(cut),
        (pull, wild_pull),
        (shrink, wild_shrink),
    )


def _reached(cut: Floats, total: Floats) -> tuple[Floats, Floats, Floats]:
    """Likelihood, pull and shrink of "this or more" under an error of one size."""
    by_sd = 1 / np.sqrt(total)
    u = np.maximum(cut * by_sd, LOWEST)
    above = ndtr(u)
    slope = np.exp(-0.5 * u * u) / (ROOT_2PI * above)
    pull = slope * by_sd
    return above, pull, pull * (slope + u) * by_sd


def _mixed(likely: Floats, unlikely: Floats, exponent: Floats, pulls: _Pair, shrinks: _Pair) -> _Told:
    """Both errors together, each as likely as it makes the answer; in place."""
    (pull, apart), (shrink, change) = pulls, shrinks
    factor = likely
    factor += unlikely
    share = unlikely
    share /= factor
    apart -= pull
    change -= shrink
    change -= (1 - share) * apart * apart
    change *= share
    shrink += change
    apart *= share
    pull += apart
    return factor, exponent, pull, shrink


def _shift(
    ways: _Ways, along: list[Floats], factor: Floats, exponent: Floats, pull: Floats, shrink: Floats
) -> None:
    """Move each branch's state along its covariance with the line, x + c u, P - c c' v, and weigh it."""
    for mode, c, u, v in zip(ways.modes, along, pull, shrink, strict=True):
        x, scaled = mode.x, c * v
        x += c * u
        for i, row in enumerate(mode.p):
            row -= scaled[i] * c[i:]
    ways.factor *= factor
    ways.exponent += exponent


def _observe_arrival(par: Parameters, ways: _Ways, number: Floats, answer: Floats) -> None:
    """The item before a session; where a dip begins in it, it is there already, or not yet."""
    fresh = _Mode(ways.modes[2].x.copy(), tuple(row.copy() for row in ways.modes[2].p))
    not_yet = _Ways([fresh], ways.factor[2:3] * (1 - par.arrival.registers), ways.exponent[2:3].copy())
    ways.factor[2] *= par.arrival.registers
    _observe_beside(par, not_yet, par.arrival, 0.0, number, answer)
    _observe_beside(par, ways, par.arrival, 1.0, number, answer)
    highest = np.maximum(ways.exponent[2], not_yet.exponent[0])
    there = ways.factor[2] * np.exp(ways.exponent[2] - highest)
    later = not_yet.factor[0] * np.exp(not_yet.exponent[0] - highest)
    ways.modes[2] = _merge(ways.modes[2], not_yet.modes[0], later, there + later)
    ways.factor[2], ways.exponent[2] = there + later, highest


def _observe_beside(
    par: Parameters,
    ways: _Ways,
    beside: Beside,
    share: float,
    number: Floats,
    answer: Floats,
    own: Floats | float = 0.0,
    own_variance: Floats | float = 0.0,
) -> tuple[Floats, Floats]:
    """Another rating of the line; returns its pull and shrink, for the rater's own view under each branch."""
    lines = _lines(ways.modes, number, share)
    k = beside.loading
    mean, variance = beside.shift + k * lines.mean + own, k * k * lines.variance + own_variance
    factor, exponent, pull, shrink = _given(par, answer, mean, variance, beside.error_sd**2)
    _shift(ways, [k * one for one in lines.along], factor, exponent, pull, shrink)
    return pull, shrink


def _observe_twin(
    par: Parameters,
    ways: _Ways,
    number: Floats,
    answer: Floats,
    in_dip: Floats,
    own: Floats,
    own_variance: Floats,
) -> tuple[Floats, Floats]:
    """The therapist's rating; their own view of the client is kept beside the state, as if independent of it."""
    twin = par.twin
    pull, shrink = _observe_beside(par, ways, twin, twin.registers, number, answer, own, own_variance)
    sizes, _ = ways.sizes(in_dip)
    shares = sizes / sizes.sum(axis=0)
    means, variances = own + own_variance * pull, own_variance - own_variance * own_variance * shrink
    mean = (shares * means).sum(axis=0)
    return mean, (shares * (variances + (means - mean) ** 2)).sum(axis=0)


def _said(yes: float, answer: Floats) -> Floats:
    """The chance of what was said to a question, given that of a yes; 1 where nothing was said."""
    return np.where(np.isnan(answer), 1.0, np.where(answer > 0.5, yes, 1 - yes))


def _score(par: Parameters, ways: _Ways, answer: Floats) -> Floats:
    """ln(w01 / w00), where there is an answer below the top."""
    score: Floats = np.log(ways.factor[2] / ways.factor[0]) + ways.exponent[2] - ways.exponent[0]
    score[answer >= par.at_top] = -np.inf
    score[np.isnan(answer)] = np.nan
    return score


def _expected(par: Parameters, ways: _Ways, lines: _Lines, in_dip: Floats) -> tuple[Floats, Floats]:
    """Where the rating would lie without a dip: mean and SD before it is known."""
    ended = in_dip * ways.factor[1]
    lasting = (1 - in_dip) * ways.factor[0] * np.exp(np.minimum(ways.exponent[0] - ways.exponent[1], 700.0))
    share = ended / (ended + lasting)
    (usual, after), (usual_variance, after_variance) = lines.mean[:2], lines.variance[:2]
    mean, variance = _overall(usual, after, usual_variance, after_variance, share)
    error = par.error_sd**2 * (1 + (OUTLIER - 1) * par.outlier)
    return mean, np.sqrt(variance + error)


def _overall(a: Floats, b: Floats, va: Floats, vb: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of a mixture of two, `share` of it the second."""
    apart = b - a
    return a + share * apart, va + share * (vb - va + (1 - share) * apart * apart)


def _merge(a: _Mode, b: _Mode, weight_b: Floats, both: Floats) -> _Mode:
    """Two branches that end in the same mode as one, by moments; in place of the second."""
    share = np.divide(weight_b, both, out=np.zeros_like(both), where=both > 0)
    apart = b.x - a.x
    spread = (1 - share) * apart
    for i, (row, other) in enumerate(zip(a.p, b.p, strict=True)):
        other -= row
        other += spread[i] * apart[i:]
        other *= share
        other += row
    apart *= share
    return _Mode(a.x + apart, b.p)


def _level(steady: _Mode, dipped: _Mode, in_dip: Floats, number: Floats) -> tuple[Floats, Floats]:
    """The line without the dip, after the answer: mean and SD."""
    (m0, v0), (m1, v1) = (_usual(mode, number) for mode in (steady, dipped))
    mean, variance = _overall(m0, m1, v0, v1, in_dip)
    return mean, np.sqrt(np.maximum(variance, 0.0))


def _usual(mode: _Mode, number: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of mu + l g + s."""
    (a, g, s), (aa, ag, as_), (gg, gs), ss = mode.x[:3], mode.p[0][:3], mode.p[1][:2], mode.p[2][0]
    return a + number * g + s, aa + ss + 2 * as_ + number * (number * gg + 2 * (ag + gs))


def _person(steady: _Mode, dipped: _Mode, in_dip: Floats) -> tuple[Floats, ...]:
    """Level and growth of each client as they stand, over both modes: means, then (co)variances."""
    mu, mu_variance = _overall(steady.x[0], dipped.x[0], steady.p[0][0], dipped.p[0][0], in_dip)
    growth, growth_variance = _overall(steady.x[1], dipped.x[1], steady.p[1][0], dipped.p[1][0], in_dip)
    together = (1 - in_dip) * (dipped.x[0] - steady.x[0]) * (dipped.x[1] - steady.x[1])
    covariance = steady.p[0][1] + in_dip * (dipped.p[0][1] - steady.p[0][1] + together)
    return mu, growth, mu_variance, covariance, growth_variance
