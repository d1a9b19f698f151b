"""The usual range: eight of ten ordinary ratings, from earlier ones only."""

import numpy as np
import pytest

from accord.basics.absence import TooFew
from accord.course.dependability import Spread, published_spread
from accord.course.usual import UsualRange, usual_range, usual_ranges
from accord.instruments.definition import Confidence, Evidence

AMONG = Spread(80, 60, 40, 50, Evidence(Confidence.CALCULATED, "a test"))  # G = .6


def test_a_worked_range():
    """Two ratings of 60 and 70: weight 2 x .6 / 1.6 = .75, centre .75 x 65 + .25 x 80, SD sqrt(60 x .25 + 40)."""
    found = usual_range([60, 70], AMONG)
    assert found.centre == pytest.approx(68.75)
    assert found.wobble == pytest.approx(1.2816 * 55**0.5)
    assert (found.low, found.high, found.n) == (
        pytest.approx(68.75 - 9.505, abs=1e-3),
        pytest.approx(78.255, abs=1e-3),
        2,
    )
    assert found.holds(60) and not found.holds(59)


def test_below_two_earlier_ratings_it_is_too_few_to_say():
    assert usual_range([], AMONG) == TooFew(0, 2)
    assert usual_range([60], AMONG) == TooFew(1, 2)


def test_eight_of_ten_ordinary_ratings_lie_inside():
    random = np.random.default_rng(5)
    inside = total = 0
    for _ in range(1500):
        values = random.normal(80, 60**0.5) + random.normal(0, 40**0.5, 9)
        for range_, value in zip(usual_ranges(list(values), AMONG, low=-1e9, high=1e9), values, strict=True):
            if isinstance(range_, UsualRange):
                total += 1
                inside += range_.holds(value)
    assert inside / total == pytest.approx(0.80, abs=0.012)


def test_a_range_knows_nothing_of_the_rating_it_is_for_or_of_later_ones():
    before = usual_ranges([60, 70, 65, 20, 66], AMONG)
    after = usual_ranges([60, 70, 65, 99, 1], AMONG)
    assert before[:4] == after[:4] and before[4] != after[4]
    assert before[3] == usual_range([60, 70, 65], AMONG)


def test_a_session_without_a_rating_is_left_out_and_not_taken_for_zero():
    assert usual_ranges([60, None, 70, None], AMONG)[3] == usual_range([60, 70], AMONG)
    assert usual_ranges([60, None, 70], AMONG)[2] == TooFew(1, 2)
    assert usual_ranges([60, 0, 70], AMONG)[2] == usual_range([60, 0], AMONG), "but a rating of 0 is one"


def test_it_narrows_with_ratings_and_stays_on_the_scale():
    wide, narrow = usual_range([70, 70], AMONG), usual_range([70] * 12, AMONG)
    assert narrow.wobble < wide.wobble
    assert narrow.wobble > 1.2816 * AMONG.within**0.5, "a single rating always wobbles"
    top = usual_range([100, 100, 100], published_spread())
    assert top.high == 100.0 and top.low < 100
    assert usual_range([0] * 12, AMONG).low == 0.0
