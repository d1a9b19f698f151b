"""What is validated and what is not: one text (`honesty.md`), for the public page and for the docs.

It is Markdown that refers to claims like an article does, and to pages of the docs as ``[words](docs/method/dip.md)``.
On the page a claim has its verdict beside it; in the docs its id stands behind the words
(``tools/honesty_reference.py`` writes them).
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from accord.evidence.sentences import LINK

FILE = Path(__file__).with_name("honesty.md")
# Pages of the docs that people can open on the site; words that lead to another page of the docs stay words there.
PUBLIC = {"docs/fit-check.md": "/fit/", "docs/library.md": "/library/"}


@dataclass(frozen=True)
class Section:
    """One part of the text: `id` for its place on the page, and its Markdown without the heading."""

    id: str
    title: str
    markdown: str


@dataclass(frozen=True)
class Honesty:
    """The text for the public page."""

    title: str
    opening: str
    sections: tuple[Section, ...]

    @property
    def markdown(self) -> str:
        """All of it, for looking up which claims it uses."""
        return "\n\n".join((self.opening, *(one.markdown for one in self.sections)))


@cache
def honesty() -> Honesty:
    """The text, cut at its headings, with the links that lead somewhere on the site."""
    opening, *parts = re.split(r"^## ", for_site(_text()), flags=re.M)
    title, _, lead = opening.partition("\n")
    return Honesty(title.removeprefix("# ").strip(), lead.strip(), tuple(map(_section, parts)))


def _section(part: str) -> Section:
    title, _, body = part.partition("\n")
    return Section(re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"), title.strip(), body.strip())


def for_site(markdown: str) -> str:
    """The Markdown with links to the docs led to the site's own page, or left as words."""

    def led(link: re.Match[str]) -> str:
        words, target = link[1], link[2]
        if not target.startswith("docs/"):
            return link[0]
        return f"[{words}]({PUBLIC[target]})" if target in PUBLIC else words

    return LINK.sub(led, markdown)


def for_docs() -> str:
    """The Markdown of ``docs/honesty.md``: ids of claims behind the words, links beside that page."""

    def led(link: re.Match[str]) -> str:
        words, target = link[1], link[2]
        if target.startswith("claim:"):
            return f"{words} (`{target.removeprefix('claim:')}`)"
        return f"[{words}]({target.removeprefix('docs/')})"

    opening, rest = _text().split("\n", 1)
    return f"{opening}\n{_NOTE}{LINK.sub(led, rest)}"


_NOTE = """
Here the id of a claim, like `training-effect`, stands in place of the mark: `accord claims training-effect` tells the
rest. This page is written by `tools/honesty_reference.py` from `src/accord/evidence/honesty.md`, which is also the
public page `/honesty/`.
"""


def _text() -> str:
    return FILE.read_text(encoding="utf-8")
