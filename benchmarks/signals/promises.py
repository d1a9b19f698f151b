"""The promises that can be kept, row by row: what was found, the limit, and whether it holds (eight sessions).

The limits are those of the study behind the filter (docs/method/dip.md). A promise about the mean of at least twenty
services is judged on fewer only as far as their own error lets it: it fails when it is missed by more than two SE.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

from benchmarks.signals.detectors import ACCORD, ORACLE
from benchmarks.signals.settings import ASKED, BY_ID, OTHER, OWN, RATES

SESSIONS = 8
SERVICES = 20  # a cell needs them before a mean is taken at its word
MEAN_WITHIN = {50: (0.30, 0.25, 0.20), 200: (0.15, 0.15, 0.15), 2_000: (0.15, 0.15, 0.15)}
FOUR_IN_FIVE_WITHIN = {50: (0.50, 0.40, 0.30), 200: (0.30, 0.22, 0.18), 2_000: (0.15, 0.15, 0.15)}
FOUR_IN_FIVE = 0.80
OTHER_WITHIN, OTHER_FROM = 0.30, 200
OF_THE_ORACLE = 0.98
SLOPE, SLOPE_WIDE, SLOPE_FROM = (0.85, 1.15), (0.75, 1.30), 200
BRIER = 0.002

Line = dict[str, Any]
Key = tuple[str, int, int]  # setting, sessions, past clients
Cells = dict[Key, list[Line]]


@dataclass(frozen=True)
class Mean:
    """A mean over services, its SE and their number; `interval` is the 95 % interval of the mean."""

    value: float
    error: float
    count: int

    @classmethod
    def of(cls, values: Iterable[float]) -> "Mean":
        """NaN values do not count."""
        known = np.array([one for one in values if one is not None and not np.isnan(one)], dtype=np.float64)
        if not len(known):
            return cls(float("nan"), float("nan"), 0)
        error = known.std(ddof=1) / np.sqrt(len(known)) if len(known) > 1 else float("nan")
        return cls(float(known.mean()), float(error), len(known))

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, Student's t; NaN for a single service."""
        wide = float(student.ppf(0.975, max(1, self.count - 1))) * self.error
        return self.value - wide, self.value + wide

    @property
    def grace(self) -> float:
        """How far a limit may be missed: not at all by a full cell, two SE by a sample."""
        return 0.0 if self.count >= SERVICES else 2 * float(np.nan_to_num(self.error, nan=np.inf))


@dataclass(frozen=True)
class Promise:
    """One row: `ratio` is the worst figure over its limit, above 1 where the promise does not hold."""

    name: str
    size: str
    result: str
    limit: str
    ratio: float
    holds: bool

    def row(self) -> dict[str, Any]:
        """As `accord bench` prints it."""
        return {**self.__dict__, "ratio": round(self.ratio, 3)}


def by_cell(lines: Iterable[Line]) -> Cells:
    """The services of each cell."""
    found: Cells = {}
    for line in lines:
        cell = line["cell"]
        found.setdefault((cell["setting"], cell["sessions"], cell["past"]), []).append(line)
    return found


def promises(lines: Iterable[Line]) -> list[Promise]:
    """All promises that these services can say something about."""
    cells = by_cell(lines)
    pasts = sorted({past for _, sessions, past in cells if sessions == SESSIONS})
    found: list[Promise] = []
    for past in pasts:
        for kind in (OWN, ASKED, OTHER):
            chosen = {
                name: cell
                for (name, sessions, size), cell in cells.items()
                if sessions == SESSIONS and size == past and BY_ID[name].kind == kind
            }
            if chosen:
                found += _of_one_size(chosen, past, kind)
    return found


def _of_one_size(cells: dict[str, list[Line]], past: int, kind: str) -> Iterator[Promise]:
    services = min(len(cell) for cell in cells.values())
    size = f"{past:,} past, {SHAPES[kind]}, {len(cells)} x {services}"
    if kind != OTHER or past >= OTHER_FROM:
        yield from realised(cells, size, past, kind)
    if kind != OTHER:
        yield from four_in_five(cells, size, past)
    yield against_the_oracle(cells, size)
    yield from against_rules(cells, size)
    yield slope(cells, size, past, kind)
    yield brier(cells, size)


SHAPES = {OWN: "own shape", ASKED: "own shape, more asked", OTHER: "another shape"}


def realised(cells: dict[str, list[Line]], size: str, past: int, kind: str) -> Iterator[Promise]:
    """Realised over stated false alarms, mean over services, in every setting."""
    limits = (OTHER_WITHIN,) * len(RATES) if kind == OTHER else MEAN_WITHIN[past]
    for rate, limit in zip(RATES, limits, strict=True):
        means = {name: Mean.of(ratios(cell, rate)) for name, cell in cells.items()}
        low, high = (pick(means.values(), key=lambda one: one.value) for pick in (min, max))
        worst = max(means, key=lambda name: abs(means[name].value - 1) - means[name].grace)
        off = abs(means[worst].value - 1) - means[worst].grace
        yield Promise(
            f"{rate:.0%} stated: realised / stated",
            size,
            _span(low.value, high.value, worst),
            f"{1 - limit:.2f} to {1 + limit:.2f}",
            max(0.0, off) / limit,
            off <= limit,
        )


def _span(low: float, high: float, worst: str) -> str:
    return f"{low:.2f} to {high:.2f} (worst: {worst})" if f"{low:.2f}" != f"{high:.2f}" else f"{high:.2f}"


def ratios(cell: list[Line], rate: float) -> list[float]:
    """Realised over stated share of false alarms, service by service."""
    return [line["detectors"][ACCORD]["stated"][str(rate)]["false_alarms"] / rate for line in cell]


def four_in_five(cells: dict[str, list[Line]], size: str, past: int) -> Iterator[Promise]:
    """The share of services whose realised false alarms lie near the stated."""
    for rate, limit in zip(RATES, FOUR_IN_FIVE_WITHIN[past], strict=True):
        near = {name: [abs(one - 1) <= limit for one in ratios(cell, rate)] for name, cell in cells.items()}
        every = [one for cell in near.values() for one in cell]
        share = float(np.mean(every))
        worst = min(near, key=lambda name: float(np.mean(near[name])))
        grace = 0.0 if min(map(len, near.values())) >= SERVICES else 1 / np.sqrt(len(every))
        yield Promise(
            f"{rate:.0%} stated: services within {limit:.0%} of it",
            size,
            f"{share:.0%} (fewest: {worst}, {np.mean(near[worst]):.0%})",
            f">= {FOUR_IN_FIVE:.0%}",
            FOUR_IN_FIVE / max(share + grace, 1e-9),
            share + grace >= FOUR_IN_FIVE,
        )


def equal(line: Line, detector: str, rate: float, name: str = "seen") -> float:
    """A figure of one detector at this realised share of false alarms."""
    return float(line["detectors"][detector]["equal"][str(rate)][name])


def against_the_oracle(cells: dict[str, list[Line]], size: str) -> Promise:
    """Onsets seen by the filter as learnt over those seen by the filter that knows the truth, at equal false alarms."""
    found: dict[tuple[str, float], tuple[float, float]] = {}
    for name, cell in cells.items():
        for rate in RATES:
            best = Mean.of(equal(line, ORACLE, rate) for line in cell).value
            behind = Mean.of(equal(line, ACCORD, rate) - equal(line, ORACLE, rate) for line in cell)
            found[name, rate] = 1 + behind.value / best, behind.grace / best
    worst = min(found, key=lambda one: sum(found[one]))
    value = sum(found[worst])
    every = float(np.mean([share for share, _ in found.values()]))
    return Promise(
        "onsets seen, of those the oracle sees",
        size,
        f"{found[worst][0]:.1%} (worst: {worst[0]} at {worst[1]:.0%}; mean {every:.1%})",
        f">= {OF_THE_ORACLE:.0%}",
        OF_THE_ORACLE / value,
        value >= OF_THE_ORACLE,
    )


def against_rules(cells: dict[str, list[Line]], size: str) -> Iterator[Promise]:
    """Onsets seen beyond each rule of thumb at the rule's own false alarms: not under 0 by more than 1 SE."""
    gains: dict[tuple[str, str], Mean] = {}
    for name, cell in cells.items():
        rules = [key for key, one in cell[0]["detectors"].items() if "own" in one]
        for rule in rules:
            both = [line["detectors"][rule] for line in cell]
            gains[name, rule] = Mean.of(one["ours_there"]["seen"] - one["own"]["seen"] for one in both)
    if not gains:
        return
    short = {key: gain.value + np.nan_to_num(gain.error) for key, gain in gains.items()}
    worst = min(short, key=lambda key: short[key])
    count = len({rule for _, rule in gains})
    yield Promise(
        f"onsets seen beyond each of {count} rules",
        size,
        f"{gains[worst].value:+.3f}, SE {gains[worst].error:.3f} (worst: {worst[1]}, {worst[0]})",
        ">= 0 less 1 SE",
        float(1 - short[worst]),
        bool(short[worst] >= 0),
    )


def slope(cells: dict[str, list[Line]], size: str, past: int, kind: str) -> Promise:
    """Calibration slope of P(dip), mean over services, in every setting."""
    low, high = SLOPE if past >= SLOPE_FROM and kind != OTHER else SLOPE_WIDE
    means = {
        name: Mean.of(line["detectors"][ACCORD]["p"]["slope"] for line in cell)
        for name, cell in cells.items()
    }
    # How far each one is from 1, in parts of the way to its limit.
    off = {name: _part(one, low, high) for name, one in means.items()}
    worst = max(off, key=lambda name: off[name])
    values = [one.value for one in means.values()]
    return Promise(
        "P(dip): calibration slope",
        size,
        _span(min(values), max(values), worst),
        f"{low:.2f} to {high:.2f}",
        off[worst],
        off[worst] <= 1,
    )


def _part(one: Mean, low: float, high: float) -> float:
    away = max(0.0, abs(one.value - 1) - one.grace)
    return away / ((high - 1) if one.value > 1 else (1 - low))


def brier(cells: dict[str, list[Line]], size: str) -> Promise:
    """Brier score of P(dip) beyond the oracle's, mean over services, in every setting."""
    means = {name: Mean.of(map(_brier_beyond, cell)) for name, cell in cells.items()}
    worst = max(means, key=lambda name: means[name].value - means[name].grace)
    value = means[worst].value - means[worst].grace
    return Promise(
        "P(dip): Brier score beyond the oracle's",
        size,
        f"{means[worst].value:+.4f} (worst: {worst})",
        f"<= {BRIER}",
        value / BRIER,
        value <= BRIER,
    )


def _brier_beyond(line: Line) -> float:
    who = line["detectors"]
    return float(who[ACCORD]["p"]["brier"] - who[ORACLE]["p"]["brier"])
