"""The examples of every frontier come out; every word that may be needed is there, with places for the facts."""

import string

import pytest

from accord.simulate.snapshot import simulate_snapshot
from accord.studies.frontiers import FRONTIERS
from accord.studies.result import Options, Study
from accord.studies.running import run_studies
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.stored import as_json, study_from_json
from accord.studies.texts import Example, sentence, study_file

EXAMPLES = [
    pytest.param(question, example, id=f"{question.id}: {example.name}",
                 marks=[pytest.mark.slow] if example.clients > 1000 else [])
    for question in FRONTIERS
    for example in study_file(question.id).examples
]  # fmt: skip


@pytest.mark.parametrize("question, example", EXAMPLES)
def test_an_example_comes_out(tmp_path, question, example: Example) -> None:
    simulate_snapshot(
        tmp_path / "s", clients=example.clients, seed=example.seed, parameters=example.parameters
    )
    with open_snapshot(tmp_path / "s") as snapshot:
        study = run_studies(snapshot, [question], Options(draws=100)).studies[0]
    assert study.verdict is example.verdict
    for name, value in example.covers.items():
        line = study.line(name)
        assert line.low is not None and line.high is not None
        assert line.low <= value <= line.high
    check_words(study)


def check_words(study: Study) -> None:
    """Every line, note and place in a sentence of what a study said has its words; and it can be stored."""
    words = study_file(study.id)
    assert sentence(study)
    assert {line.name for line in study.lines} <= set(words.lines)
    assert set(study.notes) <= set(words.notes)
    assert set(study.look_at) <= set(words.look_at)
    for key in study.look_at:
        assert words.look_at[key].format_map(study.facts)
    for key in study.notes:
        assert words.notes[key].format_map(study.facts)
    assert study.line(study.main)
    assert study_from_json(as_json(study)) == study


@pytest.mark.parametrize("question", FRONTIERS, ids=lambda one: one.id)
def test_every_line_and_note_is_used_somewhere(question) -> None:
    words = study_file(question.id)
    places = {
        field
        for text in words.sentences.values()
        for _, field, _, _ in string.Formatter().parse(text)
        if field
    }
    assert places or question.id == "equity"
    assert words.examples and words.limits and words.assumptions
