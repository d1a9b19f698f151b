"""Every rule, held to the cases in its own file."""

import pytest

from accord.signals.examples import CaseKind, build, found_as_expected, rule_file
from accord.signals.rules import RULES, detect, rule
from accord.signals.sentences import ADDRESSED, sentence

CASES = [(one.id, case) for one in RULES for case in rule_file(one.id).cases]


@pytest.mark.parametrize(("id", "case"), CASES, ids=[f"{id}: {case.name}" for id, case in CASES])
def test_a_rule_says_what_its_cases_say(id, case):
    course, known = build(case)
    assert found_as_expected(case, rule(id).detect(course, known)) == ""


@pytest.mark.parametrize("id", [one.id for one in RULES])
def test_a_rule_has_a_case_of_every_kind_or_says_why_not(id):
    file = rule_file(id)
    assert {case.kind for case in file.cases} | set(file.without) == set(CaseKind)


@pytest.mark.parametrize(("id", "case"), CASES, ids=[f"{id}: {case.name}" for id, case in CASES])
def test_every_signal_has_a_sentence_and_its_facts(id, case):
    course, known = build(case)
    for signal in detect(course, known):
        assert sentence(signal, VOICE)


VOICE = {
    "they": "she",
    "They": "She",
    "their": "her",
    "Their": "Her",
    "them": "her",
    "name": "Ana",
    **ADDRESSED,
}
