"""The words of an instrument: shipped for Accord's own, supplied by the clinic for all others.

A clinic's packs lie in ``ACCORD_TEXT_PACKS`` (default ``<data folder>/text-packs``), one file per instrument and
language. Without a pack there is no form.
"""

import os
from pathlib import Path

from accord.basics.faults import Fault, Faults
from accord.instruments.definition import Instrument
from accord.instruments.packs import add, read_pack
from accord.instruments.registry import LIBRARY, instrument
from accord.instruments.wording import TextPack


class NoText(Faults):
    """An instrument without words in the language asked for; `do` says what to do about it."""

    def __init__(self, name: str, what: str, do: str) -> None:
        self.instrument = name
        self.do = do
        super().__init__([Fault(name, what, do)])


def packs_folder() -> Path:
    """Where the clinic's text packs lie."""
    named = os.environ.get("ACCORD_TEXT_PACKS")
    return Path(named) if named else Path(os.environ.get("ACCORD_DATA", "var")) / "text-packs"


def text_pack(name: str, language: str) -> TextPack:
    """The words of an instrument in `language` (``es-MX`` finds ``es``); raises `NoText` and never changes language."""
    one = instrument(name)
    if not one.enabled:
        raise NoText(
            name, f"this key is not enabled: {one.disabled_reason}", "Choose another instrument for the plan."
        )
    found = _files(one)
    for code in (language.lower().replace("_", "-"), language.lower().replace("_", "-").split("-")[0]):
        if code in found:
            return _read(one, found[code])
    there = f" There are words in: {', '.join(sorted(found))}." if found else ""
    raise NoText(
        name,
        f"it has no words in '{language}', so its form cannot be shown.{there}",
        f"Load words you may use: accord instruments add-text {name} FILE",
    )


def languages(name: str) -> tuple[str, ...]:
    """Languages with words for this instrument: English first, then by code."""
    return tuple(sorted(_files(instrument(name)), key=lambda code: (code != "en", code)))


def _files(one: Instrument) -> dict[str, Path]:
    shipped = {path.stem: path for path in (LIBRARY / one.id / "text").glob("*.yaml")}
    clinic = {path.stem: path for path in (packs_folder() / one.id).glob("*.yaml")}
    replacing = {
        code: path
        for code, path in clinic.items()
        # Accord's own words give way only to a pack that was added with --replace, never to a stray file.
        if code not in shipped or _replaces(path)
    }
    return {**shipped, **replacing}


def _replaces(path: Path) -> bool:
    try:
        return "\nreplaces_shipped: true\n" in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _read(one: Instrument, path: Path) -> TextPack:
    pack = read_pack(one, path)
    if pack.version != one.version:
        raise NoText(
            one.id,
            f"its words in '{pack.language}' belong to version {pack.version}, the key is version {one.version}.",
            f"Load the words again: accord instruments add-text {one.id} FILE",
        )
    return pack


def add_text(
    name: str, path: Path, folder: Path | None = None, *, language: str | None = None, replace: bool = False
) -> tuple[TextPack, tuple[str, ...]]:
    """Take words for an instrument from a YAML pack or a FHIR R4 Questionnaire into the clinic's folder.

    Returns the pack and notes on what was left out or assumed; raises `Faults` with all reasons and writes nothing
    when the words cannot be matched for certain.
    """
    return add(instrument(name), path, folder or packs_folder(), language=language, replace=replace)
