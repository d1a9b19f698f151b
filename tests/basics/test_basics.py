"""The ground floor: faults that tell what to do, days of the clinic, near names, absence in words."""

from datetime import UTC, date, datetime

import pytest

from accord.basics.absence import AtCeiling, NotAsked, NotScored, TooFew, words
from accord.basics.clock import clinic_day
from accord.basics.faults import Fault, Faults, refuse
from accord.basics.identifiers import new_key, reference
from accord.basics.near import hint, near_name


def test_a_fault_says_where_what_and_what_to_do():
    assert str(Fault("map.yaml:3", "no column 'q1'.", "Did you mean Q1?")) == (
        "map.yaml:3: no column 'q1'. Did you mean Q1?"
    )
    assert str(Fault("row 2", "no date.")) == "row 2: no date."


def test_all_faults_are_told_together():
    faults = Faults([Fault("a", "one."), Fault("b", "two.")])
    assert str(faults) == "a: one.\nb: two."
    assert refuse("a", "one.").faults == (Fault("a", "one."),)


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        (datetime(2026, 3, 14, 23, 30, tzinfo=UTC), "Europe/Madrid", date(2026, 3, 15)),
        (datetime(2026, 3, 14, 23, 30, tzinfo=UTC), "America/Los_Angeles", date(2026, 3, 14)),
        (
            datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
            "Europe/Madrid",
            date(2026, 10, 25),
        ),  # still summer time
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), "Europe/Madrid", date(2026, 10, 26)),  # winter time
    ],
)
def test_an_instant_belongs_to_the_clinics_day(instant, zone, day):
    assert clinic_day(instant, zone) == day


def test_an_instant_without_a_zone_belongs_to_no_day():
    with pytest.raises(ValueError, match="time zone"):
        clinic_day(datetime(2026, 3, 14, 12), "Europe/Madrid")


def test_near_names_forgive_letter_case_and_a_slip_and_nothing_more():
    names = ["phq-9", "gad-7", "WAI-SR"]
    assert near_name("phq9", names) == "phq-9"
    assert near_name("wai-rs", names) == "WAI-SR"
    assert near_name("weather", names) is None
    assert hint("gda-7", names) == "Did you mean gad-7?"
    assert hint("weather", names) == ""


@pytest.mark.parametrize(
    ("absence", "said"),
    [
        (NotScored("2 of 4 items without an answer"), "2 of 4 items without an answer"),
        (TooFew(1, 2), "too few to say (1 of 2)"),
        (TooFew(5, 30, under=True), "too few to say (fewer than 5 of 30)"),
        (TooFew(5, 5, under=True), "too few to say (fewer than 5)"),
        (AtCeiling(5), "at the top of the scale for 5 sessions"),
        (NotAsked(), "not asked"),
    ],
)
def test_absence_is_said_in_words(absence, said):
    assert words(absence) == said


def test_keys_sort_by_birth_and_do_not_repeat():
    keys = [new_key() for _ in range(1000)]
    assert len(set(keys)) == 1000
    assert [key[:12] for key in keys] == sorted(key[:12] for key in keys)
    assert reference()[2] == "-"
