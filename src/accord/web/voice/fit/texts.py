"""The words of the fit check, in all its languages at once (`fit.yaml`)."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import yaml
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from pydantic import BaseModel, ConfigDict, Field

LANGUAGES = {"en": "English", "es": "Español"}


class Words(BaseModel):
    """One text in every language. A page prints them all; its style shows the chosen one, also in a saved copy."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    en: str = Field(min_length=1)
    es: str = Field(min_length=1)

    def __str__(self) -> SafeString:
        """One `span` per language, each saying which it is."""
        return _spans({code: self[code] for code in LANGUAGES})

    def __getitem__(self, language: str) -> str:
        return str(getattr(self, language))

    def filled(self, **parts: object) -> "Filled":
        """The same with `{name}` replaced by a part, which may be HTML made by `format_html`."""
        return Filled({code: format_html(self[code], **parts) for code in LANGUAGES})


class Filled:
    """Words with their parts filled in."""

    def __init__(self, texts: Mapping[str, SafeString]) -> None:
        self.texts = texts

    def __str__(self) -> SafeString:
        """One `span` per language, each saying which it is."""
        return _spans(self.texts)


def _spans(texts: Mapping[str, str]) -> SafeString:
    return format_html_join("", '<span lang="{}">{}</span>', texts.items())


class Choice(BaseModel):
    """One way to answer a reflection; `unsure` ones bring up words to say."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    unsure: bool
    label: Words


class Reflection(BaseModel):
    """One thing to reflect on, and words for bringing it up."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    prompt: Words
    hint: Words
    say: Words


class Sign(BaseModel):
    """One warning sign, and words for bringing it up."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    prompt: Words
    say: Words


class Question(BaseModel):
    """One question to get ready with."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    ask: Words


class Ready(BaseModel):
    """What to think about before a session."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Words
    lead: Words
    questions: tuple[Question, ...] = Field(min_length=4, max_length=4)


Section = Mapping[str, Words]


class Texts(BaseModel):
    """The file: its version, the day it was written, and every text of the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    written: date
    validated: bool
    page: Section
    answers: tuple[Choice, ...]
    reflections: tuple[Reflection, ...] = Field(min_length=5, max_length=5)
    signs_page: Section
    signs: tuple[Sign, ...] = Field(min_length=5, max_length=5)
    never: Section
    words_page: Section
    ready: Ready
    ending: Section
    crisis: Section


@cache
def texts() -> Texts:
    """All words of the page; a text that lacks a language is refused."""
    source = (files("accord.web.voice.fit") / "fit.yaml").read_text(encoding="utf-8")
    return Texts.model_validate(yaml.safe_load(source))
