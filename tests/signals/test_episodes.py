"""What became of a fall, as a table: one client's ratings of 1 to 7 under Stevens's rule (1 down; back within .25)."""

import math

import pytest

from accord.basics.faults import Faults
from accord.signals.episodes import Shape, episodes
from accord.signals.presets import preset


def row(text):
    return [math.nan if word == "-" else float(word) for word in text.split()]


# Ratings; then for each episode: onset, lowest and repair as session numbers from 1, depth, shape.
TABLE = [
    ("6 6 4 6", [(3, 3, 4, 2.0, Shape.V)]),
    ("6 6 4 - 6", [(3, 3, 5, 2.0, Shape.V)]),  # a session without an answer is no step
    ("6 6 4 5.75", [(3, 3, 4, 2.0, Shape.V)]),  # back within a quarter of a point
    ("6 6 4 6.5 6.5", [(3, 3, 4, 2.0, Shape.V)]),  # rose above
    ("6 5 4 6", [(2, 3, 4, 2.0, Shape.DECLINE_SUDDEN_REPAIR)]),
    ("6 5.2 4.4 3.6 6", [(3, 4, 5, 2.4, Shape.DECLINE_SUDDEN_REPAIR)]),  # down .8 is no onset yet
    (
        "6 5.2 4.4 6",
        [(3, 3, 4, 1.6, Shape.DECLINE_SUDDEN_REPAIR)],
    ),  # counted from the highest, not from the onset
    (
        "6 4 6 3 6",
        [(2, 2, 3, 2.0, Shape.V), (4, 4, 5, 3.0, Shape.V)],
    ),  # what comes after the repair is another fall
    ("6 4 5.5 4 6", [(2, 2, 5, 2.0, Shape.PLATEAU)]),  # up a little and down again is the same fall
    ("6 4 4.5 6", [(2, 2, 4, 2.0, Shape.PLATEAU)]),  # a quarter of the depth up is still at the bottom
    ("6 4 4.52 6", [(2, 2, 4, 2.0, Shape.DROP_SLOW_REPAIR)]),  # a little more is a step up
    ("6 4 5 6", [(2, 2, 4, 2.0, Shape.DROP_SLOW_REPAIR)]),
    ("6 4 4 4.2 6", [(2, 2, 5, 2.0, Shape.PLATEAU)]),
    ("6 5 4 5 6", [(2, 3, 5, 2.0, Shape.SLOW)]),
    ("6 4 4 4 4 4 4 4", [(2, 2, None, 2.0, Shape.UNREPAIRED)]),  # five sessions, and not back
    ("6 4 4 4 4 4 4", [(2, 2, None, 2.0, Shape.UNREPAIRED)]),  # exactly five are enough to know
    ("6 4 4 4 4 4", [(2, 2, None, 2.0, Shape.CENSORED)]),  # four are not
    ("6 4 4 - 4 4 - 4 4", [(2, 2, None, 2.0, Shape.UNREPAIRED)]),  # a gap does not begin it anew
    ("6 4 4 4", [(2, 2, None, 2.0, Shape.CENSORED)]),  # the course ends before five
    ("6 6 6 4", [(4, 4, None, 2.0, Shape.CENSORED)]),
    ("6 4 4 4 4 4 4 6 4.5 6", [(2, 2, None, 2.0, Shape.UNREPAIRED), (9, 9, 10, 1.5, Shape.V)]),
    ("6 4 4 4 4 4 4 4 6 4.5 6", [(2, 2, None, 2.0, Shape.UNREPAIRED), (10, 10, 11, 1.5, Shape.V)]),
    ("6 4 6 6 4.5 6", [(2, 2, 3, 2.0, Shape.V), (5, 5, 6, 1.5, Shape.V)]),
    ("6 5.5 6 5.1 6", []),  # never a whole point
    ("6", []),
    ("- - -", []),
]


@pytest.mark.parametrize(("ratings", "wanted"), TABLE, ids=[one[0] for one in TABLE])
def test_a_course_falls_and_returns_as_a_reader_would_say(ratings, wanted):
    found = episodes(preset("stevens-2007"), row(ratings), 1, 7)
    told = [
        (one.onset + 1, one.lowest + 1, one.repaired and one.repaired + 1, round(one.depth, 6), one.shape)
        for one in found
    ]
    assert told == wanted
    for one in found:
        assert one.length == (None if one.repaired is None else one.repaired - one.onset)


def test_back_by_a_share_of_the_fall_is_repair_for_rules_in_standard_deviations():
    # peak 10, down to 6: three quarters back is 9
    assert episodes(preset("strauss-2006"), row("10 10 6 9 10"), 0, 40)[0].repaired == 3
    assert episodes(preset("strauss-2006"), row("10 10 6 8.9 10"), 0, 40)[0].repaired == 4


@pytest.mark.parametrize("id", ["cusum", "pcoms-drop"])
def test_a_rule_without_a_repair_is_refused(id):
    with pytest.raises(Faults, match="when a fall is repaired") as refused:
        episodes(preset(id), row("80 60 80"))
    (fault,) = refused.value.faults
    assert (fault.where, fault.do) == ("preset", "Choose one that does.")


def test_a_fall_from_the_clients_own_line_may_begin_at_the_first_session():
    # the first of eleven has a leverage of 1/11 + 25/110 = .318, so it lies 8 x .682 = 5.45 below the line
    (one,) = episodes(preset("stiles-2004"), row("2" + " 10" * 10), 0, 40)
    assert (one.onset, one.lowest, one.repaired, one.shape) == (0, 0, 1, Shape.V)
    assert one.depth == pytest.approx(8 * (1 - 1 / 11 - 25 / 110))


def test_a_fall_from_a_line_that_no_rating_reached_begins_one_answer_before():
    (one,) = episodes(preset("stiles-2004"), row("7 4 8 7 9 9 9 2 14 13"), 0, 40)
    assert (one.onset, one.repaired, one.shape) == (7, 8, Shape.V)


def test_a_scale_that_is_not_named_goes_from_0_to_100():
    ratings = row("90 88 60 90")
    assert episodes(preset("stevens-2007"), ratings) == episodes(preset("stevens-2007"), ratings, 0, 100)
    assert episodes(preset("stevens-2007"), ratings)[0].depth == pytest.approx(30 * 6 / 100)


def test_whole_numbers_are_ratings_too():
    assert episodes(preset("stevens-2007"), [6, 4, 6], 1, 7) == episodes(
        preset("stevens-2007"), row("6 4 6"), 1, 7
    )
