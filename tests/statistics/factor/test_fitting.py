"""Factor models: what groups share, what cannot be fitted, and what does not depend on the units."""

from itertools import pairwise

import numpy as np
import pytest

from accord.statistics.estimate import NotFitted
from accord.statistics.factor.fitting import fit_factors
from accord.statistics.factor.model import Equal, Factors, Moments, moments
from accord.statistics.factor.result import FactorFit


def answers(
    count: int, *, seed: int = 1, level: float = 0.0, shift: float = 0.0, stretch: float = 0.0
) -> np.ndarray:
    """Four items on one factor; `shift` moves the second item, `stretch` adds to the third one's loading."""
    draw = np.random.default_rng(seed)
    factor = draw.normal(level, 1, count)
    found = np.outer(factor, [0.8, 0.7, 0.9, 0.6]) + draw.normal(0, 0.6, (count, 4))
    found[:, 1] += shift
    found[:, 2] += stretch * factor
    return 50 + 10 * found


def ladder(*groups: Moments) -> list[FactorFit]:
    found = [fit_factors(Factors.one(4), groups, step) for step in Equal]
    assert all(isinstance(one, FactorFit) and one.converged for one in found)
    return found  # type: ignore[return-value]


def test_one_group_gives_back_what_it_was_made_of():
    fit = fit_factors(Factors.one(4), [moments(answers(20_000))])
    assert isinstance(fit, FactorFit)
    assert fit.groups[0].loadings == pytest.approx([8, 7, 9, 6], abs=0.2)
    assert fit.groups[0].residuals == pytest.approx([36] * 4, abs=1.5)
    assert fit.df == 2
    assert fit.p > 0.001
    assert fit.rmsea < 0.02


def test_a_group_at_another_level_is_alike_and_its_level_is_found():
    _, _, scalar = ladder(moments(answers(4000)), moments(answers(4000, seed=2, level=-0.5)))
    other = scalar.groups[1]
    assert other.factor_mean[0] == pytest.approx(-0.5, abs=0.08)
    assert other.factor_mean_se[0] == pytest.approx(0.026, abs=0.005)
    assert scalar.rmsea < 0.03
    assert other.intercepts == pytest.approx(scalar.groups[0].intercepts)


@pytest.mark.parametrize(
    "change, step",
    [({"stretch": 0.4}, 1), ({"shift": 0.4}, 2)],
    ids=["another loading breaks the metric step", "another intercept breaks the scalar step"],
)
def test_what_differs_breaks_its_own_step(change, step):
    fits = ladder(moments(answers(1000)), moments(answers(1000, seed=2, **change)))
    falls = [before.cfi - after.cfi for before, after in pairwise(fits)]
    assert falls[step - 1] > 0.01
    assert all(fall < 0.005 for place, fall in enumerate(falls) if place != step - 1)


def test_every_step_shares_more():
    fits = ladder(moments(answers(300)), moments(answers(300, seed=2)))
    assert [one.df for one in fits] == [4, 7, 10]
    assert fits[0].chi2 <= fits[1].chi2 <= fits[2].chi2


def test_units_change_nothing_about_the_fit():
    rows = answers(300, shift=0.3)
    other = fit_factors(Factors.one(4), [moments(rows * [1, 1000, 0.001, 1] + 1e6)])
    fit = fit_factors(Factors.one(4), [moments(rows)])
    assert isinstance(fit, FactorFit) and isinstance(other, FactorFit)
    assert other.chi2 == pytest.approx(fit.chi2, abs=1e-5)
    assert other.srmr == pytest.approx(fit.srmr, abs=1e-6)
    assert other.groups[0].loadings == pytest.approx(fit.groups[0].loadings * [1, 1000, 0.001, 1], rel=1e-4)


def test_an_item_without_error_is_said():
    draw = np.random.default_rng(3)
    factor = draw.normal(0, 1, 60)
    rows = np.column_stack([factor, *(0.3 * factor + draw.normal(0, 1, 60) for _ in range(3))])
    fit = fit_factors(Factors.one(4), [moments(rows)])
    assert isinstance(fit, FactorFit)
    assert 0 in fit.at_zero


CONSTANT = answers(100) * [1, 0, 1, 1]
REPEATED = answers(100)[:, [0, 1, 2, 2]]
GAP = np.where(np.arange(400).reshape(100, 4) == 7, np.nan, answers(100))


@pytest.mark.parametrize(
    "model, rows, words",
    [
        (Factors.one(4), answers(4), "4 rows are too few for 4 items"),
        (Factors.one(4), CONSTANT, "the same answer in every row"),
        (Factors.one(4), REPEATED, "says the same as others together"),
        (Factors.one(4), GAP, "no finite numbers"),
        (Factors((0, 0, 0, 1)), answers(100), "a factor needs more items"),
        (Factors.one(2), answers(100)[:, :2], "a factor needs more items"),
    ],
)
def test_what_cannot_be_fitted_is_said_in_words(model, rows, words):
    found = fit_factors(model, [moments(rows)])
    assert isinstance(found, NotFitted)
    assert words in found.reason


def test_the_group_with_the_problem_is_named():
    found = fit_factors(Factors.one(4), [moments(answers(100)), moments(CONSTANT)])
    assert isinstance(found, NotFitted)
    assert found.reason.startswith("group 2: ")
