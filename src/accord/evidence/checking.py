"""The check of articles: every fault of every file at once, with its line (``accord articles check``).

What an article says is compared with `claims.yaml`: a number needs a source, a claim must exist and have the number
that is said, and what is not supported as worded is named. Links are judged by `links.py`; nothing is fetched.
"""

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from accord.evidence.article import ArticleFault, Kind, parse, references, slug_of
from accord.evidence.claims import Claim, is_claim, near_claim, refused_in
from accord.evidence.front_matter import FrontMatter
from accord.evidence.links import Standing, is_safe, is_web_address, judge
from accord.evidence.sentences import AUTOLINK, LINK, REFERENCE, Sentence, sentences, without_code
from accord.evidence.unsourced import Figure, Speaker, named_claims, not_in_claims, unsourced

MOST_BYTES = 256 * 1024  # some 40,000 words: more is no article [design]
ENDINGS = (".md", ".markdown")

_BARE = re.compile(r"(?<![\w(<\"'\[])https?://[^\s<>\")\]]+")
_MAYBE_HTML = re.compile(r"<[a-zA-Z/!?]")


def check(path: Path) -> list[ArticleFault]:
    """Every fault of the article at `path`, or of all articles in the folder `path` and below, by file and line."""
    files = list(article_files(path)) if os.path.isdir(path) else [path]  # noqa: PTH112 - any name is a name here
    if not files:
        said = "There is no article here: no file ends with .md."
        return [ArticleFault(path.as_posix(), 1, Kind.NO_ARTICLE, said)]
    faults: list[ArticleFault] = []
    first: dict[str, Path] = {}
    for file in files:
        faults += check_file(file)
        slug = slug_of(file)
        if slug in first:
            other = first[slug].as_posix()
            said = f"'{slug}' is also the name of {other}. Rename one of the two files."
            faults.append(ArticleFault(file.as_posix(), 1, Kind.DUPLICATE_SLUG, said))
        first.setdefault(slug, file)
    return sorted(faults)


def article_files(folder: Path) -> Iterator[Path]:
    """The Markdown files in a folder and below, in order; hidden ones are left out, links to folders not followed."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield Path(here) / name


def check_file(path: Path) -> list[ArticleFault]:
    """Every fault of one article."""
    file = path.as_posix()
    try:
        if path.stat().st_size > MOST_BYTES:
            said = f"It has {path.stat().st_size:,} bytes; an article has at most {MOST_BYTES:,}. Split it."
            return [ArticleFault(file, 1, Kind.TOO_LARGE, said)]
        raw = path.read_bytes()
    except FileNotFoundError:
        said = "There is no such file. Check the name and the folder."
        return [ArticleFault(file, 1, Kind.UNREADABLE, said)]
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", None) or "its name cannot be used"
        return [ArticleFault(file, 1, Kind.UNREADABLE, f"It cannot be read: {reason}.")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = raw[: failure.start].count(b"\n") + 1
        return [ArticleFault(file, line, Kind.NOT_UTF8, "This is not UTF-8. Save the file again as UTF-8.")]
    return check_text(text, file, slug_of(path))


def check_text(text: str, file: str, slug: str) -> list[ArticleFault]:
    """Every fault of an article's text."""
    _, front, faults = parse(text, file, slug)
    faults += _front_links(front, file)
    for name in ("title", "description"):
        value = front.values.get(name)
        if isinstance(value, str):
            line = front.line((name,))
            faults += _html(value, line, file)
            faults += _said((Sentence(one.raw, line) for one in sentences(value)), file)
    body = without_code(front.body)
    faults += _html(body, front.body_line, file)
    faults += _body_links(body, front.body_line, file)
    faults += _said(sentences(body, front.body_line), file)
    return faults


# What is said


def _said(found: Iterable[Sentence], file: str) -> Iterator[ArticleFault]:
    for sentence in found:
        refused = refused_in(sentence.text)
        if refused:
            yield from (_refused(one, sentence, file) for one in refused)
            continue
        if not all(is_claim(id) for id in named_claims(sentence.raw)):
            continue  # the link itself is named
        bare = unsourced(sentence.text, sentence.raw, Speaker.ARTICLE)
        wrong = () if bare else not_in_claims(sentence.text, sentence.raw)
        if bare:
            said = (
                f"No source stands behind {_written(bare)}. Link the words to a claim, like [words](claim:ID) "
                "('accord claims' lists them), or name a DOI in the sentence."
            )
            line = sentence.line_of(bare[0].written)
            yield ArticleFault(file, line, Kind.CLAIM_WITHOUT_SOURCE, said)
        elif wrong:
            said = f"The claim that is linked does not have {_written(wrong)}. Take its number, or name the source."
            line = sentence.line_of(wrong[0].written)
            yield ArticleFault(file, line, Kind.NUMBER_NOT_IN_CLAIM, said)


def _refused(one: Claim, sentence: Sentence, file: str) -> ArticleFault:
    verdict = "this figure has no source" if one.untraceable_figure else one.verdict.words
    said = f"“{_short(sentence.text.lstrip('✓✗• '))}”: {verdict} ({one.id}). Say instead: {one.say_instead}"
    return ArticleFault(file, sentence.line, Kind.UNSUPPORTED_CLAIM, said)


def _written(found: Iterable[Figure]) -> str:
    return ", ".join(f"“{one.written}”" for one in found)


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: text.rfind(" ", 0, most)] + " …"


# What it leads to


def _front_links(front: FrontMatter, file: str) -> Iterator[ArticleFault]:
    for name, place, entry in references(front):
        title = str(entry.get("title") or f"number {place[-1] + 1}")  # type: ignore[operator]  # here it is a number
        linked = [
            (key, entry[key]) for key in ("url", "doi") if isinstance(entry.get(key), str) and entry[key]
        ]
        if not linked and not {"url", "doi"} & entry.keys():
            needs = "url" if name == "relatedVideos" else "url or a doi"
            said = f"“{title}” in {name} has no link. Add a {needs}."
            yield ArticleFault(file, front.line(place), Kind.SOURCE_WITHOUT_LINK, said)
        for key, address in linked:
            line = front.line((*place, key))
            if key == "url" and is_safe(address) and not is_web_address(address):
                said = f"“{title}”: '{_short(address)}' is no web address. Begin with https://."
                yield ArticleFault(file, line, Kind.WRONG_LINK, said)
            else:
                full = f"https://doi.org/{address}" if key == "doi" else address
                yield from _link(full, f"“{title}”: ", line, file)


def _body_links(body: str, first_line: int, file: str) -> Iterator[ArticleFault]:
    newlines = [found.start() for found in re.finditer("\n", body)]
    places: dict[int, str] = {found.start(2): found[2] for found in LINK.finditer(body)}
    places |= {found.start(1): found[1] for found in AUTOLINK.finditer(body)}
    if "]:" in body:
        starts = [0, *(one + 1 for one in newlines)]
        defined = ((start, REFERENCE.match(body[start : start + 2000])) for start in starts)
        places |= {start + found.start(1): found[1] for start, found in defined if found}
    if "://" in body:
        places |= {found.start(): found[0].rstrip(".,;:!?") for found in _BARE.finditer(body)}
    for place, target in sorted(places.items()):
        yield from _link(target, "", first_line + bisect_right(newlines, place), file)


def _link(target: str, about: str, line: int, file: str) -> Iterator[ArticleFault]:
    if not is_safe(target):
        said = f"{about}'{_short(target)}' is no link that can be followed safely. Use https://."
        yield ArticleFault(file, line, Kind.UNSAFE_LINK, said)
        return
    scheme, _, id = target.partition(":")
    if scheme.lower() == "claim":
        if not is_claim(id):
            do = near_claim(id) or "'accord claims' lists them."
            said = f"{about}There is no claim '{id}'. {do}"
            yield ArticleFault(file, line, Kind.CLAIM_WITHOUT_SOURCE, said)
        return
    judged = judge(target) if "//" in target else None
    if judged and judged.standing is Standing.PLACEHOLDER:
        said = f"{about}{target} looks made up: {judged.why} Give the real address."
        yield ArticleFault(file, line, Kind.PLACEHOLDER_LINK, said)
    elif judged and judged.standing is Standing.UNCONFIRMED:
        instead = f" Use {judged.instead}" if judged.instead else " Cite a DOI."
        yield ArticleFault(file, line, Kind.UNCONFIRMED_LINK, f"{about}{target}: {judged.why}{instead}")


# What would be run


def _html(text: str, first_line: int, file: str) -> Iterator[ArticleFault]:
    """Raw HTML, once a line. Only what Markdown itself takes for HTML counts: `a < b` does not."""
    if not _MAYBE_HTML.search(text):
        return
    found: dict[int, str] = {}
    for token in _with_html().parse(text):
        line = first_line + (token.map[0] if token.map else 0)
        if token.type == "html_block":
            found.setdefault(line, token.content)
        for inner in token.children or ():
            if inner.type == "html_inline":
                found.setdefault(line, inner.content)
            line += inner.type in ("softbreak", "hardbreak")
    yield from (_html_fault(content, line, file) for line, content in found.items())


def _html_fault(content: str, line: int, file: str) -> ArticleFault:
    said = f"'{_short(content.strip().splitlines()[0], 40)}' is HTML, which is never rendered. Use Markdown."
    return ArticleFault(file, line, Kind.UNSAFE_HTML, said)


@cache
def _with_html() -> Any:
    return MarkdownIt("commonmark", {"html": True}).enable("table")
