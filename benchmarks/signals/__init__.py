"""Promise: the stated false-alarm rate is the realised one, and no rule of thumb sees more at the same price.

``accord bench signals --report FOLDER`` draws services that never existed (`settings.plan`), keeps each one's
figures in FOLDER/cells.jsonl, goes on where it was stopped, and writes the report with its pictures.
"""

import sys
from pathlib import Path
from typing import Any

SEED = 1


def rows(*, quick: bool = False, report: Path | None = None, seed: int = SEED) -> list[dict[str, Any]]:
    """The promises about signals; `quick`: a sample that says what it cannot show."""
    from benchmarks.signals import cells, settings
    from benchmarks.signals import report as reporting
    from benchmarks.signals.promises import by_cell, promises

    asked = settings.plan(quick=quick)
    lines = cells.run_all(asked, seed, report)
    found = promises(lines)
    if report is not None:
        print(f"written: {reporting.write(report, lines, found, asked, seed)}", file=sys.stderr)
    if quick:
        for said in reporting.cannot_show(by_cell(lines), asked):
            print(f"Not shown: {said}", file=sys.stderr)
    return [one.row() for one in found]
