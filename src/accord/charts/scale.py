"""Straight scales for estimates: round ticks around every value and interval end, and numbers as papers print them."""

from collections.abc import Iterable
from math import ceil, floor, log10
from types import MappingProxyType

PERCENT, INDEX = "share", "index"
SHORT = frozenset(
    {"r", "d", "difference", "dependability", "coefficient", "AUC"}
)  # printed without the zero before the point
WHOLE = frozenset({"count", "days"})
ANCHORS = MappingProxyType(
    {"AUC": (0.5, 0.7), "dependability": (0.6, 1.0)}
)  # on every axis of that unit where values lie above the first: what is no better than chance, what is whole
NEAR_ZERO = 0.75  # of the highest value: an axis that begins lower than this begins at zero
LEAST_SPAN = 0.002  # of an axis: below that its numbers would be all zeros


def ends(
    values: Iterable[float], *, parts: int = 3, zero: bool = False, unit: str = ""
) -> tuple[float, float, float]:
    """Low end, high end and step of an axis with about `parts` steps that holds all of `values`.

    Zero is on it where the values come near it, or where `zero` wants it; a `unit` may have ends of its own.
    """
    there = list(values) or [0.0, 1.0]
    anchored = unit in ANCHORS and min(there) >= ANCHORS[unit][0]
    if anchored:
        there += ANCHORS[unit]
    low, high = min(there), max(there)
    near = (low > 0 and low < NEAR_ZERO * high) or (high < 0 and high > NEAR_ZERO * low)
    if zero or (near and not anchored):
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-9:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-9:
        low, high = 0.0, 1.0
    if high - low < LEAST_SPAN:
        low, high = (low - LEAST_SPAN, high) if high <= 0 else (low, high + LEAST_SPAN)
    step = _round((high - low) / parts)
    return step * floor(low / step + 1e-9), step * ceil(high / step - 1e-9), step


def _round(raw: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** floor(log10(raw))
    return float(next(one * power for one in (1.0, 2.0, 2.5, 5.0, 10.0) if one * power >= raw * (1 - 1e-9)))


def number(value: float, unit: str, step: float) -> str:
    """A tick: `.20`, `5 %`, `−2`; as many decimals as the step needs, correlations have two, indices of fit three."""
    zero = abs(value) < 1e-12
    if unit == INDEX:
        told = _fixed(0.0 if zero else value, step, least=3)
        return told.replace("0.", ".", 1) if abs(value) < 1 else told
    if zero:
        return "0"
    if unit == PERCENT:
        return f"{_trimmed(_fixed(100 * value, 100 * step))} %"
    if unit in SHORT:
        told = _fixed(value, step, least=2)
        return (
            told.replace("0.", ".", 1)
            if abs(value) < 1
            else f"{_trimmed(told)}.0"
            if value % 1 == 0
            else told
        )
    return _trimmed(_fixed(value, step)) if unit == "points" else _fixed(value, step)


def _trimmed(told: str) -> str:
    return told.rstrip("0").rstrip(".") if "." in told else told


def _fixed(value: float, step: float, *, least: int = 0) -> str:
    places = max(0, -floor(log10(step) + 1e-9))
    if abs(step * 10**places - round(step * 10**places)) > 1e-6:
        places += 1  # steps of 2.5
    return f"{value:.{max(places, least)}f}".replace("-", "−")
