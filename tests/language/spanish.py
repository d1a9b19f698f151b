"""How easy a Spanish text is to read: Fernández Huerta's scale, on which more is easier (70 to 80 is fairly easy).

206.84 - 60 syllables/word - 1.02 words/sentence (Fernández Huerta 1959 in the corrected form; not re-read).
"""

import re

_WORD = re.compile(r"[a-záéíóúüñ]+", re.I)
_END = re.compile(r"[.!?…]+[»”\")\]]*(?=\s|$)|\n+")
STRONG, WEAK, STRESSED = set("aeoáéó"), set("iuü"), set("íú")


def syllables(word: str) -> int:
    """How many syllables one Spanish word has: vowels, less those that join the one before (diphthongs)."""
    plain = re.sub(r"y\b", "i", re.sub(r"([qg])u(?=[eiéí])", r"\1", word.lower()))
    count, before = 0, ""
    for letter in plain:
        if letter in STRONG | WEAK | STRESSED:
            joins = before and not (letter in STRESSED or before in STRESSED or {letter, before} <= STRONG)
            count += not joins
        before = letter if letter in STRONG | WEAK | STRESSED else ""
    return max(1, count)


def ease(text: str) -> float:
    """Fernández Huerta's ease of a text; ValueError when there is no word in it."""
    words = _WORD.findall(text)
    if not words:
        raise ValueError("a text without words has no ease")
    sentences = max(1, sum(1 for part in _END.split(text) if _WORD.search(part)))
    return 206.84 - 60 * sum(map(syllables, words)) / len(words) - 1.02 * len(words) / sentences
