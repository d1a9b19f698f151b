"""The search for the best covariances, and the certificate that nothing nearby is better.

No bounds: a variance of zero is a place where the slope in L vanishes, so a search held at a bound can stop there
without being at the optimum. Instead the signs of L are let free, and a place counts as the optimum only if the slope
in D has no direction downwards (docs/method/mixed-models.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from accord.statistics.mixed.likelihood import (
    Evaluation,
    NotPositive,
    criterion,
    criterion_with_slopes,
    factors_of,
    theta_of,
    triangle,
)
from accord.statistics.mixed.problem import Floats, Problem, thin
from accord.statistics.mixed.result import Certificate

START = 0.6  # every variance at the beginning is about a third of the residual one
ROUGH = 1e-9  # relative fall of the criterion at which the rough search ends; Newton's steps do the rest
DIFFERENCE = 1e-5  # step of the Hessian's differences
STILL = 1e-6  # after a step below this some thousandth of it is missing, and nobody looks before it is taken
NEWTON = 30  # steps at most
ROUNDS = 8  # of going on from a place that the certificate refuses
WARM = 8_000  # groups from which on a part of them is fitted first
PART = 2_000  # groups of that part
WIDE = 40  # outermost groups that there must be for that
FLAT, DOWNWARDS = (
    1e-5,
    -1e-6,
)  # slope per group below which it counts as none; eigenvalue that counts as negative
NEAR_ZERO = 2e-3  # an SD below this share of the residual one is held against zero
EDGE = 0.02  # an SD so small beside the residual one is about zero: there steps are taken in L alone
NO_WORSE = 1e-9
NUDGE = 0.02

Downhill = Callable[[Floats], tuple[float, Floats]]
Onward = Callable[[Floats, Floats], Floats]  # where a step from a place leads


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where the criterion is lowest; `gradient` and `hessian` in theta there (of the profiled criterion)."""

    theta: Floats
    at: Evaluation
    gradient: Floats
    hessian: Floats
    evaluations: int
    converged: bool
    certificate: Certificate


class Counted:
    """The criterion and its gradient, counted; a place where it cannot be computed is infinitely bad."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.evaluations = problem, 0

    def __call__(self, theta: Floats) -> tuple[float, Floats]:
        self.evaluations += 1
        try:
            at, gradient = criterion_with_slopes(self.problem, theta)
        except NotPositive:
            return float("inf"), np.zeros_like(theta)
        return at.criterion, gradient

    def value(self, theta: Floats) -> float:
        """The criterion alone."""
        self.evaluations += 1
        try:
            return criterion(self.problem, theta).criterion
        except NotPositive:
            return float("inf")


def search(problem: Problem, start: Floats | None = None) -> Optimum:
    """The lowest criterion; NotPositive where even the start has none."""
    counted = Counted(problem)
    hessian: Floats | None = None
    if start is None and problem.levels and problem.levels[0].size > WARM and problem.levels[-1].size > WIDE:
        theta, hessian = _from_part(problem, counted)
    else:
        theta = _start(problem) if start is None else start
        criterion(problem, theta)  # so that nobody searches where there is nothing to find
        theta = _rough(counted, theta)
    for _ in range(ROUNDS):
        theta, bends, settled = descend(counted, theta, hessian, partial(in_covariances, problem))
        theta = _tidied(counted, theta)
        at, gradient = criterion_with_slopes(problem, theta)
        certificate, way = certify(problem, at, gradient)
        if certificate.optimal or way is None:
            break
        onward = _escape(counted, theta, way)
        if onward is None:
            break
        theta, hessian = _rough(counted, onward), None
    converged = settled and certificate.optimal
    return Optimum(theta, at, gradient, bends, counted.evaluations, converged, certificate)


def _start(problem: Problem) -> Floats:
    return theta_of(tuple(START * np.eye(len(level.columns)) for level in problem.levels))


def settle(downhill: Downhill, theta: Floats, hessian: Floats | None) -> tuple[Floats, Floats]:
    """Where the criterion is lowest near a known place, and the Hessian there; sought anew if steps do not settle.

    A factor of zero is moved first: the slope vanishes there even where a variance has begun to be worth something.
    """
    theta = np.where(np.abs(theta) < 1e-6, NUDGE, theta)
    theta, hessian, settled = descend(downhill, theta, hessian)
    if not settled:
        theta, hessian, _ = descend(downhill, _rough(downhill, theta), None)
    return theta, hessian


def _rough(downhill: Downhill, theta: Floats) -> Floats:
    if not len(theta):
        return theta
    from scipy.optimize import minimize  # 40 MiB, not held yet while the rows are summed

    options = {"ftol": ROUGH, "gtol": 1e-9, "maxiter": 500, "maxls": 40}
    found = minimize(downhill, theta, jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x)


def _from_part(problem: Problem, counted: Counted) -> tuple[Floats, Floats]:
    """Where a part of the outermost groups has its optimum, and its Hessian for all."""
    part = thin(problem, max(2, min(problem.levels[0].size // PART, problem.levels[-1].size // 20)))
    found = search(part, _start(part))
    counted.evaluations += found.evaluations
    return found.theta, found.hessian * (problem.rows / part.rows)


def hessian_at(downhill: Downhill, theta: Floats, here: Floats) -> Floats:
    """The Hessian from one-sided differences of the exact gradient, which is `here` at the place itself."""
    steps = DIFFERENCE * np.eye(len(theta))
    rows = np.array([(downhill(theta + step)[1] - here) / DIFFERENCE for step in steps])
    return np.asarray(0.5 * (rows + rows.T))


def descend(
    downhill: Downhill, theta: Floats, hessian: Floats | None = None, onward: Onward = np.add
) -> tuple[Floats, Floats, bool]:
    """Newton steps, the Hessian carried along by BFGS updates; made anew when steps no longer help.

    Where they lead, the Hessian there, and whether steps have become still.
    """
    if not len(theta):
        return theta, np.zeros((0, 0)), True
    low, gradient = downhill(theta)
    fresh = hessian is None
    if hessian is None:
        hessian = hessian_at(downhill, theta, gradient)
    for _ in range(NEWTON):
        step = _step(hessian, gradient)
        if np.max(np.abs(step)) < STILL:
            return theta + step, hessian, True  # so short a step need not be looked at before it is taken
        share, there, lower, slope = 1.0, theta, np.inf, gradient
        while share > 1e-4:
            there = onward(theta, share * step)
            lower, slope = downhill(there)
            if lower <= low + 1e-13 * abs(low):
                break
            share /= 4.0
        else:
            if fresh:
                break
            hessian, fresh = hessian_at(downhill, theta, gradient), True
            continue
        hessian = updated(hessian, there - theta, slope - gradient)
        theta, low, gradient = there, lower, slope
    return theta, hessian, bool(np.max(np.abs(_step(hessian, gradient))) < 10 * STILL)


def _step(hessian: Floats, gradient: Floats) -> Floats:
    """Downhill in every direction that bends; none where the criterion is flat (a factor that may turn freely)."""
    values, vectors = np.linalg.eigh(hessian)
    along = vectors.T @ gradient
    floor = 1e-9 * max(float(np.max(np.abs(values))), 1e-300)
    bends = np.abs(values) > floor
    return np.asarray(-vectors[:, bends] @ (along[bends] / np.abs(values[bends])))


def in_covariances(problem: Problem, theta: Floats, step: Floats) -> Floats:
    """Where a step in L leads when D = L L' goes straight along it: there the criterion is nearer to a parabola.

    Near the edge of the covariances, or beyond it, where a step in L leads.
    """
    pairs = list(zip(factors_of(problem, theta), factors_of(problem, step), strict=True))
    if not pairs or min(float(np.diag(factor).min()) for factor, _ in pairs) < EDGE:
        return theta + step
    covariances = [factor @ factor.T + factor @ move.T + move @ factor.T for factor, move in pairs]
    try:
        return theta_of(tuple(np.asarray(np.linalg.cholesky(one)) for one in covariances))
    except np.linalg.LinAlgError:
        return theta + step


def updated(hessian: Floats, move: Floats, turn: Floats) -> Floats:
    """The BFGS update, where it keeps the Hessian positive."""
    bend, image = float(move @ turn), hessian @ move
    if bend <= 1e-8 * float(move @ image):
        return hessian
    return np.asarray(hessian - np.outer(image, image) / (move @ image) + np.outer(turn, turn) / bend)


# --- zero variances ---------------------------------------------------------------------------------------------------
def _tidied(counted: Counted, theta: Floats) -> Floats:
    """Factors with signs set, and what is as good as zero set to zero where that costs nothing."""
    factors = list(factors_of(counted.problem, theta))
    low = None
    for place, factor in enumerate(factors):
        for axis in (1, 0):  # rows: a column without variance; columns: a direction without
            for small in np.flatnonzero(np.linalg.norm(factor, axis=axis) < NEAR_ZERO):
                tried = factors.copy()
                tried[place] = factor.copy()
                np.moveaxis(tried[place], axis, 1)[small] = 0.0
                if low is None:
                    low = counted.value(theta_of(tuple(factors)))
                if counted.value(theta_of(tuple(tried))) <= low + NO_WORSE:
                    factors, factor = tried, tried[place]
        factors[place] = _lower(factor)
    return theta_of(tuple(factors))


def _lower(factor: Floats) -> Floats:
    """The same D from a lower triangle with a diagonal of no negative numbers, zeros where D has no variance."""
    size = len(factor)
    lower = np.zeros_like(factor)
    left = factor @ factor.T
    scale = np.diag(left).copy()
    for column in range(size):
        if left[column, column] <= 1e-14 * scale[column] or scale[column] == 0.0:
            continue
        lower[:, column] = left[:, column] / np.sqrt(left[column, column])
        lower[:column, column] = 0.0
        left = left - np.outer(lower[:, column], lower[:, column])
    return lower


# --- the certificate --------------------------------------------------------------------------------------------------
def certify(
    problem: Problem, at: Evaluation, gradient: Floats
) -> tuple[Certificate, tuple[int, Floats] | None]:
    """Whether no direction goes down; else the level and the direction of D that goes down most."""
    steepest, least, way, start = 0.0, 0.0, None, 0
    for place, (level, slope) in enumerate(zip(problem.levels, at.slopes, strict=True)):
        size = len(triangle(len(slope))[0])
        part = gradient[start : start + size]
        start += size
        steepest = max(steepest, float(np.max(np.abs(part))) / level.size)
        values, vectors = np.linalg.eigh(slope)
        if values[0] / level.size < least:
            least, way = float(values[0]) / level.size, (place, vectors[:, 0])
    optimal = steepest <= FLAT and least >= DOWNWARDS
    return Certificate(optimal, steepest, least), way


def _escape(counted: Counted, theta: Floats, way: tuple[int, Floats]) -> Floats | None:
    """A step into the direction of D that goes down, as far as it helps."""
    place, direction = way
    factors = list(factors_of(counted.problem, theta))
    low, inside = counted.value(theta), factors[place] @ factors[place].T
    for size in (1.0, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-5):
        factors[place] = _lower_of(inside + size * np.outer(direction, direction))
        onward = theta_of(tuple(factors))
        if counted.value(onward) < low - NO_WORSE:
            return onward
    return None


def _lower_of(inside: Floats) -> Floats:
    values, vectors = np.linalg.eigh(inside)
    upper = np.linalg.qr((vectors * np.sqrt(np.maximum(values, 0.0))).T)[1]
    return np.asarray(upper.T)
