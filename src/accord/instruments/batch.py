"""The same scores as `scoring.score`, bit for bit, for many answers at once: for imports and studies.

The order of the additions is the one of the scalar path, so that no last digit can differ. Rows are taken in blocks
that fit in a processor's cache.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.instruments.definition import Instrument, Item, Method, Scale

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]

BLOCK = 8192


@dataclass(frozen=True)
class Scores:
    """Scores of one scale, one per row: NaN where `scoring.score` gives a reason; `answered` counts answered items."""

    values: Floats
    answered: Counts


def columns(instrument: Instrument) -> tuple[int, ...]:
    """The item numbers that the columns of an array of answers stand for, rising."""
    return tuple(sorted(item.number for item in instrument.items))


def score_many(instrument: Instrument, answers: Floats) -> dict[str, Scores]:
    """Scores of every scale; `answers` is rows x items in the order of `columns`, NaN where there is no answer.

    Why a row has no score is told by `scoring.score` for that row. ValueError when the columns do not fit.
    """
    numbers = columns(instrument)
    if answers.ndim != 2 or answers.shape[1] != len(numbers):
        raise ValueError(f"{instrument.id} has {len(numbers)} items, the array has the shape {answers.shape}")
    rows = answers.shape[0]
    found = {s.id: Scores(np.full(rows, np.nan), np.zeros(rows, np.int64)) for s in instrument.scales}
    for start in range(0, rows, BLOCK):
        block = _Block(instrument, numbers, answers[start : start + BLOCK])
        for scale in instrument.scales:
            into = found[scale.id]
            block.score(scale, into.values[start : start + BLOCK], into.answered[start : start + BLOCK])
    return found


class _Block:
    """Some rows, item by item, with what is missing and what is out of range found once for all scales."""

    def __init__(self, instrument: Instrument, numbers: tuple[int, ...], answers: Floats) -> None:
        self.enabled = instrument.enabled
        self.items = {item.number: item for item in instrument.items}
        by_item = np.ascontiguousarray(answers.T, dtype=np.float64)
        self.answers = dict(zip(numbers, by_item, strict=True))
        gaps = np.isnan(by_item)
        self.missing: dict[int, Flags | None] = {
            number: flags if flags.any() else None for number, flags in zip(numbers, gaps, strict=True)
        }
        self.outside = {number: self._outside(self.items[number]) for number in numbers}

    def _outside(self, item: Item) -> Flags | None:
        """Where an answer is none that the item takes; None when there is no such row."""
        values = self.answers[item.number]
        if item.low is None or item.high is None:
            given: Flags = ~np.isnan(values)
            return given
        wrong = (values < item.low) | (values > item.high)
        if item.stepped:
            steps = values - item.low
            if item.step != 1.0:
                steps /= item.step
            wrong |= (steps != np.floor(steps)) & ~np.isnan(values)
        return wrong if wrong.any() else None

    def score(self, scale: Scale, values: Floats, answered: Counts) -> None:
        """Fill `values` and `answered` for one scale."""
        total = np.zeros(len(values))
        lacking = np.zeros(len(values), np.int64)
        refused = np.zeros(len(values), np.bool_)
        for place, number in enumerate(scale.items):
            part = self._part(scale, place, number)
            missing, outside = self.missing[number], self.outside[number]
            if missing is not None:
                part = np.where(missing, 0.0, part)
                lacking += missing
                if self._must_be_there(scale, number):
                    refused |= missing
            if outside is not None:
                refused |= outside
            total += part
        answered[:] = len(scale.items) - lacking
        refused |= lacking > scale.may_miss
        if self.enabled:
            # A row without any answer is refused already, so its division by zero is never seen.
            with np.errstate(divide="ignore", invalid="ignore"):
                values[:] = np.where(refused, np.nan, _combine(scale, total, answered))

    def _part(self, scale: Scale, place: int, number: int) -> Floats:
        item, part = self.items[number], self.answers[number]
        if number in scale.reversed and item.low is not None and item.high is not None:
            part = (item.low + item.high) - part
        weight = scale.weights[place] if scale.method is Method.WEIGHTED_SUM else None
        weighted: Floats = part if weight is None else weight * part
        return weighted

    def _must_be_there(self, scale: Scale, number: int) -> bool:
        fixed = bool(scale.may_miss_only) and number not in scale.may_miss_only
        return fixed or self.items[number].risk_at is not None


def _combine(scale: Scale, total: Floats, answered: Counts) -> Floats:
    size = len(scale.items)
    if scale.method in (Method.MEAN, Method.SCALED_MEAN):
        value = total / answered
    elif (answered < size).any():
        value = np.where(answered < size, size * total / answered, total)
    else:
        value = total
    return value * scale.factor if scale.method in (Method.SCALED_SUM, Method.SCALED_MEAN) else value
