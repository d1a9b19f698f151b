"""Mind the gap: which cell of the table a course lies in, worked by hand, and what the file promises."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.signals.test_any_course import courses
from tests.signals.test_rules import VOICE

from accord.basics.absence import TooFew
from accord.evidence.unsourced import Speaker, unsourced
from accord.signals.examples import Case, build
from accord.signals.gap_prompts import Apart, Direction, Size, apart, prompt_file, prompts
from accord.signals.known import Known
from accord.signals.rules import gap
from accord.signals.sentences import SPOKEN_OF

LOWER, HIGHER, PARTS = Direction.LOWER, Direction.HIGHER, Direction.PARTS


def told(client, therapist, **more):
    """The gap of a course that was rated so."""
    return apart(*build(Case(name="a", kind="fires", client=client, therapist=therapist, **more)))


def parts(bond, goals, tasks):
    return {"bond": bond, "goals": goals, "tasks": tasks, "overall": 80}


@pytest.mark.parametrize(
    ("client", "therapist", "expected"),
    [
        # the usual gap is -5.9; from -13.9 to 2.1 it is usual, and beyond 24 away from it the rule calls it unusual
        ([80, 80, 80], [74, 74, 74], (LOWER, Size.USUAL)),
        ([80, 80, 80], [67, 66, 66], (LOWER, Size.USUAL)),
        ([80, 80, 80], [66, 66, 65], (LOWER, Size.MODERATE)),
        ([80, 80, 80], [82, 82, 82], (HIGHER, Size.USUAL)),
        ([80, 80, 80], [83, 82, 83], (HIGHER, Size.MODERATE)),
        ([92, 90, 94], [60, 58, 62], (LOWER, Size.LARGE)),
        ([60, 64, 62], [86, 88, 87], (HIGHER, Size.LARGE)),
    ],
)
def test_direction_and_size(client, therapist, expected):
    found = told(client, therapist)
    assert (found.direction, found.size) == expected


def test_a_gap_is_large_exactly_when_the_rule_finds_it():
    for therapist in range(20, 101, 4):
        course, known = build(Case(name="a", kind="fires", client=[70] * 4, therapist=[therapist] * 4))
        assert (apart(course, known).size is Size.LARGE) == bool(gap.detect(course, known))


def test_closer_than_usual_is_no_gap():
    """Where ratings vary much the usual gap is -12.6, and -2 lies ten points above it: closer, not apart."""
    wide = replace(Known().spreads["TOTAL"], between=300.0, within=100.0)
    known = Known(spreads={**Known().spreads, "TOTAL": wide})
    course, _known = build(Case(name="a", kind="fires", client=[80] * 3, therapist=[78] * 3))
    assert apart(course, known).size is Size.USUAL


def test_one_part_apart_while_the_whole_is_alike():
    # gaps of -2, -2 and 16: the way of working lies 18 away from the two others; 4 pairs need 10.4 or more
    found = told([parts(80, 80, 60)] * 4, [parts(78, 78, 76)] * 4)
    assert (found.direction, found.size, found.part) == (PARTS, Size.MODERATE, "TASKS")
    assert found.points == pytest.approx(18)
    found = told([parts(80, 80, 50)] * 4, [parts(78, 78, 76)] * 4)
    assert found.size is Size.LARGE
    assert told([parts(80, 80, 66)] * 4, [parts(78, 78, 74)] * 4).direction is not PARTS  # 10 away


def test_where_all_lies_far_apart_no_part_is_named():
    found = told([parts(40, 40, 20)] * 4, [parts(90, 90, 95)] * 4)
    assert (found.direction, found.part) == (HIGHER, None)


def test_two_pairs_are_too_few_and_a_new_therapist_begins_anew():
    assert told([80, 80], [40, 40]) == TooFew(2, 3)
    assert told([80] * 4, [40] * 4, who=["t1", "t1", "t2", "t2"]) == TooFew(2, 3)
    assert told([80, None, 80, 80], [74, 74, None, 74]) == TooFew(2, 3)


def test_every_cell_that_can_come_has_three_or_four_prompts():
    file = prompt_file()
    cells = {(direction, size) for direction, sizes in file.prompts.items() for size in sizes}
    assert cells == {(way, size) for way in (LOWER, HIGHER) for size in Size} | {
        (PARTS, Size.MODERATE),
        (PARTS, Size.LARGE),
    }
    for sizes in file.prompts.values():
        for cell in sizes.values():
            assert 3 <= len(cell.think) + len(cell.say) <= 4
            assert all(one[0] == "“" and one[-1] == "”" for one in cell.say)


@pytest.mark.parametrize("voice", [VOICE, {**VOICE, **SPOKEN_OF}], ids=["you", "the therapist"])
def test_every_prompt_can_be_said_and_they_take_turns(voice):
    seen = set()
    for direction, sizes in prompt_file().prompts.items():
        for size in sizes:
            for pairs in (3, 4):
                part = "GOALS" if direction is PARTS else None
                found = prompts(Apart(direction, size, -20.0, -6.0, pairs, part), voice)
                assert "{" not in found.think + found.say
                seen |= {found.think, found.say}
    assert len(seen) == sum(
        len(cell.think) + len(cell.say) for sizes in prompt_file().prompts.values() for cell in sizes.values()
    )


def test_the_evidence_is_one_mixed_line_with_its_sources():
    evidence = prompt_file().evidence
    assert all(key in evidence for key in ("RUB18a", "SINC", "ATZ15"))
    assert all(not unsourced(one, one, Speaker.ARTICLE) for one in evidence.split(". "))


@given(courses())
@settings(max_examples=150, deadline=None)
def test_any_course_has_a_gap_that_can_be_spoken_of_or_too_few(course):
    found = apart(course, Known())
    assert isinstance(found, TooFew) or prompts(found, VOICE).say
