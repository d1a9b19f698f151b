"""An article: its front matter in a typed form, and its body in Markdown.

The front matter has the fields of the article Accord comes from: ``title description pubDate category tags sources[]
furtherReading[] relatedVideos[]``. The body refers to claims as ``[text](claim:alliance-outcome)``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from accord.basics.near import hint
from accord.evidence.front_matter import FrontMatter, Place, as_date, split
from accord.evidence.sources import DOI

SHELF = Path(__file__).with_name("articles")


class Kind(StrEnum):
    """What kind of fault an article has."""

    MISSING_FRONT_MATTER = "missing-front-matter"
    MISSING_FIELD = "missing-field"
    WRONG_TYPE = "wrong-type"
    WRONG_DATE = "wrong-date"
    UNKNOWN_KEY = "unknown-key"
    UNSAFE_HTML = "unsafe-html"
    UNSAFE_LINK = "unsafe-link"
    WRONG_LINK = "wrong-link"
    DUPLICATE_SLUG = "duplicate-slug"
    SOURCE_WITHOUT_LINK = "source-without-link"
    PLACEHOLDER_LINK = "placeholder-link"
    UNCONFIRMED_LINK = "unconfirmed-link"
    CLAIM_WITHOUT_SOURCE = "claim-without-source"
    UNSUPPORTED_CLAIM = "unsupported-claim"
    NUMBER_NOT_IN_CLAIM = "number-not-in-claim"
    NOT_YAML = "not-yaml"
    YAML_BOMB = "yaml-bomb"
    TOO_LARGE = "too-large"
    NOT_UTF8 = "not-utf8"
    UNREADABLE = "unreadable"
    NO_ARTICLE = "no-article"


@dataclass(frozen=True, order=True)
class ArticleFault:
    """One thing that is wrong with an article: in which file and line, of what kind, and what to do."""

    file: str
    line: int
    kind: Kind
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind.value}: {self.message}"


@dataclass(frozen=True)
class Reference:
    """A source, something to read on, or a video. `note` is its type, description or creator."""

    title: str
    url: str | None
    doi: str | None
    note: str

    @property
    def address(self) -> str:
        """Where it leads: the DOI first."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url or ""


@dataclass(frozen=True)
class Article:
    """One article. `slug` is its name in addresses; `body` is Markdown whose first line is `body_line` of the file."""

    slug: str
    title: str
    description: str
    published: date
    category: str
    tags: tuple[str, ...]
    sources: tuple[Reference, ...]
    further_reading: tuple[Reference, ...]
    related_videos: tuple[Reference, ...]
    body: str
    body_line: int


def _tuple(written: object) -> object:
    return tuple(written) if isinstance(written, list) else written


def _day(written: object) -> object:
    found = as_date(written)
    if found is None:
        raise ValueError("is no date.")
    return found


Text = Annotated[str, Field(min_length=1)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Source(_Form):
    title: Text
    url: Text | None = None
    doi: Annotated[str, Field(pattern=DOI)] | None = None
    type: Text | None = None

    def reference(self) -> Reference:
        return Reference(self.title, self.url, self.doi, self.type or "")


class _Reading(_Form):
    title: Text
    url: Text | None = None
    doi: Annotated[str, Field(pattern=DOI)] | None = None
    description: Text | None = None

    def reference(self) -> Reference:
        return Reference(self.title, self.url, self.doi, self.description or "")


class _Video(_Form):
    title: Text
    url: Text | None = None
    creator: Text | None = None

    def reference(self) -> Reference:
        return Reference(self.title, self.url, None, self.creator or "")


class _Front(_Form):
    title: Text
    description: Text
    pub_date: Annotated[date, BeforeValidator(_day), Field(alias="pubDate")]
    category: Text
    tags: Annotated[tuple[Text, ...], BeforeValidator(_tuple), Field(min_length=1)]
    sources: Annotated[tuple[_Source, ...], BeforeValidator(_tuple), Field(min_length=1)]
    further_reading: Annotated[tuple[_Reading, ...], BeforeValidator(_tuple)] = Field(
        (), alias="furtherReading"
    )
    related_videos: Annotated[tuple[_Video, ...], BeforeValidator(_tuple)] = Field((), alias="relatedVideos")


LISTS: dict[str, type[_Form]] = {"sources": _Source, "furtherReading": _Reading, "relatedVideos": _Video}
_NAMES = {None: [one.alias or name for name, one in _Front.model_fields.items()]} | {
    name: list(form.model_fields) for name, form in LISTS.items()
}
_WORDS = {
    "string_type": "must be text. Put it in quotes.",
    "tuple_type": "must be a list.",
    "model_type": "must be names and values, like 'title: …'.",
    "string_pattern_mismatch": "is no DOI. One begins with 10. and has a slash.",
}


def slug_of(path: Path) -> str:
    """The name of an article in addresses, from its file's."""
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "article"


def parse(text: str, file: str, slug: str) -> tuple[Article | None, FrontMatter, list[ArticleFault]]:
    """The article, or None when its form is broken; its front matter as read; and the faults of its form."""
    front = split(text)
    faults = [
        ArticleFault(file, one.line, Kind.YAML_BOMB if one.bomb else Kind.NOT_YAML, _capital(one.what))
        for one in front.wrong
    ]
    if not front.found:
        said = "There is no front matter. Begin with --- and title, description, pubDate, category, tags, sources."
        return None, front, [ArticleFault(file, 1, Kind.MISSING_FRONT_MATTER, said)]
    if faults and not front.values:
        return None, front, faults
    try:
        form = _Front.model_validate(front.values)
    except ValidationError as failure:
        return None, front, faults + [_fault(front, error, file) for error in failure.errors()]
    return None if faults else _article(form, front, slug), front, faults


def _article(form: _Front, front: FrontMatter, slug: str) -> Article:
    return Article(
        slug=slug,
        title=form.title,
        description=form.description,
        published=form.pub_date,
        category=form.category,
        tags=form.tags,
        sources=tuple(one.reference() for one in form.sources),
        further_reading=tuple(one.reference() for one in form.further_reading),
        related_videos=tuple(one.reference() for one in form.related_videos),
        body=front.body,
        body_line=front.body_line,
    )


def _fault(front: FrontMatter, error: Any, file: str) -> ArticleFault:
    place: Place = error["loc"]
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    line = front.line(place)
    match error["type"]:
        case "missing":
            return ArticleFault(file, line, Kind.MISSING_FIELD, f"'{name}' is missing. Add it.")
        case "string_too_short" | "too_short":
            return ArticleFault(file, line, Kind.MISSING_FIELD, f"'{name}' is empty. Write at least one.")
        case "extra_forbidden":
            known = _NAMES[str(place[0]) if len(place) > 1 else None]
            near = hint(str(place[-1]), known) or f"Known here: {', '.join(known)}."
            return ArticleFault(file, line, Kind.UNKNOWN_KEY, f"'{name}' is not known. {near}")
        case "value_error":
            return ArticleFault(
                file, line, Kind.WRONG_DATE, f"'{name}' is no date. Write it like 2024-01-31."
            )
        case kind:
            return ArticleFault(
                file, line, Kind.WRONG_TYPE, f"'{name}' {_WORDS.get(kind, 'cannot be used.')}"
            )


def references(front: FrontMatter) -> Iterator[tuple[str, Place, dict[str, Any]]]:
    """Every entry of the three lists as it was written: the list's name, the entry's place, its names and values."""
    for name in LISTS:
        entries = front.values.get(name)
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict):
                yield name, (name, number), entry


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def own_articles() -> tuple[Article, ...]:
    """The articles that ship with Accord, the newest first; a test holds that they have no fault."""
    read = (
        parse(path.read_text(encoding="utf-8"), path.name, slug_of(path))[0] for path in SHELF.glob("*.md")
    )
    return tuple(sorted((one for one in read if one), key=lambda one: (-one.published.toordinal(), one.slug)))
