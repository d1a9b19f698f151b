"""Numbers that make a scientific claim, and whether a source stands behind them.

What counts as such a number depends on who speaks:

- An **article** is all about what is known, so every share in percent, every effect (r, d, g, OR, HR, SMD, AUC, k, N
  with a value) and every count of studies or of people studied needs a source.
- The **product** (pages, forms, our docs) is full of numbers that are its own: widths, limits, a service's own counts.
  There an effect always needs a source; a percent or a count of studies only in a sentence that speaks of research.

Never counted: levels of confidence ("95 % interval"), code, dates, versions, addresses.

A number is sourced when its own sentence, row or entry names a claim (``claim:alliance-outcome``, or its id in
backticks), the key of a source (FLU18; one without a digit only in a cell of a table or a field ``source``) or a DOI;
or when the wording is that of a known claim (`claims.yaml`, `worded`), made or denied, whose source and verdict are
then known.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from accord.evidence.claims import Claim, claim, is_claim, spoken_of_in
from accord.evidence.sources import sources


class Speaker(StrEnum):
    """Who says the sentence."""

    ARTICLE = "article"
    PRODUCT = "product"


@dataclass(frozen=True)
class Figure:
    """A number in a sentence that may need a source: as it is written, and its values."""

    written: str
    values: tuple[float, ...]


_NUMBER = r"[-−–]?(?:\d++(?:,\d{3})*+(?:\.\d+)?+|\.\d++)"
_PERCENT = (
    rf"(?<![\w.,/-]){_NUMBER}(?:\s?(?:-|–|to|and)\s?{_NUMBER})?\s?(?:%|per ?cent\b)"
    r"(?!\s*\w{0,12}\s*(?:interval|CI\b|confidence|credible|range))"
)
_EFFECT = (
    r"(?<![\w.])(?:[rdg]|SMD|AUC|HR|OR|RR|rho|odds(?: ratio)?)\s?(?:=|≈|~|<|>|≤|≥|of|was|is|about)?\s?"
    r"(?:about |of )?(?<=[\s=≈~<>≤≥])[-−–]?(?:\d++\.\d+|\.\d+)"
    rf"|(?<![\w.])(?:[rdgkNn]|beta|OR|HR)\s?[=≈]\s?{_NUMBER}"
)
_WHO = r"(?:clients|patients|participants|people|therapists|adults|couples)"
_WHAT = r"(?:studies|trials|meta-analyses|samples|data ?sets|effect sizes)"
_STUDIES = rf"(?<![\w.,-])\d[\d,]*+\s+(?:[a-z]+\s+){{0,2}}{_WHAT}\b"
_PEOPLE = rf"(?<![\w.,-])\d[\d,]++\s+(?:[a-z]+\s+)?{_WHO}\b"
_ANYWHERE = re.compile(_EFFECT)
_PRODUCT = re.compile(f"{_EFFECT}|{_PERCENT}|{_STUDIES}")
_ARTICLE = re.compile(f"{_EFFECT}|{_PERCENT}|{_STUDIES}|{_PEOPLE}")
_RESEARCH = re.compile(
    r"\b(?:(?<!simulation )stud(?:y|ies)|trials?|meta-?analys\w+|research\w*|literature|published|reviews? of"
    r"|evidence)\b",
    re.I,
)
_VALUE = re.compile(r"(?:(?<=[\s(=≈~<>≤≥])[-−]|^[-−])?(?:\d[\d,]*(?:\.\d+)?|\.\d+)")
_DIGIT = re.compile(r"\d")
_COUNTED_PEOPLE = re.compile(rf"{_WHO}$")
_ADDRESS = re.compile(r"(?:https?://|www\.|doi:|10\.\d{4,9}/)\S+")
_CLAIM = re.compile(r"claims?[:/]\s*[\"']?([a-z0-9-]+)")
_IN_CODE = re.compile(r"`([a-z0-9-]+)`")
_IN_A_FIELD = re.compile(r"(?:\|\s*|source:\s*[\"']?)([A-Z0-9]\w+)")
_DOI = re.compile(r"10\.\d{4,9}/\S")
_WORD = re.compile(r"[A-Z0-9][A-Za-z0-9]{2,}")
FEWEST_PEOPLE = 20  # a smaller number of people is more often a group in a room than a study [design]


def figures(text: str, speaker: Speaker) -> tuple[Figure, ...]:
    """The numbers in one sentence that need a source when this speaker says it."""
    if not _DIGIT.search(text):
        return ()
    plain = _ADDRESS.sub(" ", text)
    if speaker is Speaker.ARTICLE:
        found: Iterable[re.Match[str]] = _ARTICLE.finditer(plain)
    elif _RESEARCH.search(plain):
        found = _PRODUCT.finditer(plain)
    else:
        found = _ANYWHERE.finditer(plain)
    made = (_figure(one[0].strip()) for one in found)
    return tuple(one for one in made if _counts(one))


def _figure(written: str) -> Figure:
    values = (float(one.replace(",", "").replace("−", "-")) for one in _VALUE.findall(written))
    return Figure(written, tuple(values))


def _counts(one: Figure) -> bool:
    few = _COUNTED_PEOPLE.search(one.written)
    return bool(one.values) and not (few and one.values[0] < FEWEST_PEOPLE)


def named_claims(context: str) -> tuple[str, ...]:
    """The ids of claims that a text refers to, whether they exist or not."""
    return tuple(dict.fromkeys(_CLAIM.findall(context))) if "claim" in context else ()


def names_source(context: str) -> bool:
    """Whether a text names a claim that exists, the key of a source, or a DOI."""
    if any(is_claim(id) for id in named_claims(context)) or _DOI.search(context):
        return True
    if not _keys().isdisjoint(_WORD.findall(context)):
        return True
    if any(is_claim(id) for id in _IN_CODE.findall(context)):
        return True
    return any(key in sources() for key in _IN_A_FIELD.findall(context))


@cache
def _keys() -> frozenset[str]:
    # A key without a digit (CORE, LEV) may be a word of a sentence: it counts only where a source is expected.
    return frozenset(key for key in sources() if any(sign.isdigit() for sign in key))


def unsourced(text: str, context: str, speaker: Speaker) -> tuple[Figure, ...]:
    """The numbers in a sentence behind which nothing stands. `context` is the sentence with its links, or its row."""
    found = figures(text, speaker)
    if not found or names_source(context) or spoken_of_in(text):
        return ()
    return found


def not_in_claims(text: str, context: str) -> tuple[Figure, ...]:
    """The numbers of a sentence that refers to claims, where none of them, nor a source named beside, has that number.

    A rounded number is the number: 8 % for 7.7 %.
    """
    referred = [claim(id) for id in named_claims(context) if is_claim(id)]
    if not referred or _DOI.search(context) or not _keys().isdisjoint(_WORD.findall(context)):
        return ()
    return tuple(one for one in figures(text, Speaker.ARTICLE) if not _given(one, referred))


def _given(figure: Figure, referred: list[Claim]) -> bool:
    known = frozenset[float]().union(*(one.numbers for one in referred))
    return all(any(_rounds(value, number) for number in known) for value in figure.values)


def _rounds(value: float, number: float) -> bool:
    text = f"{abs(value):.10f}".rstrip("0")
    digits = len(text.partition(".")[2])
    return abs(round(number, digits) - abs(value)) < 1e-9
