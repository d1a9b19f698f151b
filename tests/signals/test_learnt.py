"""What a service has learnt: one setting in force, another as a new version, and none that is not there."""

from dataclasses import replace

import pytest

from accord.basics.faults import Faults
from accord.signals.learnt import PUBLISHED, STATED, Learnt, Note, SelfCheck


def test_published_values_come_from_no_clients():
    made = Learnt("v1", PUBLISHED.parameters, PUBLISHED.settings, 0.04, 78.0)
    assert (made.clients, made.ratings) == (0, 0)


def test_another_setting_is_a_new_version_and_the_rest_stays():
    other = PUBLISHED.choosing(0.02, "v2")
    assert (other.version, other.chosen, other.setting) == ("v2", 0.02, PUBLISHED.at(0.02))
    assert replace(other, version=PUBLISHED.version, chosen=PUBLISHED.chosen) == PUBLISHED
    assert PUBLISHED.setting.false_alarms == STATED == 0.04


def test_a_setting_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(Faults) as refused:
        PUBLISHED.choosing(0.5, "v2")
    (fault,) = refused.value.faults
    assert fault.where == "false alarms"
    assert fault.what == "0.5 is not among the settings."
    assert fault.do == "Choose one of 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15."


def test_observed_and_expected_agree_within_two_errors():
    assert SelfCheck(14, 10, 2).agrees
    assert SelfCheck(6, 10, 2).agrees
    assert not SelfCheck(15, 10, 2).agrees
    assert not SelfCheck(5, 10, 2).agrees


def test_what_was_learnt_comes_back_from_what_is_stored():
    checked = replace(PUBLISHED, check=SelfCheck(3, 4.5, 1.0), therapists=(("t1", 1.5, 0.5),), note=Note.EVEN)
    for one in (checked, replace(PUBLISHED, check=None)):
        assert Learnt.from_json(one.as_json()) == one


def test_what_was_stored_before_there_were_notes_has_none():
    kept = PUBLISHED.as_json()
    del kept["note"]
    assert Learnt.from_json(kept).note is Note.NONE
