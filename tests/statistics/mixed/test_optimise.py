"""The search: out of corners where slopes vanish, the same optimum from a part of the groups, and its certificate."""

import numpy as np
import pytest
from tests.statistics.mixed import plain

from accord.statistics.mixed import optimise
from accord.statistics.mixed.likelihood import NotPositive, criterion, criterion_with_slopes
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.optimise import certify, search
from accord.statistics.mixed.problem import Problem, arrange

RANDOM = (Random("client", ("1", "x")), Random("therapist"))
MODEL = Model("y", ("x", "z"), RANDOM)
WIDE = ((1, 2), (60, 61), (2, 8), (2, 9))


def problem(seed: int, sizes: tuple[tuple[int, int], ...] = WIDE, **sds: float) -> Problem:
    return arrange(plain.summed(MODEL, plain.nested(seed, sizes, **sds)), (0, 1, 2))


@pytest.mark.parametrize(
    "start", [[0.0, 0.0, 0.0, 0.0], [0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.5, 0.3], [40.0, -30.0, 25.0, 9.0]]
)
def test_the_search_leaves_corners_where_slopes_vanish(start: list[float]) -> None:
    """At L = 0 the slope in L is 0 whatever the data say; a search that trusts it would stop."""
    asked = problem(1)
    best = search(asked)

    found = search(asked, np.array(start))

    assert found.at.criterion == pytest.approx(best.at.criterion, abs=1e-8)
    assert found.certificate.optimal and found.converged


def test_the_certificate_refuses_a_corner() -> None:
    asked = problem(1)
    at, gradient = criterion_with_slopes(asked, np.zeros(4))

    certificate, way = certify(asked, at, gradient)

    assert certificate.gradient == 0.0
    assert not certificate.optimal and certificate.least < 0
    assert way is not None


def test_nothing_nearby_is_better_than_the_optimum() -> None:
    random = np.random.default_rng(2)
    for seed in range(5):
        asked = problem(seed, ((1, 2), (5, 9), (2, 6), (2, 6)), slope=0.0, therapist=0.2 * (seed % 2))
        found = search(asked)
        around = [criterion(asked, found.theta + random.normal(0.0, 0.03, 4)).criterion for _ in range(50)]

        assert found.certificate.optimal
        assert min(around) >= found.at.criterion - 1e-9


def test_beginning_with_a_part_ends_at_the_same_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = problem(3)
    best = search(asked)
    monkeypatch.setattr(optimise, "WARM", 100)
    monkeypatch.setattr(optimise, "PART", 60)

    found = search(asked)

    assert found.at.criterion == pytest.approx(best.at.criterion, abs=1e-9)
    assert found.theta == pytest.approx(best.theta, abs=1e-6)
    assert found.converged


def test_signs_of_the_factors_are_set() -> None:
    found = search(problem(4), np.array([-1.0, 0.3, -0.4, -0.8]))

    assert found.theta[[0, 2, 3]].min() >= 0.0


def test_a_start_with_nothing_to_find_is_refused() -> None:
    asked = problem(5)
    with pytest.raises(NotPositive):
        search(Problem(asked.levels, asked.total * 0.0, asked.kept, asked.outcome, asked.rows, True, 0.0))
