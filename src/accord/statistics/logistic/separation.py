"""Columns that tell the outcome without fail (separation), are constant, or repeat others: named, so that one can act.

Separation (Albert & Anderson 1984, Biometrika 71): the likelihood has no highest point. Found by the linear programme
of Konis (2007): a direction in which no row is told wrongly and some are told better and better.
"""

import numpy as np
import numpy.typing as npt
from scipy.linalg import qr
from scipy.optimize import linprog

from accord.statistics.logistic.quadrature import Rows

Floats = npt.NDArray[np.float64]
SAME = 1e-8  # what is left of a scaled column once the others are taken out
TAKES_PART = 1e-6


def repeated(design: Floats) -> list[tuple[int, list[int]]]:
    """Columns that are combinations of others: (its place, the places of those); the intercept is place 0."""
    _, triangle, order = qr(design, mode="economic", pivoting=True)
    size = np.abs(np.diag(triangle))
    kept = int((size > SAME * max(size.max(), 1e-300)).sum())
    found = []
    for place in range(kept, design.shape[1]):
        weights = np.linalg.solve(triangle[:kept, :kept], triangle[:kept, place]) if kept else np.zeros(0)
        parts = [int(order[at]) for at in range(kept) if abs(weights[at]) > 1e-6]
        found.append((int(order[place]), sorted(parts)))
    return found


def separating(rows: Rows) -> list[int]:
    """Places of the columns that tell the outcome without fail (some rows may stay undecided), each alone where one
    does, else together; empty: none."""
    together = _direction(rows, list(range(rows.design.shape[1])))
    alone = [place for place in together if _direction(rows, [0, place])]
    return alone or together


def _direction(rows: Rows, places: list[int]) -> list[int]:
    """Those of `places` that take part in a direction without end."""
    design = rows.design[:, places]
    both = (rows.events > 0) & (rows.events < rows.trials)
    yes, no = rows.events > 0, rows.events < rows.trials
    signed = np.vstack([design[yes & ~both], -design[no & ~both]])
    equal = design[both]
    answer = linprog(
        -signed.sum(axis=0),
        A_ub=-signed if len(signed) else None,
        b_ub=np.zeros(len(signed)) if len(signed) else None,
        A_eq=equal if len(equal) else None,
        b_eq=np.zeros(len(equal)) if len(equal) else None,
        bounds=(-1.0, 1.0),
        method="highs",
    )
    if not answer.success or -answer.fun < TAKES_PART * max(1, len(signed)) ** 0.5:
        return []
    return [place for place, part in zip(places, answer.x, strict=True) if place and abs(part) > TAKES_PART]
