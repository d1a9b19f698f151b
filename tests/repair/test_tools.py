"""Support tools: three at most for each cause, honest about what is known, and the service's own word goes first."""

import re
from datetime import date

import pytest

from accord.evidence.claims import claim
from accord.evidence.reading_age import reading_age
from accord.instruments.definition import Confidence
from accord.repair.tools import Behind, Edited, hidden, in_force, shipped, tools, tools_file

VOICE = {"they": "she", "They": "She", "their": "her", "Their": "Her", "them": "her", "name": "Ana"}
OURS = list(shipped().values())
FIRST, SECOND, THIRD = (one.id for one in tools(Behind.MOTIVATION))


def edition(tool, number=1, words="Ask about it.", cause=Behind.MOTIVATION, **more):
    return Edited(tool, number, cause, words, **more)


def ids(*edited, cause=Behind.MOTIVATION):
    return [one.id for one in tools(cause, edited)]


@pytest.mark.parametrize("cause", Behind)
def test_every_cause_has_some_and_three_at_most(cause):
    assert 1 <= len(tools(cause)) <= 3


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.id)
def test_a_tool_says_in_two_to_four_sentences_what_to_do(one):
    said = one.words.format_map(VOICE)
    assert 2 <= len(re.findall(r"[.?]+”?(?=\s|$)", said)) <= 4
    assert len(said) <= 200
    assert not re.search(r"patient|rupture|resist|must\b", said)
    assert set(re.findall(r"\{they\} (\w+)", one.words)) <= {"come", "would"}


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.id)
def test_what_is_known_is_honest(one):
    assert re.fullmatch(r"Accord|[A-Z0-9]+[a-z]?", one.source)
    assert (one.confidence is Confidence.SEEN) == (one.source != "Accord")
    if one.claim and one.source != "Accord":
        assert one.source in claim(one.claim).sources
    if one.confidence is Confidence.KNOWN_MEDIUM:
        assert "not re-read" in one.evidence
    if one.confidence is Confidence.DESIGN and one.source == "Accord":
        assert re.search("[Nn]o s(ource|tudy)", one.evidence)
    assert not re.search(r"proves|ensures|\bworks\b", one.evidence)
    assert (one.version, one.on, one.edited) == (tools_file().version, tools_file().written, False)
    assert len(one.evidence) <= 300  # what a service's own version may hold


def test_the_words_are_plain():
    assert reading_age(" ".join(one.words.format_map(VOICE) for one in OURS)) <= 14


def test_an_id_is_used_once_and_fits_where_a_service_keeps_it():
    assert len(OURS) == sum(len(entries) for entries in tools_file().tools.values())
    assert all(re.fullmatch(r"[a-z_]{1,40}", one.id) for one in OURS)


def test_the_newest_version_of_a_service_replaces_ours_in_its_place():
    found = tools(
        Behind.MOTIVATION,
        [edition(SECOND, 2, "Newest."), edition(SECOND, 1, "Older."), edition(SECOND, 0, "Oldest.")],
    )
    assert [one.id for one in found] == [FIRST, SECOND, THIRD]
    assert (found[1].words, found[1].version, found[1].edited) == ("Newest.", 2, True)


def test_a_reworded_tool_keeps_what_is_known_until_the_service_says_something_else():
    ours = shipped()[THIRD]
    (kept,) = [one for one in tools(Behind.MOTIVATION, [edition(THIRD)]) if one.edited]
    assert (kept.evidence, kept.source, kept.confidence, kept.on) == (
        ours.evidence,
        ours.source,
        ours.confidence,
        ours.on,
    )
    said = edition(THIRD, evidence="Our team, 2027.", on=date(2027, 1, 4))
    (own,) = [one for one in tools(Behind.MOTIVATION, [said]) if one.edited]
    assert (own.evidence, own.source, own.confidence, own.on) == (
        "Our team, 2027.",
        "",
        None,
        date(2027, 1, 4),
    )


def test_empty_words_hide_a_tool_and_newer_ones_show_it_again():
    gone = edition(FIRST, 1, " ")
    assert ids(gone) == [SECOND, THIRD]
    assert hidden([gone]) == (gone,)
    assert ids(gone, edition(FIRST, 2)) == [FIRST, SECOND, THIRD]
    assert hidden([gone, edition(FIRST, 2)]) == ()


def test_a_tool_of_the_service_comes_first_and_three_are_offered():
    assert ids(edition("own")) == ["own", FIRST, SECOND]
    assert [one.id for one in in_force(Behind.MOTIVATION, [edition("own")])] == [
        "own",
        FIRST,
        SECOND,
        THIRD,
    ]
    assert ids(*(edition(f"own_{n}") for n in range(5))) == ["own_0", "own_1", "own_2"]


def test_a_tool_can_move_to_another_cause():
    moved = edition(FIRST, cause=Behind.SUPPORT)
    assert FIRST not in ids(moved)
    assert FIRST in [one.id for one in in_force(Behind.SUPPORT, [moved])]


def test_the_tools_of_one_cause_say_nothing_about_another():
    assert ids(edition("own"), cause=Behind.RISK) == [one.id for one in tools(Behind.RISK)]
