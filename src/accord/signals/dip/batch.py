"""The dip filter over many clients at once, in NumPy: two modes, four branches, merged to two after every session.

Mode 0 is no dip, with state (mu, g, s); mode 1 a dip, with state (mu, g, s, D). Branches are named by the mode before
and after: 00, 10, 01, 11. An answer touches the state only through the line f = h'x that it observes, so ceilings and
outliers are scalar: what an answer says about f (`_given`) moves the whole state along its covariance with f.
docs/method/dip.md has the formulas; `scalar.py` says the same for one client, and a test holds the two together.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from accord.signals.dip.model import Beside, Parameters, Question
from accord.signals.dip.observed import Filtered, Flags, Floats, Observed

BLOCK = 8192  # clients whose state fits into the processor's cache
OUTLIER = 9.0  # times the error variance
LOWEST = -8.0  # standard deviations under the top beyond which a ceiling is as unlikely as it gets
KEPT = 0.5  # of a client's level that goes along to another therapist [design]
ROOT_2PI = float(np.sqrt(2 * np.pi))
NEVER = 1e-12  # the chance of a dip at the first session, which nothing can show


@dataclass
class _Mode:
    """Mean x[i] and covariance p[i][j] (i <= j) of the state in one mode, each an array over clients."""

    x: list[Floats]
    p: list[list[Floats]]  # p[i][j - i]

    def at(self, i: int, j: int) -> Floats:
        return self.p[i][j - i] if i <= j else self.p[j][i - j]


@dataclass
class _Branch:
    """One way to get to this session: its state before the answer, its sign of D, and its log weight."""

    mode: _Mode
    dip: bool
    weight: Floats


@dataclass
class _Line:
    """The line f that an answer observes, under one branch: mean, variance, and covariance with each state."""

    mean: Floats
    variance: Floats
    with_state: list[Floats]


def run(parameters: Parameters, observed: Observed, *, block: int = BLOCK) -> Filtered:
    """The filter over all clients, in blocks; n x T answers in points of the scale of `parameters`."""
    # An absent answer is NaN and an impossible branch has the weight ln 0; both are meant.
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = [
            _run(parameters, observed.rows(slice(start, start + block)))
            for start in range(0, max(1, observed.clients), block)
        ]
    return Filtered.together(parts)


def _run(par: Parameters, seen: Observed) -> Filtered:
    n, sessions = seen.ratings.shape
    tables = {name: np.full((n, sessions), np.nan) for name in _TABLES}
    likelihood = np.zeros(n)
    steady, dipped, in_dip = _start(par, seen, n)
    own, own_variance = np.zeros(n), np.full(n, par.twin.own_sd**2)
    number = np.ones(n)
    for t in range(sessions):
        first = number == 1 if t == 0 or seen.restart is not None else None
        if seen.restart is not None and t:
            again = seen.restart[:, t]
            if again.any():
                steady, dipped, in_dip = _restart(par, steady, dipped, in_dip, again)
                own, own_variance = (
                    np.where(again, 0.0, own),
                    np.where(again, par.twin.own_sd**2, own_variance),
                )
                number = np.where(again, 1.0, number)
                first = number == 1
        log_number = np.log(number)
        gap = None if seen.elapsed is None or t == 0 else np.nan_to_num(seen.elapsed[:, t], nan=1.0)
        steady, dipped = _move(par, steady, gap), _move(par, dipped, gap)
        branches = _branches(par, steady, dipped, in_dip, first, gap)
        if seen.arrival is not None:
            for place, one in enumerate(branches):
                if place == 2:
                    branches[place] = _observe_arrival(par, one, log_number, seen.arrival[:, t])
                else:
                    _observe_beside(par, one, par.arrival, 1.0, log_number, seen.arrival[:, t])
        tables["expected"][:, t], tables["expected_sd"][:, t] = _expected(par, branches, log_number)
        answer = seen.ratings[:, t]
        for one in branches:
            _observe(par, one, log_number, answer)
        if seen.twin is not None:
            own, own_variance = _observe_twin(par, branches, log_number, seen.twin[:, t], own, own_variance)
        for question, answers in ((par.felt_off, seen.felt_off), (par.tension, seen.tension)):
            if answers is not None:
                for one in branches:
                    one.weight = one.weight + _said(question, answers[:, t], one.dip)
        weights = [one.weight for one in branches]
        highest = np.maximum(np.maximum(weights[0], weights[1]), np.maximum(weights[2], weights[3]))
        shares = [np.exp(weight - highest) for weight in weights]
        total = shares[0] + shares[1] + shares[2] + shares[3]
        likelihood += highest + np.log(total)
        steady = _merge(branches[0].mode, branches[1].mode, shares[0], shares[1], 3)
        dipped = _merge(branches[2].mode, branches[3].mode, shares[2], shares[3], 4)
        in_dip = (shares[2] + shares[3]) / total
        tables["p_dip"][:, t] = in_dip
        score = np.where(answer >= par.at_top, -np.inf, weights[2] - weights[0])
        tables["score"][:, t] = np.where(np.isnan(answer), np.nan, score)
        tables["level"][:, t], tables["level_sd"][:, t] = _level(steady, dipped, in_dip, log_number)
        number = number + 1
    mu, growth, variances = _person(steady, dipped, in_dip)
    return Filtered(**tables, likelihood=likelihood, mu=mu, growth=growth, **variances)


_TABLES = ("p_dip", "score", "expected", "expected_sd", "level", "level_sd")


def _start(par: Parameters, seen: Observed, n: int) -> tuple[_Mode, _Mode, Floats]:
    """Both modes before the first session, and the chance of being in a dip: none."""
    level = np.full(n, par.level) if seen.level is None else seen.level.astype(np.float64)
    variance = (
        np.full(n, par.level_sd**2) if seen.level_variance is None else seen.level_variance.astype(np.float64)
    )
    zero = np.zeros(n)
    x = [level, np.full(n, par.growth), zero]
    p = [
        [variance, zero, zero],
        [np.full(n, par.growth_sd**2), zero],
        [np.full(n, par.state_sd**2)],
    ]
    steady = _Mode(x, p)
    return steady, _fresh_dip(par, steady), np.zeros(n)


def _fresh_dip(par: Parameters, steady: _Mode) -> _Mode:
    """The state of mode 0 with the depth of a dip that begins now."""
    n = len(steady.x[0])
    zero = np.zeros(n)
    p = [[*row, zero] for row in steady.p]
    return _Mode([*steady.x, np.full(n, par.depth)], [*p, [np.full(n, par.depth_sd**2)]])


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
        x = [np.where(again, a, b) for a, b in zip(new.x, old.x, strict=True)]
        p = [
            [np.where(again, a, b) for a, b in zip(one, other, strict=True)]
            for one, other in zip(new.p, old.p, strict=True)
        ]
        return _Mode(x, p)

    return chosen(new_steady, steady), chosen(new_dipped, dipped), np.where(again, none, in_dip)


def _move(par: Parameters, mode: _Mode, gap: Floats | None) -> _Mode:
    """To the next session: what passes has decayed, the longer ago the more."""
    phi = par.phi if gap is None else par.phi**gap
    x, p = list(mode.x), [list(row) for row in mode.p]
    x[2] = phi * x[2]
    p[0][2], p[1][1] = phi * p[0][2], phi * p[1][1]
    p[2][0] = phi * phi * p[2][0] + par.state_sd**2 * (1 - phi * phi)
    if len(x) == 4:
        p[2][1] = phi * p[2][1]
    return _Mode(x, p)


def _branches(
    par: Parameters,
    steady: _Mode,
    dipped: _Mode,
    in_dip: Floats,
    first: Flags | None,
    gap: Floats | None,
) -> list[_Branch]:
    """The four ways to this session: 00, 10, 01, 11."""
    onset: Floats | float = par.onset if first is None else np.where(first, NEVER, par.onset)
    stays = 1 - par.end if gap is None else (1 - par.end) ** gap
    was_steady, was_dipped = np.log1p(-in_dip), np.log(in_dip)
    without = _Mode(dipped.x[:3], [dipped.p[0][:3], dipped.p[1][:2], dipped.p[2][:1]])
    return [
        _Branch(_copied(steady), False, was_steady + np.log1p(-onset)),
        _Branch(without, False, was_dipped + np.log1p(-stays)),
        _Branch(_fresh_dip(par, steady), True, was_steady + np.log(onset)),
        _Branch(dipped, True, was_dipped + np.log(stays)),
    ]


def _copied(mode: _Mode) -> _Mode:
    return _Mode(list(mode.x), [list(row) for row in mode.p])


def _line(branch: _Branch, log_number: Floats, seen_of_dip: float = 1.0) -> _Line:
    """f = mu + l g + s (- share D) under this branch, and its covariance with each state."""
    mode, sized = branch.mode, len(branch.mode.x)
    mean = mode.x[0] + log_number * mode.x[1] + mode.x[2]
    with_state = [mode.at(i, 0) + log_number * mode.at(i, 1) + mode.at(i, 2) for i in range(sized)]
    if branch.dip and seen_of_dip:
        mean = mean - seen_of_dip * mode.x[3]
        with_state = [c - seen_of_dip * mode.at(i, 3) for i, c in enumerate(with_state)]
    variance = with_state[0] + log_number * with_state[1] + with_state[2]
    if branch.dip and seen_of_dip:
        variance = variance - seen_of_dip * with_state[3]
    return _Line(mean, variance, with_state)


def _given(
    par: Parameters, answer: Floats, mean: Floats, variance: Floats, error: float
) -> tuple[Floats, Floats, Floats]:
    """Log likelihood of an answer about a line, its pull and shrink; at the top it means "this or more". Absent: 0.

    Given the answer, the line lies ``variance * pull`` from its mean, and its variance has fallen by
    ``variance2 * shrink``; whatever varies with the line moves along its covariance with it.
    """
    off = answer - mean
    square = 0.5 * off * off
    shrink, wild_shrink = 1 / (variance + error), 1 / (variance + OUTLIER * error)
    # One exponential for both errors: the wider one never has the smaller exponent.
    likely = (1 - par.outlier) * np.sqrt(shrink) * np.exp(square * (wild_shrink - shrink))
    unlikely = par.outlier * np.sqrt(wild_shrink)
    likelihood = np.log((likely + unlikely) / ROOT_2PI) - square * wild_shrink
    pull, wild_pull = off * shrink, off * wild_shrink
    top = np.flatnonzero(answer >= par.at_top)
    if top.size:
        cut, spread = mean[top] - par.at_top, variance[top]
        usual, pull[top], shrink[top] = _above(cut, spread + error)
        wild, wild_pull[top], wild_shrink[top] = _above(cut, spread + OUTLIER * error)
        likely[top], unlikely[top] = (1 - par.outlier) * usual, par.outlier * wild
        likelihood[top] = np.log(likely[top] + unlikely[top])
    share = unlikely / (likely + unlikely)
    apart = wild_pull - pull
    pull += share * apart
    shrink += share * (wild_shrink - shrink) - share * (1 - share) * apart * apart
    absent = np.flatnonzero(np.isnan(answer))
    for one in (likelihood, pull, shrink):
        one[absent] = 0.0
    return likelihood, pull, shrink


def _above(cut: Floats, total: Floats) -> tuple[Floats, Floats, Floats]:
    """Likelihood, pull and shrink of an answer at the top; `cut` is how far the line's mean lies above it."""
    sd = np.sqrt(total)
    u = np.maximum(cut / sd, LOWEST)
    above = ndtr(u)
    slope = np.exp(-0.5 * u * u) / (ROOT_2PI * above)
    return above, slope / sd, slope * (slope + u) / total


def _observe(par: Parameters, branch: _Branch, log_number: Floats, answer: Floats) -> None:
    """The main rating."""
    line = _line(branch, log_number)
    told = _given(par, answer, line.mean, line.variance, par.error_sd**2)
    _shift(branch, line.with_state, *told)


def _shift(branch: _Branch, along: list[Floats], likelihood: Floats, pull: Floats, shrink: Floats) -> None:
    """Move the state along its covariance with the line."""
    mode = branch.mode
    scaled = [one * shrink for one in along]
    mode.x = [x + one * pull for x, one in zip(mode.x, along, strict=True)]
    mode.p = [[p - scaled[i] * along[i + k] for k, p in enumerate(row)] for i, row in enumerate(mode.p)]
    branch.weight = branch.weight + likelihood


def _observe_arrival(par: Parameters, fresh: _Branch, log_number: Floats, answer: Floats) -> _Branch:
    """The item before a session, where a dip begins in it: it is there already, or not yet."""
    ways = [_Branch(_copied(fresh.mode), True, fresh.weight) for _ in range(2)]
    for way, seen_of_dip in zip(ways, (1.0, 0.0), strict=True):
        _observe_beside(par, way, par.arrival, seen_of_dip, log_number, answer)
    chance = par.arrival.registers
    high = np.maximum(ways[0].weight, ways[1].weight)
    there, not_yet = chance * np.exp(ways[0].weight - high), (1 - chance) * np.exp(ways[1].weight - high)
    merged = _merge(ways[0].mode, ways[1].mode, there, not_yet, 4)
    return _Branch(merged, True, high + np.log(there + not_yet))


def _observe_beside(
    par: Parameters,
    branch: _Branch,
    beside: Beside,
    seen_of_dip: float,
    log_number: Floats,
    answer: Floats,
    own: Floats | float = 0.0,
    own_variance: Floats | float = 0.0,
) -> tuple[Floats, Floats]:
    """Another rating of the line; returns its pull and shrink, for the rater's own view under this branch."""
    line = _line(branch, log_number, seen_of_dip)
    k = beside.loading
    mean, variance = beside.shift + k * line.mean + own, k * k * line.variance + own_variance
    likelihood, pull, shrink = _given(par, answer, mean, variance, beside.error_sd**2)
    _shift(branch, [k * one for one in line.with_state], likelihood, pull, shrink)
    return pull, shrink


def _observe_twin(
    par: Parameters,
    branches: list[_Branch],
    log_number: Floats,
    answer: Floats,
    own: Floats,
    own_variance: Floats,
) -> tuple[Floats, Floats]:
    """The therapist's rating; their own view of the client is kept beside the state, as if independent of it."""
    moved = []
    for branch in branches:
        pull, shrink = _observe_beside(
            par, branch, par.twin, par.twin.registers, log_number, answer, own, own_variance
        )
        moved.append((own + own_variance * pull, own_variance - own_variance * own_variance * shrink))
    weights = [one.weight for one in branches]
    highest = np.maximum(np.maximum(weights[0], weights[1]), np.maximum(weights[2], weights[3]))
    shares = [np.exp(weight - highest) for weight in weights]
    total = shares[0] + shares[1] + shares[2] + shares[3]
    mean = (
        sum((share * one for share, (one, _) in zip(shares, moved, strict=True)), np.zeros_like(own)) / total
    )
    spread = sum(
        (share * (v + (m - mean) ** 2) for share, (m, v) in zip(shares, moved, strict=True)),
        np.zeros_like(own),
    )
    return mean, spread / total


def _said(question: Question, answer: Floats, dip: bool) -> Floats:
    """Log likelihood of a yes or no; 0 where nothing was said."""
    chance = question.sensitivity if dip else question.false_yes
    return np.where(np.isnan(answer), 0.0, np.where(answer > 0.5, np.log(chance), np.log1p(-chance)))


def _expected(par: Parameters, branches: list[_Branch], log_number: Floats) -> tuple[Floats, Floats]:
    """Where the rating would lie without a dip: mean and SD before it is known."""
    share = np.exp(branches[1].weight - np.logaddexp(branches[0].weight, branches[1].weight))
    usual, after = _line(branches[0], log_number), _line(branches[1], log_number)
    mean, variance = _overall(usual.mean, after.mean, usual.variance, after.variance, share)
    error = par.error_sd**2 * (1 + (OUTLIER - 1) * par.outlier)
    return mean, np.sqrt(variance + error)


def _overall(a: Floats, b: Floats, va: Floats, vb: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of a mixture of two, `share` of it the second."""
    mean = a + share * (b - a)
    return mean, va + share * (vb - va) + share * (1 - share) * (b - a) ** 2


def _merge(a: _Mode, b: _Mode, weight_a: Floats, weight_b: Floats, sized: int) -> _Mode:
    """Two branches that end in the same mode as one, by moments."""
    whole = weight_a + weight_b
    share = np.where(whole > 0, weight_b / np.where(whole > 0, whole, 1.0), 0.0)
    rest = share * (1 - share)
    apart = [b.x[i] - a.x[i] for i in range(sized)]
    x = [a.x[i] + share * apart[i] for i in range(sized)]
    p = [
        [a.at(i, j) + share * (b.at(i, j) - a.at(i, j)) + rest * apart[i] * apart[j] for j in range(i, sized)]
        for i in range(sized)
    ]
    return _Mode(x, p)


def _level(steady: _Mode, dipped: _Mode, in_dip: Floats, log_number: Floats) -> tuple[Floats, Floats]:
    """The line without the dip, after the answer: mean and SD."""
    a, b = (
        _line(
            _Branch(_Mode(one.x[:3], [one.p[0][:3], one.p[1][:2], one.p[2][:1]]), False, in_dip), log_number
        )
        for one in (steady, dipped)
    )
    mean, variance = _overall(a.mean, b.mean, a.variance, b.variance, in_dip)
    return mean, np.sqrt(np.maximum(variance, 0.0))


def _person(steady: _Mode, dipped: _Mode, in_dip: Floats) -> tuple[Floats, Floats, dict[str, Floats]]:
    """Level and growth of each client as they stand, over both modes."""
    mu, mu_variance = _overall(steady.x[0], dipped.x[0], steady.p[0][0], dipped.p[0][0], in_dip)
    growth, growth_variance = _overall(steady.x[1], dipped.x[1], steady.p[1][0], dipped.p[1][0], in_dip)
    covariance = steady.p[0][1] + in_dip * (dipped.p[0][1] - steady.p[0][1])
    covariance = covariance + in_dip * (1 - in_dip) * (dipped.x[0] - steady.x[0]) * (
        dipped.x[1] - steady.x[1]
    )
    return (
        mu,
        growth,
        {"mu_variance": mu_variance, "covariance": covariance, "growth_variance": growth_variance},
    )
