"""The study: its examples come out, its words fit, too few is said, and nothing comes from vendors."""

import json

import pytest

from accord.basics.absence import TooFew
from accord.course.expected import NEEDED, Lack, NoCourse
from accord.simulate.snapshot import simulate_snapshot
from accord.studies.expected import EXPECTED, expected_course
from accord.studies.expected.bands import course_in_use
from accord.studies.expected.courses import of_snapshot
from accord.studies.result import Options, Study, Verdict
from accord.studies.running import run_studies
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import prepare
from accord.studies.stored import as_json, run_from_json
from accord.studies.texts import sentence, study_file

FILE = study_file("expected_course")


def answered(folder, example, **options):
    simulate_snapshot(folder / "s", clients=example.clients, seed=example.seed, parameters=example.parameters)
    with open_snapshot(folder / "s") as snapshot:
        return run_studies(snapshot, EXPECTED, Options(**options))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return answered(tmp_path_factory.mktemp("expected"), FILE.examples[0])


@pytest.fixture(scope="module")
def study(run) -> Study:
    return run.studies[0]


def words_of(study: Study) -> str:
    notes = [FILE.notes[key].format_map(study.facts) for key in study.notes]
    return " ".join([sentence(study), *notes])


def test_the_first_example_comes_out(study):
    example = FILE.examples[0]
    assert study.verdict is example.verdict
    for name, value in example.covers.items():
        line = study.line(name)
        assert line.low <= value <= line.high


def test_every_line_has_its_words_and_a_session_or_none(study):
    assert {line.name for line in study.lines} <= set(FILE.lines)
    by = {line.by for line in study.lines}
    assert by == {"", "session 2", "session 3", "session 4", "session 6"}
    assert "600" not in words_of(study) and str(study.n["courses"]) in words_of(study)


def test_both_ways_are_judged_alike(study):
    for session in (2, 3, 4, 6):
        for name in ("coverage80", "alarms", "specificity"):
            ours, theirs = (
                study.line(name, f"session {session}"),
                study.line(f"neighbours_{name}", f"session {session}"),
            )
            assert ours.n == theirs.n
            assert abs(ours.value - theirs.value) < 0.12


def test_shares_of_alarms_add_up(study):
    of = {
        name: study.line(name, "session 4")
        for name in ("worse", "alarms", "sensitivity", "ppv", "npv", "specificity")
    }
    n, worse = of["worse"].n["courses"], of["worse"].n["courses"] * of["worse"].value
    if isinstance(of["sensitivity"].value, float) and isinstance(of["ppv"].value, float):
        caught = of["sensitivity"].value * worse
        assert of["ppv"].value == pytest.approx(caught / (of["alarms"].value * n))
    assert of["specificity"].value > 0.8


def test_the_decision_curve_begins_at_all_and_no_way_is_better_than_knowing(study):
    (table,) = [one for one in study.tables if one.name == "decision"]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    base = {row["session"]: study.line("worse", f"session {row['session']}").value for row in rows}
    for row in rows:
        assert row["model"] <= base[row["session"]] + 1e-12
        assert row["none"] == 0


def test_curves_are_told_for_low_middle_and_high_starts(study):
    (table,) = [one for one in study.tables if one.name == "curves"]
    assert len({row[0] for row in table.rows}) == 3
    for _intake, _session, middle, low80, high80, low68, high68 in table.rows:
        assert low80 <= low68 < middle < high68 <= high80


def test_it_comes_back_from_what_is_stored(run):
    assert run_from_json(json.loads(json.dumps(as_json(run)))) == run


def test_a_new_service_has_too_few_and_says_how_many_it_takes(tmp_path):
    study = answered(tmp_path, FILE.examples[1]).studies[0]
    assert study.verdict is FILE.examples[1].verdict is Verdict.TOO_FEW
    assert study.lines[0].value == TooFew(study.n["courses"], NEEDED)
    assert f"{NEEDED} courses" in sentence(study) and "no_anchor" in study.notes
    assert "Accord Wellbeing there is none" in words_of(study)


def test_only_forms_with_a_published_anchor_have_one_and_it_is_named(tmp_path):
    study = answered(tmp_path, FILE.examples[1], outcome="phq-9").studies[0]
    assert [(one.line, one.value, one.source) for one in study.published] == [
        ("anchor_start", 15.4, "CBTW"),
        ("anchor_end", 9.4, "CBTW"),
    ]
    assert "anchor" in study.notes and all(isinstance(one.value, TooFew) for one in study.lines)
    assert set(expected_course.ANCHORS) == {"phq-9", "gad-7"}


def test_a_form_that_is_not_known_is_told_in_words(tmp_path):
    study = answered(
        tmp_path, FILE.examples[0].model_copy(update={"clients": 30}), outcome="accord-wellbeng"
    ).studies[0]
    assert study.verdict in (Verdict.TOO_FEW, Verdict.CANNOT_TELL) and words_of(study)


def test_a_band_that_does_not_hold_is_not_offered_and_not_in_use(tmp_path):
    """Of a service whose outcome lies at the end of its scale, the study and what is learnt each night say the same."""
    end = {"wellbeing_start": 97, "wellbeing_gain": 30}
    study = answered(
        tmp_path, FILE.examples[0].model_copy(update={"clients": 400, "parameters": end})
    ).studies[0]
    assert study.verdict is Verdict.CANNOT_TELL and "bands_off" in study.notes
    assert "Nobody should be judged by it" in words_of(study)
    with open_snapshot(tmp_path / "s") as snapshot:
        prepare(snapshot, Options())
        found = course_in_use(of_snapshot(snapshot), Options.outcome)
    assert found == NoCourse(Lack.BANDS, inside=study.line("coverage80").value)
