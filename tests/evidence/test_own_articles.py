"""The articles that ship: no fault, short, easy to read, every number linked to its claim, sources that are known."""

import re

import pytest

from accord.evidence.article import SHELF, own_articles
from accord.evidence.checking import check
from accord.evidence.links import bare
from accord.evidence.reading_age import grade, words
from accord.evidence.rendering import claims_in, plain
from accord.evidence.sentences import sentences
from accord.evidence.sources import sources
from accord.evidence.unsourced import Speaker, figures, named_claims

MOST_WORDS, HARDEST_GRADE = 900, 8.9

ARTICLES = own_articles()


def test_there_are_five_and_none_has_a_fault():
    assert {one.slug for one in ARTICLES} == {
        "measuring-the-alliance",
        "repairing-the-alliance",
        "preferences",
        "culture",
        "what-feedback-can-do",
    }
    assert [str(one) for one in check(SHELF)] == []


@pytest.mark.parametrize("one", ARTICLES, ids=lambda one: one.slug)
def test_each_is_short_and_easy_to_read(one):
    text = plain(one.body)
    assert len(words(text)) < MOST_WORDS
    assert grade(text) <= HARDEST_GRADE


@pytest.mark.parametrize("one", ARTICLES, ids=lambda one: one.slug)
def test_every_number_is_linked_to_a_claim_and_not_only_to_a_source(one):
    bare_numbers = [
        (sentence.line, sentence.text)
        for sentence in sentences(one.body, one.body_line)
        if figures(sentence.text, Speaker.ARTICLE) and not named_claims(sentence.raw)
    ]
    assert bare_numbers == []
    assert len(claims_in(one.body)) >= 5


@pytest.mark.parametrize("one", ARTICLES, ids=lambda one: one.slug)
def test_every_source_is_one_we_know(one):
    known = {bare(source.address) for source in sources().values() if source.address}
    named = [reference.address for reference in (*one.sources, *one.further_reading)]
    assert [address for address in named if bare(address) not in known] == []


@pytest.mark.parametrize("one", ARTICLES, ids=lambda one: one.slug)
def test_words_of_the_house(one):
    text = plain(one.body)
    assert not re.search(r"\bpatients?\b|\bruptures?\b", text, re.I)
    assert one.description and one.tags and one.category
