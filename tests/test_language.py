"""The words that people read: no verdicts, no word that means more than a score can say, and plain enough to read.

Every template, text that a module translates, YAML of words, article, page of the docs and Spanish catalogue is read.
Reading age is the Flesch-Kincaid grade over whole sentences; labels of a word or two would make a page look easy.
"""

import re

import pytest

from accord.evidence.reading_age import grade, words
from tests.language import extracting, spanish
from tests.language.forbidden import ALLOWED, NOUNS, VERDICTS, Allowed
from tests.language.reading import Reader, Text, for_clients, texts

HARDEST = {Reader.CLIENT: 7.0, Reader.STAFF: 10.0}
LEAST_EASE = 70  # Fernández Huerta: fairly easy
FEWEST_WORDS = 100  # of fewer a grade says little; those files are judged together
AROUND = 60


@pytest.fixture(scope="module")
def all_texts() -> tuple[Text, ...]:
    return texts()


def allowed(text: Text, around: str) -> bool:
    """Whether this is one of the few places where the word is meant."""
    return any(stands(one, text.file, around) for one in ALLOWED)


def stands(one: Allowed, file: str, words: str) -> bool:
    """Whether the words of an exception stand here, in large or small letters."""
    return file.endswith(one.file) and one.words.lower() in words.lower()


def found(text: Text, rules) -> list[str]:
    """Where a text breaks a rule: file, words around, and what to say instead."""
    broken = []
    for rule in rules.get(text.language, ()):
        for match in re.finditer(rule.pattern, text.words, re.I):
            around = text.words[max(0, match.start() - AROUND) : match.end() + AROUND]
            if not allowed(text, around):
                broken.append(f"{text.file}: “…{' '.join(around.split())}…” ({rule.why})")
    return broken


@pytest.mark.parametrize("rules", [NOUNS, VERDICTS], ids=["nouns", "verdicts"])
def test_no_word_says_more_than_is_known(all_texts, rules):
    assert [one for text in all_texts for one in found(text, rules)] == []


def test_a_percent_sign_stands_apart_from_its_number(all_texts):
    spared = (
        "evidence/claims.yaml",
        "docs/method/signals-benchmark.md",
    )  # what others write; a program's tables
    close = [text.file for text in all_texts if re.search(r"\d%", text.words)]
    assert [file for file in close if not file.endswith(spared)] == []


def test_every_exception_is_still_needed(all_texts):
    unused = [one for one in ALLOWED if not any(stands(one, text.file, text.words) for text in all_texts)]
    assert unused == []


@pytest.mark.parametrize("reader", HARDEST)
def test_everybody_can_read_what_is_for_them(all_texts, reader):
    prose = {
        text.file: extracting.sentences(text.words)
        for text in all_texts
        if text.reader is reader and text.language == "en"
    }
    long = {file: said for file, said in prose.items() if len(words(said)) >= FEWEST_WORDS}
    long["all shorter ones together"] = extracting.BREAK.join(
        said for file, said in prose.items() if file not in long
    )
    graded = {file: grade(said) for file, said in long.items()}
    assert {file: round(one, 1) for file, one in graded.items() if one > HARDEST[reader]} == {}
    assert len(graded) > 5


def test_spanish_is_plain_too(all_texts):
    graded = {
        text.file: round(spanish.ease(extracting.sentences(text.words)))
        for text in all_texts
        if text.language == "es" and len(extracting.sentences(text.words).split()) >= FEWEST_WORDS
    }
    assert {file: one for file, one in graded.items() if one < LEAST_EASE} == {}
    assert len(graded) >= 3


def test_texts_are_found_where_they_stand(all_texts):
    """The check is worth nothing when it reads nothing: one line from each kind of place."""
    there = {(text.file, text.reader, text.language): text.words for text in all_texts}
    for file, reader, language, line in (
        ("web/checkin/templates/checkin/form.html", "client", "en", "Tap or slide anywhere on a line."),
        ("web/checkin/reasons.py", "client", "en", "This link has closed"),
        ("web/voice/fit/fit.yaml", "client", "en", "This page does not tell you to stay or to go."),
        ("web/voice/fit/fit.yaml", "client", "es", "Esta página no te dice que sigas ni que lo dejes."),
        ("instruments/library/accord-check-in/text/en.yaml", "client", "en", "Small things count too."),
        ("signals/steps.yaml", "staff", "en", "Read the safety answer now, before anything else."),
        ("signals/rules/dip.yaml", "staff", "en", "A low number can also mean a hard, good session."),
        ("web/attention/sentences.py", "staff", "en", ""),
        ("web/locale/es/LC_MESSAGES/django.po", "client", "es", "Este enlace se ha cerrado"),
        ("docs/glossary.md", "docs", "en", "One word, one meaning"),
    ):
        assert line in there[file, Reader(reader), language], file
    assert {"checkin/form.html", "checkin/_crisis_line.html", "voice/fit.html", "404.html"} <= for_clients()
    assert "therapy/client.html" not in for_clients()


@pytest.mark.parametrize(
    "language, said, rules",
    [
        ("en", "The patient did not come.", NOUNS),
        ("en", "This drop is a Rupture.", NOUNS),
        ("en", "Two poor therapists stand out.", VERDICTS),
        ("en", "She is non-compliant.", VERDICTS),
        ("en", "The client seems resistant.", VERDICTS),
        ("en", "A difficult client, with a bad score.", VERDICTS),
        ("en", "Who was at fault?", VERDICTS),
        ("en", "Three teams underperform.", VERDICTS),
        ("es", "La paciente no vino.", NOUNS),
        ("es", "El terapeuta tuvo la culpa.", VERDICTS),
    ],
)
def test_it_notices(language, said, rules):
    assert found(Text("made/up.html", Reader.STAFF, language, said), rules)


@pytest.mark.parametrize(
    "said",
    [
        "Be patient.", "Patience helps.", "A fault in line 3.", "It is not your fault.",
        "Better rested people answer sooner.",
        "An abrupt end.", "Worth asking about.", "The worse the line.", "Nobody is to be ranked.",
    ],
)  # fmt: skip
def test_it_lets_plain_words_pass(said):
    text = Text("made/up.html", Reader.STAFF, "en", said)
    assert found(text, NOUNS) + found(text, VERDICTS) == []


@pytest.mark.parametrize(
    "source, words",
    [
        ('<p>{% translate "One" %} <b>two</b>, {{ three }}.</p>', "One two, Ana."),
        ("{% blocktranslate count n=n %}One day{% plural %}{{ n }} days{% endblocktranslate %}", "One day\n\nAna days"),
        ("<p>Said</p>{# not said #}{% comment %}nor this{% endcomment %}<script>nor = this</script>", "Said"),
        ('<button aria-label="{% translate \'Close\' %}">x</button>', "Close\n\nx"),
        ("{% if a %}Yes.{% else %}No.{% endif %}", "Yes.\n\nNo."),
    ],
)  # fmt: skip
def test_what_a_template_says(source, words):
    assert extracting.template_words(source) == words
