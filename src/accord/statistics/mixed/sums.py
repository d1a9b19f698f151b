"""The sums and products that a mixed model is fitted from: one set per innermost group, so rows are needed no more.

Columns are shifted and scaled before anything is multiplied: uncentred sums lose the digits that a fit needs
(docs/method/mixed-models.md, traps).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.statistics.mixed.model import Model

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums over rows of W = [X, y], where W holds the columns of the model and then the outcome (p + 1 of them).

    Every column but the intercept is (value - shift) / scale; `shift` and `scale` are (p + 1,), 0 and 1 for "1".
    `total` is W'W over all rows (p + 1, p + 1). For each grouping, innermost first:
    `groups[l]`: the keys of its groups, in the order of the arrays; `parent[l]`: for each group its place in the
    grouping around it (the last grouping has none, so there is one entry fewer than groupings);
    `products[l]`: (groups, q, p + 1), Z'W of each group, where Z are the columns of W that vary at that level;
    `rows[l]`: rows in each group.
    `blocks`: W'W of each outermost group (groups, p + 1, p + 1), for whoever resamples them or holds errors to be
    alike only within them; None where there are no groups, or too many to be worth the memory.
    """

    model: Model
    shift: Floats
    scale: Floats
    total: Floats
    groups: tuple[npt.NDArray[np.object_], ...]
    parent: tuple[Integers, ...]
    products: tuple[Floats, ...]
    rows: tuple[Integers, ...]
    blocks: Floats | None = None

    @property
    def count(self) -> int:
        """Rows in all."""
        return int(self.rows[0].sum()) if self.rows else round(float(self.total[0, 0]))
