"""The index of articles, with search and tags, and one article."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from accord.evidence.article import Reference
from accord.evidence.claims import Verdict, claim
from accord.evidence.links import is_web_address
from accord.web.voice.library.searching import Excerpt, asked_words, cleaned, excerpt, rank
from accord.web.voice.library.shelf import Shelf, Shelved
from accord.web.voice.library.verdicts import VERDICTS, Shown, rendered


@dataclass(frozen=True)
class Tag:
    """One tag: how many of the articles found have it, and the address that chooses or leaves it."""

    name: str
    words: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True)
class Entry:
    """One article in a list."""

    title: str
    description: str
    address: str
    category: str
    published: date
    minutes: int
    ours: bool
    excerpt: Excerpt | None = None


@dataclass(frozen=True)
class LibraryPage:
    """The index as it was asked for. `tag` is a tag that exists, or empty; `unknown` one that does not."""

    query: str
    tag: str
    unknown: str
    tags: tuple[Tag, ...]
    entries: tuple[Entry, ...]
    total: int

    @property
    def narrowed(self) -> bool:
        """Whether something was searched or chosen."""
        return bool(self.query or self.tag)

    @property
    def tag_words(self) -> str:
        """The chosen tag as words."""
        return tag_words(self.tag)


def library_page(shelf: Shelf, query: str, tag: str) -> LibraryPage:
    """The articles that have all words of `query`, and the tag where one is chosen; best places first, then newest."""
    query = cleaned(query)
    words = asked_words(query)
    found = list(_found(shelf.books, words))
    counts = Counter(name for _, one in found for name in one.article.tags)
    known = {name for one in shelf.books for name in one.article.tags}
    chosen = tag if tag in known else ""
    kept = sorted(
        ((place, one) for place, one in found if not chosen or chosen in one.article.tags),
        key=lambda pair: pair[0],
    )
    return LibraryPage(
        query=query,
        tag=chosen,
        unknown="" if chosen else cleaned(tag),
        tags=tuple(
            _tag(name, counts[name], query, name == chosen)
            for name in sorted(known)
            if counts[name] or name == chosen
        ),
        entries=tuple(_entry(one, words) for _, one in kept),
        total=len(shelf.books),
    )


def _found(books: Iterable[Shelved], words: tuple[str, ...]) -> Iterable[tuple[int, Shelved]]:
    for one in books:
        article = one.article
        tags = " ".join((article.category, *article.tags, *map(tag_words, article.tags)))
        place = rank(words, article.title, tags, article.description, one.plain)
        if place is not None:
            yield place, one


def _tag(name: str, count: int, query: str, chosen: bool) -> Tag:
    return Tag(name, tag_words(name), count, index_address(query, "" if chosen else name), chosen)


def tag_words(tag: str) -> str:
    """A tag as words: ``for-therapists`` is *for therapists*."""
    return tag.replace("-", " ")


def index_address(query: str = "", tag: str = "") -> str:
    """The address of the index under a search and a tag."""
    asked = {name: value for name, value in (("q", query), ("tag", tag)) if value}
    return reverse("public:library") + (f"?{urlencode(asked)}" if asked else "")


def _entry(one: Shelved, words: tuple[str, ...] = ()) -> Entry:
    article = one.article
    shown = rank(words, article.title, article.description) is not None  # the hit can be seen without help
    return Entry(
        title=article.title,
        description=article.description,
        address=reverse("public:article", args=[article.slug]),
        category=article.category,
        published=article.published,
        minutes=one.minutes,
        ours=one.ours,
        excerpt=None if shown else excerpt(one.plain, words),
    )


@dataclass(frozen=True)
class Led:
    """A source, something to read, or a video. `address` is empty where it leads nowhere on the web."""

    title: str
    note: str
    address: str
    where: str


@dataclass(frozen=True)
class Count:
    """How many claims of a text have this verdict."""

    shown: Shown
    number: int


@dataclass(frozen=True)
class ArticlePage:
    """One article, rendered, and what stands around it."""

    entry: Entry
    html: SafeString
    counts: tuple[Count, ...]
    claims: int
    tags: tuple[tuple[str, str], ...]
    sources: tuple[Led, ...]
    further_reading: tuple[Led, ...]
    related_videos: tuple[Led, ...]


def article_page(one: Shelved) -> ArticlePage:
    """One article for its page."""
    article = one.article
    counts = counted(one.claims)
    return ArticlePage(
        entry=_entry(one),
        html=rendered(article.body),
        counts=counts,
        claims=len(one.claims),
        tags=tuple((tag_words(name), index_address(tag=name)) for name in article.tags),
        sources=_led(article.sources),
        further_reading=_led(article.further_reading),
        related_videos=_led(article.related_videos),
    )


def counted(ids: Iterable[str]) -> tuple[Count, ...]:
    """How the claims of a text stand, by verdict; only those that occur."""
    found = Counter(claim(id).verdict for id in ids)
    return tuple(Count(VERDICTS[one], found[one]) for one in Verdict if found[one])


def _led(references: Iterable[Reference]) -> tuple[Led, ...]:
    return tuple(
        Led(
            title=one.title,
            note=one.note,
            address=one.address if is_web_address(one.address) else "",
            where=f"doi:{one.doi}" if one.doi else one.address,
        )
        for one in references
    )
