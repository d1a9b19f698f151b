"""What made-up links look like, what is known of some, and what may be followed."""

import pytest

from accord.evidence.links import Standing, is_safe, is_web_address, judge

PLACEHOLDERS = [
    "https://www.tandfonline.com/doi/full/10.1080/10503307.2023.123456",
    "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC8765432/",
    "https://www.youtube.com/watch?v=example3",
    "https://example.org/study",
    "https://a.org/example",
    "https://journal.test/1",
    "http://localhost/x",
    "https://doi.org/10.1000/xxxx",
    "https://a.org/your-link",
    "https://pubmed.ncbi.nlm.nih.gov/00000000/",
]
REAL = [
    "https://doi.org/10.1037/pst0000172",
    "https://doi.org/10.1037/0000193-000",
    "https://www.tandfonline.com/doi/full/10.1080/10503307.2016.1174345",
    "https://pmc.ncbi.nlm.nih.gov/articles/PMC7776120/",
    "https://a.org/examples-of-care",
    "https://a.org/counterexample",
    "https://www.routledge.com/p/book/9780805857092",
    "https://a.org/2012/3456/latest",
    "https://contest.org/1",
    "https://a.org/p/7123450/",
]
UNCONFIRMED = [
    "https://psycnet.apa.org/record/2018-41188-001",
    "http://psycnet.apa.org/record/2018-41188-001/",
    "https://www.APA.org/pubs/books/4318028?tab=1",
    "https://www.routledge.com/The-Great-Psychotherapy-Debate/Wampold-Imel/p/book/9781138088115",
]


@pytest.mark.parametrize(
    "standing,addresses",
    [(Standing.PLACEHOLDER, PLACEHOLDERS), (Standing.UNCONFIRMED, UNCONFIRMED)],
)
def test_links_that_are_named(standing, addresses):
    assert {one: judge(one).standing for one in addresses} == dict.fromkeys(addresses, standing)


def test_links_that_are_left_alone():
    named = [one for one in REAL if judge(one).standing not in (Standing.UNKNOWN, Standing.CONFIRMED)]
    assert named == []


def test_only_the_address_itself_and_what_is_under_it_is_known():
    assert judge("https://www.apa.org/pubs/books/43180281").standing is Standing.UNKNOWN
    assert (
        judge("https://psycnet.apa.org/record/2018-41188-001").instead == "https://doi.org/10.1037/pst0000172"
    )


@pytest.mark.parametrize(
    "address,safe",
    [
        ("https://a.org", True),
        ("mailto:a@b.org", True),
        ("claim:alliance-outcome", True),
        ("/library/", True),
        ("#top", True),
        ("a.md", True),
        ("javascript:alert(1)", False),
        (" JavaScript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
    ],
)
def test_what_may_be_followed(address, safe):
    assert is_safe(address) is safe


@pytest.mark.parametrize(
    "address,whole", [("https://a.org/x", True), ("a.org", False), ("https://", False), ("https://[x", False)]
)
def test_what_is_a_whole_web_address(address, whole):
    assert is_web_address(address) is whole
