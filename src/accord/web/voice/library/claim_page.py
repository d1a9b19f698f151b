"""All claims with filters, and one claim in full."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accord.evidence.claims import Claim, Effect, Verdict, claims, tags
from accord.evidence.honesty import honesty
from accord.evidence.rendering import claims_in
from accord.evidence.sources import Source, source
from accord.instruments.definition import Confidence
from accord.web.voice.library.library_page import tag_words
from accord.web.voice.library.searching import asked_words, cleaned, rank
from accord.web.voice.library.shelf import Shelf
from accord.web.voice.library.verdicts import VERDICTS, Shown


@dataclass(frozen=True)
class Asked:
    """What claims somebody looks for. `unknown` holds what was asked for and does not exist."""

    query: str = ""
    verdict: Verdict | None = None
    tag: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.query or self.verdict or self.tag)

    @property
    def found(self) -> tuple[Claim, ...]:
        """The claims, in the order of the file; those that say the words themselves come first."""
        words = asked_words(self.query)
        kept = claims(self.verdict, self.tag or None)
        ranked = [(place, one) for one in kept if (place := _place(one, words)) is not None]
        return tuple(one for _place_, one in sorted(ranked, key=lambda pair: pair[0]))


def _place(one: Claim, words: tuple[str, ...]) -> int | None:
    return rank(
        words, one.says, f"{one.say_instead} {one.why}", f"{one.id} {' '.join((*one.tags, *one.sources))}"
    )


def asked_for(query: Mapping[str, str]) -> Asked:
    """What the address asks for; a verdict or a tag that does not exist narrows nothing and is named."""
    verdict, tag = cleaned(query.get("verdict", "")), cleaned(query.get("tag", ""))
    unknown = []
    chosen = None
    if verdict:
        try:
            chosen = Verdict(verdict.replace("-", "_"))
        except ValueError:
            unknown.append(verdict)
    if tag and tag not in tags():
        unknown.append(tag)
        tag = ""
    return Asked(cleaned(query.get("q", "")), chosen, tag, tuple(unknown))


@dataclass(frozen=True)
class Row:
    """One claim in the list."""

    address: str
    says: str
    say_instead: str
    shown: Shown
    reread: bool


@dataclass(frozen=True)
class Choice:
    """One entry of a filter."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Legend:
    """One verdict, how many claims have it, and the address that shows only those."""

    shown: Shown
    number: int
    address: str


@dataclass(frozen=True)
class ClaimsPage:
    """The list of claims as it was asked for."""

    asked: Asked
    rows: tuple[Row, ...]
    total: int
    legend: tuple[Legend, ...]
    verdicts: tuple[Choice, ...]
    tags: tuple[Choice, ...]
    as_json: str


def claims_page(asked: Asked) -> ClaimsPage:
    """The claims that were asked for, and the filters."""
    numbers = Counter(one.verdict for one in claims())
    given = {"q": asked.query, "verdict": asked.verdict.value if asked.verdict else "", "tag": asked.tag}
    query = urlencode({name: value for name, value in given.items() if value})
    return ClaimsPage(
        asked=asked,
        rows=tuple(_row(one) for one in asked.found),
        total=len(claims()),
        legend=tuple(
            Legend(VERDICTS[one], numbers[one], f"{reverse('public:claims')}?verdict={one.value}")
            for one in Verdict
        ),
        verdicts=tuple(Choice(one.value, str(VERDICTS[one].words), one is asked.verdict) for one in Verdict),
        tags=tuple(Choice(one, tag_words(one), one == asked.tag) for one in tags()),
        as_json=reverse("public:claims_json") + (f"?{query}" if query else ""),
    )


def _row(one: Claim) -> Row:
    return Row(claim_address(one), one.says, one.say_instead, VERDICTS[one.verdict], one.reread)


def claim_address(one: Claim) -> str:
    """The address of a claim's page, which never changes."""
    return reverse("public:claim", args=[one.id])


@dataclass(frozen=True)
class Led:
    """A source as a page names it: its name, where it is, and what is to be known of that."""

    name: str
    address: str
    where: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One published figure with all that is known of it; what is not known is said in words."""

    about: str
    value: str
    kind: str
    interval: str
    studies: str
    people: str
    source: str
    read: str
    reread: bool


@dataclass(frozen=True)
class Used:
    """A text of ours that refers to the claim."""

    title: str
    address: str


@dataclass(frozen=True)
class ClaimPage:
    """One claim in full."""

    claim: Claim
    shown: Shown
    how_read: str
    figures: tuple[Figure, ...]
    sources: tuple[Led, ...]
    tags: tuple[tuple[str, str], ...]
    used: tuple[Used, ...]


def claim_page(one: Claim, shelf: Shelf) -> ClaimPage:
    """One claim, and the texts that refer to it."""
    return ClaimPage(
        claim=one,
        shown=VERDICTS[one.verdict],
        how_read=one.how_read,
        figures=tuple(_figure(one, effect) for effect in one.effects),
        sources=tuple(_led(found) for found in _sources(one)),
        tags=tuple((tag_words(tag), f"{reverse('public:claims')}?tag={tag}") for tag in one.tags),
        used=tuple(_used(one, shelf)),
    )


def _used(one: Claim, shelf: Shelf) -> Iterable[Used]:
    for book in shelf.books:
        if one.id in book.claims:
            yield Used(book.article.title, reverse("public:article", args=[book.article.slug]))
    if one.id in claims_in(honesty().markdown):
        yield Used(honesty().title, reverse("public:honesty"))


def _sources(one: Claim) -> tuple[Source, ...]:
    keys = (*one.sources, *(effect.source for effect in one.effects if effect.source))
    return tuple(source(key) for key in dict.fromkeys(keys))


def _led(one: Source) -> Led:
    notes = []
    if one.doi_completed:
        notes.append(_("the start of this DOI was added here, and nobody has followed it"))
    if one.secondary:
        notes.append(_("second hand: somebody who quotes somebody"))
    where = f"doi:{one.doi}" if one.doi else one.url or one.printed or _("named from memory, no address")
    return Led(f"{one.name} [{one.key}]" if one.name else one.key, one.address or "", where, tuple(notes))


def _figure(one: Claim, effect: Effect) -> Figure:
    read = effect.read or one.read
    # The figure without its counts reads like ``r = .278 (.256 to .299)``.
    value, _opened, interval = effect.model_copy(update={"k": None, "n": None}).figure.partition(" (")
    return Figure(
        about=effect.about,
        value=value,
        kind=effect.measure.words,
        interval=interval.removesuffix(")") or _("not noted"),
        studies=_("not noted") if effect.k is None else f"{effect.k:,}",
        people=_people(effect),
        source=effect.source or ", ".join(_left(one)),
        read="" if read is None else read.words,
        reread=read in (Confidence.SEEN, Confidence.CALCULATED),
    )


def _left(one: Claim) -> tuple[str, ...]:
    """The sources of figures that name none: those of the claim that no other figure names."""
    named = {effect.source for effect in one.effects}
    return tuple(key for key in one.sources if key not in named) or one.sources


def _people(effect: Effect) -> str:
    if effect.n is None:
        return _("not noted")
    if effect.at_least:
        return _("more than %(number)s") % {"number": f"{effect.n:,}"}
    return f"{effect.n:,}"
