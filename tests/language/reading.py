"""Every text that somebody wrote for Accord: where it stands, who reads it, in which language."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest
from tests.language import extracting

import accord

ROOT = Path(__file__).parents[2]
SOURCE = Path(accord.__file__).parent
WEB = SOURCE / "web"


class Reader(StrEnum):
    """Whom a text is for. `DOCS` are pages and definitions for those who run, extend or study Accord."""

    CLIENT = "client"
    STAFF = "staff"
    DOCS = "docs"


@dataclass(frozen=True)
class Text:
    """All words of one file in one language, sentences and labels divided by blank lines."""

    file: str
    reader: Reader
    language: str
    words: str


# The frame of the client's pages, and what else clients and visitors meet that does not stand in it.
FOR_CLIENTS = {"client_base.html", "problem.html", "voice/fit.html", "checkin/mail_ask.txt"}
MODULES_FOR_CLIENTS = ("voice/me_*.py",)  # beside those that tools/translations.py lists


@cache
def texts() -> tuple[Text, ...]:
    """All of them; what a colleague adds in one of these places is found by itself."""
    found = [*_templates(), *_modules(), *_yaml(), *_markdown(), *_catalogues()]
    return tuple(text for text in found if text.words)


def _templates() -> Iterator[Text]:
    for name, path in all_templates().items():
        reader = Reader.CLIENT if name in for_clients() else Reader.STAFF
        yield Text(_named(path), reader, "en", extracting.template_words(path.read_text(encoding="utf-8")))


@cache
def all_templates() -> dict[str, Path]:
    """Every template by the name that Django knows it by."""
    folders = [WEB / "templates", *WEB.glob("*/templates")]
    paths = [(folder, path) for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path for folder, path in sorted(paths)}


@cache
def for_clients() -> frozenset[str]:
    """Templates that a client meets: those of the list, those built on them, and all that these include."""
    there = all_templates()
    meets = {name for name in there if FOR_CLIENTS & {name, *_built_on(name)}}
    waiting = list(meets)
    while waiting:
        for part in extracting.parts_of(there[waiting.pop()], "include"):
            if part in there and part not in meets:
                meets.add(part)
                waiting.append(part)
    return frozenset(meets)


def _built_on(name: str) -> Iterator[str]:
    for base in extracting.parts_of(all_templates()[name], "extends"):
        yield base
        if base in all_templates():
            yield from _built_on(base)


def _modules() -> Iterator[Text]:
    sys.path.insert(0, str(ROOT / "tools"))
    translations = pytest.importorskip("translations", reason="the tools lie beside the source")
    clients = {path for pattern in MODULES_FOR_CLIENTS for path in WEB.glob(pattern)}
    clients |= set(translations.client_files())
    for path in sorted(WEB.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "gettext" in source and "migrations" not in path.parts:
            reader = Reader.CLIENT if path in clients else Reader.STAFF
            yield Text(_named(path), reader, "en", extracting.module_words(source))


def _yaml() -> Iterator[Text]:
    packs = sorted(SOURCE.glob("instruments/library/accord-*/**/text/*.yaml"))
    for path in packs:
        instrument = path.relative_to(SOURCE / "instruments" / "library").parts[0]
        reader = Reader.STAFF if instrument.endswith("-therapist") else Reader.CLIENT
        yield Text(_named(path), reader, path.stem, extracting.yaml_words(path.read_text(encoding="utf-8")))
    for path in sorted(SOURCE.glob("instruments/library/*/definition.yaml")):
        yield Text(_named(path), Reader.DOCS, "en", extracting.yaml_words(path.read_text(encoding="utf-8")))
    for folder in ("signals", "repair", "evidence"):
        for path in sorted((SOURCE / folder).rglob("*.yaml")):
            yield Text(
                _named(path), Reader.STAFF, "en", extracting.yaml_words(path.read_text(encoding="utf-8"))
            )
    fit = WEB / "voice" / "fit" / "fit.yaml"
    for language in ("en", "es"):
        words = extracting.yaml_words(fit.read_text(encoding="utf-8"), language)
        yield Text(_named(fit), Reader.CLIENT, language, words)


def _markdown() -> Iterator[Text]:
    for path in sorted((SOURCE / "evidence" / "articles").glob("*.md")):
        yield Text(
            _named(path), Reader.STAFF, "en", extracting.markdown_words(path.read_text(encoding="utf-8"))
        )
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))):
        yield Text(
            _named(path), Reader.DOCS, "en", extracting.markdown_words(path.read_text(encoding="utf-8"))
        )


def _catalogues() -> Iterator[Text]:
    for path in sorted((WEB / "locale").glob("*/LC_MESSAGES/*.po")):
        words = extracting.catalogue_words(path.read_text(encoding="utf-8"))
        yield Text(_named(path), Reader.CLIENT, path.parts[-3], words)


def _named(path: Path) -> str:
    return re.sub(r"^src/accord/", "", str(path.relative_to(ROOT)))
