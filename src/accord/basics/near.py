"""Near names: what someone probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def near_name(word: str, names: Iterable[str]) -> str | None:
    """The name closest to `word`, or None when nothing is close; letter case does not count."""
    by_folded = {name.casefold(): name for name in names}
    found = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def hint(word: str, names: Iterable[str]) -> str:
    """A sentence that offers the near name, or an empty string."""
    near = near_name(word, names)
    return f"Did you mean {near}?" if near else ""
