"""Calibration: right chances are found right, wrong ones wrong in the right way; Brier's parts add up."""

import numpy as np
import pytest

from accord.statistics.estimate import NotFitted
from accord.statistics.judging.calibration import brier, calibration, curve


def foretold(shift: float = 0.0, stretch: float = 1.0, rows: int = 20_000):
    """Events by their true chances, and chances that are shifted and too extreme (stretch > 1) on the log odds."""
    random = np.random.default_rng(1)
    line = random.normal(-1.5, 1.0, rows)
    happened = (random.random(rows) < 1 / (1 + np.exp(-line))).astype(int)
    return happened, 1 / (1 + np.exp(-(shift + stretch * line)))


def test_right_chances_have_intercept_0_and_slope_1() -> None:
    found = calibration(*foretold())
    assert found.intercept.low < 0.0 < found.intercept.high
    assert found.slope.low < 1.0 < found.slope.high
    assert found.foretold == pytest.approx(found.seen, abs=0.01)


@pytest.mark.parametrize(
    ("shift", "stretch", "intercept", "slope"), [(-0.5, 1.0, 0.5, 1.0), (0.0, 2.0, None, 0.5)]
)
def test_wrong_chances_are_told(shift: float, stretch: float, intercept: float | None, slope: float) -> None:
    found = calibration(*foretold(shift, stretch))
    assert found.slope.value == pytest.approx(slope, abs=0.04)
    if intercept is not None:
        assert found.intercept.value == pytest.approx(intercept, abs=0.06)


def test_copies_of_a_row_in_one_cluster_tell_nothing_new() -> None:
    happened, chance = foretold(rows=500)
    once = calibration(happened, chance)
    five = calibration(np.repeat(happened, 5), np.repeat(chance, 5), np.repeat(np.arange(500), 5))
    assert five.slope.se == pytest.approx(once.slope.se, rel=1e-6)
    assert brier(np.repeat(happened, 5), np.repeat(chance, 5), np.repeat(np.arange(500), 5)).score.se == (
        pytest.approx(brier(happened, chance).score.se, rel=1e-6)
    )


def test_the_curve_follows_the_chances() -> None:
    bins = curve(*foretold())
    assert len(bins) == 10
    assert sum(one.rows for one in bins) == 20_000
    assert all(one.low < one.foretold < one.high for one in bins[1:-1])
    # Wilson's interval of 10 in 100.
    (one,) = curve([1] * 10 + [0] * 90, [0.1] * 100)
    assert (one.low, one.high) == pytest.approx((0.0552, 0.1744), abs=1e-4)


def test_brier_by_hand_and_its_parts() -> None:
    # Four forecasts of .8 with three events, four of .2 with one: (3 x .04 + .64) x 2 / 8 = .19.
    found = brier([1, 1, 1, 0, 0, 0, 0, 1], [0.8] * 4 + [0.2] * 4)
    assert found.score.value == pytest.approx(0.19)
    assert (found.base, found.reliability, found.resolution) == pytest.approx((0.25, 0.0025, 0.0625))
    assert found.within == pytest.approx(0.0, abs=1e-12)
    assert found.skill == pytest.approx(1 - 0.19 / 0.25)
    told = brier(*foretold(0.4, 1.5))
    parts = told.reliability - told.resolution + told.base + told.within
    assert parts == pytest.approx(told.score.value, abs=1e-12)


@pytest.mark.parametrize(
    ("outcome", "chance"),
    [
        ([0, 1], [0.2, 1.2]),
        ([0, 0], [0.2, 0.3]),
        ([0, 1, 1], [0.4] * 3),
        ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]),  # told without fail
        ([], []),
    ],
)
def test_what_cannot_be_told_is_told(outcome: list[int], chance: list[float]) -> None:
    assert isinstance(calibration(outcome, chance), NotFitted)
