"""The dip filter against itself (three ways to one number), against exact inference, and against statsmodels."""

import math
from dataclasses import fields, replace
from itertools import product
from math import nan

import numpy as np
import pytest
from scipy import integrate, stats

from accord.signals.dip import batch, compiled, elementary, scalar
from accord.signals.dip.alarm import alarms, eligible
from accord.signals.dip.model import published
from accord.signals.dip.observed import Filtered, Observed
from accord.signals.dip.scalar import Asked, follow

PLAIN = replace(published(), outlier=0.0)
NO_TOP = replace(PLAIN, high=1e9)  # nothing is ever at the top


def anything(seed: int, clients: int = 40, sessions: int = 10) -> Observed:
    """Answers of every kind: at the top, wild, absent, with everything beside them, and changes of therapist."""
    random = np.random.default_rng(seed)
    shape = (clients, sessions)

    def gaps(values, share):
        return np.where(random.random(shape) < share, np.nan, values)

    level = random.normal(88, 10, (clients, 1))
    ratings = np.clip(np.round(level + random.standard_t(2, shape) * 6), 0, 100)
    return Observed(
        ratings=gaps(ratings, 0.2),
        felt_off=gaps((random.random(shape) < 0.2).astype(float), 0.3),
        tension=gaps((random.random(shape) < 0.2).astype(float), 0.6),
        arrival=gaps(np.clip(level - 3 + random.normal(0, 6, shape), 0, 100), 0.4),
        twin=gaps(np.clip(level - 8 + random.normal(0, 8, shape), 0, 100), 0.3),
        elapsed=gaps(random.choice([0.5, 1.0, 2.0, 4.0], shape), 0.1),
        restart=random.random(shape) < 0.08,
        level=random.normal(90, 3, clients),
        level_variance=random.uniform(20, 70, clients),
    )


def one_by_one(observed: Observed, parameters) -> list[tuple[scalar.Followed, ...]]:
    names = ("arrival", "twin", "felt_off", "tension")
    found = []
    for i in range(observed.clients):
        asked = [
            Asked(
                rating=float(observed.ratings[i, t]),
                elapsed=float(observed.elapsed[i, t]),
                restart=bool(observed.restart[i, t]),
                **{name: float(getattr(observed, name)[i, t]) for name in names},
            )
            for t in range(observed.sessions)
        ]
        start = {"level": float(observed.level[i]), "level_variance": float(observed.level_variance[i])}
        found.append(follow(parameters, asked, **start))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_client_and_many_give_the_same_figures(seed):
    observed = anything(seed)
    many = batch.run(published(), observed)
    one = one_by_one(observed, published())
    for name in ("p_dip", "score", "expected", "expected_sd", "level", "level_sd"):
        told = np.array([[getattr(session, name) for session in client] for client in one])
        np.testing.assert_allclose(told, getattr(many, name), rtol=1e-9, atol=1e-9, err_msg=name)
    likelihood = [sum(session.likelihood for session in client) for client in one]
    np.testing.assert_allclose(likelihood, many.likelihood, rtol=1e-9)


@pytest.mark.skipif(
    not compiled.available(), reason="numba is not installed: the compiled kernel is not checked"
)
@pytest.mark.parametrize("with_everything", [True, False])
def test_the_compiled_kernel_gives_the_same_figures(with_everything):
    whole = anything(4)
    observed = whole if with_everything else Observed(whole.ratings)
    many, fast = batch.run(published(), observed), compiled.run(published(), observed)
    for field in fields(Filtered):
        np.testing.assert_allclose(
            getattr(fast, field.name), getattr(many, field.name), rtol=1e-9, atol=1e-9, err_msg=field.name
        )


def test_the_arithmetic_the_compiled_kernel_uses_instead_of_the_library_is_as_exact():
    for x in np.linspace(-700, 700, 281):
        assert elementary.exp(x) == pytest.approx(math.exp(x), rel=1e-13)
        assert elementary.log(math.exp(x)) == pytest.approx(x, rel=1e-13, abs=1e-15)
    for x in np.linspace(-9, 5.7, 295):
        assert elementary.erfc(x) == pytest.approx(math.erfc(x), rel=1e-13)


def test_blocks_change_nothing():
    observed = anything(5)
    whole, parts = batch.run(published(), observed), batch.run(published(), observed, block=7)
    assert all(
        np.array_equal(getattr(whole, one.name), getattr(parts, one.name), equal_nan=True)
        for one in fields(Filtered)
    )


def test_without_dips_and_ceiling_it_is_the_filter_of_statsmodels():
    kalman = pytest.importorskip("statsmodels.tsa.statespace.kalman_filter")
    par = replace(NO_TOP, onset=1e-12)
    ratings = anything(6).ratings[0]
    filtered = batch.run(par, Observed(ratings[None, :]))
    model = kalman.KalmanFilter(k_endog=1, k_states=3)
    model.bind(ratings[None, :].copy(order="F"))
    design = np.ones((1, 3, len(ratings)))
    design[0, 1] = np.log(np.arange(1, len(ratings) + 1))
    model["design"], model["selection"] = design, np.eye(3)
    model["transition"] = np.diag([1, 1, par.phi])
    model["state_cov"] = np.diag([0, 0, par.state_sd**2 * (1 - par.phi**2)])
    model["obs_cov"] = np.array([[par.error_sd**2]])
    spread = np.diag([par.level_sd**2, par.growth_sd**2, par.state_sd**2])
    model.initialize_known(np.array([par.level, par.growth, 0.0]), spread)
    reference = model.filter()
    assert filtered.likelihood[0] == pytest.approx(reference.llf_obs.sum(), abs=1e-6)
    np.testing.assert_allclose(filtered.expected[0], reference.forecasts[0], atol=1e-6)
    np.testing.assert_allclose(filtered.expected_sd[0] ** 2, reference.forecasts_error_cov[0, 0], atol=1e-6)


def exact(par, ratings) -> list[float]:
    """P(dip) after each session without merging: every path of modes has a Gaussian of its own."""
    sessions = len(ratings)
    times = np.arange(sessions)
    number = np.log(times + 1)
    told = []
    for until in range(1, sessions + 1):
        chances = {0: 0.0, 1: 0.0}
        for path in product((0, 1), repeat=until - 1):
            modes = (0, *path)
            prior, begun, mean = 1.0, np.zeros(until, dtype=int), par.level + par.growth * number[:until]
            for t in range(1, until):
                step = {(0, 0): 1 - par.onset, (0, 1): par.onset, (1, 0): par.end, (1, 1): 1 - par.end}
                prior *= step[modes[t - 1], modes[t]]
                begun[t] = t if modes[t] and not modes[t - 1] else begun[t - 1] if modes[t] else 0
            dips = np.array(modes, dtype=float)
            mean = mean - dips * par.depth
            same = dips[:, None] * dips[None, :] * (begun[:, None] == begun[None, :])
            lag = np.abs(times[:until, None] - times[None, :until])
            spread = (
                par.level_sd**2
                + par.growth_sd**2 * np.outer(number[:until], number[:until])
                + par.state_sd**2 * par.phi**lag
                + par.error_sd**2 * np.eye(until)
                + par.depth_sd**2 * same
            )
            here = ~np.isnan(ratings[:until])
            density = stats.multivariate_normal.pdf(
                ratings[:until][here], mean[here], spread[np.ix_(here, here)]
            )
            chances[modes[-1]] += prior * density
        told.append(chances[1] / (chances[0] + chances[1]))
    return told


@pytest.mark.parametrize(
    "ratings",
    [
        [88, 90, 89, 91, 72, 74, 90, 89],
        [70, 72, nan, 71, 55, 70, nan, 60],
        [95, 80, 96, 94, 93, 78, 77, 76],
    ],
)
def test_merging_the_branches_costs_little_against_exact_inference(ratings):
    told = [one.p_dip for one in follow(NO_TOP, [Asked(float(value)) for value in ratings])]
    np.testing.assert_allclose(told, exact(NO_TOP, np.array(ratings, dtype=float)), atol=0.04)


def test_until_the_third_session_nothing_is_merged_and_the_figures_are_exact():
    ratings = np.array([88.0, 90.0, 74.0])
    told = [one.p_dip for one in follow(NO_TOP, [Asked(value) for value in ratings])]
    np.testing.assert_allclose(told[:2], exact(NO_TOP, ratings)[:2], atol=1e-9)


@pytest.mark.parametrize(("mean", "variance", "error", "outlier"), [(97, 30, 12, 0.01), (80, 50, 9, 0.05)])
def test_an_answer_at_the_top_is_worth_what_numerical_integration_says(mean, variance, error, outlier):
    """Log likelihood, mean and variance of the line, given only that the answer was the last step or more."""
    factor, exponent, pull, shrink = scalar.given(100.0, mean, variance, error, outlier, 99.5)

    def reaches(line):
        usual = stats.norm.sf(99.5, line, np.sqrt(error))
        return (1 - outlier) * usual + outlier * stats.norm.sf(99.5, line, 3 * np.sqrt(error))

    def moment(power):
        def density(line):
            return line**power * reaches(line) * stats.norm.pdf(line, mean, np.sqrt(variance))

        return integrate.quad(density, mean - 60, mean + 60, epsabs=1e-13, points=[99.5])[0]

    whole, first, second = moment(0), moment(1), moment(2)
    assert np.log(factor) + exponent == pytest.approx(np.log(whole), abs=1e-7)
    assert mean + variance * pull == pytest.approx(first / whole, abs=1e-6)
    spread = second / whole - (first / whole) ** 2
    assert variance - variance**2 * shrink == pytest.approx(spread, abs=1e-5)


def test_an_answer_at_the_top_never_alarms_however_low_the_threshold():
    observed = Observed(np.full((1, 6), 100.0))
    assert not alarms(batch.run(published(), observed), observed, -1e300).any()


def test_two_earlier_answers_with_the_same_therapist_are_needed():
    observed = Observed(
        np.array([[80.0, nan, 80, 80, 80, 80, 80]]),
        restart=np.array([[False, False, False, False, True, False, False]]),
    )
    assert eligible(observed).tolist() == [[False, False, False, True, False, False, True]]


def test_a_missed_answer_only_moves_time_on():
    with_gap = follow(PLAIN, [Asked(85.0), Asked(84.0), Asked(nan), Asked(86.0)])
    assert with_gap[2].score != with_gap[2].score
    assert with_gap[2].expected == pytest.approx(with_gap[2].level, abs=2)
    assert with_gap[2].level_sd > with_gap[1].level_sd


def test_a_later_session_changes_nothing_before_it():
    ratings = [85.0, 84.0, 86.0, 60.0, 61.0, 85.0]
    whole = follow(published(), [Asked(value) for value in ratings])
    for known in range(1, len(ratings)):
        assert follow(published(), [Asked(value) for value in ratings[:known]]) == whole[:known]


def test_a_dip_that_was_seen_does_not_drag_the_level_along():
    steady = [Asked(85.0)] * 6
    dipped = [*steady[:4], Asked(70.0), Asked(70.0)]
    level = follow(published(), dipped)[-1].level
    without = follow(replace(published(), onset=1e-12), dipped)[-1].level
    assert follow(published(), steady)[-1].level - level < 4
    assert level > without + 4


@pytest.mark.parametrize(
    ("beside", "raises"),
    [
        ({"felt_off": 1.0}, True),
        ({"felt_off": 0.0}, False),
        ({"tension": 1.0}, True),
        ({"tension": 0.0}, False),
    ],
)
def test_what_is_asked_beside_the_rating_moves_the_odds(beside, raises):
    before = [Asked(85.0, arrival=84.0)] * 4
    alone = follow(published(), [*before, Asked(76.0)])[-1].score
    told = follow(published(), [*before, Asked(76.0, **beside)])[-1].score
    assert (told > alone) is raises


def test_an_item_before_the_session_that_sees_every_dip_lowers_the_odds_when_it_stayed_up():
    par = replace(published(), arrival=replace(published().arrival, registers=0.95))
    before = [Asked(85.0, arrival=83.0)] * 5
    low, high = (follow(par, [*before, Asked(74.0, arrival=value)])[-1].score for value in (70.0, 84.0))
    assert high < low


def test_a_therapist_who_registers_dips_and_saw_none_lowers_the_odds():
    par = replace(published(), twin=replace(published().twin, loading=1.0, shift=-7.0, registers=0.9))
    before = [Asked(85.0, twin=78.0)] * 5
    lower = follow(par, [*before, Asked(74.0, twin=68.0)])[-1].score
    higher = follow(par, [*before, Asked(74.0, twin=80.0)])[-1].score
    assert higher < lower


def test_after_a_long_pause_less_of_the_last_session_is_left():
    low = [Asked(85.0), Asked(85.0), Asked(85.0), Asked(78.0)]
    soon = follow(PLAIN, [*low, Asked(nan, elapsed=0.5)])[-1].expected
    late = follow(PLAIN, [*low, Asked(nan, elapsed=8.0)])[-1].expected
    assert soon < late


def test_another_therapist_means_a_wider_range_and_no_open_dip():
    before = [Asked(60.0)] * 5 + [Asked(35.0)]
    same = follow(published(), [*before, Asked(60.0)])[-1]
    other = follow(published(), [*before, Asked(60.0, restart=True)])[-1]
    assert other.expected_sd > same.expected_sd
    assert other.p_dip < 1e-6
    assert same.expected < other.expected < published().level + published().growth
