"""A factor model as a small frozen value, and the moments that it is fitted to."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Equal(StrEnum):
    """What groups share; each step includes the ones before it."""

    FORM = "configural"  # the same items on the same factors
    LOADINGS = "metric"
    INTERCEPTS = "scalar"


@dataclass(frozen=True)
class Factors:
    """Each item loads on one factor: `of[i]` is that of item i, from 0."""

    of: tuple[int, ...]

    @classmethod
    def one(cls, items: int) -> "Factors":
        """All items on one factor."""
        return cls((0,) * items)

    @property
    def items(self) -> int:
        """How many items."""
        return len(self.of)

    @property
    def factors(self) -> int:
        """How many factors."""
        return len(set(self.of))


@dataclass(frozen=True, eq=False)
class Moments:
    """Of one group: `count` rows, `mean` (p,) and `covariance` (p, p), divided by `count`."""

    count: int
    mean: Floats
    covariance: Floats


def moments(rows: Floats) -> Moments:
    """The moments of rows x items; every cell must be a number."""
    mean = rows.mean(0)
    centred = rows - mean
    return Moments(len(rows), mean, centred.T @ centred / len(rows))
