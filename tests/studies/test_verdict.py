"""When data agree, differ, show nothing, or are too few: by the interval, never by the value alone."""

import pytest

from accord.basics.absence import TooFew
from accord.studies.result import Line, Verdict
from accord.studies.verdict import Enough, against, courses_for, no_clear_gap, reaches

ENOUGH = Enough(n=400, needed=200, therapists=20)


def line(low: float | None, high: float | None) -> Line:
    return Line("r", ((low or 0) + (high or 0)) / 2, low, high)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.15, 0.33, Verdict.AGREES),
        (0.02, 0.12, Verdict.AGREES),  # meets where single samples lie
        (-0.01, 0.28, Verdict.TOO_FEW),  # holds both nothing and what studies found
        (-0.05, 0.13, Verdict.NO_ASSOCIATION),
        (-0.05, 0.15, Verdict.DIFFERS),  # nothing is in it, and more than half of what studies found
        (0.001, 0.09, Verdict.DIFFERS),
        (0.45, 0.60, Verdict.DIFFERS),
        (-0.40, -0.20, Verdict.DIFFERS),
        (None, None, Verdict.TOO_FEW),
    ],
)
def test_a_value_against_the_literature(low, high, verdict):
    assert against(line(low, high), ENOUGH, 0.28, 0.10, 0.44) is verdict


def test_a_value_whose_range_was_not_seen_is_met_from_half_to_one_and_a_half_of_it():
    assert against(line(0.42, 0.54), ENOUGH, 0.55) is Verdict.AGREES
    assert against(line(0.10, 0.26), ENOUGH, 0.55) is Verdict.DIFFERS
    assert against(line(-0.54, -0.42), ENOUGH, -0.55) is Verdict.AGREES


@pytest.mark.parametrize(
    "few", [Enough(199, 200, 20), Enough(400, 200, 5), Enough(400, 200, 29, therapists_needed=30)]
)
def test_below_the_documented_numbers_it_is_always_too_few(few):
    sure = line(0.20, 0.30)
    assert (
        against(sure, few, 0.28)
        is no_clear_gap(sure, few, 0.14)
        is reaches(sure, few, 0.1)
        is Verdict.TOO_FEW
    )


def test_an_absence_is_too_few():
    assert against(Line("r", TooFew(3, 5)), ENOUGH, 0.28) is Verdict.TOO_FEW


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.07, 0.13, Verdict.AGREES),
        (-0.15, 0.15, Verdict.TOO_FEW),
        (0.01, 0.20, Verdict.DIFFERS),
        (-0.20, -0.01, Verdict.DIFFERS),
    ],
)
def test_no_clear_gap(low, high, verdict):
    assert no_clear_gap(line(low, high), ENOUGH, 0.14) is verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.80, 0.89, Verdict.AGREES),
        (0.60, 0.79, Verdict.DIFFERS),
        (0.70, 0.85, Verdict.TOO_FEW),
        (0.78, 0.82, Verdict.CANNOT_TELL),
    ],
)
def test_reaching_a_level(low, high, verdict):
    assert reaches(line(low, high), ENOUGH, 0.80) is verdict


def test_with_that_many_courses_half_an_interval_is_half_the_value():
    n = courses_for(0.278)
    assert 1.96 / n**0.5 == pytest.approx(0.139, abs=0.001)
