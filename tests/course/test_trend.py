"""Means by session against the slope within clients, when clients with low ratings leave."""

import pytest

from accord.basics.absence import TooFew
from accord.course.trend import Mean, trend


def test_means_rise_because_the_low_leave_though_everyone_falls():
    staying = [[(1, 30.0), (2, 29.0), (3, 28.0)]] * 6
    leaving = [[(1, 10.0)]] * 6
    found = trend([*staying, *leaving])
    assert [one.everyone for one in found.sessions] == [Mean(20.0, 12), Mean(29.0, 6), Mean(28.0, 6)]
    assert found.sessions[0].again == Mean(30.0, 6)
    assert found.sessions[0].last == Mean(10.0, 6)
    assert found.pooled > 0
    assert found.within.points == pytest.approx(-1.0)
    assert (found.within.clients, found.clients, found.ratings) == (6, 12, 24)


def test_who_leaves_cannot_move_the_slope_within():
    staying = [[(1, 30.0 + n), (2, 29.0 + n), (4, 26.0)] for n in range(8)]
    assert trend([*staying, *[[(1, -500.0)]] * 20]).within == trend(staying).within


def test_too_few_say_so_and_order_does_not_matter():
    four = [[(2, 3.0), (1, 4.0)]] * 4
    found = trend(four)
    assert found.sessions[0].everyone == TooFew(4, 5)
    assert found.within == TooFew(4, 5)
    assert trend([]).pooled == TooFew(0, 2)
    assert trend([]).ratings == 0
    assert trend([[(2, 3.0), (1, 4.0)]] * 5) == trend([[(1, 4.0), (2, 3.0)]] * 5)
