"""How ratings move over sessions, seen twice: the mean of those who are still there, and the change within clients.

The mean of a session is the mean of those who came to it. When clients with low ratings leave, it rises although
nobody's rating does. The slope within clients compares each client with themselves only, so who leaves cannot move
it by itself (one-way fixed effects: ratings and session numbers centred per client).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from accord.basics.absence import TooFew

GROUP_NEEDED = 5  # clients; a mean of fewer could be traced to one of them
Z_95 = 1.96


@dataclass(frozen=True)
class Mean:
    """The mean of `n` clients' ratings."""

    value: float
    n: int


@dataclass(frozen=True)
class AtSession:
    """Ratings of one session number: all, and apart by whether the client was rated again later."""

    number: int
    everyone: Mean | TooFew
    again: Mean | TooFew
    last: Mean | TooFew


@dataclass(frozen=True)
class Slope:
    """Points per session, its standard error and interval (95 %), and the clients behind it."""

    points: float
    error: float
    low: float
    high: float
    clients: int


@dataclass(frozen=True)
class Trend:
    """Means by session, the slope through all ratings as if they were of one client, and the slope within clients."""

    sessions: tuple[AtSession, ...]
    pooled: float | TooFew
    within: Slope | TooFew
    clients: int
    ratings: int


def trend(clients: Iterable[Sequence[tuple[int, float]]]) -> Trend:
    """The trend of ratings, one sequence of (session number, value) per client; sessions without a rating left out."""
    lines = [sorted(line) for line in clients if line]
    pairs = np.array([pair for line in lines for pair in line], dtype=np.float64).reshape(-1, 2)
    numbers = sorted({number for line in lines for number, _ in line})
    return Trend(
        sessions=tuple(_at(number, lines) for number in numbers),
        pooled=_slope(pairs[:, 0], pairs[:, 1]) if len(numbers) > 1 else TooFew(len(numbers), 2),
        within=_within(lines),
        clients=len(lines),
        ratings=len(pairs),
    )


def _at(number: int, lines: list[list[tuple[int, float]]]) -> AtSession:
    again = [value for line in lines for at, value in line if at == number and line[-1][0] > number]
    last = [value for line in lines for at, value in line if at == number and line[-1][0] == number]
    return AtSession(number, _mean([*again, *last]), _mean(again), _mean(last))


def _mean(values: list[float]) -> Mean | TooFew:
    if len(values) < GROUP_NEEDED:
        return TooFew(len(values), GROUP_NEEDED)
    return Mean(float(np.mean(values)), len(values))


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    centred = x - x.mean()
    return float(centred @ (y - y.mean()) / (centred @ centred))


def _within(lines: list[list[tuple[int, float]]]) -> Slope | TooFew:
    repeated = [np.array(line, dtype=np.float64) for line in lines if len(line) > 1]
    if len(repeated) < GROUP_NEEDED:
        return TooFew(len(repeated), GROUP_NEEDED)
    centred = np.concatenate([line - line.mean(axis=0) for line in repeated])
    x, y = centred[:, 0], centred[:, 1]
    points = float(x @ y / (x @ x))
    rest = y - points * x
    free = len(x) - len(repeated) - 1
    error = sqrt(float(rest @ rest) / free / float(x @ x)) if free > 0 else float("nan")
    return Slope(points, error, points - Z_95 * error, points + Z_95 * error, len(repeated))
