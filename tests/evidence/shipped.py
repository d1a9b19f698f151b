"""The texts that ship, cut into units: what is said, and what stands beside it that could be its source.

- Markdown: a sentence with its links; in a list or table, with its whole item or row.
- A template: a sentence of an element of text (p, li, td, h1 …), with the tags of the whole element, where a link to a
  claim or an attribute may name the source. Attributes that are read out (alt, title, aria-label) are text too.
- YAML: a value, with the values beside it (``source: FLU18``, ``claim: alliance-outcome``) and of what it lies in.
- Python: a string that is shown (the first argument of ``_`` and its kin), with the lines of its statement.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import yaml

from accord.evidence.sentences import sentences

_BLOCK = re.compile(
    r"</?(?:p|li|td|th|tr|h[1-6]|dt|dd|div|section|article|figcaption|summary|label|legend|button|option|ul|ol|dl|table|"
    r"header|footer|main|nav|form|aside|caption|blockquote)\b[^>]*>",
    re.I,
)
_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s|\s*\|")
_TAG = re.compile(r"<[^>]*>")
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|\{%\s*comment.*?endcomment\s*%\}", re.S)
_SAID = re.compile(r"\{%\s*(?:trans|translate)\s+(?:\"([^\"]*)\"|'([^']*)').*?%\}")
_LOGIC = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
_READ_OUT = re.compile(r"(?:aria-label|title|alt|placeholder)=\"([^\"]*)\"")
_SHOWN = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "mark_safe",
}


@dataclass(frozen=True)
class Unit:
    """A sentence that somebody reads, its place, and what stands beside it."""

    where: str
    said: str
    beside: str


def from_markdown(text: str, where: str) -> Iterator[Unit]:
    lines = text.split("\n")
    for sentence in sentences(text):
        yield Unit(
            f"{where}:{sentence.line}", sentence.text, f"{sentence.raw} {_item(lines, sentence.line - 1)}"
        )


def _item(lines: list[str], at: int) -> str:
    """The item of a list, or the row, that a line belongs to; empty when it belongs to none."""
    first = at
    while first > 0 and lines[first].strip() and not _ITEM.match(lines[first]):
        first -= 1
    if not _ITEM.match(lines[first]):
        return ""
    last = first + 1
    while last < len(lines) and lines[last].strip() and not _ITEM.match(lines[last]):
        last += 1
    return " ".join(lines[first:last])


def from_template(text: str, where: str) -> Iterator[Unit]:
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    start = 0
    for edge in [*_BLOCK.finditer(text), None]:
        element = text[start : edge.start() if edge else len(text)]
        line = text.count("\n", 0, start) + 1
        beside = element + (edge[0] if edge else "")
        said = _LOGIC.sub(" ", _SAID.sub(lambda found: found[1] or found[2] or "", element))
        for part in (unescape(_TAG.sub("", said)), *_READ_OUT.findall(said)):
            yield from (Unit(f"{where}:{line}", one.text, beside) for one in sentences(part))
        start = edge.end() if edge else len(text)
        if edge:
            yield from (Unit(f"{where}:{line}", one, edge[0]) for one in _READ_OUT.findall(edge[0]))


def from_yaml(text: str, where: str) -> Iterator[Unit]:
    def walk(value: object, place: str, beside: str) -> Iterator[Unit]:
        if isinstance(value, str):
            yield from (
                Unit(f"{where}: {place}", one.text, f"{beside} {one.raw}") for one in sentences(value)
            )
        elif isinstance(value, dict):
            near = " ".join(
                f"{key}: {one}" for key, one in value.items() if isinstance(one, str | int | float)
            )
            lists = " ".join(str(one) for one in value.get("sources", ()) or ())
            for key, inner in value.items():
                if key in ("source", "printed"):
                    continue  # what stands behind a number, and not a claim
                yield from walk(inner, f"{place}.{key}", f"{beside} {near} {lists}")
        elif isinstance(value, list):
            for number, inner in enumerate(value, 1):
                yield from walk(inner, f"{place}.{number}", beside)

    # The loader that Accord itself uses: the slow one refuses a little more.
    yield from walk(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), "", "")


def from_python(text: str, where: str) -> Iterator[Unit]:
    lines = text.split("\n")
    for statement in ast.walk(ast.parse(text)):
        if not isinstance(statement, ast.Call):
            continue
        name = getattr(statement.func, "id", getattr(statement.func, "attr", ""))
        if name not in _SHOWN:
            continue
        beside = "\n".join(
            lines[max(statement.lineno - 2, 0) : (statement.end_lineno or statement.lineno) + 1]
        )
        for argument in statement.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield from (
                    Unit(f"{where}:{argument.lineno}", one.text, beside) for one in sentences(argument.value)
                )


READERS = {
    ".md": from_markdown,
    ".html": from_template,
    ".txt": from_template,
    ".yaml": from_yaml,
    ".py": from_python,
}


def units(path: Path, root: Path) -> list[Unit]:
    """The units of one file."""
    text = path.read_text(encoding="utf-8")
    return list(READERS[path.suffix](text, path.relative_to(root).as_posix()))
