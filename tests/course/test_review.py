"""The session-3 review: what the first ratings say together, and how far they can be leaned on."""

from datetime import date

import numpy as np
import pytest

from accord.basics.absence import TooFew
from accord.course.course import ScoreRow, SessionRow, build_course
from accord.course.dependability import Spread, published_spread
from accord.course.review import REVIEW_AT, pooled, review
from accord.instruments.definition import Confidence, Evidence, Respondent

CHECK_IN, TWIN = "accord-check-in", "accord-check-in-therapist"
EVIDENCE = Evidence(Confidence.CALCULATED, "a test")
SPREADS = {scale: Spread(80, 60, 40, 50, EVIDENCE) for scale in ("TOTAL", "BOND", "GOALS", "TASKS")}


def course(client: list[dict | None], therapist: list[float | None] = ()):
    """One session per entry: the client's scales, and the therapist's total."""
    sessions = [SessionRow(str(n), day=date(2026, 3, n + 1)) for n in range(max(len(client), len(therapist)))]
    scores = [
        ScoreRow(str(n), f"c{n}", CHECK_IN, 1, Respondent.CLIENT, scale, value)
        for n, scales in enumerate(client)
        for scale, value in (scales or {}).items()
    ] + [
        ScoreRow(str(n), f"t{n}", TWIN, 1, Respondent.THERAPIST, "TOTAL", value)
        for n, value in enumerate(therapist)
        if value is not None
    ]
    return build_course("c", sessions, scores)


def reviewed(*arguments, **more):
    return review(course(*arguments), SPREADS, instrument=CHECK_IN, twin=TWIN, **more)


def test_three_ratings_put_together():
    found = reviewed([{"TOTAL": 70}, {"TOTAL": 80}, {"TOTAL": 75}])
    half = 1.96 * (40 / 3) ** 0.5
    assert (found.total.mean, found.total.n) == (75.0, 3)
    assert (found.total.low, found.total.high) == (pytest.approx(75 - half), pytest.approx(75 + half))
    assert found.dependability.value == pytest.approx(3 * 0.6 / 2.2)
    assert (found.parts, found.lowest, found.gap, found.pairs) == ({}, None, None, 0)
    assert REVIEW_AT == 3


def test_with_the_published_number_two_ratings_are_enough_to_lean_on_and_one_is_too_few():
    spreads = dict.fromkeys(SPREADS, published_spread())
    two = review(course([{"TOTAL": 70}, None, {"TOTAL": 80}]), spreads, instrument=CHECK_IN, twin=TWIN)
    assert two.dependability.k == 2 and two.dependability.enough, (
        "a session without a rating is not counted as 0"
    )
    assert two.total.mean == 75.0
    assert reviewed([{"TOTAL": 70}, None, None]) == TooFew(1, 2)
    assert reviewed([]) == TooFew(0, 2)


def test_the_part_that_sits_lowest_and_whether_that_is_more_than_wobble():
    apart = reviewed([{"TOTAL": 80, "BOND": 92, "GOALS": 62, "TASKS": 86}] * 3)
    assert (apart.lowest.scale, apart.lowest.below, apart.lowest.points) == ("GOALS", "BOND", 30)
    half = 2.344 * (40 / 3 + 40 / 3) ** 0.5
    assert (apart.lowest.low, apart.lowest.high) == (pytest.approx(30 - half), pytest.approx(30 + half))
    assert apart.lowest.clear
    near = reviewed([{"TOTAL": 80, "BOND": 83, "GOALS": 79, "TASKS": 80}] * 3)
    assert near.lowest.scale == "GOALS" and not near.lowest.clear
    assert reviewed([{"TOTAL": 80, "BOND": 80, "GOALS": 80, "TASKS": 80}] * 3).lowest is None


def test_choosing_the_lowest_of_three_does_not_cry_wolf():
    """Where the three are alike, the lowest looks clearly lower in about 1 course of 20, not in 1 of 8."""
    random = np.random.default_rng(6)
    clear = 0
    for _ in range(1200):
        level = random.normal(80, 3)
        rows = random.normal(level, 40**0.5, (3, 3))
        found = reviewed(
            [{"TOTAL": level, "BOND": b, "GOALS": g, "TASKS": t} for b, g, t in rows.tolist()],
            low=-1e9,
            high=1e9,
        )
        clear += found.lowest.clear
    assert clear / 1200 == pytest.approx(0.05, abs=0.02)


def test_the_gap_is_over_sessions_that_both_rated():
    found = reviewed([{"TOTAL": 80}, {"TOTAL": 90}, None, {"TOTAL": 70}], [70, None, 10, 72])
    assert (found.gap, found.pairs) == (pytest.approx((-10 + 2) / 2), 2)
    assert reviewed([{"TOTAL": 80}, {"TOTAL": 90}], [None, None]).gap is None


def test_an_interval_stays_on_the_scale_and_holds_what_it_says():
    assert pooled([99, 100], 40).high == 100.0
    assert pooled([1, 0], 40).low == 0.0
    random = np.random.default_rng(7)
    rated = random.normal(60, 40**0.5, (2000, 3))
    inside = [one.low <= 60 <= one.high for one in (pooled(list(row), 40) for row in rated)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.012)
