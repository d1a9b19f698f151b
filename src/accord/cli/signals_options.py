"""The options of ``accord signals``: everything that is wrong with them, told at once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from accord.basics.faults import Fault, Faults
from accord.basics.near import hint

if TYPE_CHECKING:
    from accord.exchange.course_table import Range

ENDS = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*:\s*([+-]?\d+(?:\.\d+)?)\s*", re.ASCII)
FEWEST, MOST = 0.005, 0.25  # stated shares of false alarms that can be met [design]


def check(
    file: Path,
    range_: str,
    false_alarms: float | None,
    learn_from: Path | None,
    preset: str | None,
    out: Path | None,
) -> "Range":
    """The scale; `Faults` with everything that is wrong with the options."""
    from accord.exchange.course_output import ENDINGS
    from accord.exchange.course_table import Range

    faults = []
    ends = ENDS.fullmatch(range_)
    low, high = (float(ends[1]), float(ends[2])) if ends else (0.0, 100.0)
    if not ends:
        faults.append(Fault("--range", f"'{range_}' is no range.", "Write the two ends, such as 0:100."))
    elif low >= high:
        faults.append(Fault("--range", "its first end is not below its second.", "Write LOW:HIGH."))
    if false_alarms is not None and not FEWEST <= false_alarms <= MOST:
        do = "Write a share of clean sessions, such as 0.04 for 4 %."
        faults.append(Fault("--false-alarms", f"it is not between {FEWEST:g} and {MOST:g}.", do))
    elif false_alarms is not None and learn_from is None and preset is None:
        faults += _not_published(false_alarms)
    if preset is not None:
        faults += _preset_faults(preset, false_alarms, learn_from)
    if out is not None:
        faults += _out_faults(out, [file, learn_from], ENDINGS)
    if faults:
        raise Faults(faults)
    return Range(low, high)


def _not_published(false_alarms: float) -> Iterator[Fault]:
    from accord.signals.learnt import PUBLISHED

    there = [one.false_alarms for one in PUBLISHED.settings]
    if not any(abs(one - false_alarms) < 1e-9 for one in there):
        what = f"there is no published threshold for {false_alarms:g}."
        do = f"Choose one of {', '.join(f'{one:g}' for one in there)}, or learn your own with --learn-from."
        yield Fault("--false-alarms", what, do)


def _preset_faults(preset: str, false_alarms: float | None, learn_from: Path | None) -> Iterator[Fault]:
    from accord.signals.presets import presets

    names = [one.id for one in presets()]
    if preset not in names:
        what = f"there is no preset '{preset}'; there are: {', '.join(names)}."
        yield Fault("--preset", what, hint(preset, names) or "Choose one of these.")
    if learn_from is not None:
        yield Fault("--learn-from", "a preset learns nothing.", "Leave --learn-from or --preset out.")
    if false_alarms is not None:
        what = "a preset has limits of its own and no stated rate."
        yield Fault("--false-alarms", what, "Leave --false-alarms or --preset out.")


def _out_faults(out: Path, read: list[Path | None], endings: dict[str, str]) -> Iterator[Fault]:
    if out.suffix.lower() not in endings:
        what = f"its ending '{out.suffix}' does not say how to write it."
        yield Fault("--out", what, hint(out.suffix, endings) or f"Use {', '.join(endings)}.")
    if not out.parent.is_dir():
        yield Fault("--out", "the folder around it does not exist.", "Make it first, or choose another.")
    if any(one is not None and out.resolve() == one.resolve() for one in read):
        yield Fault("--out", "this is a file that is read.", "Choose another name; it would be lost.")
