"""Every pattern, held to the cases in its own file, and to what each file promises."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.signals.test_any_course import courses
from tests.signals.test_rules import VOICE

from accord.course.course import Course
from accord.evidence.claims import Verdict, claim
from accord.instruments.definition import Respondent
from accord.signals.examples import CaseKind, found_as_expected
from accord.signals.known import TWIN, Known
from accord.signals.patterns import WATCHED, avoiding_feedback, detect, watched
from accord.signals.patterns.examples import PatternCase, build, pattern_file, sentence
from accord.signals.patterns.measured import measured
from accord.signals.sentences import SPOKEN_OF

CASES = [(one.id, case) for one in WATCHED for case in pattern_file(one.id).cases]
NAMES = [f"{id}: {case.name}" for id, case in CASES]
IDS = [one.id for one in WATCHED]
OTHERS_VOICE = {**VOICE, "they": "they", "They": "They", "their": "their", "Their": "Their", **SPOKEN_OF}


@pytest.mark.parametrize(("id", "case"), CASES, ids=NAMES)
def test_a_pattern_says_what_its_cases_say(id, case):
    assert found_as_expected(case, watched(id).detect(*build(case))) == ""


@pytest.mark.parametrize("id", IDS)
def test_a_pattern_has_a_case_of_every_kind_or_says_why_not(id):
    file = pattern_file(id)
    assert {case.kind for case in file.cases} | set(file.without) == set(CaseKind)


@pytest.mark.parametrize("id", IDS)
def test_every_shape_has_a_case_and_every_sentence_a_shape(id):
    file = pattern_file(id)
    found = {one.shape for case in file.cases for one in watched(id).detect(*build(case))}
    assert found == set(file.sentences)


@pytest.mark.parametrize(("id", "case"), CASES, ids=NAMES)
def test_what_is_found_can_be_told_and_lies_in_order(id, case):
    course, known = build(case)
    places = [one.key for one in course.sessions]
    for pattern in detect(course, known):
        for voice in (VOICE, OTHERS_VOICE):
            assert sentence(pattern, voice).strip().endswith(".")
        assert pattern.since in places
        order = [places.index(one.session) for one in pattern.evidence]
        assert order == sorted(order)
        assert watched(pattern.pattern).lacks(course, known) == ""  # what was found could be looked for


@pytest.mark.parametrize("id", IDS)
def test_what_is_lacking_has_words(id):
    file = pattern_file(id)
    lacking = {watched(id).lacks(*build(case)) for case in file.cases} - {""}
    assert lacking <= set(file.lacking)
    assert watched(id).lacks(Course("c1", ()), Known()) in file.lacking


@pytest.mark.parametrize("id", IDS)
def test_a_pattern_asks_one_question_and_stands_beside_its_claim(id):
    """Claims 23 to 26 of the article, none of which is simply supported."""
    file = pattern_file(id)
    assert claim(file.claim).article in (23, 24, 25, 26)
    assert claim(file.claim).verdict is not Verdict.SUPPORTED
    assert all(claim(one) for one in file.beside)
    assert file.question.count("?") == 1
    assert (file.question[0], file.question[-1]) == ("“", "”")


def test_the_four_claims_are_four():
    assert len({pattern_file(id).claim for id in IDS}) == 4


@given(courses())
@settings(max_examples=200, deadline=None)
def test_any_course_gives_patterns_that_can_be_told(course):
    """Two sessions on one day, scores outside the scale, none at all: no pattern raises, and each comes once."""
    found = detect(course)
    assert len({one.pattern for one in found}) == len(found)
    for pattern in found:
        assert "nan" not in sentence(pattern, VOICE)
    for one in WATCHED:
        assert one.lacks(course, Known()) in {"", *pattern_file(one.id).lacking}


def test_what_the_therapist_notes_on_their_own_form_is_their_report_of_tension():
    """Line 5 of the twin is their impression of tension; the numbers beside it are not."""
    course, known = build(PatternCase(name="a", kind="fires", client=[100] * 5, therapist=[90] * 5))
    assert avoiding_feedback.detect(course, known) == []
    for item, shapes in ((5, ["tension_alone"]), (6, [])):
        last = course.sessions[-1]
        twin = last.rating(TWIN, Respondent.THERAPIST)
        noted = replace(twin, answers={**twin.answers, item: 1.0})
        others = tuple(one for one in last.ratings if one is not twin)
        told = replace(course, sessions=(*course.sessions[:-1], replace(last, ratings=(*others, noted))))
        assert [one.shape for one in avoiding_feedback.detect(told, known)] == shapes


def test_no_pattern_is_among_the_signals():
    """They have no place on Today: what orders people are the rules."""
    from accord.signals.rules import RULES

    assert not {one.id for one in RULES} & set(IDS)


def test_a_name_that_is_none_is_refused():
    with pytest.raises(KeyError):
        watched("expert_traps")


@pytest.mark.parametrize("id", IDS)
def test_few_clean_clients_show_a_pattern(id):
    """Fewer than one in ten over twelve sessions, each; `tests/validation/pattern_rates.py` measures it."""
    assert measured()[id].ever < 0.1
