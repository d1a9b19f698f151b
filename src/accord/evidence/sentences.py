"""Markdown taken apart into sentences with their lines: enough for a check, without rendering anything.

Headings, list items, rows of a table, quotes and paragraphs are blocks; a sentence never crosses from one to the next.
Code is left out. Links stay in the sentence as they were written, so that one can see what stands behind a number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

# Characters of a sentence that are read at once: what is longer is no sentence, and the patterns stay quick.
LONGEST = 1000
LONGEST_ABBREVIATION = 8

LINK = re.compile(
    r"(?<!\\)!?\[([^\[\]]*)\]"
    r"\(\s*<?([^()\[\]\s<>]*+(?:\([^()\s]*+\)[^()\[\]\s<>]*+)*+)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)"
)
AUTOLINK = re.compile(r"<((?:https?|mailto|claim):[^\s<>]+)>")
REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)")

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.{1,2000}?)(?<!`)\1(?!`)", re.S)
_BLOCK_START = re.compile(r"^\s*(?:#{1,6}\s|[-*+]\s|\d{1,9}[.)]\s|\||>)")
_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+|\d{1,9}[.)]\s+|>\s?|[|:\s-]+$)")
_ALONE = re.compile(r"^\s*(?:#{1,6}\s|\|)")
_END = re.compile(r"[.!?…][\"'”’)*_\]]*(?:\([^()\s]*\))?[\"'”’)*_]*\s+(?=[\"'“‘(*_\[]*[^\Wa-z_])")
_NO_END = re.compile(r"(?:\b(?:e\.g|i\.e|vs|cf|al|etc|Dr|Mr|Mrs|Ms|St|approx|pp?|Fig|No)|\b[A-Z])\.$")
_EMPHASIS = re.compile(r"[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")


@dataclass(frozen=True)
class Sentence:
    """One sentence as it was written (`raw`), and the line it begins on, counted from 1."""

    raw: str
    line: int

    @cached_property
    def text(self) -> str:
        """What a reader sees, in one line."""
        shown = LINK.sub(r"\1", self.raw) if "](" in self.raw else self.raw
        shown = _EMPHASIS.sub("", shown) if "*" in shown or "_" in shown else shown
        return " ".join(shown.split())

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Where its links lead."""
        inline = [found[2] for found in LINK.finditer(self.raw)] if "](" in self.raw else []
        return (*inline, *AUTOLINK.findall(self.raw)) if "<" in self.raw else tuple(inline)

    def line_of(self, written: str) -> int:
        """The line of the first place where `written` stands in it, or its first line."""
        place = self.raw.find(written)
        return self.line + self.raw.count("\n", 0, max(place, 0))


def without_code(markdown: str) -> str:
    """The text with code fenced or in backticks blanked out, every line and column kept."""
    if "`" not in markdown and "~~~" not in markdown:
        return markdown
    lines = markdown.split("\n")
    fence = ""
    for number, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence:
            closes = found is not None and found[1].startswith(fence) and not line.strip().strip(fence[0])
            lines[number] = ""
            fence = "" if closes else fence
        elif found:
            fence = found[1]
            lines[number] = ""
    text = "\n".join(lines)
    return _CODE.sub(_blank, text) if "`" in text else text


def _blank(found: re.Match[str]) -> str:
    # A code span ends with its paragraph; what only looks like one is left.
    return found[0] if "\n\n" in found[0] else re.sub(r"[^\n]", " ", found[0])


def sentences(markdown: str, first_line: int = 1) -> tuple[Sentence, ...]:
    """Every sentence of a Markdown text whose first line is numbered `first_line`."""
    return tuple(
        sentence
        for block, line in _blocks(without_code(markdown).split("\n"), first_line)
        for sentence in _split(block, line)
    )


def _blocks(lines: list[str], first_line: int) -> Iterator[tuple[str, int]]:
    """Blocks of lines that belong together, without the marks at their start."""
    held: list[str] = []
    began = first_line
    for number, line in enumerate(lines, first_line):
        if held and (not line.strip() or _BLOCK_START.match(line) or REFERENCE.match(line)):
            yield "\n".join(held), began
            held = []
        if not line.strip() or REFERENCE.match(line):
            continue
        if not held:
            began = number
        held.append(_MARKS.sub("", line, count=1))
        if _ALONE.match(line):
            yield held[0], began
            held = []
    if held:
        yield "\n".join(held), began


def _split(block: str, line: int) -> Iterator[Sentence]:
    start = 0
    for end in _END.finditer(block):
        if _NO_END.search(block, max(start, end.start() - LONGEST_ABBREVIATION), end.start() + 1):
            continue
        yield from _sentence(block, start, end.end(), line)
        start = end.end()
    yield from _sentence(block, start, len(block), line)


def _sentence(block: str, start: int, end: int, line: int) -> Iterator[Sentence]:
    for begins in range(start, end, LONGEST):
        piece = block[begins : min(begins + LONGEST, end)]
        raw = piece.strip()
        if raw:
            begins += len(piece) - len(piece.lstrip())
            yield Sentence(raw, line + block.count("\n", 0, begins))
