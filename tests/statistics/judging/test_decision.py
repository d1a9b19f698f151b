"""Net benefit by hand, and landmarks that never look ahead."""

import numpy as np
import pytest

from accord.statistics.judging.decision import net_benefit
from accord.statistics.judging.landmarks import landmark


def test_net_benefit_by_hand() -> None:
    outcome, chance = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0.6, 0.1, 0.3, 0.25, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    at_20, at_90 = net_benefit(outcome, chance, [0.2, 0.9])
    assert at_20.model == pytest.approx(0.1 - 0.2 * 0.25)  # one true and two false of ten
    assert at_20.everyone == pytest.approx(0.2 - 0.8 * 0.25)
    assert (at_20.acted_on, at_20.sensitivity, at_20.right) == pytest.approx((0.3, 0.5, 1 / 3))
    assert at_20.better
    assert (at_90.model, at_90.right) == (0.0, None)
    assert at_90.everyone < 0
    assert not at_90.better


def test_the_same_chance_for_everyone_does_no_more_good_than_everyone_or_no_one() -> None:
    outcome = (np.random.default_rng(1).random(1000) < 0.2).astype(int)
    for one in net_benefit(outcome, np.full(1000, 0.2), [0.05, 0.1, 0.3, 0.5]):
        assert one.model == pytest.approx(max(0.0, one.everyone) if one.threshold <= 0.2 else 0.0)
        assert not one.better


def test_a_landmark_holds_those_who_are_there_and_what_is_known_by_then() -> None:
    found = landmark(
        person=["a", "a", "a", "b", "b", "c"],
        known=[1, 2, 3, 1, 2, 3],
        people=["a", "b", "c", "d"],
        until=[9, 2, 5, 4],
        at=2,
    )
    assert list(found.people) == ["a", "c", "d"]  # b left at 2
    assert list(found.rows) == [1, -1, -1]  # a's row of time 2; of c and d nothing is known yet
