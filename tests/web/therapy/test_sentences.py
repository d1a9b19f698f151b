"""The sentences, as a table: what was rated, and what the page says about it."""

import re
from pathlib import Path

import pytest

from accord.basics.absence import TooFew
from accord.course.dependability import Dependability, published_spread
from accord.course.review import Difference, Pooled, Review
from accord.instruments.definition import Confidence, Evidence
from accord.web.therapy import sentences
from accord.web.therapy.sentences import Latest, PartLatest
from accord.web.therapy.usual import UsualRange

FEW = TooFew(1, 2)
USUAL = UsualRange(79, 91, 7)

# The first line while no signal leads: the filter has looked, so nothing here is worth asking about by itself.
HEADLINES = [
    # value, before, usual, rated, pronoun, sentence
    (None, None, FEW, 0, "she", "No check-in yet."),
    (78, None, FEW, 1, "she", "One rating so far: 78. Too few to say what is usual for her."),
    (
        78,
        82,
        FEW,
        2,
        "he",
        "Down 4 since last time. Two ratings so far, too few to say what is usual for him.",
    ),
    (
        71,
        85,
        USUAL,
        8,
        "she",
        "Down 14 since last time, under her usual wobble of 6.",
    ),
    (
        71,
        85,
        USUAL,
        8,
        "they",
        "Down 14 since last time, under their usual wobble of 6.",
    ),
    (84, 86, USUAL, 8, "she", "Down 2 since last time, inside her usual wobble of 6."),
    (84, 84, USUAL, 8, "he", "The same as last time, inside his usual wobble of 6."),
    (80, 90, USUAL, 8, "she", "Down 10 since last time, still inside her usual range."),
    (
        75,
        70,
        USUAL,
        8,
        "she",
        "Up 5 since last time, under her usual wobble of 6. One in ten ordinary ratings lies there.",
    ),
    (
        70,
        70,
        USUAL,
        8,
        "she",
        "The same as last time, under her usual wobble of 6.",
    ),
    (96, 84, USUAL, 8, "he", "Up 12 since last time, above his usual wobble of 6. Worth asking what helped."),
    # As printed: 84.6 is 85 and 70.5 is 70, so the drop is said as 15, not 14.
    (
        70.5,
        84.6,
        USUAL,
        8,
        "she",
        "Down 15 since last time, under her usual wobble of 6.",
    ),
]


@pytest.mark.parametrize("value, before, usual, rated, pronoun, sentence", HEADLINES)
def test_the_first_line_of_a_page(value, before, usual, rated, pronoun, sentence):
    assert sentences.headline(Latest(value, before, usual, rated), pronoun) == sentence


def part(scale: str, value: float | None, before: float | None = 84, usual=USUAL) -> PartLatest:
    return PartLatest(scale, value, before, usual)


PARTS = [
    ((82, 56, 80), True, "Mostly goals. Bond and tasks stayed inside their wobble."),
    ((82, 56, 80), False, "Goals moved outside their wobble. Bond and tasks stayed inside their wobble."),
    ((82, 83, 84), False, "Bond, goals and tasks stayed inside their wobble."),
    ((60, 61, 62), True, "Bond, goals and tasks all moved outside their wobble."),
    ((None, 56, 84), True, "Mostly goals. Tasks stayed inside their wobble."),
]


@pytest.mark.parametrize("values, whole, sentence", PARTS)
def test_which_parts_moved(values, whole, sentence):
    parts = [part(scale, value) for scale, value in zip(("BOND", "GOALS", "TASKS"), values, strict=True)]
    assert sentences.parts_sentence(parts, whole_outside=whole) == sentence


@pytest.mark.parametrize(
    "one, words",
    [
        (part("GOALS", 56), "down 28, outside her wobble"),
        (part("BOND", 80), "down 4, inside her wobble"),
        (part("BOND", 84), "the same, inside her wobble"),
        (part("BOND", 88, 84), "up 4, inside her wobble"),
        (part("BOND", 80, 84, FEW), "down 4, too few to say what is usual"),
        (part("BOND", 80, None, FEW), "one rating so far"),
        (part("BOND", None), "not rated last time"),
    ],
)
def test_the_words_under_a_small_line(one, words):
    assert sentences.part_words(one, "she") == words


@pytest.mark.parametrize(
    "client, own, therapist, words",
    [
        (71, 78, "", "You rated the day higher than she did."),
        (85, 78, "", "You rated the day lower than she did."),
        (85, 84, "", "You rated the day much as she did."),
        (85, 78, "Dr Lind", "Dr Lind rated the day lower than she did."),
    ],
)
def test_the_therapist_beside_the_client(client, own, therapist, words):
    assert sentences.beside_own(client, own, "she", therapist) == words


def made(lowest: Difference | None, gap: float | None, pairs: int = 3, k: int = 3) -> Review:
    g = published_spread()
    value = k * g.one_session / (1 + (k - 1) * g.one_session)
    return Review(
        Pooled(84, 79, 89, k),
        {},
        Dependability(k, value, g.one_session, 0, g.evidence),
        lowest,
        gap,
        pairs if gap is not None else 0,
    )


def test_the_review_says_what_sits_lowest_only_when_that_is_clear():
    clear, unclear = Difference("GOALS", "BOND", 16, 7, 25), Difference("GOALS", "BOND", 5, -4, 14)
    assert sentences.review_headline(made(clear, None), "he") == (
        "Three ratings, average 84. Goals sit below bond, which is worth asking about."
    )
    assert sentences.review_headline(made(unclear, None), "he") == (
        "Three ratings, average 84. No part stands clearly below another."
    )
    assert sentences.difference_words(clear) == "Goals lie below bond by 16 (7 to 25)."


@pytest.mark.parametrize(
    "gap, therapist, words",
    [
        (-11, "", "You rate lower by 11 on average. Most therapists rate lower."),
        (7, "", "You rate higher by 7 on average."),
        (0.2, "", "You and he rate alike on average."),
        (-11, "Dr Lind", "Dr Lind rates lower by 11 on average. Most therapists rate lower."),
        (None, "", "No session was rated by both yet."),
    ],
)
def test_the_gap_is_described(gap, therapist, words):
    assert sentences.gap_words(made(None, gap), "he", therapist) == words


def test_where_a_number_comes_from_is_said():
    published = sentences.reliability_words(made(None, None).dependability)
    assert "published" in published and "0.77" in published
    own = Dependability(3, 0.8, 0.6, 42, Evidence(Confidence.CALCULATED, "own"))
    assert "0.60 (42 clients)" in sentences.reliability_words(own)


VERDICTS = (
    "rupture",
    "alarm ",
    "failing",
    "poor",
    "bad",
    "risk",
    "warning",
    "deteriorat",
    "problem",
    "patient",
)


def test_no_sentence_is_a_verdict():
    source = Path(sentences.__file__).read_text(encoding="utf-8")
    said = " ".join(re.findall(r'_\(\s*"([^"]*)"', source)).lower()
    assert [word for word in VERDICTS if word in said] == []
