"""Markdown to HTML that is safe to show: a pure function, for the article library and for claims.

Raw HTML is shown as text, never as HTML. Links lead to the web, to mail, to this site, or to a claim; anything else
stays text. A link to elsewhere says so (class and `rel`) and does not tell where the reader came from. Pictures from
elsewhere would tell somebody that a page was read, so only pictures of this site are shown; of others the description.

A claim becomes a link with its verdict beside it: ``<a class="claim" …>words</a> <span class="verdict"
data-verdict="partly">partly supported</span>``. The badge holds words, so that colour is never alone. A claim that does
not exist stays as words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from accord.evidence.claims import Verdict, claim, is_claim
from accord.evidence.links import is_safe
from accord.evidence.sentences import LINK, without_code

CLAIM_ADDRESS = "/library/claims/{id}/"
REL = "external nofollow noopener noreferrer"
PICTURES_OF_OURS = "/static/"

Words = Callable[[Verdict], str]


def english(verdict: Verdict) -> str:
    """The verdict in English words."""
    return verdict.words


def render(markdown: str, *, claim_address: str = CLAIM_ADDRESS, words: Words = english) -> str:
    """The HTML of a Markdown text.

    `claim_address` has ``{id}`` where a claim's id goes; `words` says a verdict in the reader's language. Headings
    begin at the second level, since the page's title is the first.
    """
    environment: dict[str, Any] = {"claim_address": claim_address, "words": words}
    html: str = _markdown().render(markdown, environment)
    return html


def claims_in(markdown: str) -> tuple[str, ...]:
    """The ids of the claims that a text refers to and that exist, each once, in order."""
    targets = (found[2] for found in LINK.finditer(without_code(markdown)))
    ids = (target[len("claim:") :] for target in targets if target.lower().startswith("claim:"))
    return tuple(dict.fromkeys(id for id in ids if is_claim(id)))


def plain(markdown: str) -> str:
    """The words of a Markdown text without its marks, one block to a paragraph: for search, feeds and reading age."""
    blocks = (
        "".join(_shown(inner) for inner in token.children or ())
        for token in _markdown().parse(markdown)
        if token.type == "inline"
    )
    return "\n\n".join(" ".join(block.split()) for block in blocks if block.strip())


def _shown(inner: Token) -> str:
    if inner.type in ("text", "code_inline"):
        return inner.content
    return " " if inner.type in ("softbreak", "hardbreak") else ""


@cache
def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.validateLink = is_safe  # type: ignore[method-assign, assignment]  # the library's own hook
    made.core.ruler.push("accord", _prepare)
    made.add_render_rule("link_open", _link_open)
    made.add_render_rule("link_close", _link_close)
    made.add_render_rule("image", _image)
    return made


def _prepare(state: Any) -> None:
    """Lower the first heading level, and tell each closing link what it closes."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"
        opened: list[Token] = []
        for inner in token.children or ():
            if inner.type == "link_open":
                opened.append(inner)
            elif inner.type == "link_close" and opened:
                inner.meta = {"href": opened.pop().attrGet("href")}


def _claim_id(href: object) -> str | None:
    text = str(href or "")
    return text[len("claim:") :] if text.lower().startswith("claim:") else None


def _link_open(
    self: Any, tokens: Sequence[Token], place: int, options: Any, environment: Mapping[str, Any]
) -> str:
    href = str(tokens[place].attrGet("href") or "")
    id = _claim_id(href)
    if id is not None:
        if not is_claim(id):
            return '<span class="claim unknown">'
        address = environment["claim_address"].format(id=id)
        return f'<a class="claim" href="{escape(address)}">'
    if _is_elsewhere(href):
        return f'<a class="external" href="{escape(href)}" rel="{REL}">'
    return f'<a href="{escape(href)}">'


def _link_close(
    self: Any, tokens: Sequence[Token], place: int, options: Any, environment: Mapping[str, Any]
) -> str:
    id = _claim_id((tokens[place].meta or {}).get("href"))
    if id is None:
        return "</a>"
    if not is_claim(id):
        return "</span>"
    verdict = claim(id).verdict
    said = escape(environment["words"](verdict))
    return f'</a> <span class="verdict" data-verdict="{verdict.value}">{said}</span>'


def _image(
    self: Any, tokens: Sequence[Token], place: int, options: Any, environment: Mapping[str, Any]
) -> str:
    token = tokens[place]
    described = escape(token.content)
    source = str(token.attrGet("src") or "")
    if source.startswith(PICTURES_OF_OURS) and ".." not in source:
        return f'<img src="{escape(source)}" alt="{described}">'
    return f'<span class="picture-left-out">{described}</span>'


def _is_elsewhere(href: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*:|//|\\", href, re.I) is not None
