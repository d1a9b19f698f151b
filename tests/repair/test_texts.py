"""The words of a repair: short, spoken by one person to another, no verdict, and honest about what is known."""

import re
from itertools import product

import pytest

from accord.evidence.claims import claim
from accord.evidence.reading_age import reading_age
from accord.instruments.definition import Confidence
from accord.repair.cause import AHEAD, FELL, Cause, CauseFacts, likely_cause
from accord.repair.event import Ending, Step, Strain
from accord.repair.texts import (
    Leans,
    causes,
    caution,
    ending,
    leans,
    prompt,
    sign,
    signs,
    texts,
    way,
    ways,
)

VOICE = {"they": "she", "They": "She", "their": "her", "Their": "Her", "them": "her", "name": "Ana"}
SAID = (Step.NAME, Step.OWN, Step.AGREE)
EVERY = list(product(SAID, Strain, Cause))


def groups(step):
    """The ways of a step as they stand in the file."""
    return [*texts().ways[step].strain.values(), *texts().ways[step].cause.values()]


ALL = [one for step in SAID for group in groups(step) for one in group]


@pytest.mark.parametrize(("step", "strain", "cause"), EVERY, ids=lambda one: one.value)
def test_there_are_two_or_three_ways_to_say_it_never_more(step, strain, cause):
    found = ways(step, strain, cause)
    assert 2 <= len(found) <= 3
    assert len({one.id for one in found}) == len(found)


def test_noticing_is_not_said():
    assert ways(Step.NOTICE) == ()


def test_what_is_offered_fits_the_cause_and_how_the_strain_shows():
    for step, cause in product(SAID, set(Cause) - {Cause.UNKNOWN}):
        of_cause = texts().ways[step].cause[cause]
        for strain in Strain:
            assert ways(step, strain, cause)[:2] == of_cause
            assert ways(step, strain, cause)[2] in texts().ways[step].strain[strain]
    for step, strain in product(SAID, Strain):
        assert ways(step, strain)[:2] == texts().ways[step].strain[strain]
    for step in SAID:
        assert ways(step, Strain.WITHDRAWAL) != ways(step, Strain.CONFRONTATION)


def test_every_way_has_an_id_of_its_own_that_says_its_step():
    ids = [one.id for one in ALL]
    assert len(set(ids)) == len(ids)
    assert len({one.say for one in ALL}) == len(ids)
    for step in SAID:
        assert all(one.id.startswith(f"{step}_") for group in groups(step) for one in group)
    assert way("name_pace_fast").say == ways(Step.NAME, cause=Cause.PACE)[0].say
    assert way("long_gone") is None


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_a_way_is_short_and_said_by_one_person_to_another(one):
    assert len(one.say) <= 105
    assert one.say[-1] in ".?"
    assert "{" not in one.say  # spoken as it stands
    assert re.search(r"\b(I|me|my|mine|we|us|our|you|your)\b", one.say) or one.id.startswith("agree")
    assert not re.search(VERDICTS, one.say, re.I)
    assert not re.search(r"\bbut\b", one.say) or one.id.startswith("agree")


@pytest.mark.parametrize("step", SAID)
def test_the_ways_of_a_step_are_plain(step):
    """About 11 years for what a client hears."""
    said = " ".join(one.say for group in groups(step) for one in group)
    assert reading_age(said) <= 11


def test_naming_and_agreeing_ask_and_owning_does_not():
    for step in (Step.NAME, Step.AGREE):
        assert all("?" in one.say for group in groups(step) for one in group)
    assert not any("?" in one.say for group in groups(Step.OWN) for one in group)


VERDICTS = r"\brupture|patient\b|\bresist|\bdifficult\b|\bfail|\bpoor\b|\bdamage|\bproves?\b|\balways\b|\bnever mind\b"
SHOWN = [
    *(one.words for one in signs()),
    *(one.hint for one in signs()),
    *(prompt(step, strain).line for step in Step for strain in Strain),
    *texts().not_yet.values(),
    *(ending(one).line for one in Ending),
    *(one.say for one in caution()),
]


@pytest.mark.parametrize("words", [one for one in SHOWN if one])
def test_what_is_shown_speaks_of_this_person_and_judges_nobody(words):
    said = words.format_map(VOICE)
    assert "{" not in said
    assert not re.search(VERDICTS, said, re.I)


def test_what_staff_read_is_plain():
    """About 14 years."""
    whole = [one.format_map(VOICE).rstrip(".") + "." for one in SHOWN if one]
    assert reading_age(" ".join(whole)) <= 14


def test_the_signs_of_the_article_are_there_and_the_doubtful_ones_say_what_else_they_may_be():
    kept = {one.id: one for one in signs()}
    assert len(kept) == len(signs())
    assert {"silence", "from_far_off", "late"} <= set(kept)
    assert kept["silence"].leans is Leans.NEITHER  # science.md 8: silence is ambiguous
    assert all(kept[id].hint for id in ("silence", "from_far_off", "late", "number"))
    assert {one.leans for one in signs()} == set(Leans)
    assert sign("late") is kept["late"]
    assert sign("gone") is None


@pytest.mark.parametrize(
    ("ticked", "strain"),
    [
        ([], Strain.UNSURE),
        (["number", "silence"], Strain.UNSURE),
        (["short_answers", "number"], Strain.WITHDRAWAL),
        (["displeased"], Strain.CONFRONTATION),
        (["short_answers", "displeased"], Strain.UNSURE),
        (["short_answers", "late", "displeased"], Strain.WITHDRAWAL),
        (["long_gone"], Strain.UNSURE),
    ],
)
def test_ticked_signs_lean_one_way_or_are_not_sure(ticked, strain):
    assert leans(ticked) is strain


def test_withdrawal_and_confrontation_have_prompts_of_their_own():
    for step in SAID:
        assert len({prompt(step, strain).line for strain in Strain}) == 3
    assert prompt(Step.NOTICE, Strain.WITHDRAWAL) == prompt(Step.NOTICE)


@pytest.mark.parametrize("one", caution(), ids=lambda one: one.backed_by.source)
def test_the_caution_names_its_source(one):
    assert one.backed_by.confidence is Confidence.SEEN
    assert one.backed_by.source in claim(one.backed_by.claim).sources


def test_the_caution_says_the_three_things_it_has_to():
    known = {one.backed_by.source: one.backed_by.known for one in reversed(caution())}
    assert {"EUB18", "LAR18", "RUB18b"} <= set(known)
    assert "associated" in known["EUB18"]
    assert any("not significant" in one.backed_by.known for one in caution())
    assert any("not settled" in one.say for one in caution())


def test_the_file_says_its_version_its_day_and_that_it_is_unvalidated():
    assert texts().version >= 1
    assert texts().written.year >= 2026
    assert "unvalidated" in texts().note


B, G, T = Cause.BOND, Cause.GOALS, Cause.TASKS
CAUSES = [
    ("nothing known", CauseFacts(), Cause.UNKNOWN),
    ("one part fell and is well ahead", CauseFacts({B: 30, G: 10, T: 12}), B),
    ("just ahead enough", CauseFacts({B: 2, G: 2 + AHEAD, T: 0}), G),
    ("not ahead enough", CauseFacts({B: 2, G: 1.9 + AHEAD, T: 0}), Cause.UNKNOWN),
    ("all fell alike", CauseFacts({B: 20, G: 20, T: 20}), Cause.UNKNOWN),
    ("ahead because the others rose", CauseFacts({B: FELL - 0.1, G: -20, T: -20}), Cause.UNKNOWN),
    ("just fallen enough", CauseFacts({B: FELL, G: -20, T: -20}), B),
    ("one part alone was rated", CauseFacts({T: 40}), Cause.UNKNOWN),
    ("two parts were rated", CauseFacts({T: 40, B: 5}), T),
    ("would like to talk, whatever fell", CauseFacts({B: 2, G: 40, T: 0}, talk=True), Cause.UNHEARD),
    ("something felt off, and a part says what", CauseFacts({B: 2, G: 40, T: 0}, felt_off=True), G),
    ("something felt off, no part says what", CauseFacts(felt_off=True), Cause.UNHEARD),
    ("a sign says what it is about", CauseFacts({B: 40}, talk=True, ticked=causes(["rushed"])), Cause.PACE),
    ("two signs say two things", CauseFacts(ticked=causes(["rushed", "rules"])), Cause.UNKNOWN),
    ("signs that say nothing about it", CauseFacts(ticked=causes(["late", "number"])), Cause.UNKNOWN),
]


@pytest.mark.parametrize(("name", "facts", "cause"), CAUSES, ids=[one[0] for one in CAUSES])
def test_the_likely_cause(name, facts, cause):
    assert likely_cause(facts) is cause
