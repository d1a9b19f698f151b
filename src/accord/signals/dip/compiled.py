"""The scalar source under numba, over many clients: what studies use where the `fast` extra is installed."""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np

from accord.signals.dip import scalar
from accord.signals.dip.model import Parameters
from accord.signals.dip.observed import Filtered, Flags, Floats, Observed


def available() -> bool:
    """Whether numba is installed."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


WORTH_A_THREAD = 5_000  # clients

_loop: Any = None


def _compiled() -> Any:
    """The loop over clients, compiled once per process."""
    global _loop
    if _loop is None:
        import numba

        # Of the fast-math licences those that know NaN: an absent answer is one.
        _loop = _make(
            numba.njit(nogil=True, error_model="numpy", fastmath={"contract", "reassoc", "arcp", "nsz"})
        )
    return _loop


def _make(compile: Any) -> Any:
    """Compile every function of `scalar` that `step` needs, each seeing the compiled others."""
    names = (
        "at_least", "given_one", "given", "observe", "line", "merge", "either", "without_dip", "fresh_dip", "moved",
        "start", "restarted", "own_view", "step",
    )  # fmt: skip
    space: dict[str, Any] = {**vars(scalar)}
    for name in names:
        plain = getattr(scalar, name)
        copy = type(plain)(plain.__code__, space, name, plain.__defaults__, plain.__closure__)
        space[name] = compile(copy)
    start, restarted, step = space["start"], space["restarted"], space["step"]

    # What was not observed comes as a single cell, which `at` finds from everywhere: it costs no memory.
    def at(table: Any, i: int, t: int) -> Any:
        return table[i, t] if table.size > 1 else table[0, 0]

    at = compile(at)

    def loop(c, ratings, arrival, twin, felt_off, tension, elapsed, restart, level, variance, out, person):  # type: ignore[no-untyped-def]
        for i in range(ratings.shape[0]):
            state = start(level[i], variance[i], c)
            total = 0.0
            for t in range(ratings.shape[1]):
                if t > 0 and at(restart, i, t):
                    state = restarted(state, c)
                beside, own = at(arrival, i, t), at(twin, i, t)
                off, tense = at(felt_off, i, t), at(tension, i, t)
                state, told = step(
                    state, c, ratings[i, t], beside, own, off, tense, at(elapsed, i, t) if t > 0 else 1.0
                )
                for k in range(6):
                    out[k, i, t] = told[k]
                total += told[6]
            a, b, d = state[0], state[1], state[2]
            between, apart = d * (1 - d), b[1] - a[1]
            rise = b[2] - a[2]
            person[0, i] = total
            person[1, i] = a[1] + d * apart
            person[2, i] = a[2] + d * rise
            person[3, i] = a[5] + d * (b[5] - a[5]) + between * apart * apart
            person[4, i] = a[6] + d * (b[6] - a[6]) + between * apart * rise
            person[5, i] = a[9] + d * (b[9] - a[9]) + between * rise * rise

    return compile(loop)


def run(parameters: Parameters, observed: Observed) -> Filtered:
    """The filter over all clients; the same as `batch.run`. Many clients are shared out among the processors."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    parts = min(processors, observed.clients // WORTH_A_THREAD)
    if parts <= 1:
        return _run(parameters, observed)
    _compiled()
    cuts = np.linspace(0, observed.clients, parts + 1).astype(int)
    blocks = [observed.rows(slice(a, b)) for a, b in pairwise(cuts)]
    with ThreadPoolExecutor(parts) as pool:
        return Filtered.together(list(pool.map(lambda block: _run(parameters, block), blocks)))


def _run(parameters: Parameters, observed: Observed) -> Filtered:
    n, sessions = observed.ratings.shape
    c = scalar.constants(parameters)
    out, person = np.empty((6, n, sessions)), np.empty((6, n))
    _compiled()(
        c,
        np.ascontiguousarray(observed.ratings, dtype=np.float64),
        _cells(observed.arrival, np.nan),
        _cells(observed.twin, np.nan),
        _cells(observed.felt_off, np.nan),
        _cells(observed.tension, np.nan),
        _cells(None if observed.elapsed is None else np.nan_to_num(observed.elapsed, nan=1.0), 1.0),
        _cells(observed.restart, 0.0),
        np.full(n, c.level) if observed.level is None else np.asarray(observed.level, dtype=np.float64),
        np.full(n, c.level_sd**2)
        if observed.level_variance is None
        else np.asarray(observed.level_variance, dtype=np.float64),
        out,
        person,
    )
    return Filtered(*out, *person)


def _cells(values: Floats | Flags | None, absent: float) -> Floats:
    """The table as numbers, or a single cell that says what is absent everywhere."""
    if values is None:
        return np.full((1, 1), absent)
    return np.ascontiguousarray(values, dtype=np.float64)
