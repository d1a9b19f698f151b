"""The words that people read, taken out of the files that hold them: templates, modules, YAML, Markdown, catalogues."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import yaml
from yaml import CSafeLoader  # what Accord reads definitions with; the slower one refuses `{what: Really?}`

BREAK = "\n\n"  # ends a sentence: a block of a page, an item of a list, a value of its own
NAME = "Ana"  # stands for whatever is filled in
BLOCKS = {
    "address", "article", "aside", "button", "caption", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "footer", "form", "h1", "h2", "h3", "h4", "header", "label", "legend", "li", "main", "nav", "ol", "option", "p",
    "section", "select", "summary", "table", "td", "th", "title", "tr", "ul",
}  # fmt: skip
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "pgettext", "npgettext"}
# Keys of our YAML whose values no page prints: cases for tests, names, sources, patterns.
NOT_READ = {
    "cases", "worded", "sources", "source", "instrument", "language", "id", "icon", "kind", "shape", "family", "claim",
    "licence", "confidence", "verdict", "respondent", "recall", "doi", "url", "address", "quoted", "matches",
}  # fmt: skip


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag, attrs):
        self.quiet += tag in ("style", "script", "svg")
        if tag in BLOCKS:
            self.told.append(BREAK)
        for name, value in attrs:
            if value and (name in SPOKEN_ATTRIBUTES or (name.startswith("data-") and " " in value.strip())):
                self.told += [BREAK, value, BREAK]

    def handle_endtag(self, tag):
        self.quiet -= tag in ("style", "script", "svg")
        if tag in BLOCKS:
            self.told.append(BREAK)

    def handle_data(self, data):
        if not self.quiet:
            self.told.append(data)


def template_words(source: str) -> str:
    """What a Django template says by itself: texts of its translate tags, and text between its marks."""
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", source, flags=re.S)
    text = re.sub(r"\{% (?:translate|trans) (['\"])(.*?)\1.*?%\}", lambda found: found[2], text, flags=re.S)
    text = re.sub(r"\{% (?:plural|else|elif|empty|endfor|endblock|cycle)\b.*?%\}", BREAK, text, flags=re.S)
    text = re.sub(r"\{%.*?%\}", "", text, flags=re.S)
    text = re.sub(r"\{\{.*?\}\}", NAME, text, flags=re.S)
    reader = _Read()
    reader.feed(text)
    reader.close()
    return _tidy("".join(reader.told))


def module_words(source: str) -> str:
    """Texts that a Python module gives to gettext, each by itself."""
    found = [
        argument.value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in GETTEXT
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    return _tidy(BREAK.join(re.sub(r"%\(\w+\)\w", NAME, text) for text in found))


def yaml_words(source: str, language: str = "") -> str:
    """Sentences and labels of a YAML file, without keys that are never read; of pairs only the one in `language`."""
    return _tidy(
        BREAK.join(
            re.sub(r"\{\w+\}", NAME, text)
            for text in _values(yaml.load(source, Loader=CSafeLoader), language)
        )
    )


def _values(value: object, language: str) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        pair = {"en", "es"} <= set(value)
        for key, one in value.items():
            if key not in NOT_READ and (not pair or key == language):
                yield from _values(one, language)
    elif isinstance(value, list):
        for one in value:
            yield from _values(one, language)


def markdown_words(source: str) -> str:
    """The prose of a Markdown page: without front matter, code, tables' rules and the addresses of links."""
    text = re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.S)
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    text = re.sub(r"`[^`\n]*`", NAME, text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\|?[\s:|-]+$", "", text, flags=re.M).replace("|", BREAK)
    return _tidy(re.sub(r"^\s*(?:[-*#>]+|\d+\.)\s", BREAK, text, flags=re.M))


def catalogue_words(source: str) -> str:
    """What a translation says: the right side of a gettext catalogue."""
    from babel.messages.pofile import read_po

    messages = read_po(source.splitlines(keepends=True))
    said = [
        one.string if isinstance(one.string, str) else BREAK.join(one.string) for one in messages if one.id
    ]
    return _tidy(BREAK.join(re.sub(r"%\(\w+\)\w", NAME, text) for text in said))


def parts_of(path: Path, tag: str) -> list[str]:
    """Names of the templates that a template names with this tag: ``include`` or ``extends``."""
    source = path.read_text(encoding="utf-8")
    return re.findall(rf"\{{% {tag} ['\"]([^'\"]+)['\"]", source)


def _tidy(text: str) -> str:
    lines = (re.sub(r"\s+", " ", part).strip() for part in re.split(r"\n\s*\n", text))
    return BREAK.join(line for line in lines if line)


def sentences(words: str, at_least: int = 4) -> str:
    """The sentences of a text, a paragraph each; labels of fewer words are left out: they would make it look easy."""
    parts = re.split(r"\n\s*\n|(?<=[.!?…])[\"'”»’)]*\s+", words)
    return BREAK.join(part for part in parts if len(re.findall(r"[^\W\d_]+", part)) >= at_least)
