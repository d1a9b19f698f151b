"""Every example of every finding: a service that never existed, its verdict, and what its intervals must hold."""

import pytest
from tests.studies.findings.conftest import findings, simulated

from accord.evidence.claims import claim
from accord.studies.findings import FINDINGS
from accord.studies.result import Verdict
from accord.studies.texts import sentence, study_file

LARGE = 2500  # clients; from there on an example takes more than a few seconds
EXAMPLES = [
    pytest.param(
        one.id, example, id=f"{one.id}: {example.name}", marks=[pytest.mark.slow] * (example.clients > LARGE)
    )
    for one in FINDINGS
    for example in study_file(one.id).examples
]


@pytest.mark.parametrize(("id", "example"), EXAMPLES)
def test_an_example_says_what_it_must(id, example, tmp_path):
    place = simulated(tmp_path / "s", clients=example.clients, seed=example.seed, **example.parameters)
    study = findings(place, id)[id]
    assert study.verdict is example.verdict, sentence(study)
    assert sentence(study)
    for name, value in example.covers.items():
        line = study.line(name)
        assert line.low <= value <= line.high, line


@pytest.mark.parametrize("one", FINDINGS, ids=lambda one: one.id)
def test_a_finding_has_its_words(one):
    words = study_file(one.id)
    assert {Verdict.TOO_FEW, Verdict.CANNOT_TELL, Verdict.AGREES, Verdict.DIFFERS} <= set(words.sentences)
    assert {example.verdict for example in words.examples} >= {Verdict.AGREES, Verdict.TOO_FEW}
    said = " ".join([words.title, *words.sentences.values(), *words.limits, *words.assumptions])
    for never in ("patient", "causes", "caused by", "leads to", "rank", "because of"):
        assert never not in said.lower()


def test_every_published_figure_is_that_of_its_claim(service):
    for study in findings(service).values():
        lines = {line.name for line in study.lines}
        for one in study.published:
            assert one.line in lines
            if one.claim:
                known = claim(one.claim)
                assert one.source in {*known.sources, *(effect.source for effect in known.effects)}
            if one.value is not None and one.read != "calc":
                assert any(one.value in (e.value, e.value / 100) for e in known.effects)


def test_forty_per_cent_is_never_said(service):
    for study in findings(service).values():
        words = study_file(study.id).model_dump_json(exclude={"examples"})
        assert "40 %" not in words and "40%" not in words
        assert not any(one.value == 0.40 for one in study.published)


def test_what_is_asked_again_says_the_same(service):
    assert findings(service) == findings(service)
