"""Promise: at least 200 articles are checked in a second, one process, from files on disk.

The articles that ship, again and again under other names, a third of them with faults put in. Seconds are those of the
processor, best of some rounds: what the work costs without what else the machine did. That the faults are found is
checked in the same run.
"""

import tempfile
from pathlib import Path
from time import process_time
from typing import Any

from accord.evidence.article import SHELF, Kind
from accord.evidence.checking import check

FILES, ROUNDS = 600, 5
LIMIT = 200.0
BROKEN = (
    "\n\nTherapists often overestimate the alliance. In 58 studies so. <b>x</b> [y](https://example.org)\n"
)
FOUND = [Kind.CLAIM_WITHOUT_SOURCE, Kind.PLACEHOLDER_LINK, Kind.UNSAFE_HTML, Kind.UNSUPPORTED_CLAIM]


def rows() -> list[dict[str, Any]]:
    """One row: files per second."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = _write(folder)
        check(SHELF)  # claims and patterns are read once
        seconds = min(_seconds(folder) for _ in range(ROUNDS))
    rate = FILES / seconds
    return [
        {
            "name": "checking articles",
            "size": f"{FILES} files of {size / FILES / 1000:.1f} KB",
            "result": f"{rate:.0f} files a second",
            "limit": f">= {LIMIT:g} files a second",
            "ratio": rate / LIMIT,
            "holds": rate >= LIMIT,
        }
    ]


def _write(folder: Path) -> int:
    """Write the articles; gives their size in bytes."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SHELF.glob("*.md"))]
    size = 0
    for number in range(FILES):
        text = texts[number % len(texts)] + (BROKEN if number % 3 == 0 else "")
        size += (folder / f"article-{number}.md").write_text(text, encoding="utf-8")
    return size


def _seconds(folder: Path) -> float:
    start = process_time()
    faults = check(folder)
    seconds = process_time() - start
    if sorted(one.kind for one in faults) != sorted(FOUND * (FILES // 3)):
        raise AssertionError("the faults that were put in are not those that were found")
    return seconds
