"""What a reader's browser gets: nothing that runs, nothing that is fetched from elsewhere, verdicts beside claims."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.evidence.claims import Verdict, claim
from accord.evidence.rendering import claims_in, plain, render


class Parts(HTMLParser):
    """The tags with their attributes that a browser would see."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <b onclick=x>b</b> <iframe src=//e.org>",
    "[x](javascript:alert(1)) [y](JAVASCRIPT:x) [z]( javascript:x) [w](&#106;avascript:x)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)> [x](ftp://e.org) [y](foo:bar)",
    "![x](https://tracker.org/1.gif) ![y](//tracker.org/1.gif) ![z](data:image/svg+xml,x) ![w](/static/../x)",
    '[a](https://a.org "x\\" onmouseover=\\"y") [b](https://a.org/"onx="y)',
    '[a](claim:nope"onx=y) [b](claim:alliance-outcome"x)',
    "&lt;script&gt; `<script>`\n\n    <script>\n\n```<script>\n<script>\n```",
]
ALLOWED = {
    "p", "a", "span", "em", "strong", "code", "pre", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr",
    "br", "table", "thead", "tbody", "tr", "th", "td", "img",
}  # fmt: skip
ATTRIBUTES = {"href", "class", "rel", "data-verdict", "src", "alt", "start", "style"}


def is_safe(html):
    for tag, given_ in Parts(html).tags:
        assert tag in ALLOWED, tag
        assert set(given_) <= ATTRIBUTES, given_
        assert re.match(r"(https?:|mailto:|[^:]*$)", given_.get("href") or ""), given_
        assert tag != "img" or given_["src"].startswith("/static/"), given_
        assert re.fullmatch(r"(text-align:(left|right|center))?", given_.get("style", "")), given_


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_runs_and_nothing_is_fetched_from_elsewhere(text):
    html = render(text)
    is_safe(html)
    assert not [tag for tag, _ in Parts(html).tags if tag in ("script", "iframe", "b", "img")]


PIECES = (
    *"<>[]()!`*_#&;:/\\\"' \n|-",
    "javascript:",
    "claim:",
    "alliance-outcome",
    "script",
    "https://",
    "&#58;",
    "/static/",
)


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_text_makes_anything_unsafe(text):
    is_safe(render(text))


def test_a_claim_leads_to_its_page_with_its_verdict_beside_it():
    html = render("It is [*partly* so](claim:therapist-effects).")
    assert html == (
        '<p>It is <a class="claim" href="/library/claims/therapist-effects/"><em>partly</em> so</a> '
        '<span class="verdict" data-verdict="partly">partly supported</span>.</p>\n'
    )


def test_the_page_chooses_the_words_and_the_address():
    said = dict.fromkeys(Verdict, "<sí>")
    html = render("[x](claim:preferences)", claim_address="/es/{id}", words=said.__getitem__)
    assert 'href="/es/preferences"' in html and ">&lt;sí&gt;</span>" in html


def test_a_claim_that_is_not_there_stays_words():
    html = render("[words](claim:nope)")
    assert html == '<p><span class="claim unknown">words</span></p>\n'


def test_links_elsewhere_say_so_and_tell_nothing_of_the_reader():
    html = render("[a](https://a.org) [b](/library/) [c](#top)")
    (elsewhere, ours, here) = [given_ for tag, given_ in Parts(html).tags if tag == "a"]
    assert elsewhere["class"] == "external" and {"noreferrer", "noopener"} <= set(elsewhere["rel"].split())
    assert "rel" not in ours and "rel" not in here


def test_headings_begin_below_the_pages_title():
    assert render("# One\n\n## Two\n").count("<h2>") == 2


def test_words_and_claims_of_a_text():
    text = "# A\n\nWe *say* [it](claim:preferences) `so`\nnow. [x](claim:nope) [y](claim:preferences)\n\n- b <i>c</i>"
    assert plain(text) == "A\n\nWe say it so now. x y\n\nb <i>c</i>"
    assert claims_in(text + "\n`[z](claim:silences)`") == ("preferences",)
    assert claim("preferences").verdict is Verdict.SUPPORTED
