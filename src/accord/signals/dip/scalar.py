"""The dip filter for one client, session by session, in plain numbers: for a page, and the source that numba compiles.

The same model and order as `batch.py`, written apart from it; a test holds the two together to 1e-9. A branch is a
tuple of 15: exponent of its weight; mean of mu, g, s, D; their covariances row by row. Where there is no dip, D and its
covariances are 0. Only floats, tuples and `math`, so that numba takes it as it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, inf, isnan, log, nan, sqrt
from typing import NamedTuple

from accord.signals.dip.model import Parameters


class Constants(NamedTuple):
    """The parameters of a service, flat, as numba takes them."""

    level: float
    growth: float
    growth_sd: float
    state_sd: float
    phi: float
    error_sd: float
    outlier: float
    onset: float
    end: float
    depth: float
    depth_sd: float
    at_top: float
    level_sd: float
    felt_off_yes: float
    felt_off_false: float
    tension_yes: float
    tension_false: float
    arrival_shift: float
    arrival_loading: float
    arrival_registers: float
    arrival_error_sd: float
    twin_shift: float
    twin_loading: float
    twin_registers: float
    twin_error_sd: float
    twin_own_sd: float


Branch = tuple[float, ...]
State = tuple[
    Branch, Branch, float, float, float, float
]  # no dip, dip, P(dip), own view and variance, session number
Four = tuple[float, float, float, float]  # by branch: 00, 10, 01, 11
Step = tuple[float, float, float, float, float, float, float]

LOG_2PI = log(2 * 3.141592653589793)
ROOT_2PI = sqrt(2 * 3.141592653589793)
ONE_BY_ROOT_2PI = 1 / ROOT_2PI
ROOT_HALF = sqrt(0.5)
OUTLIER, LOWEST, KEPT, NEVER = 9.0, -8.0, 0.5, 1e-12  # as in batch.py


def at_least(cut: float, total: float) -> tuple[float, float, float]:
    """Likelihood, pull and shrink of an answer at the top; `cut` is how far the line's mean lies above it."""
    by_sd = 1 / sqrt(total)
    u = max(LOWEST, cut * by_sd)
    above = 0.5 * erfc(-u * ROOT_HALF)
    slope = exp(-0.5 * u * u) * ONE_BY_ROOT_2PI / above
    return above, slope * by_sd, slope * (slope + u) * by_sd * by_sd


def given(
    answer: float, mean: float, variance: float, error: float, outlier: float, at_top: float
) -> tuple[float, float, float, float]:
    """What an answer says about a line: its likelihood as ``factor * e^exponent``, and its pull and shrink.

    Given the answer, the line lies ``variance * pull`` from its mean, and its variance has fallen by
    ``variance2 * shrink``; whatever varies with the line moves along its covariance with it. An outlier now and then.
    """
    usual_total, wild_total = variance + error, variance + OUTLIER * error
    if answer >= at_top:
        usual, pull, shrink = at_least(mean - at_top, usual_total)
        wild, wild_pull, wild_shrink = at_least(mean - at_top, wild_total)
        likely, unlikely, exponent = (1 - outlier) * usual, outlier * wild, 0.0
    else:
        off = answer - mean
        one_by_both = 1 / (usual_total * wild_total)
        shrink, wild_shrink = wild_total * one_by_both, usual_total * one_by_both
        # The exponent of the wider error, which is never the smaller one, is left out of both.
        square = 0.5 * off * off
        exponent = -square * wild_shrink
        likely = (1 - outlier) * ONE_BY_ROOT_2PI * sqrt(shrink) * exp(-square * shrink - exponent)
        unlikely = outlier * ONE_BY_ROOT_2PI * sqrt(wild_shrink)
        pull, wild_pull = off * shrink, off * wild_shrink
    factor = likely + unlikely
    share = unlikely / factor
    apart = wild_pull - pull
    return (
        factor,
        exponent,
        pull + share * apart,
        shrink + share * (wild_shrink - shrink) - share * (1 - share) * apart * apart,
    )


def observe(
    branch: Branch,
    number: float,
    dip: float,
    shift: float,
    loading: float,
    own: float,
    own_variance: float,
    answer: float,
    error: float,
    outlier: float,
    at_top: float,
) -> tuple[Branch, float, float, float]:
    """The branch after an answer to ``shift + loading (mu + number g + s - dip D) + own``.

    Also the factor of its likelihood (the exponent is in the branch), and how `own` is pulled and shrunk.
    """
    w, a, g, s, d, aa, ag, as_, ad, gg, gs, gd, ss, sd, dd = branch
    ca = aa + number * ag + as_ - dip * ad
    cg = ag + number * gg + gs - dip * gd
    cs = as_ + number * gs + ss - dip * sd
    cd = ad + number * gd + sd - dip * dd
    mean = shift + loading * (a + number * g + s - dip * d) + own
    variance = loading * loading * (ca + number * cg + cs - dip * cd) + own_variance
    factor, exponent, pull, shrink = given(answer, mean, variance, error, outlier, at_top)
    move = loading * pull
    by = loading * loading * shrink
    ba, bg, bs, bd = by * ca, by * cg, by * cs, by * cd
    after = (
        w + exponent,
        a + move * ca,
        g + move * cg,
        s + move * cs,
        d + move * cd,
        aa - ba * ca,
        ag - ba * cg,
        as_ - ba * cs,
        ad - ba * cd,
        gg - bg * cg,
        gs - bg * cs,
        gd - bg * cd,
        ss - bs * cs,
        sd - bs * cd,
        dd - bd * cd,
    )
    return after, factor, pull, shrink


def line(branch: Branch, number: float) -> tuple[float, float]:
    """Mean and variance of the line without the dip under a branch."""
    _w, a, g, s, _d, aa, ag, as_, _ad, gg, gs, _gd, ss, _sd, _dd = branch
    variance = aa + ss + number * number * gg + 2 * (number * (ag + gs) + as_)
    return a + number * g + s, variance


def mixed(mean: float, variance: float, mean2: float, variance2: float, share: float) -> tuple[float, float]:
    """Mean and variance of a mixture of two, `share` of it the second."""
    apart = mean2 - mean
    return mean + share * apart, variance + share * (variance2 - variance) + share * (
        1 - share
    ) * apart * apart


def merge(one: Branch, other: Branch, share: float) -> Branch:
    """Two branches as one by moments, `share` of it the second; its weight is 0."""
    _w, a, g, s, d, aa, ag, as_, ad, gg, gs, gd, ss, sd, dd = one
    _v, a2, g2, s2, d2, aa2, ag2, as2, ad2, gg2, gs2, gd2, ss2, sd2, dd2 = other
    rest = share * (1 - share)
    da, dg, ds, dd_ = a2 - a, g2 - g, s2 - s, d2 - d
    ra, rg, rs = rest * da, rest * dg, rest * ds
    return (
        0.0,
        a + share * da,
        g + share * dg,
        s + share * ds,
        d + share * dd_,
        aa + share * (aa2 - aa) + ra * da,
        ag + share * (ag2 - ag) + ra * dg,
        as_ + share * (as2 - as_) + ra * ds,
        ad + share * (ad2 - ad) + ra * dd_,
        gg + share * (gg2 - gg) + rg * dg,
        gs + share * (gs2 - gs) + rg * ds,
        gd + share * (gd2 - gd) + rg * dd_,
        ss + share * (ss2 - ss) + rs * ds,
        sd + share * (sd2 - sd) + rs * dd_,
        dd + share * (dd2 - dd) + rest * dd_ * dd_,
    )


def either(one: Branch, other: Branch, chance: float, other_chance: float) -> tuple[Branch, float]:
    """One of two ways to the same branch, merged, and the factor of its chance (the exponent is in the branch)."""
    high = max(one[0], other[0])
    a, b = chance * exp(one[0] - high), other_chance * exp(other[0] - high)
    merged = merge(one, other, b / (a + b))
    return (high, *merged[1:]), a + b


def weights(exponents: Four, factors: Four) -> tuple[Four, float]:
    """The weights of the branches over e to the largest exponent; and that."""
    x0, x1, x2, x3 = exponents
    f0, f1, f2, f3 = factors
    high = max(max(x0, x1), max(x2, x3))
    return (f0 * exp(x0 - high), f1 * exp(x1 - high), f2 * exp(x2 - high), f3 * exp(x3 - high)), high


def without_dip(branch: Branch) -> Branch:
    """The branch with its dip ended: D and what goes with it is forgotten."""
    w, a, g, s, _d, aa, ag, as_, _ad, gg, gs, _gd, ss, _sd, _dd = branch
    return (w, a, g, s, 0.0, aa, ag, as_, 0.0, gg, gs, 0.0, ss, 0.0, 0.0)


def fresh_dip(branch: Branch, depth: float, depth_variance: float) -> Branch:
    """The branch with a dip that begins now."""
    w, a, g, s, _d, aa, ag, as_, _ad, gg, gs, _gd, ss, _sd, _dd = branch
    return (w, a, g, s, depth, aa, ag, as_, 0.0, gg, gs, 0.0, ss, 0.0, depth_variance)


def moved(branch: Branch, phi: float, state_variance: float) -> Branch:
    """The branch at the next session: what passes has decayed."""
    w, a, g, s, d, aa, ag, as_, ad, gg, gs, gd, ss, sd, dd = branch
    ss = phi * phi * ss + state_variance * (1 - phi * phi)
    return (w, a, g, phi * s, d, aa, ag, phi * as_, ad, gg, phi * gs, gd, ss, phi * sd, dd)


def start(level: float, level_variance: float, c: Constants) -> State:
    """Before the first session: the prior, and no dip."""
    none = (
        0.0, level, c.growth, 0.0, 0.0,
        level_variance, 0.0, 0.0, 0.0, c.growth_sd * c.growth_sd, 0.0, 0.0, c.state_sd * c.state_sd, 0.0, 0.0,
    )  # fmt: skip
    return (
        none,
        fresh_dip(none, c.depth, c.depth_sd * c.depth_sd),
        0.0,
        0.0,
        c.twin_own_sd * c.twin_own_sd,
        1.0,
    )


def restarted(state: State, c: Constants) -> State:
    """Another therapist: half of the level goes along, growth and the passing state begin anew, no dip is open."""
    steady, dipped, in_dip = state[0], state[1], state[2]
    apart = dipped[1] - steady[1]
    mean = steady[1] + in_dip * apart
    variance = steady[5] + in_dip * (dipped[5] - steady[5]) + in_dip * (1 - in_dip) * apart * apart
    level = c.level + KEPT * (mean - c.level)
    return start(level, KEPT * KEPT * variance + (1 - KEPT * KEPT) * c.level_sd * c.level_sd, c)


def own_view(own: float, variance: float, weights: Four, pulls: Four, shrinks: Four) -> tuple[float, float]:
    """The therapist's own view of the client over all branches: mean and variance."""
    total = weights[0] + weights[1] + weights[2] + weights[3]
    mean, spread = own, 0.0
    for k in range(4):
        mean += variance * weights[k] * pulls[k] / total
    for k in range(4):
        off = own + variance * pulls[k] - mean
        spread += weights[k] * (variance - variance * variance * shrinks[k] + off * off)
    return mean, spread / total


def step(
    state: State,
    c: Constants,
    answer: float,
    arrival: float,
    twin: float,
    felt_off: float,
    tension: float,
    elapsed: float,
) -> tuple[State, Step]:
    """One session: the state after it, and P(dip), score, expected mean and SD, level and its SD, log likelihood.

    NaN is no answer. `elapsed` is the time since the session before, 1 the usual interval; 1 at the first session.
    """
    steady, dipped, in_dip, own, own_variance, count = state
    number = log(count)
    phi = c.phi if elapsed == 1.0 else c.phi**elapsed
    steady, dipped = moved(steady, phi, c.state_sd * c.state_sd), moved(dipped, phi, c.state_sd * c.state_sd)
    onset = NEVER if count == 1.0 else c.onset
    stays = 1 - c.end if elapsed == 1.0 else (1 - c.end) ** elapsed
    # A branch's weight: chance of the mode before, times this factor, times e^exponent (first in the branch).
    b00, f00 = without_dip(steady), 1 - onset
    b10, f10 = without_dip(dipped), 1 - stays
    b01, f01 = fresh_dip(steady, c.depth, c.depth_sd * c.depth_sd), onset
    b11, f11 = dipped, stays
    outlier, at_top = c.outlier, c.at_top
    if not isnan(arrival):
        h, k, error = c.arrival_shift, c.arrival_loading, c.arrival_error_sd * c.arrival_error_sd
        b00, l00, _p, _s = observe(b00, number, 0.0, h, k, 0.0, 0.0, arrival, error, outlier, at_top)
        b10, l10, _p, _s = observe(b10, number, 0.0, h, k, 0.0, 0.0, arrival, error, outlier, at_top)
        # Before the session a dip that begins now is either there already, or not yet.
        there, l01, _p, _s = observe(b01, number, 1.0, h, k, 0.0, 0.0, arrival, error, outlier, at_top)
        not_yet, n01, _p, _s = observe(b01, number, 0.0, h, k, 0.0, 0.0, arrival, error, outlier, at_top)
        b01, l01 = either(there, not_yet, c.arrival_registers * l01, (1 - c.arrival_registers) * n01)
        b11, l11, _p, _s = observe(b11, number, 1.0, h, k, 0.0, 0.0, arrival, error, outlier, at_top)
        f00, f10, f01, f11 = f00 * l00, f10 * l10, f01 * l01, f11 * l11
    error = c.error_sd * c.error_sd
    m0, v0 = line(b00, number)
    m1, v1 = line(b10, number)
    ended = in_dip * f10
    if ended > 0.0:
        ended = ended / (ended + (1 - in_dip) * f00 * exp(min(700.0, b00[0] - b10[0])))
    expected, expected_variance = mixed(m0, v0, m1, v1, ended)
    expected_sd = sqrt(expected_variance + error * (1 + (OUTLIER - 1) * outlier))
    if not isnan(answer):
        b00, l00, _p, _s = observe(b00, number, 0.0, 0.0, 1.0, 0.0, 0.0, answer, error, outlier, at_top)
        b10, l10, _p, _s = observe(b10, number, 0.0, 0.0, 1.0, 0.0, 0.0, answer, error, outlier, at_top)
        b01, l01, _p, _s = observe(b01, number, 1.0, 0.0, 1.0, 0.0, 0.0, answer, error, outlier, at_top)
        b11, l11, _p, _s = observe(b11, number, 1.0, 0.0, 1.0, 0.0, 0.0, answer, error, outlier, at_top)
        f00, f10, f01, f11 = f00 * l00, f10 * l10, f01 * l01, f11 * l11
    if not isnan(twin):
        h, k, seen = c.twin_shift, c.twin_loading, c.twin_registers
        noise, o, v = c.twin_error_sd * c.twin_error_sd, own, own_variance
        b00, l00, p0, s0 = observe(b00, number, 0.0, h, k, o, v, twin, noise, outlier, at_top)
        b10, l10, p1, s1 = observe(b10, number, 0.0, h, k, o, v, twin, noise, outlier, at_top)
        b01, l01, p2, s2 = observe(b01, number, seen, h, k, o, v, twin, noise, outlier, at_top)
        b11, l11, p3, s3 = observe(b11, number, seen, h, k, o, v, twin, noise, outlier, at_top)
        f00, f10, f01, f11 = f00 * l00, f10 * l10, f01 * l01, f11 * l11
        chances = (1 - in_dip) * f00, in_dip * f10, (1 - in_dip) * f01, in_dip * f11
        sizes, _high = weights((b00[0], b10[0], b01[0], b11[0]), chances)
        own, own_variance = own_view(o, v, sizes, (p0, p1, p2, p3), (s0, s1, s2, s3))
    if not isnan(felt_off):
        calm, dip = c.felt_off_false, c.felt_off_yes
        if felt_off <= 0.5:
            calm, dip = 1 - calm, 1 - dip
        f00, f10, f01, f11 = calm * f00, calm * f10, dip * f01, dip * f11
    if not isnan(tension):
        calm, dip = c.tension_false, c.tension_yes
        if tension <= 0.5:
            calm, dip = 1 - calm, 1 - dip
        f00, f10, f01, f11 = calm * f00, calm * f10, dip * f01, dip * f11
    chances = (1 - in_dip) * f00, in_dip * f10, (1 - in_dip) * f01, in_dip * f11
    (e0, e1, e2, e3), high = weights((b00[0], b10[0], b01[0], b11[0]), chances)
    no_dip, dip = e0 + e1, e2 + e3
    total = no_dip + dip
    steady = merge(b00, b10, e1 / no_dip if no_dip > 0.0 else 0.0)
    dipped = merge(b01, b11, e3 / dip if dip > 0.0 else 0.0)
    in_dip = dip / total
    m0, v0 = line(steady, number)
    m1, v1 = line(dipped, number)
    level, level_variance = mixed(m0, v0, m1, v1, in_dip)
    score = nan if isnan(answer) else (-inf if answer >= at_top else b01[0] - b00[0] + log(f01 / f00))
    after = (steady, dipped, in_dip, own, own_variance, count + 1.0)
    return after, (
        in_dip, score, expected, expected_sd, level, sqrt(max(level_variance, 0.0)), high + log(total)
    )  # fmt: skip


def constants(parameters: Parameters) -> Constants:
    """The parameters as `step` takes them."""
    p = parameters
    return Constants(
        level=p.level,
        growth=p.growth,
        growth_sd=p.growth_sd,
        state_sd=p.state_sd,
        phi=p.phi,
        error_sd=p.error_sd,
        outlier=p.outlier,
        onset=p.onset,
        end=p.end,
        depth=p.depth,
        depth_sd=p.depth_sd,
        at_top=p.at_top,
        level_sd=p.level_sd,
        felt_off_yes=p.felt_off.sensitivity,
        felt_off_false=p.felt_off.false_yes,
        tension_yes=p.tension.sensitivity,
        tension_false=p.tension.false_yes,
        arrival_shift=p.arrival.shift,
        arrival_loading=p.arrival.loading,
        arrival_registers=p.arrival.registers,
        arrival_error_sd=p.arrival.error_sd,
        twin_shift=p.twin.shift,
        twin_loading=p.twin.loading,
        twin_registers=p.twin.registers,
        twin_error_sd=p.twin.error_sd,
        twin_own_sd=p.twin.own_sd,
    )


@dataclass(frozen=True)
class Asked:
    """What was observed at one session held; NaN is no answer. `elapsed`: 1 is the usual interval."""

    rating: float = nan
    arrival: float = nan
    twin: float = nan
    felt_off: float = nan
    tension: float = nan
    elapsed: float = 1.0
    restart: bool = False


@dataclass(frozen=True)
class Followed:
    """What the filter says after one session, from it and earlier ones only; the fields of `Filtered` for one cell.

    `earlier` counts the answers before this one with the same therapist.
    """

    p_dip: float
    score: float
    expected: float
    expected_sd: float
    level: float
    level_sd: float
    likelihood: float
    earlier: int
    state: State


def follow(
    parameters: Parameters,
    sessions: Sequence[Asked],
    *,
    level: float | None = None,
    level_variance: float | None = None,
) -> tuple[Followed, ...]:
    """The filter over one client's sessions held, in order; `level` and its variance when the therapist is known."""
    c = constants(parameters)
    state = start(
        c.level if level is None else level,
        c.level_sd * c.level_sd if level_variance is None else level_variance,
        c,
    )
    found: list[Followed] = []
    earlier = 0
    for place, one in enumerate(sessions):
        if one.restart and place:
            state, earlier = restarted(state, c), 0
        elapsed = 1.0 if place == 0 or isnan(one.elapsed) else one.elapsed
        state, told = step(state, c, one.rating, one.arrival, one.twin, one.felt_off, one.tension, elapsed)
        found.append(Followed(*told, earlier, state))
        earlier += not isnan(one.rating)
    return tuple(found)
