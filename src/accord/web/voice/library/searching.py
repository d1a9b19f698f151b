"""Search by words: all of them must be there, wherever; large and small letters and accents do not matter."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 100
AROUND = 90


@dataclass(frozen=True)
class Excerpt:
    """Words around the first hit: what stands before, the hit itself, what follows."""

    before: str
    hit: str
    after: str


def asked_words(query: str) -> tuple[str, ...]:
    """The words that are looked for, each once."""
    return tuple(dict.fromkeys(folded(query[:LONGEST]).split()))


def folded(text: str) -> str:
    """The text in small letters without accents. Each letter stays one letter, so that places stay the same."""
    return "".join(_bare(letter) for letter in text)


def _bare(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    return (unicodedata.normalize("NFKD", letter)[0].lower() or letter)[0]


def rank(words: Sequence[str], *fields: str) -> int | None:
    """The number of the first field that has all words, or the number of fields when it takes several; None if not."""
    plain = [folded(one) for one in fields]
    if not all(any(word in one for one in plain) for word in words):
        return None
    return next((n for n, one in enumerate(plain) if all(word in one for word in words)), len(fields))


def excerpt(text: str, words: Sequence[str]) -> Excerpt | None:
    """The words around the first hit in a text; None when nothing is looked for or found."""
    flat = " ".join(text.split())
    places = [(place, word) for word in words if (place := folded(flat).find(word)) >= 0]
    if not places:
        return None
    at, word = min(places)
    start = flat.rfind(" ", 0, max(0, at - AROUND)) + 1 if at > AROUND else 0
    end = flat.find(" ", at + len(word) + AROUND)
    before, after = flat[start:at], flat[at + len(word) : end if end >= 0 else None]
    return Excerpt(
        f"… {before}" if start else before, flat[at : at + len(word)], f"{after} …" if end >= 0 else after
    )


def cleaned(query: str) -> str:
    """What somebody typed, in one line and not too long."""
    return re.sub(r"\s+", " ", query.replace("\x00", "")).strip()[:LONGEST]
