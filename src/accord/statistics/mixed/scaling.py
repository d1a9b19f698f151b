"""From the shifted and scaled columns of the sums back to the units of the data.

A row of columns in the data is its row inside times T'. So are effects that belong to columns: only the intercept
and its covariances change by the shift. Where a shifted column has random effects beside an intercept, their
covariance matrix changes as well; forgetting that makes the intercept's variance wrong without a sign of it.
"""

import numpy as np
import numpy.typing as npt

from accord.statistics.mixed.sums import Sums

Floats = npt.NDArray[np.float64]


def back(sums: Sums, columns: tuple[int, ...]) -> Floats:
    """T (columns x columns): effects in the data are T times effects inside, for these places of W."""
    size = len(columns)
    matrix = np.zeros((size, size))
    for place, column in enumerate(columns):
        matrix[place, place] = 1.0 / sums.scale[column]
        if column and 0 in columns:
            matrix[columns.index(0), place] = -sums.shift[column] / sums.scale[column]
    return np.asarray(matrix * sums.scale[len(sums.model.columns)])


def fixed_back(sums: Sums, kept: tuple[int, ...], beta: Floats) -> Floats:
    """Fixed effects in the units of the data."""
    effects = back(sums, kept) @ beta
    effects[0] += sums.shift[len(sums.model.columns)]
    return np.asarray(effects)
