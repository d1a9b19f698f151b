"""What rules ask of a line: who was there, since when something holds, how much it is."""

from dataclasses import replace
from datetime import date, timedelta

from accord.course.session import Session
from accord.signals.examples import build, rule_file
from accord.signals.known import Known
from accord.signals.rates import often
from accord.signals.rules import slide
from accord.signals.run import first_held, strength, with_therapist
from accord.signals.signal import Basis


def points(whom: str):
    return [
        (Session(f"s{place}", date(2026, 1, 5) + timedelta(days=place), place + 1, therapist=who), 80.0)
        for place, who in enumerate(whom)
    ]


def test_only_the_latest_therapists_ratings_in_a_row_count():
    assert [one.key for one, _value in with_therapist(points("aabaa"))] == ["s3", "s4"]
    assert len(with_therapist(points("aaa"))) == 3
    assert with_therapist([]) == []


def test_it_began_after_the_last_time_it_did_not_hold():
    holds = {2, 4, 5, 6}
    assert first_held(6, holds.__contains__) == 4
    assert first_held(2, holds.__contains__) == 2
    assert first_held(3, lambda n: True) == 1


def test_strength_is_a_half_at_the_line_and_never_outside_0_to_1():
    assert strength(10, 10) == 0.5
    assert strength(15, 10) == 0.75
    assert strength(90, 10) == 1
    assert strength(-5, 10) == 0
    assert strength(1, 0) == 1
    assert strength(0.5, 1) == 0.25


def test_a_rule_that_nobody_measured_says_so():
    assert often("no-such-rule").basis is Basis.UNKNOWN
    assert often("slide").rate is not None


def test_a_beginning_stays_where_it_is_while_a_slide_goes_on():
    """Looked at after every session: one signal, not a new one each time."""
    case = next(one for one in rule_file("slide").cases if "keeps its beginning" in one.name)
    course, known = build(case)
    found = [
        slide.detect(replace(course, sessions=course.sessions[:n]), known)
        for n in range(1, len(course.sessions) + 1)
    ]
    assert {signal.since for signals in found for signal in signals} == {"s2"}
    assert sum(map(bool, found)) > 2


def test_a_client_who_varies_more_must_fall_further():
    steady, restless = (92, 88, 84, 80, 76, 72), (86, 97, 72, 95, 68, 78)
    within = Known().spreads["TOTAL"].within
    assert slide.falling(steady, within)
    assert not slide.falling(restless, within)


def test_a_rating_at_the_top_ends_no_slide_however_little_ratings_vary():
    """There the answer means "this or more"; just below the same fall counts."""
    assert slide.falling((100, 99.5, 99, 98.5, 98, 97.4), within=0.3)
    assert not slide.falling((100, 99.5, 99, 98.5, 98, 97.5), within=0.3)
