"""Which numbers need a source, who says them, and what counts as one. The tables are the rules."""

import pytest

from accord.evidence.unsourced import Speaker, figures, not_in_claims, unsourced

ARTICLE, PRODUCT = Speaker.ARTICLE, Speaker.PRODUCT

EFFECTS = [
    ("The link is r = .278.", ["r = .278"]),
    ("It goes with outcome (r .29, d -.27).", ["r .29", "d -.27"]),
    ("A gap of d of .63 is usual.", ["d of .63"]),
    ("OR=1.79 and g=.36, SMD -.30.", ["OR=1.79", "g=.36", "SMD -.30"]),
    ("odds 1.79, k = 53, N=1,314", ["odds 1.79", "k = 53", "N=1,314"]),
    ("r about .24, from the literature", ["r about .24"]),
]


@pytest.mark.parametrize("speaker", Speaker)
@pytest.mark.parametrize("text,written", EFFECTS)
def test_an_effect_needs_a_source_whoever_says_it(text, written, speaker):
    assert [one.written for one in figures(text, speaker)][: len(written)] == written


SHARES = [
    ("Dropout was 41 % in one study.", ["41 %"], ["41 %"]),
    ("Dropout fell by 41 per cent.", ["41 per cent"], []),
    ("It is 5 to 9 % of it.", ["5 to 9 %"], []),
    ("Over 58 studies it helps.", ["58 studies"], ["58 studies"]),
    ("Of 20 clients most said so.", ["20 clients"], []),
    ("Of 547 clients most said so.", ["547 clients"], []),
]


@pytest.mark.parametrize("text,article,product", SHARES)
def test_a_share_needs_one_in_an_article_and_where_research_is_spoken_of(text, article, product):
    assert [one.written for one in figures(text, ARTICLE)] == article
    assert [one.written for one in figures(text, PRODUCT)] == product


NEVER = [
    "The bar has a width of 40px.",
    "In brackets are 95 % intervals, or a 95% CI.",
    "Ask 3 clients at 10:30, or a group of 19 people.",
    "See https://a.org/?d=.5&r=0.3 and www.a.org/41%.",
    "See https://doi.org/10.1037/pst0000172 for r and d.",
    "Version 2.11 of 2024-01-31, page 5.",
    "Do this for grade d 5, step 3-4.",
]


@pytest.mark.parametrize("text", NEVER)
def test_what_is_never_counted(text):
    assert figures(text, ARTICLE) == ()


OWN_NUMBERS = [
    "12 of 40 check-ins were answered, 30 %.",
    "The page may be at 400 % zoom.",
    "At 4 % stated, 2 of 50 alarms are wrong.",
    "Shown from 30 clients on.",
]


@pytest.mark.parametrize("text", OWN_NUMBERS)
def test_the_product_may_count_what_is_its_own(text):
    assert figures(text, PRODUCT) == ()


SOURCED = [
    "The link is [r = .278](claim:alliance-outcome).",
    "The link is r = .278 (FLU18).",
    "The link is r = .278, see 10.1037/pst0000172.",
    "| r = .278 | CORE |",
    "- Claim `alliance-outcome`: the link is r = .278.",
    "Therapist effects are put at 5-9% there.",
]
BARE = [
    "The link is r = .278.",
    "The link is [r = .278](claim:alliance-outcomes).",
    "The link is r = .278 (CORE).",
    "The link is r = .278, see below.",
]


def test_a_number_is_sourced_by_a_claim_a_key_a_doi_or_the_wording_of_a_known_claim():
    assert [text for text in SOURCED if unsourced(text, text, ARTICLE)] == []
    assert [text for text in BARE if not unsourced(text, text, ARTICLE)] == []


def test_the_number_must_be_one_that_the_claim_has():
    def wrong(text):
        return [one.written for one in not_in_claims(text, text)]

    assert wrong("It is [r = .278](claim:alliance-outcome).") == []
    assert wrong("It is [about 8 %](claim:alliance-share-of-outcome).") == [], "7.7 rounds to it"
    assert wrong("It is [9 %](claim:alliance-share-of-outcome).") == [], (
        "8.9 rounds to it, the interval's end"
    )
    assert wrong("It is [r = .45](claim:alliance-outcome).") == ["r = .45"]
    assert wrong("It is [25 %](claim:alliance-share-of-outcome).") == ["25 %"]
    assert wrong("It is [r = .45](claim:alliance-outcome), in MCL14.") == [], "another source is named"
