"""Writes ``docs/honesty.md`` from the text of the public page, so that the two cannot say different things."""

import sys
from pathlib import Path

from accord.evidence.honesty import for_docs

PAGE = Path(__file__).resolve().parents[1] / "docs" / "honesty.md"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(
            0 if PAGE.read_text(encoding="utf-8") == for_docs() else "docs/honesty.md is old: run make docs"
        )
    PAGE.write_text(for_docs(), encoding="utf-8")
