"""Data that cannot answer end in a worded verdict, never in a traceback, a silent NaN, or a number out of nothing."""

import json
import warnings

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.studies.findings.conftest import findings

from accord.basics.absence import Absence
from accord.studies.result import CELL, Verdict
from accord.studies.stored import as_json, study_from_json
from accord.studies.texts import sentence, study_file


def told(folder, **options):
    """The findings, each checked for what must always hold."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = findings(folder, **options)
    for study in found.values():
        assert sentence(study)
        words = study_file(study.id)
        assert set(study.notes) <= set(words.notes) and set(study.look_at) <= set(words.look_at)
        assert {line.name for line in study.lines} <= set(words.lines)
        assert study_from_json(json.loads(json.dumps(as_json(study), allow_nan=False))) == study
        for line in study.lines:
            if isinstance(line.value, Absence):
                assert line.low is None and line.high is None
                continue
            ends = [end for end in (line.low, line.high) if end is not None]
            assert np.isfinite([line.value, *ends]).all() and len(ends) in (0, 2)
            assert not ends or ends[0] <= line.value <= ends[1]
    return found


def verdicts(found):
    return {id: study.verdict for id, study in found.items()}


def same(value):
    return lambda rows: pa.array([value] * len(rows), rows.schema.field("value").type)


def only(instrument, value):
    return lambda rows: pc.if_else(pc.equal(rows["instrument"], instrument), value, rows["value"])


EMPTY = pytest.mark.parametrize("table", ["ratings", "sessions", "courses"])


@EMPTY
def test_nothing_there_is_too_few(changed, table):
    found = told(changed(table, keep=lambda rows: pa.array([False] * len(rows))))
    assert set(verdicts(found).values()) == {Verdict.TOO_FEW}


def test_one_therapist_is_too_few(changed):
    for table in ("courses", "sessions"):
        folder = changed(table, "therapist", lambda rows: pa.array(["t"] * len(rows)))
    assert set(verdicts(told(folder)).values()) == {Verdict.TOO_FEW}


def test_equal_outcomes_cannot_tell(changed):
    found = told(changed("ratings", "value", only("accord-wellbeing", 50.0)))
    for id in ("alliance_outcome", "whose_rating"):
        assert found[id].verdict is Verdict.CANNOT_TELL and "no_spread" in found[id].notes


def test_equal_ratings_cannot_tell(changed):
    found = told(changed("ratings", "value", only("accord-check-in", 90.0)))
    for id in ("alliance_outcome", "session_three", "dropout_alliance", "whose_rating"):
        assert found[id].verdict is Verdict.CANNOT_TELL and "no_spread" in found[id].notes


def test_infinities_are_no_values(changed):
    broken = {0: float("nan"), 1: float("inf"), 2: -float("inf")}
    folder = changed(
        "ratings", "value",
        lambda rows: pa.array([broken.get(place % 11, one) for place, one in enumerate(rows["value"].to_pylist())]),
    )  # fmt: skip
    found = told(folder)
    assert found["alliance_outcome"].dropped["not_finite"] > 0


def test_numbers_that_no_score_can_be_are_absent_and_counted(changed):
    found = told(changed("ratings", "value", lambda rows: pc.multiply(rows["value"], 1e300)))
    assert found["alliance_outcome"].dropped["not_finite"] > 0
    assert set(verdicts(found).values()) == {Verdict.TOO_FEW}


def test_numbers_too_small_to_be_squared_are_nothing_that_differs(changed):
    found = told(changed("ratings", "value", lambda rows: pc.multiply(rows["value"], 1e-300)))
    assert found["alliance_outcome"].verdict is Verdict.CANNOT_TELL


def test_two_courses_are_no_division_by_zero(changed):
    told(changed("courses", keep=lambda rows: pa.array([place < 2 for place in range(len(rows))])))


def test_far_from_zero_nothing_changes(changed, service):
    found = told(changed("ratings", "value", lambda rows: pc.add(rows["value"], 1e6)))
    for id, study in findings(service).items():
        if id in ("alliance_outcome", "session_three"):
            assert found[id].line(study.main).value == pytest.approx(study.line(study.main).value, abs=1e-6)


def test_without_therapists_clients_stand_alone(changed):
    for table in ("courses", "sessions"):
        folder = changed(table, "therapist", lambda rows: pa.nulls(len(rows), pa.string()))
    found = told(folder)
    assert isinstance(found["therapist_treatment"].line("therapist").value, Absence)
    assert isinstance(found["session_three"].line("three").value, float)


def test_nobody_left_is_said_and_not_counted_as_a_link(changed):
    found = told(changed("courses", "ending", lambda rows: pa.array(["as_planned"] * len(rows))))
    study = found["dropout_alliance"]
    assert study.verdict is Verdict.TOO_FEW and study.notes == ("one_side",)
    assert study.line("rate_left_judged").value == 0.0 and study.line("rate_left_judged").high is None


def test_a_handful_who_left_is_kept_back(changed):
    few = CELL - 1
    ending = lambda rows: pa.array(["left"] * few + ["as_planned"] * (len(rows) - few))  # noqa: E731
    study = told(changed("courses", "ending", ending))["dropout_alliance"]
    assert isinstance(study.line("rate_left_judged").value, Absence)
    assert study.kept_back["rate left judged"] == 1  # one number is; how few they are is in none
    assert all("left" not in line.n for line in study.lines)


def test_endings_without_a_reason_are_worth_a_look(changed):
    found = told(
        changed(
            "courses", "ending", lambda rows: pa.array([None if n % 3 else "left" for n in range(len(rows))])
        )
    )
    study = found["dropout_alliance"]
    assert study.look_at == ("no_reason",)
    assert "66%" in study_file(study.id).look_at["no_reason"].format_map(study.facts)


def test_courses_that_go_on_have_no_outcome_yet_but_can_be_dependable(changed):
    for column, kind in (("ended_on", pa.date32()), ("ending", pa.string())):
        folder = changed("courses", column, lambda rows, kind=kind: pa.nulls(len(rows), kind))
    found = told(folder)
    assert found["alliance_outcome"].verdict is Verdict.TOO_FEW
    assert found["session_three"].n["clients"] > 300


def test_an_outcome_that_nobody_gave_is_too_few(service):
    found = told(service, outcome="phq-9")
    assert found["alliance_outcome"].verdict is Verdict.TOO_FEW
    assert found["session_three"].line("three").value > 0.5


def test_a_kind_of_treatment_that_hardly_anyone_has_is_not_told_apart(service):
    study = findings(service)["therapist_treatment"]
    assert study.kept_back == {"kinds of treatment": 1}
    (kinds,) = study.tables
    assert [row[1] >= CELL for row in kinds.rows] == [True, True]


def test_without_sessions_days_nothing_changes(changed, service):
    found = told(changed("sessions", "day", lambda rows: pa.nulls(len(rows), pa.date32())))
    assert verdicts(found) == verdicts(findings(service))


def test_what_happens_after_a_session_does_not_tell_that_it_was_the_last(changed, service):
    """Missed appointments come after the session at which leaving is foretold: they must not matter."""

    def cancelled(rows):
        missed = pc.starts_with(rows["attendance"], "missed")
        return pc.if_else(missed, "cancelled", rows["attendance"])

    before = findings(service, "dropout_alliance")["dropout_alliance"]
    after = findings(changed("sessions", "attendance", cancelled), "dropout_alliance")["dropout_alliance"]
    odds = [line for line in before.lines if line.name.startswith("odds")]
    assert len(odds) == 5 and all(isinstance(line.value, float) for line in odds)
    assert odds == [line for line in after.lines if line.name.startswith("odds")]


def test_an_outcome_where_more_is_worse_is_turned_round(changed, service):
    """The same numbers on a form that counts complaints: every link changes its sign, and nothing else."""
    renamed = lambda rows: pc.if_else(  # noqa: E731
        pc.equal(rows["instrument"], "accord-wellbeing"), "phq-9", rows["instrument"]
    )
    worse = findings(
        changed("ratings", "instrument", renamed), "alliance_outcome", "whose_rating", outcome="phq-9"
    )
    plain = findings(service, "alliance_outcome", "whose_rating")
    for id, name in (
        ("alliance_outcome", "r"),
        ("alliance_outcome", "r_within"),
        ("alliance_outcome", "r_clients"),
        ("whose_rating", "client"),
        ("whose_rating", "difference"),
    ):
        turned, line = worse[id].line(name), plain[id].line(name)
        assert (turned.value, turned.low, turned.high) == pytest.approx(
            (-line.value, -line.high, -line.low), abs=1e-9
        )
    assert worse["whose_rating"].line("tracking") == plain["whose_rating"].line("tracking")


def test_a_kind_of_treatment_that_few_therapists_give_is_not_told_apart(changed):
    """Many clients, but all of two therapists: its points would be those of the two."""

    def kinds(rows):
        therapists = rows["therapist"].to_pylist()
        two = sorted(set(therapists), key=therapists.count)[-2:]
        return pa.array(["rare" if one in two else "ab"[n % 2] for n, one in enumerate(therapists)])

    study = told(changed("courses", "treatment", kinds))["therapist_treatment"]
    assert study.kept_back == {"kinds of treatment": 1}
    (table,) = study.tables
    assert "rare" not in {row[0] for row in table.rows}
    assert sum(row[1] for row in table.rows) == study.n["courses"]  # nothing is left to be had by subtraction
