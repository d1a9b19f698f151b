"""Reading age: sentences counted by hand, words by the book, and words that the rules never saw."""

import pytest

from accord.evidence.reading_age import grade, reading_age, sentences, syllables, words

# Counted by hand: words, sentences, syllables.
BY_HAND = [
    ("The cat sat on the mat.", 6, 1, 6),
    (
        "This sentence, taken as a reading passage unto itself, is being used to prove a point.",
        16,
        1,
        23,
    ),
    (
        "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.",
        13,
        1,
        26,
    ),
    ("We talk. You listen! Does it help? I don’t know.", 10, 4, 11),
]


@pytest.mark.parametrize("text,number,ends,spoken", BY_HAND)
def test_the_grade_is_the_formula_on_what_a_person_counts(text, number, ends, spoken):
    assert len(words(text)) == number
    assert sentences(text) == ends
    assert sum(syllables(word) for word in words(text)) == spoken
    assert grade(text) == pytest.approx(0.39 * number / ends + 11.8 * spoken / number - 15.59)
    assert reading_age(text) == pytest.approx(grade(text) + 5)


SYLLABLES = {
    "eye": 1, "house": 1, "score": 1, "changed": 1, "helped": 1, "asked": 1, "strain": 1, "worse": 1, "league": 1,
    "friend": 1, "hours": 1, "used": 1, "notice": 2, "trial": 2, "client": 2, "people": 2, "being": 2, "wanted": 2,
    "table": 2, "patience": 2, "issue": 2, "player": 2, "ruin": 2, "alliance": 3, "therapist": 3, "serious": 3,
    "variance": 3, "somebody’s": 3, "remembered": 3, "familiar": 3, "dependable": 4, "society": 4, "variety": 4,
    "psychology": 4, "relationship": 4, "preferences": 4, "material": 4, "psychotherapy": 5, "individual": 5,
    "association": 5, "scores": 1, "handles": 2,
}  # fmt: skip


def test_syllables_of_common_words():
    assert {word: syllables(word) for word in SYLLABLES} == SYLLABLES


# Not looked at while the rules were made: eight in ten must be right, and none far off.
UNSEEN = {
    "garden": 2, "window": 2, "banana": 3, "elephant": 3, "umbrella": 3, "library": 3, "computer": 3, "yesterday": 3,
    "kitchen": 2, "breathe": 1, "whispered": 2, "promises": 3, "forgotten": 3, "orange": 2, "purple": 2, "circle": 2,
    "beautiful": 3, "dangerous": 3, "generation": 4, "education": 4, "university": 5, "hospital": 3, "medicine": 3,
    "doctor": 2, "nervous": 2, "anxiety": 4, "depression": 3, "remember": 3, "childhood": 2, "mother": 2, "brother": 2,
    "sister": 2, "neighbour": 2, "married": 2, "lonely": 2, "angry": 2, "tearful": 2, "quietly": 3, "laughter": 2,
    "shoulder": 2, "knowledge": 2, "decided": 3, "finished": 2, "begged": 1, "planned": 1, "noises": 2, "bridges": 2,
    "cultures": 2, "figures": 2, "measures": 2, "together": 3, "another": 3, "before": 2, "become": 2, "careless": 2,
}  # fmt: skip


def test_words_the_rules_never_saw():
    off = {word: syllables(word) - count for word, count in UNSEEN.items() if syllables(word) != count}
    assert len(off) <= len(UNSEEN) * 0.1, off
    assert all(abs(by) == 1 for by in off.values()), off


def test_list_items_and_paragraphs_end_a_sentence():
    assert sentences("Ask\n\nListen\n\n- one\n- two") == 4
    assert sentences("It was .29 in 11 studies, e.g. one.") == 2, (
        "an abbreviation ends one: the price of a plain rule"
    )


def test_no_words_have_no_reading_age():
    with pytest.raises(ValueError, match="without words"):
        grade("12 % …")
