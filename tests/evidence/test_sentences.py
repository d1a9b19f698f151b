"""Sentences keep their lines, and a check of hostile text stays quick."""

from time import process_time

import pytest

from accord.evidence.sentences import sentences, without_code


def told(markdown):
    return [(one.line, one.text) for one in sentences(markdown)]


def test_blocks_and_lines():
    text = (
        "# Title\nFirst one. Second\nover two lines!\n\n- item one\n- item two\n  goes on\n\n> quoted.\n\n"
        "| a | b |\n|---|---|\n| 1 % | x |\n"
    )
    assert told(text) == [
        (1, "Title"),
        (2, "First one."),
        (2, "Second over two lines!"),
        (5, "item one"),
        (6, "item two goes on"),
        (9, "quoted."),
        (11, "| a | b |"),
        (13, "| 1 % | x |"),
    ]


@pytest.mark.parametrize(
    "text,number",
    [
        ("It was r .29, 11 studies. Then more.", 2),
        ("See Dr. Smith et al. Nobody did, e.g. Two.", 1),
        ("“Ask.” Then wait. (Or not.) **Bold.** Done", 5),
        ("[Known](claim:x). Next. It is [so.](claim:y) Then", 4),
        ("Version 2.5 is out. 3 came.", 2),
    ],
)
def test_where_a_sentence_ends(text, number):
    assert len(sentences(text)) == number, told(text)


def test_links_show_their_words_and_keep_their_targets():
    (one,) = sentences(
        "It *is* [r = .29](claim:repair-outcome) and [more](https://a.org/x_(y)) <https://b.org>."
    )
    assert one.text == "It is r = .29 and more <https://b.org>."
    assert one.targets == ("claim:repair-outcome", "https://a.org/x_(y)", "https://b.org")


def test_code_is_left_out_and_lines_stay():
    text = "a `r = .9` b\n```\n41 %\n```\n~~~~\n```\n~~~~\nlast ``x ` y`` end"
    bare = without_code(text)
    assert bare.count("\n") == text.count("\n")
    assert ".9" not in bare and "41" not in bare and "x ` y" not in bare
    assert told(text)[-1] == (8, "last end")


HOSTILE = [
    "therapists " * 20_000,
    "[x](a" * 40_000,
    "[" * 200_000,
    "`" + "``" * 100_000,
    "A. " * 60_000,
    "*_" * 100_000,
    "[x](" + "(" * 200_000,
    "dropout 2023 review " * 10_000,
    "> " * 100_000,
    "1" * 200_000,
    "- \n" * 60_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_text_is_read_in_a_moment(text):
    from accord.evidence.checking import check_text

    began = process_time()
    check_text(f"---\ntitle: x\n---\n{text}", "x.md", "x")
    assert process_time() - began < 5, "seconds of one processor"
