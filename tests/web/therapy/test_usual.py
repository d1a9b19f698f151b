"""The usual wobble on pages: what the filter expected before each session, and nothing it could not know then."""

import pytest

from accord.basics.absence import TooFew
from accord.course.dependability import published_spread
from accord.instruments.registry import instrument
from accord.signals.examples import Case, build
from accord.signals.known import MAIN, TWIN
from accord.signals.learnt import PUBLISHED
from accord.signals.rules import dip
from accord.web.therapy.usual import UsualRange, seen_from_today, usual_of, usual_of_part

SPREADS = {scale: published_spread() for scale in ("TOTAL", "BOND", "GOALS", "TASKS")}
VALUES = [83, 85, 84, 86, 66]


def course(values, **more):
    return build(Case(name="x", kind="fires", client=values, **more))[0]


def test_the_form_beside_the_check_in_is_the_one_that_its_definition_names():
    assert instrument(MAIN).twin == TWIN


def test_two_earlier_ratings_are_too_few_to_say():
    found = usual_of(course(VALUES), PUBLISHED)
    assert [found["s1"], found["s2"]] == [TooFew(0, 2), TooFew(1, 2)]
    assert isinstance(found["s3"], UsualRange) and found["s3"].n == 2


def test_a_later_rating_moves_no_earlier_range():
    short, long = usual_of(course(VALUES[:4]), PUBLISHED), usual_of(course(VALUES), PUBLISHED)
    assert {key: long[key] for key in short} == short


def test_it_is_the_range_that_the_signal_was_raised_with():
    made, known = build(Case(name="x", kind="fires", client=VALUES))
    (signal,) = dip.detect(made, known)
    last = usual_of(made, PUBLISHED)["s5"]
    assert (signal.evidence[-1].low, signal.evidence[-1].high) == pytest.approx((last.low, last.high))


def test_sessions_without_a_rating_widen_it_and_another_therapist_begins_anew():
    gap = usual_of(course([83, 85, 84, None, None, 86]), PUBLISHED)
    near = usual_of(course([83, 85, 84, 86]), PUBLISHED)
    assert gap["s6"].wobble > near["s4"].wobble - 1e-9
    handed_over = usual_of(course(VALUES, who=["t1", "t1", "t1", "t2", "t2"]), PUBLISHED)
    assert handed_over["s4"] == TooFew(0, 2)


def test_a_part_has_its_own_range_and_a_skipped_part_none_of_the_total():
    parts = [{"bond": 90, "goals": g, "tasks": 85, "overall": 85} for g in (60, 62, 61, 60)]
    goals = usual_of_part(course(parts), PUBLISHED, "GOALS", SPREADS)
    bond = usual_of_part(course(parts), PUBLISHED, "BOND", SPREADS)
    assert goals["s4"].high < bond["s4"].low + 10
    skipped = [*parts[:2], {"bond": 90, "goals": None, "tasks": 85, "overall": 85}, parts[3]]
    assert usual_of_part(course(skipped), PUBLISHED, "GOALS", SPREADS)["s4"].n == 2


def test_the_range_stays_on_the_scale():
    found = usual_of(course([100, 100, 99, 100, 100]), PUBLISHED)
    assert all(one.high <= 100 for one in found.values() if isinstance(one, UsualRange))


def test_seen_from_today_a_dip_is_known_for_one_and_the_range_does_not_follow_it():
    dipped = course([85, 86, 84, 85, 62, 85, 86])
    then, now = usual_of(dipped, PUBLISHED), seen_from_today(dipped, PUBLISHED)
    assert set(now) == {"s3", "s4", "s5", "s6", "s7"}
    assert now["s5"].holds(85) and not now["s5"].holds(62)
    assert now["s4"].wobble < then["s4"].wobble
