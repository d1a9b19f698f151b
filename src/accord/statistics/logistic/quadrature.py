"""The likelihood of counted rows with a random intercept per group, by adaptive Gauss-Hermite quadrature.

For a group with linear predictors eta_i and intercept sd * u, u ~ N(0, 1), h(u) = sum l_i(eta_i + sd u) - u^2 / 2. The
quadrature is centred at the mode of h and scaled by its (expected) curvature; one point is Laplace. The gradient is
exact for the approximation, through mode and scale (docs/method/leaving.md has the formulas).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from accord.statistics.logistic.links import Counts, LinkFunctions, Slopes

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

BLOCK = 8192  # rows worked on together, so that they stay in the processor's cache
CLOSE = 1e-11  # of a mode
TRIES = 60
FARTHEST_STEP = 2.0


@dataclass(frozen=True, eq=False)
class Rows:
    """Counted rows, those of a group together: `design` (rows, p), `events` and `trials` (rows,), `sizes` (groups,)."""

    design: Floats
    events: Floats
    trials: Floats
    sizes: Integers

    @property
    def starts(self) -> Integers:
        """Where each group begins."""
        return np.asarray(np.cumsum(self.sizes) - self.sizes)


@dataclass(eq=False)
class Integrated:
    """The log-likelihood as a function of (coefficients, sd); remembers the modes it found, where it starts next."""

    rows: Rows
    link: LinkFunctions
    points: int
    modes: Floats = field(init=False)
    evaluations: int = 0

    def __post_init__(self) -> None:
        self.modes = np.zeros(len(self.rows.sizes))
        nodes, weights = np.polynomial.hermite.hermgauss(self.points)
        self._nodes = np.sqrt(2.0) * nodes
        self._log_weights = np.log(weights) + nodes**2 - 0.5 * np.log(np.pi)
        self._blocks = [_Block.cut(self.rows, groups, rows) for groups, rows in _blocks(self.rows.sizes)]

    def __call__(self, coefficients: Floats, sd: float) -> tuple[float, Floats]:
        """Value and gradient (p + 1,)."""
        self.evaluations += 1
        value, gradient = 0.0, np.zeros(len(coefficients) + 1)
        for block in self._blocks:
            more, slope = self._of(block, coefficients, sd)
            value += more
            gradient += slope
        return value, gradient

    def scales(self, coefficients: Floats, sd: float) -> Floats:
        """How sure each mode is: its SD in units of u, after a call with the same arguments."""
        found = np.empty(len(self.rows.sizes))
        for block in self._blocks:
            line = block.design @ coefficients + sd * block.spread(self.modes[block.groups])
            information = block.sums(self.link.slopes(line, block.counts).information)
            found[block.groups] = 1.0 / np.sqrt(1.0 + sd**2 * information)
        return found

    def _of(self, block: "_Block", coefficients: Floats, sd: float) -> tuple[float, Floats]:
        """The part of one block."""
        line = block.design @ coefficients
        mode, slopes = self._find_modes(block, line, sd)
        information, turn = block.sums(slopes.information), block.sums(slopes.turn)
        score, bend = block.sums(slopes.score), block.sums(slopes.bend)
        scale = 1.0 / np.sqrt(1.0 + sd**2 * information)

        # At each node: height of the integrand, and the scores of rows there.
        at = mode + scale * self._nodes[:, None]  # (points, groups)
        heights = np.empty_like(at)
        row_scores = np.empty((self.points, len(line)))
        for node in range(self.points):
            values, row_scores[node] = self.link.value(line + sd * block.spread(at[node]), block.counts)
            heights[node] = block.sums(values) - 0.5 * at[node] ** 2 + self._log_weights[node]
        top = heights.max(axis=0)
        shares = np.exp(heights - top)
        total = shares.sum(axis=0)
        shares /= total
        value = float(np.sum(np.log(scale) + top + np.log(total)))

        # Directly, at fixed nodes.
        mean_scores = np.einsum("kr,kr->r", row_scores, np.repeat(shares, block.sizes, axis=1))
        node_scores = np.add.reduceat(row_scores, block.starts, axis=1)  # (points, groups)
        by_sd = np.einsum("kg,kg,kg->g", shares, at, node_scores)
        # Through where the nodes are: mode and scale move with the parameters.
        pull = sd * node_scores - at  # h' at each node
        by_mode = np.einsum("kg,kg->g", shares, pull)
        by_scale = 1.0 / scale + np.einsum("kg,kg,k->g", shares, pull, self._nodes)
        shrink = -0.5 * scale**3 * by_scale
        through_mode = by_mode + shrink * sd**3 * turn
        give = 1.0 / (1.0 - sd**2 * bend)
        by_sd += through_mode * give * (score + sd * mode * bend)
        by_sd += shrink * (2.0 * sd * information + sd**2 * mode * turn)
        on_rows = (
            mean_scores
            + block.spread(through_mode * sd * give) * slopes.bend
            + block.spread(shrink * sd**2) * slopes.turn
        )
        return value, np.append(on_rows @ block.design, by_sd.sum())

    def _find_modes(self, block: "_Block", line: Floats, sd: float) -> tuple[Floats, Slopes]:
        """Where h is highest, group by group: Newton's steps, kept between bounds that close in."""
        mode = self.modes[block.groups].copy()
        low, high = np.full(len(mode), -np.inf), np.full(len(mode), np.inf)
        for _ in range(TRIES):
            slopes = self.link.slopes(line + sd * block.spread(mode), block.counts)
            pull = sd * block.sums(slopes.score) - mode
            step = pull / (1.0 - sd**2 * block.sums(slopes.bend))
            step = np.clip(step, -FARTHEST_STEP, FARTHEST_STEP)
            if np.all(np.abs(step) < CLOSE * (1.0 + np.abs(mode))):
                break
            low, high = np.where(pull > 0, mode, low), np.where(pull < 0, mode, high)
            onward = mode + step
            outside = (onward < low) | (onward > high)
            with np.errstate(invalid="ignore"):
                mode = np.where(outside & np.isfinite(low + high), 0.5 * (low + high), onward)
        self.modes[block.groups] = mode
        return mode, slopes


@dataclass(frozen=True, eq=False)
class _Block:
    """Some whole groups and their rows."""

    groups: slice
    design: Floats
    counts: Counts
    sizes: Integers
    starts: Integers

    @classmethod
    def cut(cls, rows: Rows, groups: slice, among: slice) -> "_Block":
        """Those groups of `rows`."""
        sizes = rows.sizes[groups]
        counts = Counts(rows.events[among], rows.trials[among])
        return cls(groups, rows.design[among], counts, sizes, np.cumsum(sizes) - sizes)

    def sums(self, values: Floats) -> Floats:
        """Sums within groups."""
        return np.asarray(np.add.reduceat(values, self.starts))

    def spread(self, values: Floats) -> Floats:
        """A value per group, for each of its rows."""
        return np.repeat(values, self.sizes)


def _blocks(sizes: Integers) -> Iterator[tuple[slice, slice]]:
    """Whole groups with about `BLOCK` rows together: their places, and those of their rows."""
    ends = np.cumsum(sizes)
    begin, row = 0, 0
    while begin < len(sizes):
        end = max(begin + 1, int(np.searchsorted(ends, row + BLOCK, side="right")))
        yield slice(begin, end), slice(row, int(ends[end - 1]))
        begin, row = end, int(ends[end - 1])
