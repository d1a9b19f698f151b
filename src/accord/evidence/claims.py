"""What is claimed about the alliance, each with its verdict, figures and sources (`claims.yaml`).

A text refers to a claim by its id: ``[text](claim:alliance-outcome)`` in Markdown, ``claim: alliance-outcome`` in YAML.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from accord.basics.faults import Fault, Faults, refuse
from accord.basics.near import hint
from accord.evidence.sources import Source, sources
from accord.instruments.definition import Confidence
from accord.instruments.reading import Source as YamlFile
from accord.instruments.reading import read_yaml, validated

FILE = Path(__file__).with_name("claims.yaml")
ARTICLE_CLAIMS = 28  # of the article that Accord comes from


class Verdict(StrEnum):
    """How well a claim stands."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT_SUPPORTED = "not_supported_as_worded"
    UNVERIFIABLE = "unverifiable"
    CONTESTED = "contested"

    @property
    def words(self) -> str:
        """The verdict in words for a page or a terminal."""
        return VERDICT_WORDS[self]


VERDICT_WORDS = {
    Verdict.SUPPORTED: "supported",
    Verdict.PARTLY: "partly supported",
    Verdict.NOT_SUPPORTED: "not supported as worded",
    Verdict.UNVERIFIABLE: "could not be checked",
    Verdict.CONTESTED: "disputed",
}


class Measure(StrEnum):
    """What kind of figure it is."""

    R = "r"
    D = "d"
    G_HEDGES = "g"
    ODDS = "OR"
    PERCENT = "percent"
    SMD = "SMD"
    BETA = "beta"
    RHO = "rho"
    DEPENDABILITY = "G"
    AUC = "AUC"
    POINTS = "points"
    DAYS = "days"

    @property
    def words(self) -> str:
        """The kind in words, for people who do not read statistics."""
        return _MEASURE_WORDS[self]


_MEASURE_WORDS = {
    Measure.R: "correlation",
    Measure.D: "difference in standard deviations",
    Measure.G_HEDGES: "difference in standard deviations",
    Measure.ODDS: "ratio of odds",
    Measure.PERCENT: "share of 100",
    Measure.SMD: "difference in standard deviations",
    Measure.BETA: "standardised slope",
    Measure.RHO: "rank correlation",
    Measure.DEPENDABILITY: "dependability, 0 to 1",
    Measure.AUC: "how well two groups are told apart, .5 to 1",
    Measure.POINTS: "points of a scale",
    Measure.DAYS: "days",
}


def _enum(kind: type[StrEnum]) -> BeforeValidator:
    # Strict mode takes members only; a file has their values.
    def convert(written: object) -> object:
        try:
            return kind(written)  # type: ignore[arg-type]  # refused below where it is no such word
        except ValueError:
            names = [one.value for one in kind]
            raise ValueError(
                f"'{written}' is not one of: {', '.join(names)}. {hint(str(written), names)}".strip()
            ) from None

    return BeforeValidator(lambda written: None if written is None else convert(written))


def _tuple(written: object) -> object:
    return tuple(written) if isinstance(written, list) else written


Strings = Annotated[tuple[str, ...], BeforeValidator(_tuple)]
Sure = Annotated[Confidence | None, _enum(Confidence)]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Effect(_Frozen):
    """One published figure: `value` with `low` to `high`, from `k` studies with `n` people. `about` says of what.

    `low` and `high` are a 95 % interval unless `about` says otherwise. `read` and `source` where they differ from the
    claim's own; `at_least`: `n` is a lower bound.
    """

    measure: Annotated[Measure, _enum(Measure)]
    value: float
    about: Annotated[str, Field(min_length=3)]
    low: float | None = None
    high: float | None = None
    k: int | None = None
    n: int | None = None
    at_least: bool = False
    read: Sure = None
    source: str | None = None

    @property
    def figure(self) -> str:
        """The figure as it is written: ``r = .278 (.256 to .299), 295 studies, more than 30,000 people``."""
        told = f"{self.measure.value} = {_written(self.value)}"
        if self.measure in (Measure.PERCENT, Measure.POINTS, Measure.DAYS):
            told = f"{_written(self.value)} {'%' if self.measure is Measure.PERCENT else self.measure.value}"
        if self.low is not None and self.high is not None:
            told += f" ({_written(self.low)} to {_written(self.high)})"
        elif self.high is not None:
            told += f" to {_written(self.high)}"
        if self.k is not None:
            told += f", {self.k:,} studies"
        if self.n is not None:
            told += f", {'more than ' if self.at_least else ''}{self.n:,} people"
        return told

    def numbers(self) -> frozenset[float]:
        """Every number of the figure."""
        found = (self.value, self.low, self.high, self.k, self.n)
        return frozenset(float(one) for one in found if one is not None)


def _written(value: float) -> str:
    """A number as papers print it: ``.20``, ``-.09``, ``19.7``."""
    if abs(value) >= 1 or value == 0:
        return f"{value:g}"
    digits = max(2, len(f"{value:g}".partition(".")[2]))
    return f"{value:.{digits}f}".replace("0.", ".", 1)


class Claim(_Frozen):
    """One claim: what is said, how well it stands and why, and what Accord says instead."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    article: Annotated[int, Field(ge=1, le=ARTICLE_CLAIMS)] | None
    says: Annotated[str, Field(min_length=10)]
    verdict: Annotated[Verdict, _enum(Verdict)]
    why: Annotated[str, Field(min_length=10)]
    say_instead: Annotated[str, Field(min_length=10)]
    sources: Strings
    read: Sure
    tags: Annotated[Strings, Field(min_length=1)]
    effects: Annotated[tuple[Effect, ...], BeforeValidator(_tuple)] = ()
    untraceable_figure: bool = False
    worded: Strings = ()
    unless: Strings = ()
    matches: Strings = ()
    spares: Strings = ()

    @property
    def unsupported(self) -> bool:
        """Whether it must not be repeated: not supported as worded, or with a figure that has no source."""
        return self.verdict is Verdict.NOT_SUPPORTED or self.untraceable_figure

    @property
    def reread(self) -> bool:
        """Whether its sources were read for Accord."""
        return self.read is Confidence.SEEN

    @property
    def how_read(self) -> str:
        """How the claim's figures were come by, in words."""
        return "nothing found that could be read" if self.read is None else self.read.words

    def named_sources(self) -> tuple[Source, ...]:
        """The sources with their addresses."""
        return tuple(sources()[key] for key in self.sources)

    def spoken_of(self, sentence: str) -> bool:
        """Whether a sentence makes this claim or denies it, going by its wording."""
        return self._worded is not None and self._worded.search(sentence) is not None

    def says_this(self, sentence: str) -> bool:
        """Whether a sentence makes this claim, going by its wording."""
        return self.spoken_of(sentence) and not (self._unless and self._unless.search(sentence))

    @cached_property
    def _worded(self) -> re.Pattern[str] | None:
        return _any_of(self.worded)

    @cached_property
    def _unless(self) -> re.Pattern[str] | None:
        return _any_of(self.unless)

    @cached_property
    def numbers(self) -> frozenset[float]:
        """Every number that the claim gives: in its figures and in its own sentences."""
        said = re.findall(r"(?<![\w.])-?(?:\d[\d,]*)?\.?\d+", f"{self.says} {self.why} {self.say_instead}")
        found = {abs(float(one.replace(",", ""))) for one in said}
        return frozenset(found.union(*({abs(x) for x in one.numbers()} for one in self.effects)))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.read is None and (self.sources or self.verdict is not Verdict.UNVERIFIABLE):
            raise ValueError("only a claim that could not be checked, with no source, may have no 'read'.")
        if self.reread and not self.sources:
            raise ValueError("what was seen needs a source.")
        if self.read in (Confidence.DESIGN, Confidence.CALCULATED):
            raise ValueError("a claim is seen or known; only a figure may be calculated.")
        for pattern in (*self.worded, *self.unless):
            try:
                re.compile(pattern)
            except re.error as failure:
                raise ValueError(f"'{pattern}' is no pattern: {failure}.") from None
        return self


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(f"(?:{one})" for one in patterns)
    return re.compile(joined, re.I) if joined else None


class _File(_Frozen):
    version: int
    claims: Annotated[tuple[Claim, ...], BeforeValidator(_tuple)]


def read_claims(path: Path = FILE) -> tuple[Claim, ...]:
    """The claims of a file; `Faults` with every fault of it at once, each with its line."""
    file = read_yaml(path)
    found = validated(file, _File).claims
    faults = list(_together(file, found))
    if faults:
        raise Faults(faults)
    return found


def _together(file: YamlFile, found: tuple[Claim, ...]) -> Iterable[Fault]:
    """What is wrong only when claims stand beside each other, or beside the sources."""
    ids: set[str] = set()
    numbers: set[int] = set()
    for place, one in enumerate(found):
        where = file.where(("claims", place, "id"))
        if one.id in ids:
            yield Fault(where, f"'{one.id}' is there twice.", "An id belongs to one claim for ever.")
        if one.article is not None and one.article in numbers:
            yield Fault(where, f"article number {one.article} is there twice.")
        ids.add(one.id)
        numbers |= {one.article} if one.article else set()
        for key in (*one.sources, *(effect.source for effect in one.effects if effect.source)):
            if key not in sources():
                yield Fault(where, f"{one.id}: there is no source '{key}'.", hint(key, sources()))


@cache
def _by_id() -> Mapping[str, Claim]:
    return {one.id: one for one in read_claims()}


def claims(verdict: Verdict | None = None, tag: str | None = None) -> tuple[Claim, ...]:
    """Every claim, the article's first in its order; or those with this verdict and this tag."""
    return tuple(
        one
        for one in _by_id().values()
        if (verdict is None or one.verdict is verdict) and (tag is None or tag in one.tags)
    )


def claim(id: str) -> Claim:
    """The claim with this id; `Faults` with the near name when there is none."""
    found = _by_id().get(id)
    if found is None:
        raise refuse("claim", f"there is no '{id}'.", hint(id, _by_id()) or "'accord claims' lists them.")
    return found


def is_claim(id: str) -> bool:
    """Whether there is a claim with this id."""
    return id in _by_id()


def near_claim(id: str) -> str:
    """A sentence that offers the near id, or an empty string."""
    return hint(id, _by_id())


def tags() -> tuple[str, ...]:
    """Every tag, in order of the alphabet."""
    return tuple(sorted({tag for one in claims() for tag in one.tags}))


@cache
def _with_words(only_unsupported: bool) -> tuple[re.Pattern[str] | None, tuple[Claim, ...]]:
    """The claims that can be told by their wording, and one pattern that any of them would fit."""
    found = tuple(one for one in claims() if one.worded and (one.unsupported or not only_unsupported))
    return _any_of(pattern for one in found for pattern in one.worded), found


def said_in(sentence: str) -> tuple[Claim, ...]:
    """The claims that a sentence makes, going by its wording."""
    return tuple(one for one in spoken_of_in(sentence) if one.says_this(sentence))


def spoken_of_in(sentence: str) -> tuple[Claim, ...]:
    """The claims that a sentence makes or denies, going by its wording."""
    any_of_them, found = _with_words(only_unsupported=False)
    if any_of_them is None or not any_of_them.search(sentence):
        return ()
    return tuple(one for one in found if one.spoken_of(sentence))


def refused_in(sentence: str) -> tuple[Claim, ...]:
    """The claims a sentence makes that must not be repeated as they are worded."""
    any_of_them, found = _with_words(only_unsupported=True)
    if any_of_them is None or not any_of_them.search(sentence):
        return ()
    return tuple(one for one in found if one.says_this(sentence))


def as_data(one: Claim) -> dict[str, Any]:
    """A claim as plain data, with its sources written out and without the patterns."""
    hidden = {"worded", "unless", "matches", "spares"}
    data = one.model_dump(mode="json", exclude=hidden)
    data["reread"] = one.reread
    data["effects"] = [
        {**shown, "figure": effect.figure, "read": (effect.read or one.read)}
        for shown, effect in zip(data["effects"], one.effects, strict=True)
    ]
    data["sources"] = [
        {**source.model_dump(mode="json"), "address": source.address} for source in one.named_sources()
    ]
    return data
