"""The integrated likelihood: right for groups that can be integrated otherwise, and its gradient exact."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from accord.statistics.logistic.links import LINKS, Counts
from accord.statistics.logistic.quadrature import Integrated, Rows

EVENTS, TRIALS = np.array([1.0, 0, 2, 0, 0, 1, 1]), np.array([1.0, 1, 3, 4, 1, 1, 1])
SIZES = np.array([3, 1, 3])
DESIGN = np.column_stack([np.ones(7), [0.3, -1, 0.5, 2, 0, 1, -0.4]])
AT = np.array([-0.6, 0.4])


def integrated(link: str, points: int) -> Integrated:
    return Integrated(Rows(DESIGN, EVENTS, TRIALS, SIZES), LINKS[link], points)


@pytest.mark.parametrize("link", LINKS)
def test_many_points_give_the_integral(link: str) -> None:
    line, total, begin = DESIGN @ AT, 0.0, 0
    for size in SIZES:
        rows = slice(begin, begin + size)

        def height(u: float, rows: slice = rows) -> float:
            values = LINKS[link].value(line[rows] + 1.3 * u, Counts(EVENTS[rows], TRIALS[rows]))[0]
            return float(np.exp(values.sum()) * norm.pdf(u))

        total += np.log(quad(height, -12, 12, epsabs=1e-13)[0])
        begin += size
    assert integrated(link, 35)(AT, 1.3)[0] == pytest.approx(total, abs=1e-7)


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("points", [1, 2, 9])
@pytest.mark.parametrize("sd", [0.0, 0.4, 2.5])
def test_the_gradient_is_that_of_the_approximation(link: str, points: int, sd: float) -> None:
    asked = integrated(link, points)
    whole = np.append(AT, sd)

    def value(step: float, unit: np.ndarray) -> float:
        at = whole + step * unit
        return asked(at[:2], at[2])[0]

    step = 1e-3
    differences = [
        (8 * (value(step, one) - value(-step, one)) - value(2 * step, one) + value(-2 * step, one))
        / (12 * step)
        for one in np.eye(3)
    ]
    assert asked(AT, sd)[1] == pytest.approx(differences, abs=1e-7)


def test_a_mode_is_found_from_far_away() -> None:
    rows = Rows(np.ones((1, 1)), np.array([5000.0]), np.array([5000.0]), np.array([1]))
    asked = Integrated(rows, LINKS["logit"], 9)
    asked(np.array([-8.0]), 6.0)
    mode = asked.modes[0]
    assert 6.0 * 5000 / (1 + np.exp(-8.0 + 6.0 * mode)) == pytest.approx(mode, rel=1e-8)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = integrated("cloglog", 5)(AT, 0.7)
    monkeypatch.setattr("accord.statistics.logistic.quadrature.BLOCK", 1)
    value, gradient = integrated("cloglog", 5)(AT, 0.7)
    assert value == pytest.approx(whole[0], abs=1e-12)
    assert gradient == pytest.approx(whole[1], abs=1e-12)
