"""The figures that a simulated service is held to (science.md 3.5), each with a 95 % interval and what it should be.

All are taken from the first eight sessions held of courses planned for more than eight, as a service could see them
(but dips, which only the truth knows). Intervals come from a bootstrap over therapists, who are drawn anew with all
their clients: every figure is a function of sums, and the sums of each therapist are all that is kept.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from accord.simulate.answers import SRS, WAI_SR
from accord.simulate.block import Block
from accord.simulate.draws import Flags, Floats

FIRST = 8
LONG = 20
EARLY = 2  # session 3, counted from 0
RESAMPLES = 1000
BATCH = 50  # resamples at a time, so that a million clients fit in memory
Z_95 = 1.96
REFERENCE_CLIENTS = 2500  # in the run behind those references that are simulated themselves (science.md 3.6)

Sums = Floats  # one row per client or therapist, one column per sum


@dataclass(frozen=True)
class Reference:
    """What a figure should be: a number or a range, `rounded` to a last digit; `simulated`: it has an error itself."""

    low: float
    high: float
    rounded: float
    simulated: bool
    source: str


@dataclass(frozen=True)
class Kind:
    """One figure: its name, what it says, the sums it needs (n clients x q), and how it is made of their totals."""

    name: str
    meaning: str
    sums: Callable[[Block], Sums]
    value: Callable[[Floats], Floats]  # totals (… x q) to figures (…)
    reference: Reference


@dataclass(frozen=True)
class Figure:
    """One figure of one service, its 95 % interval, and how many clients stand behind it."""

    name: str
    meaning: str
    value: float
    low: float
    high: float
    clients: int
    reference: Reference

    @property
    def holds(self) -> bool:
        """Whether the difference to the reference is within what chance makes of it (95 %).

        A reference from a simulated run of 2,500 clients has a standard error of its own: that of this figure, scaled
        to its size. Rounding of the reference is allowed for, nothing else.
        """
        error = (self.high - self.low) / (2 * Z_95)
        if self.reference.simulated:
            error *= np.sqrt(1 + self.clients / REFERENCE_CLIENTS)
        allowed = Z_95 * error + self.reference.rounded / 2
        away = max(self.reference.low - self.value, self.value - self.reference.high)
        return bool(away <= allowed)


def calibrate(blocks: Iterable[Block], seed: int = 0) -> tuple[Figure, ...]:
    """Every figure of the service in these blocks; `seed` is the bootstrap's."""
    tally = Tally()
    for block in blocks:
        tally.add(block)
    return tally.figures(seed)


class Tally:
    """Sums of one service by therapist, block by block; a few kilobytes for each."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Floats]] = {kind.name: [] for kind in KINDS}

    def add(self, block: Block) -> None:
        """Take in one block."""
        chosen = block.truth.planned > FIRST
        therapists = int(block.truth.therapist.max()) + 1
        for kind in KINDS:
            sums = np.nan_to_num(kind.sums(block)) * chosen[:, None]
            counted = np.any(sums != 0, axis=1, keepdims=True)
            totals = np.zeros((therapists, sums.shape[1] + 1))
            np.add.at(totals, block.truth.therapist, np.concatenate([counted, sums], axis=1))
            self._parts[kind.name].append(totals)

    def figures(self, seed: int = 0) -> tuple[Figure, ...]:
        """The figures so far, NaN where there is too little for one."""
        totals = [np.concatenate(self._parts[kind.name]) for kind in KINDS]
        ends = np.cumsum([part.shape[1] for part in totals])[:-1]
        drawn = _resampled(np.concatenate(totals, axis=1), np.random.default_rng(seed))
        parts = np.split(drawn, ends, axis=1)
        return tuple(_figure(*one) for one in zip(KINDS, totals, parts, strict=True))


def _figure(kind: Kind, totals: Floats, drawn: Floats) -> Figure:
    """One figure and its interval from totals by therapist and resampled ones; the first column counts clients."""
    whole = totals.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(kind.value(whole[1:]))
        found = kind.value(drawn[:, 1:])
    usable = found[np.isfinite(found)]
    low, high = np.quantile(usable, (0.025, 0.975)) if usable.size else (np.nan, np.nan)
    return Figure(kind.name, kind.meaning, value, float(low), float(high), int(whole[0]), kind.reference)


def _resampled(totals: Floats, random: np.random.Generator) -> Floats:
    """Totals of `RESAMPLES` services made of therapists drawn with replacement."""
    count = len(totals)
    equal = np.full(count, 1 / count)
    batches = [
        random.multinomial(count, equal, size=BATCH).astype(np.float64) @ totals
        for _ in range(RESAMPLES // BATCH)
    ]
    return np.concatenate(batches)


# --- sums and what is made of them


def _first(block: Block, values: Floats) -> Floats:
    """The values of the first sessions held, NaN for those that were not."""
    held = block.truth.took_place[:, :FIRST]
    return np.where(held, values[:, :FIRST], np.nan)


def total_of_four(items: Floats) -> Floats:
    """Mean of four items where at most one is missing, as the definition of the check-in has it."""
    answered = (~np.isnan(items)).sum(-1)
    with np.errstate(invalid="ignore"):
        result: Floats = np.where(answered >= 3, np.nansum(items, axis=-1) / np.maximum(answered, 1), np.nan)
    return result


def _share(part: Flags, whole: Flags) -> Sums:
    return np.stack([(part & whole).sum(1), whole.sum(1)], axis=1).astype(np.float64)


def _ratio(sums: Floats) -> Floats:
    result: Floats = sums[..., 0] / sums[..., 1]
    return result


def _at_cap(block: Block, values: Floats, cap: float) -> Sums:
    return _share(values[:, :FIRST] >= cap - 1e-9, block.truth.took_place[:, :FIRST])


def _at_cap_rated(block: Block, values: Floats, cap: float) -> Sums:
    rated = ~np.isnan(_first(block, values))
    return _share(values[:, :FIRST] >= cap - 1e-9, rated)


def _any_dip(block: Block, sessions: int) -> Sums:
    among = block.truth.planned >= sessions
    there: Flags = np.any((block.truth.in_dip & block.truth.took_place)[:, :sessions], axis=1)
    return _share(there[:, None], among[:, None])


def _moments(x: Floats, y: Floats) -> Sums:
    """Sums for a correlation over pairs, per client; x and y are n x pairs."""
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = np.where(both, x, 0.0), np.where(both, y, 0.0)
    return np.stack([both.sum(1), x.sum(1), y.sum(1), (x * x).sum(1), (y * y).sum(1), (x * y).sum(1)], axis=1)


def _correlation(sums: Floats) -> Floats:
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    result: Floats = (xy - x * y / n) / np.sqrt((xx - x * x / n) * (yy - y * y / n))
    return result


def _standardised_difference(sums: Floats) -> Floats:
    """Mean of y minus mean of x over the root of their mean variance (sums as for a correlation)."""
    n, x, y, xx, yy, _ = np.moveaxis(sums, -1, 0)
    result: Floats = (y - x) / n / np.sqrt(((xx - x * x / n) + (yy - y * y / n)) / (2 * (n - 1)))
    return result


def _lag(values: Floats) -> Sums:
    return _moments(values[:, :-1], values[:, 1:])


def _one_way(values: Floats) -> Sums:
    """Sums for a one-way analysis of variance with unequal numbers, of clients with two ratings or more."""
    k = (~np.isnan(values)).sum(1)
    total, squares = np.nansum(values, axis=1), np.nansum(values**2, axis=1)
    use = (k >= 2).astype(np.float64)
    share = total**2 / np.maximum(k, 1)
    result: Sums = np.stack([use, k, k * k, total, share, squares - share], axis=1) * use[:, None]
    return result


def _icc(sums: Floats) -> Floats:
    groups, n, squares, total, between, within = np.moveaxis(sums, -1, 0)
    inside = within / (n - groups)
    outside = (between - total**2 / n) / (groups - 1)
    typical = (n - squares / n) / (groups - 1)
    variance = (outside - inside) / typical
    result: Floats = variance / (variance + inside)
    return result


def _left(block: Block) -> Flags:
    result: Flags = block.truth.left & (block.truth.held <= FIRST)
    return result


def _by_leaving(block: Block) -> Sums:
    """Number, sum and sum of squares of session-3 ratings, of those who stay and of those who leave."""
    value = _first(block, block.answers.srs)[:, EARLY]
    there, left = ~np.isnan(value), _left(block)
    return np.concatenate(
        [
            np.stack([who, np.where(who, value, 0), np.where(who, value**2, 0)], axis=1)
            for who in (there & ~left, there & left)
        ],
        axis=1,
    )


def _pooled_difference(sums: Floats) -> Floats:
    n, x, xx, m, y, yy = np.moveaxis(sums, -1, 0)
    pooled = ((xx - x * x / n) + (yy - y * y / m)) / (n + m - 2)
    result: Floats = (x / n - y / m) / np.sqrt(pooled)
    return result


def _early(block: Block, values: Floats) -> Floats:
    return _first(block, values)[:, [EARLY]]


def _with_twin(block: Block) -> Sums:
    return _moments(
        _early(block, total_of_four(block.answers.check_in)), _early(block, total_of_four(block.answers.twin))
    )


def _with_outcome(block: Block) -> Sums:
    return _moments(_early(block, total_of_four(block.answers.check_in)), block.answers.outcome[:, None])


def _ours(value: float, rounded: float, source: str, high: float | None = None) -> Reference:
    return Reference(value, value if high is None else high, rounded, True, source)


def _published(value: float, source: str) -> Reference:
    return Reference(value, value, 0.0, False, source)


OWN = "calibration column, a run of 2,500 clients"
KINDS: tuple[Kind, ...] = (
    Kind(
        "srs_at_cap",
        "share of sessions held with an SRS of 40",
        lambda block: _at_cap(block, block.answers.srs, SRS.high),
        _ratio,
        _ours(0.23, 0.01, OWN),
    ),
    Kind(
        "wai_sr_at_cap",
        "share of sessions held with a WAI-SR of 5",
        lambda block: _at_cap(block, block.answers.wai_sr, WAI_SR.high),
        _ratio,
        _ours(0.14, 0.01, OWN),
    ),
    Kind(
        "srs_ratings_at_cap",
        "share of SRS ratings given that are 40",
        lambda block: _at_cap_rated(block, block.answers.srs, SRS.high),
        _ratio,
        _ours(0.26, 0.01, "dip filter study: about 26 % of answers at the top"),
    ),
    Kind(
        "any_dip_8",
        "share of 8-session cases with a dip",
        lambda block: _any_dip(block, FIRST),
        _ratio,
        _ours(0.31, 0.01, f"{OWN}; literature 25.5 % (LAR18), 46 % (MCL14), 50 % (STE07)"),
    ),
    Kind(
        "any_dip_20",
        "share of 20-session cases with a dip",
        lambda block: _any_dip(block, LONG),
        _ratio,
        _ours(0.59, 0.01, OWN),
    ),
    Kind(
        "srs_lag_1",
        "correlation of one SRS rating with the next",
        lambda block: _lag(_first(block, block.answers.srs)),
        _correlation,
        _ours(0.67, 0.01, OWN, 0.69),
    ),
    Kind(
        "wai_sr_lag_1",
        "correlation of one WAI-SR rating with the next",
        lambda block: _lag(_first(block, block.answers.wai_sr)),
        _correlation,
        _ours(0.67, 0.01, OWN, 0.69),
    ),
    Kind(
        "srs_icc",
        "share of the variance of single SRS ratings between clients",
        lambda block: _one_way(_first(block, block.answers.srs)),
        _icc,
        _ours(0.6, 0.1, OWN),
    ),
    Kind(
        "left_by_8",
        "share of clients who left by session 8",
        lambda block: _share(_left(block)[:, None], (block.truth.planned > FIRST)[:, None]),
        _ratio,
        _ours(0.185, 0.001, f"{OWN}; literature 19.7 % (SG12)"),
    ),
    Kind(
        "session_3_d",
        "SRS at session 3, those who stay minus those who leave by session 8, in SD",
        _by_leaving,
        _pooled_difference,
        _ours(0.49, 0.01, f"{OWN}; literature .55 (SHA10)"),
    ),
    Kind(
        "twin_r",
        "correlation of client's and therapist's check-in at session 3",
        _with_twin,
        _correlation,
        _published(0.36, "TRY07"),
    ),
    Kind(
        "twin_d",
        "therapist's minus client's check-in at session 3, in SD",
        _with_twin,
        _standardised_difference,
        _published(-0.63, "TRY07"),
    ),
    Kind(
        "outcome_r",
        "correlation of the check-in at session 3 with outcome",
        _with_outcome,
        _correlation,
        _published(0.278, "FLU18"),
    ),
)
