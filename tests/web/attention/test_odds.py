"""Shares in natural numbers: said the same way wherever they are said."""

from dataclasses import replace

import pytest

from accord.signals.learnt import PUBLISHED
from accord.signals.signal import Basis, Often, Signal, Step
from accord.web.attention.odds import counted_words, follows, odds, real_share


@pytest.mark.parametrize(
    ("share", "some", "of", "counted"),
    [(0.33, 1, 3, (3, 9)), (0.46, 1, 2, (5, 10)), (0.66, 2, 3, (6, 9)), (0.24, 1, 4, (2, 8)), (0.12, 1, 10, (1, 10)),
     (0.02, 0, 10, (0, 10)), (0.99, 10, 10, (10, 10))],
)  # fmt: skip
def test_a_share_is_told_by_parts_that_people_can_picture(share, some, of, counted):
    found = odds(share)
    assert (found.some, found.of, found.counted) == (some, of, counted)


@pytest.mark.parametrize("percent", range(101))
def test_the_shapes_say_the_same_as_the_words_and_neither_is_far_from_the_share(percent):
    found = odds(percent / 100)
    some, of = found.counted
    assert some / of == found.some / found.of and of <= 10
    assert abs(some / of - percent / 100) <= 0.1


def test_the_sentences():
    assert follows(0.33) == "About 1 in 3 like these follows a real dip."
    assert follows(0.6) == "About 3 in 5 like these follow a real dip."
    assert follows(0.01) == "Hardly any like these follows a real dip."
    assert counted_words(0.33) == "Of 9 alarms like this, about 3 follow a real dip."


def test_a_signal_keeps_the_share_it_was_raised_with_until_it_is_of_the_setting_in_force():
    signal = Signal("dip", 1, "s", "s", 1.0, (), Often(Basis.SIMULATED, 0.04, 0.3), Step.ASK, learnt="7")
    assert real_share(signal, PUBLISHED) == 0.3
    assert real_share(replace(signal, learnt="published"), PUBLISHED) == PUBLISHED.setting.real
