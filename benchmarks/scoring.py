"""Promise: a million PHQ-9 answers are scored within ten times a NumPy row sum of the same array, in the same run."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from accord.instruments.batch import score_many
from accord.instruments.registry import instrument
from accord.instruments.scoring import score

ROWS = 1_000_000
LIMIT = 10.0
REPEATS = 5


def rows() -> list[dict[str, Any]]:
    """One row for complete answers and one with 3 % missing; both checked against the one-answer path."""
    whole = np.random.default_rng(20).integers(0, 4, (ROWS, 9)).astype(np.float64)
    gaps = whole.copy()
    gaps[np.random.default_rng(21).random(gaps.shape) < 0.03] = np.nan
    return [_row("scoring a million PHQ-9", whole), _row("scoring a million PHQ-9, 3 % missing", gaps)]


def _row(name: str, answers: np.ndarray) -> dict[str, Any]:
    phq = instrument("phq-9")
    _same(answers[:500])
    ours = _best(lambda: score_many(phq, answers))
    bare = _best(lambda: answers.sum(axis=1))
    ratio = ours / bare
    return {
        "name": name,
        "size": f"{ROWS:,} x 9",
        "result": f"{ours * 1000:.0f} ms against {bare * 1000:.0f} ms",
        "limit": f"<= {LIMIT:g} x a row sum",
        "ratio": ratio,
        "holds": ratio <= LIMIT,
    }


def _best(call: Callable[[], object]) -> float:
    """Seconds of the fastest of some calls: what the work costs without what else the machine did."""
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return min(times)


def _same(answers: np.ndarray) -> None:
    phq = instrument("phq-9")
    many = score_many(phq, answers)["TOTAL"].values
    for row, value in zip(answers, many, strict=True):
        one = score(phq, {n: float(x) for n, x in enumerate(row, 1) if not np.isnan(x)})["TOTAL"].value
        if not (one == value or (one is None and np.isnan(value))):
            raise AssertionError("the batch path and the one-answer path differ")
