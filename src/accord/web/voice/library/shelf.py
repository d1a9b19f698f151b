"""The articles that there are: Accord's own, and those of the folder `ACCORD_ARTICLES`, checked when they are read.

An article with a fault is not shown, whole or in part; `left_out` says why, with lines, for those who can mend it.
The folder is read again when a file in it changes.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from accord.evidence.article import Article, ArticleFault, Kind, own_articles, parse, slug_of
from accord.evidence.checking import article_files, check
from accord.evidence.rendering import claims_in, plain
from accord.web.configuration import configuration

RESERVED = {"claims"}  # an address of the library itself
WORDS_A_MINUTE = 200  # [design] a calm pace; nobody is timed


@dataclass(frozen=True)
class Shelved:
    """One article on the shelf. `ours`: it ships with Accord."""

    article: Article
    ours: bool

    @cached_property
    def plain(self) -> str:
        """Its words without marks."""
        return plain(self.article.body)

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """The ids of the claims it refers to."""
        return claims_in(self.article.body)

    @cached_property
    def minutes(self) -> int:
        """How long it takes to read, at least one minute."""
        return max(1, round(len(self.plain.split()) / WORDS_A_MINUTE))


@dataclass(frozen=True)
class LeftOut:
    """A file that is not shown, by its name in the folder, and everything that is wrong with it."""

    file: str
    faults: tuple[ArticleFault, ...]


@dataclass(frozen=True)
class Shelf:
    """The articles, the newest first, and the files that were left out."""

    folder: Path
    books: tuple[Shelved, ...]
    left_out: tuple[LeftOut, ...]

    def find(self, slug: str) -> Shelved | None:
        """The article with this name in addresses."""
        return next((one for one in self.books if one.article.slug == slug), None)

    @property
    def added(self) -> tuple[Shelved, ...]:
        """Those of the folder."""
        return tuple(one for one in self.books if not one.ours)


def folder() -> Path:
    """Where a service puts its own articles."""
    chosen = configuration()
    return Path(chosen.articles) if chosen.articles else chosen.data / "articles"


def shelf() -> Shelf:
    """The shelf as it is now."""
    where = folder()
    return _read(where, tuple(_stamps(where)), bool(configuration().articles))


def _stamps(where: Path) -> Iterator[tuple[str, int, int]]:
    """Every file of the folder with when it changed and how long it is."""
    for path in article_files(where):
        try:
            found = path.stat()
        except OSError:
            yield str(path), 0, 0
        else:
            yield str(path), found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _read(where: Path, stamps: tuple[tuple[str, int, int], ...], asked_for: bool) -> Shelf:
    ours = tuple(Shelved(one, True) for one in own_articles())
    taken = {one.article.slug for one in ours} | RESERVED
    wrong = _faults(where, stamps, asked_for)
    added = []
    for name, _changed, _size in stamps:
        path = Path(name)
        if slug_of(path) in taken:
            said = (
                f"'{slug_of(path)}' is the name of an article or a page that Accord ships. Rename the file."
            )
            wrong[path].append(ArticleFault(name, 1, Kind.DUPLICATE_SLUG, said))
        elif path not in wrong and (article := _article(path)):
            added.append(Shelved(article, False))
    books = sorted((*ours, *added), key=lambda one: (-one.article.published.toordinal(), one.article.slug))
    left_out = tuple(LeftOut(_named(path, where), tuple(sorted(found))) for path, found in wrong.items())
    return Shelf(where, tuple(books), tuple(sorted(left_out, key=lambda one: one.file)))


def _faults(
    where: Path, stamps: tuple[tuple[str, int, int], ...], asked_for: bool
) -> defaultdict[Path, list[ArticleFault]]:
    """All that is wrong, by file. A folder that is empty or not there is no fault, unless it was asked for by name."""
    found: defaultdict[Path, list[ArticleFault]] = defaultdict(list)
    if not stamps:
        if asked_for and not where.is_dir():
            said = "There is no such folder. Make it, or change ACCORD_ARTICLES."
            found[where].append(ArticleFault(where.as_posix(), 1, Kind.UNREADABLE, said))
        return found
    for one in check(where):
        found[Path(one.file)].append(one)
    return found


def _article(path: Path) -> Article | None:
    """The article in a file that was checked; None when it changed under our hands, until the next look."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), path.as_posix(), slug_of(path))[0]
    except (OSError, UnicodeDecodeError):
        return None


def _named(path: Path, where: Path) -> str:
    return path.relative_to(where).as_posix() if path != where else where.as_posix()
