"""The words of studies: what was left out, counted in words; languages by name; what a verdict means here."""

from dataclasses import replace

import pytest

from accord.studies.result import Line, Study, Verdict
from accord.studies.texts import counted, kept_back, language_name, left_out, study_file, study_ids


@pytest.mark.parametrize(
    ("what", "count", "told"),
    [
        ("not_held", 1, "1 rating of an appointment that was not held"),
        ("not_held", 2060, "2,060 ratings of appointments that were not held"),
        ("groups of Age (level)", 1, "1 group of Age (level)"),
        ("groups of Age (level)", 2, "2 groups of Age (level)"),
        ("courses without an intake", 3, "3 courses without an intake"),
        ("one of the two groups of left judged", 1, "one of the two groups of left judged"),
    ],
)
def test_a_count_in_words(what, count, told):
    assert counted(what, count) == told


def test_what_was_kept_back_of_a_line_has_its_label_and_nothing_is_told_of_none():
    study = Study("dropout_alliance", Verdict.TOO_FEW, "d", (Line("d", 0.1),))
    study = replace(study, kept_back={"rate left judged": 1, "groups": 0}, dropped={"twice": 0, "open": 1})
    assert kept_back(study) == ("Left, as the therapist noted",)
    assert left_out(study) == ("1 course that still goes on",)


def test_every_reason_of_a_snapshot_has_its_words():
    from accord.studies.snapshot.tables import _LEFT_OUT

    for why in ("no_such_course", "no_such_session", "not_held", "not_finite", "twice"):
        assert f"'{why}'" in _LEFT_OUT and "_" not in counted(why, 2)


@pytest.mark.parametrize(
    ("code", "name"),
    [("en", "English"), ("pt-BR", "Portuguese (BR)"), ("ar", "Arabic"), ("qqq", "qqq"), ("no", "Norwegian")],
)
def test_a_language_by_its_name(code, name):
    assert language_name(code) == name


def test_a_pill_says_more_only_for_verdicts_that_a_study_can_have():
    for id in study_ids():
        assert set(study_file(id).pills) <= set(study_file(id).sentences)
