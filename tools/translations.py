"""Collects the words of pages, keeps the translations in step, and compiles them. Needs no GNU gettext.

    python tools/translations.py           # collect, merge into every .po, compile every .mo
    python tools/translations.py --check   # change nothing; exit code 1 when something is not in step

English is what the source says. Clients' pages are translated; staff pages are English and can be added the same way.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "src" / "accord" / "web"
LOCALE = WEB / "locale"
LANGUAGES = ("es", "ar")
# What a client can meet: every template and module that speaks on an address under /c/, and the mail that leads there.
CLIENT_TEMPLATES = (
    "templates/client_base.html",
    "checkin/templates/checkin/*.html",
    "checkin/templates/checkin/*.txt",
    "voice/templates/voice/_me_base.html",
    "voice/templates/voice/me*.html",
    "voice/templates/voice/door_card.html",
    "voice/templates/voice/concern*.html",
    "voice/templates/voice/mail_answered.txt",
)
CLIENT_MODULES = (
    *(f"checkin/{name}.py" for name in ("after", "form", "pages", "reasons", "views")),
    *(f"voice/{name}.py" for name in ("concern_page", "concern_views", "concerns", "loop")),
    *(f"voice/{name}.py" for name in ("choices_page", "copying", "erasing_page", "erasing_parts", "looked")),
    *(f"voice/{name}.py" for name in ("me_frame", "me_page", "me_views", "who", "who_page")),
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@dataclass(frozen=True)
class Found:
    """One text of the source: its words (two where a number decides), its context, and where it stands."""

    words: str | tuple[str, ...]
    context: str | None
    file: str
    line: int


def client_files() -> list[Path]:
    """Files with words for clients, sorted."""
    return sorted({path for pattern in (*CLIENT_TEMPLATES, *CLIENT_MODULES) for path in WEB.glob(pattern)})


def texts(files: list[Path]) -> Iterator[Found]:
    """Every text to be translated in `files`, in their order."""
    for path in files:
        for line, words, _, context in extract(
            "python", source_of(path), keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            told = words if isinstance(words, str) else tuple(filter(None, words))
            yield Found(told, context, str(path.relative_to(WEB)), line)


def source_of(path: Path) -> io.BytesIO:
    """The file as Python source: templates are turned into what Django's own collector makes of them."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        text = templatize(text, origin=str(path))
    return io.BytesIO(text.encode())


def template() -> Catalog:
    """All texts for clients, without translations."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for found in texts(client_files()):
        catalog.add(found.words, context=found.context, locations=[(found.file, found.line)])
    return catalog


def po_path(language: str) -> Path:
    """Where the translations of a language are written by people."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The translations of a language as they are now; empty when there are none."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(language: str) -> Catalog:
    """The translations of a language with exactly the texts that the source has."""
    catalog = read(language)
    made = catalog.creation_date
    catalog.update(template(), no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    catalog.creation_date = made  # a run that changes no word changes no file
    return catalog


def said(catalog: Catalog) -> dict:
    """What a catalogue says, without its head, which names the tool that wrote it."""
    words = [one for one in catalog if one.id]
    # Babel reads the context of a .mo as bytes and that of a .po as text, and plurals as lists and as tuples.
    return {
        (_fixed(one.id), one.context.decode() if isinstance(one.context, bytes) else one.context): _fixed(
            one.string
        )
        for one in words
    }


def _fixed(words: str | list[str] | tuple[str, ...] | None) -> str | tuple[str, ...]:
    return words if isinstance(words, str) else tuple(words or ())


def untranslated(catalog: Catalog) -> list[str]:
    """Texts of a catalogue that nobody has translated."""
    written = {
        one.id: (one.string,) if isinstance(one.string, str) else one.string or ("",) for one in catalog
    }
    return [str(words) for words, said in written.items() if words and not all(said)]


def out_of_step(language: str) -> list[str]:
    """What is wrong with the translations of a language, each with what to do."""
    asked, there = said(template()).keys(), said(read(language))
    faults = [
        f"{language}: not collected yet: {words!r}" for words, _ in sorted(asked - there.keys(), key=str)
    ]
    faults += [
        f"{language}: no longer in the source: {words!r}"
        for words, _ in sorted(there.keys() - asked, key=str)
    ]
    mo = po_path(language).with_suffix(".mo")
    if not mo.exists() or said(read_mo(mo.open("rb"))) != there:
        faults.append(f"{language}: {mo.name} is not what {mo.stem}.po says")
    return faults


def main() -> int:
    """Collect, merge and compile, or only check."""
    faults = []
    for language in LANGUAGES:
        if "--check" in sys.argv:
            faults += out_of_step(language)
            continue
        catalog = merged(language)
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=110, omit_header=False, sort_by_file=True, include_lineno=False)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        print(f"{language}: {len(catalog)} texts, {len(untranslated(catalog))} of them not translated")
    for fault in faults:
        print(fault)
    if faults:
        print("Run: python tools/translations.py")
    return 1 if faults else 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
