"""What cannot be fitted, in words, before anything is fitted."""

from collections.abc import Sequence

import numpy as np

from accord.statistics.estimate import NotFitted
from accord.statistics.mixed.model import Model
from accord.statistics.mixed.sums import Sums

DEEPEST = 3  # groupings: four levels with the rows
SAME = 1e-11  # what is left of a column beside others, of its sum of squares, below which it says the same as they
FEW = 5  # groups from which on a variance between them begins to be known

Why = tuple[str, str]


def problem_of_model(model: Model) -> NotFitted | None:
    """Faults that show without any data."""
    said: list[str] = []
    if len(model.random) > DEEPEST:
        said.append(f"{len(model.random)} groupings are more than {DEEPEST}.")
    said += [f"'{name}' is a fixed effect twice." for name in _repeated(model.fixed)]
    said += [f"'{name}' is a grouping twice." for name in _repeated([one.group for one in model.random])]
    if model.outcome in model.fixed:
        said.append(f"'{model.outcome}' is both the outcome and a fixed effect.")
    for random in model.random:
        if not random.columns:
            said.append(f"no column varies between groups of '{random.group}'.")
        said += [f"'{name}' varies twice by '{random.group}'." for name in _repeated(random.columns)]
        absent = [name for name in random.columns if name not in model.columns]
        said += [
            f"'{name}' varies by '{random.group}' but is not a fixed effect: add it there." for name in absent
        ]
    return NotFitted(" ".join(said), "Change the model.") if said else None


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if list(names).count(name) > 1})


def problem_of_outcome(sums: Sums) -> Why | None:
    """A missing or constant outcome."""
    name, rows = sums.model.outcome, sums.count
    if not rows:
        return "no rows are left.", "Look at what was left out, and why."
    if not np.all(np.isfinite(sums.total)):
        return "a sum of squares is beyond what can be computed.", "Look for huge values in the columns."
    last = len(sums.total) - 1
    if sums.total[last, last] - sums.total[0, last] ** 2 / rows <= 1e-14 * max(
        sums.total[last, last], 1e-300
    ):
        return f"'{name}' is the same in every row, so nothing can go with it.", "Choose another outcome."
    return None


def problem_of_groups(sums: Sums) -> Why | None:
    """Groupings that cannot tell their variance from that of the rows or of one another."""
    for depth, random in enumerate(sums.model.random):
        group, size, number = random.group, len(sums.groups[depth]), len(random.columns)
        if size < 2:
            return (
                f"there is only one '{group}', so how much they differ cannot be told.",
                f"Leave '{group}' out.",
            )
        if size >= sums.count:
            return (
                f"every '{group}' has one row only, so they cannot be told from chance.",
                f"Leave '{group}' out.",
            )
        if size * number >= sums.count:
            return (
                f"{sums.count} rows are too few for {number} effects of each of {size} '{group}'.",
                f"Let fewer columns vary by '{group}'.",
            )
        if depth and size == len(sums.groups[depth - 1]):
            inner = sums.model.random[depth - 1].group
            return (
                f"every '{group}' has one '{inner}' only, so the two cannot be told apart.",
                "Leave one of them out.",
            )
        for name in random.columns:
            place = sums.model.columns.index(name)
            if "1" not in random.columns and sums.shift[place]:
                return (
                    f"'{name}' varies by '{group}' without an intercept.",
                    f"Let '1' vary by '{group}' as well.",
                )
            if place and "1" in random.columns and _constant(sums, place):
                return (
                    f"'{name}' is the same in every row, so it cannot vary by '{group}'.",
                    f"Leave '{name}' out of '{group}' and of the fixed effects.",
                )
    return None


def _constant(sums: Sums, place: int) -> bool:
    mean = sums.total[0, place] / sums.count
    left = sums.total[place, place] / sums.count - mean**2
    return bool(left <= SAME * max(sums.total[place, place] / sums.count, 1e-300))


def collinear(sums: Sums) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Places of the columns that say something of their own, the first ones kept; a note for each of the others."""
    names = sums.model.columns
    square = sums.total[: len(names), : len(names)].copy()
    before = np.diag(square).copy()
    kept: list[int] = []
    notes: list[str] = []
    for place, name in enumerate(names):
        if square[place, place] <= SAME * max(before[place], 1e-300):
            constant = _constant(sums, place)
            why = "is the same in every row" if constant else "says the same as columns before it"
            notes.append(f"'{name}' {why} and was left out.")
            continue
        kept.append(place)
        square -= np.outer(square[place], square[place]) / square[place, place]
    return tuple(kept), tuple(notes)


def few(n: int, group: str) -> str | None:
    """A note where the groups are so few that their variance is hardly known."""
    return f"only {n} '{group}': how much they differ is hardly known." if n < FEW else None
