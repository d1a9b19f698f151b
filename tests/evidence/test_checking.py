"""The check of articles: each kind of fault by a case, all of them at once, and nothing that is right."""

from datetime import date
from pathlib import Path

import pytest

from accord.evidence.article import Kind, parse
from accord.evidence.checking import MOST_BYTES, check, check_text

ARTICLE = Path(__file__).resolve().parents[3] / "shared" / "design" / "article.md"

FRONT = """---
title: "A title"
description: "What it is about."
pubDate: 2024-01-31
category: "Measuring"
tags: ["alliance"]
sources:
  - title: "A source"
    url: "https://pmc.ncbi.nlm.nih.gov/articles/PMC3111943/"
    type: "study"
furtherReading:
  - title: "A book"
    url: "https://a-press.org/book"
    description: "Good."
relatedVideos:
  - title: "A film"
    url: "https://a-film.org/1"
    creator: "Somebody"
---
"""
BODY = "## Heading\n\nThe link is [r = .278](claim:alliance-outcome). It holds a < b.\n"
GOOD = FRONT + BODY


def kinds(text):
    return [(one.kind.value, one.line) for one in check_text(text, "a.md", "a")]


def test_a_good_article_has_no_fault_and_every_field():
    assert kinds(GOOD) == []
    article, _, _ = parse(GOOD, "a.md", "a")
    assert (article.title, article.published.isoformat(), article.tags) == (
        "A title",
        "2024-01-31",
        ("alliance",),
    )
    assert article.sources[0].note == "study"
    assert article.related_videos[0].note == "Somebody"
    assert GOOD.splitlines()[article.body_line - 1] == "## Heading"


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


# What is changed in the good article, into what, and the fault that must come, on the line of the change.
CHANGES = [
    ('description: "What it is about."\n', "", "missing-field", 1),
    ('title: "A title"', 'title: ""', "missing-field", None),
    ("title: \"A title\"", "title: 7", "wrong-type", None),
    ('tags: ["alliance"]', "tags: alliance", "wrong-type", None),
    ('tags: ["alliance"]', "tags: [2024]", "wrong-type", None),
    ("2024-01-31", "2024-13-31", "wrong-date", None),
    ("2024-01-31", "31.1.2024", "wrong-date", None),
    ("2024-01-31", "yes", "wrong-date", None),
    ("category:", "catgory:", "unknown-key", None),
    ('type: "study"', 'typ: "study"', "unknown-key", None),
    ('    url: "https://pmc.ncbi.nlm.nih.gov/articles/PMC3111943/"\n', "", "source-without-link", 8),
    ('    url: "https://a-film.org/1"\n', "", "source-without-link", 16),
    ("https://a-press.org/book", "a-press", "wrong-link", None),
    ("https://a-press.org/book", "javascript:alert(1)", "unsafe-link", None),
    ("https://a-press.org/book", "https://example.com/book", "placeholder-link", None),
    ("https://a-press.org/book", "https://www.apa.org/pubs/books/4318028", "unconfirmed-link", None),
    ('url: "https://a-press.org/book"', 'doi: "10.1037/000000000"', "placeholder-link", None),
    ('url: "https://a-press.org/book"', 'doi: "pst0000172"', "wrong-type", None),
    ("It holds", "It <b>holds</b>", "unsafe-html", None),
    ("It holds", "It holds\n<script>alert(1)</script>", "unsafe-html", None),
    ("It holds", "It <!-- holds -->", "unsafe-html", None),
    ("What it is about.", "What <i>it</i> is about.", "unsafe-html", None),
    ("What it is about.", "It cuts dropout by 40 %.", "unsupported-claim", None),
    ("It holds", "In 58 studies it holds", "claim-without-source", None),
    ("claim:alliance-outcome", "claim:aliance-outcome", "claim-without-source", None),
    ("r = .278", "r = .45", "number-not-in-claim", None),
    ("It holds", "[x](javascript:alert(1)) holds", "unsafe-link", None),
    ("It holds", "See https://example.org/x. It holds", "placeholder-link", None),
    ("It holds", "<https://www.youtube.com/watch?v=example3> It holds", "placeholder-link", None),
    ("It holds", "[x][1] It\n\n[1]: https://a.org/PMC8765432\n", "placeholder-link", None),
    ("It holds", "Therapists often overestimate the alliance. It holds", "unsupported-claim", None),
    ("title: \"A title\"", "title: 'A'\ntitle: 'B'", "not-yaml", None),
    ("title: \"A title\"", "title: !!python/object:os.system x", "not-yaml", None),
    ("title: \"A title\"", "title: \"A title", "not-yaml", None),
    ("title: \"A title\"", "title: [[[[[[[x]]]]]]]", "yaml-bomb", None),
    ("It holds", "It\nis <b>so</b>. It holds", "unsafe-html", 23),
    ("title: \"A title\"", "title: &a [x]\nx: *a", "yaml-bomb", None),
]  # fmt: skip


@pytest.mark.parametrize("old,new,kind,line", CHANGES)
def test_each_fault_is_named_with_its_line(old, new, kind, line):
    changed = GOOD.replace(old, new, 1)
    assert changed != GOOD
    found = kinds(changed)
    assert kind in [one for one, _ in found], found
    if line is not None:
        assert (kind, line) in found
    elif kind not in ("missing-field", "not-yaml"):
        first = GOOD[: GOOD.index(old)].count("\n") + 1
        assert any(first <= at <= first + new.count("\n") for one, at in found if one == kind), found


def test_all_faults_come_at_once_and_none_twice():
    text = (
        GOOD.replace("2024-01-31", "soon")
        .replace("category:", "catgory:")
        .replace("r = .278", "r = .45")
        .replace("It holds", "It <b>holds</b> in 58 studies")
    )
    assert sorted(kind for kind, _ in kinds(text)) == [
        "claim-without-source",
        "missing-field",
        "number-not-in-claim",
        "unknown-key",
        "unsafe-html",
        "wrong-date",
    ]


def test_a_near_name_is_offered():
    (fault,) = [
        one
        for one in check_text(GOOD.replace("pubDate", "pubdate"), "a.md", "a")
        if one.kind is Kind.UNKNOWN_KEY
    ]
    assert "Did you mean pubDate?" in fault.message
    (fault,) = check_text(GOOD.replace("claim:alliance-outcome", "claim:aliance-outcome"), "a.md", "a")
    assert "Did you mean alliance-outcome?" in fault.message


def test_a_number_is_named_on_its_own_line_however_long_the_sentence():
    text = FRONT + "So it is\nin 58 studies.\n\n" + "and so on " * 300 + "\nwith r = .9\n"
    assert kinds(text) == [("claim-without-source", 21), ("claim-without-source", 24)]


RIGHT = [
    "A figure of 40 % for dropout cannot be traced.",
    "Is a <b, c> d so? It costs 3 <5.",
    "In code: `<b>r = .9</b>` and `41 %`, `[x](https://example.org)`.",
    "```\n<script>41 %</script>\n```",
    "See <https://pmc.ncbi.nlm.nih.gov/articles/PMC3111943/> or write to <a@b.org>.",
    "Every 3 to 4 sessions, at 10:30, for 5 people. In brackets: 95 % intervals.",
    "Therapist effects are put at 5-9%. Therapists do not overestimate the alliance.",
    "| a | b |\n|---|---|\n| [r = .278](claim:alliance-outcome) | x |",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_is_left_alone(text):
    assert kinds(f"{FRONT}\n{text}\n") == []


def test_broken_yaml_is_one_fault_and_the_body_is_still_read():
    text = FRONT.replace("tags: [", "tags: {") + "In 58 studies so.\n"
    found = [kind for kind, _ in kinds(text)]
    assert found == ["not-yaml", "claim-without-source"]


BOMBS = [
    "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "title: " + "[" * 500 + "]" * 500 + "\n",
    "title: " + "{a: " * 30 + "1" + "}" * 30 + "\n",
    "? [a, b]\n: c\n",
    "- a\n- b\n",
    "<<: {title: x}\n",
    "title: 1e999999999\npubDate: 99999999999999999999-01-01\n",
    "title: \x00\n",
    "",
    "title: 0x" + "f" * 5000 + "\n",
]


@pytest.mark.parametrize("yaml", BOMBS, ids=range(len(BOMBS)))
def test_front_matter_of_any_kind_is_told_in_words(yaml):
    found = check_text(f"---\n{yaml}---\nText.\n", "a.md", "a")
    assert found
    assert all(isinstance(one.line, int) and one.message.endswith((".", "?")) for one in found), found


@pytest.mark.parametrize("text", ["", "No front matter.\n", "---\ntitle: x\nno end\n", "\ufeff---\n"])
def test_without_front_matter(text):
    assert {kind for kind, _ in kinds(text)} & {"missing-front-matter", "not-yaml"}


@pytest.mark.parametrize("written", ["2024-01-31T10:00:00Z", '"2024-01-31"', "2024-01-31 10:00:00"])
def test_a_date_may_be_text_or_have_a_time(written):
    article, _, faults = parse(GOOD.replace("2024-01-31", written), "a.md", "a")
    assert faults == [] and article.published == date(2024, 1, 31)


def test_line_ends_of_windows_are_lines():
    text = GOOD.replace("r = .278", "r = .45")
    assert kinds(text.replace("\n", "\r\n")) == kinds(text)


# Files and folders


def test_files_that_cannot_be_read_are_told_in_words(tmp_path):
    (tmp_path / "large.md").write_bytes(b"x" * 5_000_000)
    (tmp_path / "just.md").write_text(GOOD + " " * (MOST_BYTES - len(GOOD)), encoding="utf-8")
    (tmp_path / "latin.md").write_bytes(FRONT.encode() + "Ein Märchen.\n".encode("latin-1"))
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "notes.txt").write_text("r = .9", encoding="utf-8")
    (tmp_path / ".hidden.md").write_text("r = .9", encoding="utf-8")
    found = {(Path(one.file).name, one.kind, one.line) for one in check(tmp_path)}
    assert found == {
        ("large.md", Kind.TOO_LARGE, 1),
        ("latin.md", Kind.NOT_UTF8, FRONT.count("\n") + 1),
        ("gone.md", Kind.UNREADABLE, 1),
    }


def test_an_empty_folder_and_a_wrong_name(tmp_path):
    assert [one.kind for one in check(tmp_path)] == [Kind.NO_ARTICLE]
    assert [one.kind for one in check(tmp_path / "nowhere.md")] == [Kind.UNREADABLE]
    assert [one.kind for one in check(Path("a\x00b.md"))] == [Kind.UNREADABLE]
    assert [one.kind for one in check(Path("x" * 5000))] == [Kind.UNREADABLE]


def test_one_name_belongs_to_one_article(tmp_path):
    for folder, name in (("a", "The Bond.md"), ("b", "the-bond.md"), ("b", "other.md")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(GOOD, encoding="utf-8")
    (fault,) = check(tmp_path)
    assert fault.kind is Kind.DUPLICATE_SLUG
    assert fault.file.endswith("b/the-bond.md") and "The Bond.md" in fault.message


@pytest.mark.skipif(
    not ARTICLE.is_file(),
    reason="the mission's article (../shared/design/article.md) is not beside the project",
)
def test_the_article_that_accord_comes_from():
    """Four placeholder links, three unconfirmed ones, three unsupported sentences, and nothing that is right."""
    text = ARTICLE.read_text(encoding="utf-8")
    parts = {
        "PMC8765432": Kind.PLACEHOLDER_LINK,
        "10503307.2023.123456": Kind.PLACEHOLDER_LINK,
        "watch?v=example3": Kind.PLACEHOLDER_LINK,
        "watch?v=example4": Kind.PLACEHOLDER_LINK,
        "record/2018-41188-001": Kind.UNCONFIRMED_LINK,
        "books/4318028": Kind.UNCONFIRMED_LINK,
        "book/9781138088115": Kind.UNCONFIRMED_LINK,
        "A landmark 2023": Kind.UNSUPPORTED_CLAIM,
        "decrease by 40%": Kind.UNSUPPORTED_CLAIM,
        "often overestimate": Kind.UNSUPPORTED_CLAIM,
    }
    assert {(one.line, one.kind) for one in check(ARTICLE)} == {
        (line_of(text, part), kind) for part, kind in parts.items()
    }
    assert len(check(ARTICLE)) == 10
