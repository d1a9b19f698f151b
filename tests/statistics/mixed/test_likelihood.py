"""The criterion against one large matrix, and its gradient against differences, at every depth."""

import numpy as np
import pytest
from tests.statistics.mixed import plain

from accord.statistics.mixed import likelihood
from accord.statistics.mixed.likelihood import (
    Held,
    criterion,
    criterion_with_slopes,
    evaluate,
    factors_of,
    theta_of,
    whole,
)
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.problem import Problem, arrange, by_ml, thin

CLIENT, THERAPIST, SERVICE = Random("client"), Random("therapist"), Random("service")
SHAPES = {
    "no groups": (),
    "client": (CLIENT,),
    "client slope": (Random("client", ("1", "x")),),
    "client slope, therapist": (Random("client", ("1", "x")), THERAPIST),
    "client, therapist slope": (CLIENT, Random("therapist", ("1", "z"))),
    "slopes at all": plain.FOUR_LEVELS,
    "three intercepts": (CLIENT, THERAPIST, SERVICE),
    "slope without intercept": (Random("client", ("x",)), THERAPIST, SERVICE),
    "three columns": (Random("client", ("1", "x", "z")), THERAPIST),
}


def size(random: tuple[Random, ...]) -> int:
    return sum(len(one.columns) * (len(one.columns) + 1) // 2 for one in random)


@pytest.mark.parametrize("reml", [True, False], ids=["REML", "ML"])
@pytest.mark.parametrize("name", SHAPES)
def test_the_criterion_is_that_of_one_large_matrix(name: str, reml: bool) -> None:
    data, model = plain.nested(1), Model("y", ("x", "z"), SHAPES[name], reml)
    sums = plain.summed(model, data)
    problem = arrange(sums, (0, 1, 2))
    theta = np.random.default_rng(2).normal(0.0, 0.7, size(model.random))

    value = criterion(problem, theta).criterion

    large = plain.criterion(model, data, plain.inside(sums, factors_of(problem, theta)))
    assert value == pytest.approx(large, abs=1e-9)


@pytest.mark.parametrize("reml", [True, False], ids=["REML", "ML"])
@pytest.mark.parametrize("name", [name for name, random in SHAPES.items() if random])
def test_the_gradient_is_that_of_central_differences(name: str, reml: bool) -> None:
    model = Model("y", ("x", "z"), SHAPES[name], reml)
    problem = arrange(plain.summed(model, plain.nested(3)), (0, 1, 2))
    theta = np.random.default_rng(4).normal(0.0, 0.7, size(model.random))

    _, gradient = criterion_with_slopes(problem, theta)

    assert gradient == pytest.approx(differences(problem, theta), abs=2e-6)


def differences(problem: Problem, theta: np.ndarray) -> list[float]:
    steps = 1e-5 * np.eye(len(theta))
    return [
        (criterion(problem, theta + step).criterion - criterion(problem, theta - step).criterion) / 2e-5
        for step in steps
    ]


def test_blocks_that_end_within_a_therapist_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = ((3, 4), (8, 12), (20, 60), (1, 4))
    model = Model("y", ("x", "z"), plain.FOUR_LEVELS)
    problem = arrange(plain.summed(model, plain.nested(5, sizes)), (0, 1, 2))
    theta = np.random.default_rng(6).normal(0.0, 0.7, size(model.random))
    at, gradient = criterion_with_slopes(problem, theta)
    monkeypatch.setattr(likelihood, "BLOCK", 10**9)

    whole_at, whole_gradient = criterion_with_slopes(problem, theta)

    assert problem.levels[0].size > 600  # several blocks of 256 before
    assert at.criterion == pytest.approx(whole_at.criterion, abs=1e-9)
    assert gradient == pytest.approx(whole_gradient, rel=1e-10, abs=1e-9)


def test_a_coefficient_held_at_a_value_is_as_if_its_part_were_taken_away() -> None:
    data = plain.nested(7)
    model = Model("y", ("x", "z"), (Random("client", ("1", "x")), THERAPIST), reml=False)
    sums = plain.summed(model, data, shifted=False)
    problem, theta = arrange(sums, (0, 1, 2)), np.array([0.5, 0.1, 0.4, 0.6])

    held = evaluate(problem, factors_of(problem, theta), held=Held(np.array([0.0, 0.0, 1.0]), 0.3))

    taken = data | {"y": data["y"] - 0.3 * data["z"]}
    without = arrange(plain.summed(model, taken, shifted=False), (0, 1))
    assert held.criterion == pytest.approx(criterion(without, theta).criterion, abs=1e-9)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_predicted_effects_need_is_that_of_one_large_matrix(depth: int) -> None:
    data, model = plain.nested(8), Model("y", ("x", "z"), plain.FOUR_LEVELS)
    problem = arrange(plain.summed(model, data, shifted=False), (0, 1, 2))
    theta = np.random.default_rng(9).normal(0.0, 0.7, size(model.random))
    factors = factors_of(problem, theta)

    known = whole(problem, factors, depth)
    seen, own = known.seen, known.inner

    wide = np.column_stack([np.ones(len(data["y"])), data["x"], data["z"], data["y"]])
    spread = np.eye(len(wide))
    for level, factor in zip(problem.levels, factors, strict=True):
        turned = wide[:, list(level.columns)] @ factor
        spread += (turned @ turned.T) * (data[level.group][:, None] == data[level.group][None, :])
    keys = np.unique(data[problem.levels[depth].group])[problem.levels[depth].order]
    place = len(keys) // 2
    columns = (
        wide[:, list(problem.levels[depth].columns)]
        * (data[problem.levels[depth].group] == keys[place])[:, None]
    )
    inverse = np.linalg.inv(spread)
    assert seen[:, :, place] == pytest.approx(columns.T @ inverse @ wide, abs=1e-9)
    assert own[:, :, place] == pytest.approx(columns.T @ inverse @ columns, abs=1e-9)


def test_theta_and_factors_go_both_ways() -> None:
    model = Model("y", ("x", "z"), plain.FOUR_LEVELS)
    problem = arrange(plain.summed(model, plain.nested(1)), (0, 1, 2))
    theta = np.arange(1.0, 1.0 + size(model.random))

    factors = factors_of(problem, theta)

    assert factors[0].tolist() == [[1.0, 0.0], [2.0, 3.0]]  # column by column, as lme4 has them
    assert theta_of(factors).tolist() == theta.tolist()


def test_part_of_the_therapists_has_nearly_the_criterion_of_their_own_rows() -> None:
    sizes = ((1, 2), (60, 61), (3, 8), (2, 9))
    data = plain.nested(11, sizes)
    model = Model("y", ("x", "z"), (Random("client", ("1", "x")), THERAPIST))
    problem = arrange(plain.summed(model, data), (0, 1, 2))

    part = thin(problem, 2)

    chosen = np.isin(data["therapist"], np.unique(data["therapist"])[::2])
    assert part.rows == chosen.sum()
    assert part.levels[0].size == len(np.unique(data["client"][chosen]))
    own = plain.summed(model, data, shifted=True)
    square = plain_total(data, chosen, own)
    assert np.diag(part.total) == pytest.approx(np.diag(square), rel=0.15)
    assert part.total[0] == pytest.approx(square[0], abs=1e-8)  # sums are exact, only spreads are not


def plain_total(data: plain.Columns, chosen: np.ndarray, sums: object) -> np.ndarray:
    wide = np.column_stack([np.ones(len(data["y"])), data["x"], data["z"], data["y"]])
    wide = ((wide - sums.shift) / sums.scale)[chosen]  # type: ignore[attr-defined]
    return wide.T @ wide


def test_ml_of_a_restricted_problem_is_the_same_as_asked_for_at_once() -> None:
    data, random = plain.nested(12), (Random("client", ("1", "x")),)
    sums = plain.summed(Model("y", ("x", "z"), random), data)
    straight = plain.summed(Model("y", ("x", "z"), random, reml=False), data)
    theta = np.array([0.4, 0.1, 0.3])

    turned = criterion(by_ml(arrange(sums, (0, 1, 2)), sums), theta).criterion

    assert turned == pytest.approx(criterion(arrange(straight, (0, 1, 2)), theta).criterion, abs=1e-10)
