"""Every example of every instrument, one test each; and that an example can be wrong."""

import pytest
import yaml

from accord.instruments.checking import check
from accord.instruments.examples import example_faults, fulfils, read_examples
from accord.instruments.registry import LIBRARY, identifiers, instrument
from accord.instruments.scoring import risk_items, score

CASES = [
    pytest.param(name, example, id=f"{name}: {example.name}")
    for name in identifiers()
    if instrument(name).scales  # words alone have no scores to show
    for example in read_examples(LIBRARY / name / "examples.yaml")
]


@pytest.mark.parametrize(("name", "example"), CASES)
def test_the_key_gives_what_the_example_says(name, example):
    one = instrument(name)
    scores = score(one, example.answers)
    for scale, expected in example.scores.items():
        assert fulfils(scores[scale], expected), (scale, scores[scale], expected)
    assert risk_items(one, example.answers) == tuple(sorted(example.positive))


@pytest.mark.parametrize("name", identifiers())
def test_the_folder_has_no_fault(name):
    assert check(LIBRARY / name).faults == ()


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("TOTAL: 16", "TOTAL: 15", "examples.yaml:4: 'the highest': TOTAL should be 15, the key gives 16."),
        ("TOTAL: 4}", "TOTAL: {none: too few}}", "TOTAL should be too few, the key gives 4."),
        ("TOTAL: 4}", "TOTL: 4}", "there is no scale TOTL. Did you mean TOTAL?"),
        ("{1: 3, 2: 4, 4: 0}", "{1: 3, 2: 4, 9: 0}", "there is no item 9."),
        ("positive: 4", "positive: 3", "the key finds these safety items positive: 4."),
        ("TOTAL: 0}", "TOTAL: {none: out of range}}", "no example shows TOTAL at 0."),
        (
            "4: 0}\n  scores: {TOTAL: 4}",
            "3: 0, 4: 0}\n  scores: {TOTAL: 3}",
            "no example has a missing answer.",
        ),
        ("3-4: 0", "3-4: perhaps", "examples.yaml:2: '3-4: perhaps' is no answer."),
        ("{1: 0, 2", "{1: 0, 1-2", "item 1 is answered twice."),
        ("scores: {TOTAL: 0}", "score: {TOTAL: 0}", "'score' is not known here. Did you mean scores?"),
    ],
)
def test_a_wrong_example_is_told_with_its_line(small, was, becomes, told):
    path = small / "examples.yaml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes), encoding="utf-8")
    assert told in "\n".join(map(str, check(small).faults))


def test_a_low_total_is_not_taken_for_a_refusal():
    one = instrument("phq-9")
    nothing = [e for e in read_examples(LIBRARY / "phq-9" / "examples.yaml") if e.scores == {"TOTAL": 0.0}]
    assert nothing
    assert not list(
        example_faults(instrument("calpas-12"), read_examples(LIBRARY / "calpas-12" / "examples.yaml"))
    )
    assert score(one, {})["TOTAL"].value is None


@pytest.mark.parametrize("path", sorted(LIBRARY.parents[1].rglob("*.yaml")), ids=lambda path: path.name)
def test_every_file_is_read_without_libyaml(path):
    """Where PyYAML has no C library, only its stricter loader is there."""
    assert yaml.safe_load(path.read_text(encoding="utf-8"))
