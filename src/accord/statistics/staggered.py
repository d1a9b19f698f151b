"""Before and after with controls, when units start at different times: differences in differences on a common clock.

Each unit that starts is compared, within a window on both sides of its own start, with units that do not start within
that window and had not started before it. So nobody who has started is a control, which is what makes the usual
regression with effects of unit and time go wrong when effects grow (Callaway and Sant'Anna 2021; Goodman-Bacon 2021;
the stacked form: Cengiz et al. 2019). The estimate is the mean over units that started, each counting the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t

from accord.statistics.estimate import Estimate, NotFitted

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
NEVER = np.inf


@dataclass(frozen=True, eq=False)
class Panel:
    """Values with their `unit` (0 to units - 1) and `time`; `start` of each unit, `NEVER` for those that do not."""

    unit: Integers
    time: Floats
    value: Floats
    start: Floats

    @property
    def last(self) -> float:
        """The last time with a value."""
        return float(self.time.max()) if len(self.time) else -NEVER


@dataclass(frozen=True, eq=False)
class Changes:
    """After minus before, around the start of each unit in `started` (rows), of every unit (columns).

    NaN where a unit has too few values on one side, or may be no control of that row.
    """

    started: Integers
    own: Floats  # of the unit that started
    others: Floats  # started x units

    @property
    def used(self) -> npt.NDArray[np.bool_]:
        """Rows that have a change of their own and a control."""
        found: npt.NDArray[np.bool_] = np.isfinite(self.own) & np.isfinite(self.others).any(1)
        return found

    @property
    def controls(self) -> int:
        """Units that serve as a control somewhere."""
        return int(np.isfinite(self.others[self.used]).any(0).sum())


def changes(panel: Panel, window: float, fewest: int, shift: float = 0.0) -> Changes:
    """Changes in a window before and after each start moved by `shift` (a negative one is a placebo, before the start).

    A unit needs `fewest` values on both sides.
    """
    started = np.flatnonzero(np.isfinite(panel.start))
    own, others = np.full(len(started), np.nan), np.full((len(started), len(panel.start)), np.nan)
    for at in np.unique(panel.start[started]) + shift:
        change = _change(panel, (panel.time >= at - window) & (panel.time < at + window), at, fewest)
        may = panel.start >= at + window
        for row in np.flatnonzero(panel.start[started] + shift == at):
            unit = started[row]
            own[row] = change[unit]
            others[row, may] = change[may]
            others[row, unit] = np.nan
    return Changes(started, own, others)


def _change(panel: Panel, near: npt.NDArray[np.bool_], at: float, fewest: int) -> Floats:
    units = len(panel.start)
    unit, value, after = panel.unit[near], panel.value[near], panel.time[near] >= at
    means = []
    for side in (~after, after):
        count = np.bincount(unit[side], minlength=units)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(unit[side], value[side], minlength=units) / count
        means.append(np.where(count >= fewest, mean, np.nan))
    return means[1] - means[0]


def effect(found: Changes, *, draws: int, seed: int) -> Estimate | NotFitted:
    """The mean change of those who started, less that of their controls; interval by drawing units again.

    The interval is t with as many degrees of freedom as the smaller of both sides has units, less one.
    """
    used, controls = int(found.used.sum()), found.controls
    if min(used, controls) < 2:
        return NotFitted(f"{used} units that started and {controls} controls are too few.")
    units = found.others.shape[1]
    value = float(_weighted(found, np.ones((1, units)))[0])
    drawn = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), size=draws)
    again = _weighted(found, drawn.astype(np.float64))
    se = float(np.nanstd(again, ddof=1))
    df = min(used, controls) - 1
    width = float(t.ppf(0.975, df)) * se
    return Estimate(value, se, value - width, value + width, df=df, method="bootstrap of units, t")


def _weighted(found: Changes, weights: Floats) -> Floats:
    """The effect when units count as often as `weights` (draws x units) say."""
    used = found.used
    there = np.isfinite(found.others[used])
    others = np.where(there, found.others[used], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        control = weights @ others.T / (weights @ there.T)  # draws x rows
    each = found.own[used] - control
    count = np.where(np.isfinite(each), weights[:, found.started[used]], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = np.nansum(np.nan_to_num(each) * count, 1) / count.sum(1)
    return result


def placebos(
    panel: Panel, window: float, fewest: int, shifts: Sequence[float]
) -> list[tuple[float, float, int]]:
    """The effect at starts moved to before, where there was none: (shift, effect, units), where it can be had."""
    found = []
    for shift in shifts:
        moved = changes(panel, window, fewest, shift)
        used = int(moved.used.sum())
        if used >= 2 and moved.controls >= 2:
            found.append((float(shift), float(_weighted(moved, np.ones((1, len(panel.start))))[0]), used))
    return found
