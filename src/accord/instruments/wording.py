"""What the words of an instrument are, as frozen values: one pack per instrument version and language."""

from collections.abc import Mapping
from dataclasses import dataclass

RIGHT_TO_LEFT = ("ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")


@dataclass(frozen=True)
class ItemText:
    """The words of one item. `choices` pairs each value with its label."""

    prompt: str
    low_anchor: str = ""
    high_anchor: str = ""
    choices: tuple[tuple[float, str], ...] = ()
    help: str = ""


@dataclass(frozen=True)
class TextPack:
    """All words of one instrument version in one language, and where they come from."""

    instrument: str
    version: int
    language: str
    direction: str
    title: str
    lead: str
    items: Mapping[int, ItemText]
    unvalidated: bool
    source: str
    note: str = ""
    source_file: str = ""
    replaces_shipped: bool = False


def direction(language: str) -> str:
    """``rtl`` for languages written from right to left, else ``ltr``."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
