"""How a threshold and its costs are counted, on a handful of sessions that a pencil can follow."""

import math

import numpy as np
import pytest

from accord.signals.dip import threshold
from accord.signals.dip.drawing import Drawn
from accord.signals.dip.model import published
from accord.signals.dip.observed import Filtered, Observed
from accord.signals.dip.threshold import Sessions

NAN, INF = math.nan, math.inf


def sessions(score, *, next_score=None, in_dip=None, onset=None, clean=None, course=None, start=()):
    none = np.zeros(len(score), dtype=bool)
    in_dip = none if in_dip is None else np.array(in_dip, dtype=bool)
    return Sessions(
        score=np.array(score, dtype=float),
        next_score=np.full(len(score), -INF) if next_score is None else np.array(next_score, dtype=float),
        clean=~in_dip if clean is None else np.array(clean, dtype=bool),
        in_dip=in_dip,
        onset=none if onset is None else np.array(onset, dtype=bool),
        course=np.zeros(len(score), dtype=int) if course is None else np.array(course),
        start=np.array(start, dtype=float),
    )


def test_the_threshold_lets_the_stated_share_of_clean_sessions_through():
    """Clean ones score 1 to 10; two dips begin at 12 and at 7, the second goes on at 9.5."""
    drawn = sessions(
        [*range(1, 11), 12, 7, 9.5],
        next_score=[-INF] * 10 + [-INF, 9.5, 0],
        in_dip=[False] * 10 + [True] * 3,
        onset=[False] * 10 + [True, True, False],
    )
    found = threshold._setting(drawn, 0.2)
    assert (found.false_alarms, found.threshold) == (0.2, 8)  # 9 and 10 are two of ten
    assert found.alarms == pytest.approx(4 / 13)  # and 12 and 9.5
    assert found.real == 0.5
    assert (found.seen, found.seen_in_time) == (0.5, 1.0)  # the second dip at its second session


def test_where_nothing_can_alarm_the_threshold_is_still_a_number():
    found = threshold._setting(
        sessions([-INF, -INF, -INF], in_dip=[False, False, True], onset=[0, 0, 1]), 0.04
    )
    assert (found.threshold, found.alarms, found.real, found.seen) == (-20.0, 0, 0, 0)


def test_a_start_is_the_mean_of_three_ratings_whenever_they_came():
    ratings = np.array([[80, NAN, 84, 88, 10], [80, 82, NAN, NAN, NAN], [50, 50, 50, 0, 0]])
    assert threshold._starts(ratings).tolist() == [84, 50]


def test_a_session_counts_once_it_can_be_judged_and_is_clean_when_no_dip_is_near():
    cells = np.zeros((1, 6))
    in_dip = np.array([[False, False, False, True, False, False]])
    drawn = Drawn(
        Observed(np.array([[80.0, 82, 84, 60, 85, NAN]])),
        in_dip,
        np.array([[False, False, False, True, False, False]]),
    )
    score = np.array([[9.0, 8, 1, 5, 2, NAN]])
    found = Sessions.of(drawn, Filtered(cells, score, *[cells] * 4, *[np.zeros(1)] * 6))
    assert found.score.tolist() == [1, 5, 2]  # two answers come before the first that can be judged
    assert found.next_score.tolist() == [5, 2, -INF]
    assert found.clean.tolist() == [True, False, False]  # in the dip, and just after it
    assert found.in_dip.tolist() == found.onset.tolist() == [False, True, False]
    assert (found.course.tolist(), found.start.tolist()) == ([0, 0, 0], [82])


def test_courses_keep_apart_when_drawn_in_several_parts():
    none = sessions([])
    parts = [sessions([1, 2], course=[0, 3], start=[80]), none, sessions([3]), sessions([4], course=[1])]
    whole = Sessions.together(parts)
    assert whole.course.tolist() == [0, 3, 4, 6]
    assert whole.score.tolist() == [1, 2, 3, 4]
    assert whole.start.tolist() == [80]


@pytest.mark.parametrize(
    ("share", "clean", "calls"),
    [(1.0, True, 2), (0.5, True, 1), (1.0, False, 10), (0.5, False, 5)],
)
def test_courses_are_drawn_until_enough_alarms_stand_behind_a_threshold(share, clean, calls):
    """20,000 clean sessions at .04 are 800 alarms of the 1,500; with none clean it ends at 200,000 courses."""
    asked = []

    def some(courses):
        asked.append(courses)
        return sessions(np.zeros(courses), clean=np.full(courses, clean))

    threshold._enough(some, 0.04, 20_000, share)
    assert asked == [20_000] * calls


def test_each_part_adds_its_own_clean_sessions():
    """37,500 are needed: 10,000 and 20,000, then none, then 10,000."""
    clean = [10_000, 20_000, 0, 10_000]
    asked = []

    def some(courses):
        asked.append(courses)
        return sessions(np.zeros(courses), clean=np.arange(courses) < clean[len(asked) - 1])

    threshold._enough(some, 0.04, 20_000, 1.0)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("clients", "draws", "wanted"),
    [
        (5, 100, [(25, 0.25), (75, 0.75)]),  # the rest are courses of nobody in particular
        (20, 100, [(100, 1.0)]),
        (30, 100, [(100, 1.0)]),
        (0, 100, [(100, 1.0)]),
        (1, 1, [(1, 0.05), (1, 0.95)]),  # never none at all
    ],
)
def test_few_past_clients_give_only_their_share_of_the_courses(monkeypatch, clients, draws, wanted):
    asked, enough = [], threshold._enough

    def spy(some, chosen, courses, share):
        asked.append((courses, share))
        return enough(some, chosen, courses, share)

    monkeypatch.setattr(threshold, "ENOUGH", 0)
    monkeypatch.setattr(threshold, "_enough", spy)
    past = Observed(np.full((clients, 4), 85.0))
    threshold.settle(published(), past, (0.04,), 0.04, draws, np.random.default_rng(1))
    assert asked == [(courses, pytest.approx(share)) for courses, share in wanted]


def test_alarms_of_the_past_are_held_against_those_of_the_model_by_client():
    # alarms per drawn course 1 1 1 0: mean .75, SD .433; three clients: 2.25 expected, SE .433 sqrt(3 + 9 / 4)
    drawn = sessions([3, 1, 3, 3, 2], course=[0, 0, 1, 2, 3])
    found = threshold._check(drawn, np.array([[True, False], [True, True], [False, False]]), 2.0, 4)
    assert (found.observed, found.expected) == (3, 2.25)
    assert found.error == pytest.approx(math.sqrt(3 / 16) * math.sqrt(5.25))
