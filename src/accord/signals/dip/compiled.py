"""The scalar source under numba, over many clients: what studies use where the `fast` extra is installed.

A processor can do the same arithmetic for several clients at once, if they lie side by side: the loop takes LANES
clients through a session together, and the compiler turns `scalar.step` into instructions for four or eight of them.
For that everything has to be one loop without calls, hence `forceinline` and the functions of `elementary`.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from math import nan
from typing import Any

import numpy as np

from accord.signals.dip import elementary, scalar
from accord.signals.dip.model import Parameters
from accord.signals.dip.observed import Filtered, Flags, Floats, Observed
from accord.signals.dip.scalar import restarted, start, step


def available() -> bool:
    """Whether numba is installed."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


WORTH_A_THREAD = 5_000  # clients
LANES = 64
# Rows of the table in which the clients of a loop lie side by side.
STEADY, DIPPED, REST, SEEN, TOLD, ROWS = 0, 15, 30, 34, 41, 48

_loop: Any = None


def _compiled() -> Any:
    """The loop over clients, compiled once per process."""
    global _loop
    if _loop is None:
        import numba

        def compiler(*licences: str) -> Any:
            return numba.njit(nogil=True, error_model="numpy", forceinline=True, fastmath=set(licences))

        # Of the fast-math licences those that know NaN: an absent answer is one. What is rounded on purpose stays.
        exact, free = compiler("contract", "arcp"), compiler("contract", "arcp", "reassoc", "nsz")
        _loop = _made(exact, free)["loop"]
    return _loop


def _made(exact: Any, free: Any) -> dict[str, Any]:
    """Everything that `loop` needs, compiled, each function seeing the compiled others."""
    quick = _copied(vars(elementary), ELEMENTARY, exact)
    steps = _copied({**vars(scalar), **{name: quick[name] for name in ELEMENTARY}}, STEPS, free)
    return _copied({**globals(), **{name: steps[name] for name in STEPS}}, LOOPS, free)


ELEMENTARY = ("exp", "log", "erfc")
STEPS = (
    "at_least", "given", "observe", "line", "mixed", "merge", "either", "weights", "without_dip", "fresh_dip",
    "moved", "start", "restarted", "own_view", "step",
)  # fmt: skip
LOOPS = ("branch_at", "keep_branch", "state_at", "keep_state", "cell", "person", "loop")


def _copied(names: Mapping[str, Any], chosen: Sequence[str], compile: Callable[[Any], Any]) -> dict[str, Any]:
    """These names, the chosen functions among them compiled; each sees the compiled ones before it."""
    space = dict(names)
    for name in chosen:
        plain = space[name]
        space[name] = compile(type(plain)(plain.__code__, space, name, plain.__defaults__, plain.__closure__))
    return space


def branch_at(z: Any, row: int, i: int) -> Any:
    """A branch of client i, from its rows."""
    k, n = row * LANES + i, LANES
    return (
        z[k], z[k + n], z[k + 2 * n], z[k + 3 * n], z[k + 4 * n],
        z[k + 5 * n], z[k + 6 * n], z[k + 7 * n], z[k + 8 * n], z[k + 9 * n],
        z[k + 10 * n], z[k + 11 * n], z[k + 12 * n], z[k + 13 * n], z[k + 14 * n],
    )  # fmt: skip


def keep_branch(z: Any, row: int, i: int, branch: Any) -> None:
    k, n = row * LANES + i, LANES
    (
        z[k], z[k + n], z[k + 2 * n], z[k + 3 * n], z[k + 4 * n],
        z[k + 5 * n], z[k + 6 * n], z[k + 7 * n], z[k + 8 * n], z[k + 9 * n],
        z[k + 10 * n], z[k + 11 * n], z[k + 12 * n], z[k + 13 * n], z[k + 14 * n],
    ) = branch  # fmt: skip


def state_at(z: Any, i: int) -> Any:
    """The state of client i."""
    k, n = REST * LANES + i, LANES
    return branch_at(z, STEADY, i), branch_at(z, DIPPED, i), z[k], z[k + n], z[k + 2 * n], z[k + 3 * n]


def keep_state(z: Any, i: int, state: Any) -> None:
    k, n = REST * LANES + i, LANES
    steady, dipped, z[k], z[k + n], z[k + 2 * n], z[k + 3 * n] = state
    keep_branch(z, STEADY, i, steady)
    keep_branch(z, DIPPED, i, dipped)


def cell(table: Any, i: int, t: int) -> Any:
    """What was not observed comes as a single cell, found from everywhere: it costs no memory."""
    return table[i, t] if table.size > 1 else table[0, 0]


def person(state: Any) -> Any:
    """Level and growth of a client as they stand, over both modes: means, then (co)variances."""
    a, b, d = state[0], state[1], state[2]
    between, apart, rise = d * (1 - d), b[1] - a[1], b[2] - a[2]
    return (
        a[1] + d * apart,
        a[2] + d * rise,
        a[5] + d * (b[5] - a[5]) + between * apart * apart,
        a[6] + d * (b[6] - a[6]) + between * apart * rise,
        a[9] + d * (b[9] - a[9]) + between * rise * rise,
    )


def loop(begin, end, c, ratings, beside, level, variance, tables, clients):  # type: ignore[no-untyped-def]  # numba types it
    """The filter from client `begin` to before `end`, into `tables` (6 x n x T) and `clients` (6 x n).

    `beside`: arrival, twin, felt_off, tension, elapsed and restart, or None if there are only ratings.
    """
    n = LANES
    z = np.empty(ROWS * n)
    for first in range(begin, end, n):
        for i in range(n):
            client = min(first + i, end - 1)  # the last one fills up what is left over
            keep_state(z, i, start(level[client], variance[client], c))
            clients[0, client] = 0.0
        for t in range(ratings.shape[1]):
            for i in range(n):
                client = min(first + i, end - 1)
                z[SEEN * n + i] = ratings[client, t]
                if beside is not None:
                    arrival, twin, felt_off, tension, elapsed, restart = beside
                    z[(SEEN + 1) * n + i] = cell(arrival, client, t)
                    z[(SEEN + 2) * n + i] = cell(twin, client, t)
                    z[(SEEN + 3) * n + i] = cell(felt_off, client, t)
                    z[(SEEN + 4) * n + i] = cell(tension, client, t)
                    z[(SEEN + 5) * n + i] = cell(elapsed, client, t) if t > 0 else 1.0
                    z[(SEEN + 6) * n + i] = cell(restart, client, t) if t > 0 else 0.0
            for i in range(n):  # the loop for several clients at once
                state, k, m = state_at(z, i), SEEN * n + i, TOLD * n + i
                if beside is None:
                    state, told = step(state, c, z[k], nan, nan, nan, nan, 1.0)
                else:
                    if z[k + 6 * n] > 0.0:
                        state = restarted(state, c)
                    state, told = step(
                        state, c, z[k], z[k + n], z[k + 2 * n], z[k + 3 * n], z[k + 4 * n], z[k + 5 * n]
                    )
                keep_state(z, i, state)
                z[m], z[m + n], z[m + 2 * n], z[m + 3 * n], z[m + 4 * n], z[m + 5 * n], z[m + 6 * n] = told
            for i in range(min(n, end - first)):
                for k in range(6):
                    tables[k, first + i, t] = z[(TOLD + k) * n + i]
                clients[0, first + i] += z[(TOLD + 6) * n + i]
        for i in range(min(n, end - first)):
            one = person(state_at(z, i))
            for k in range(5):
                clients[k + 1, first + i] = one[k]


def run(parameters: Parameters, observed: Observed) -> Filtered:
    """The filter over all clients; the same as `batch.run`. Many clients are shared out among the processors."""
    n, sessions = observed.ratings.shape
    tables, clients = np.empty((6, n, sessions)), np.empty((6, n))
    loop, given = _compiled(), _given(parameters, observed)
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    parts = min(processors, n // WORTH_A_THREAD)
    if parts <= 1:
        loop(0, n, *given, tables, clients)
    else:
        cuts = np.linspace(0, n, parts + 1).astype(int).tolist()
        with ThreadPoolExecutor(parts) as pool:
            list(pool.map(lambda part: loop(*part, *given, tables, clients), pairwise(cuts)))
    return Filtered(*tables, *clients)


def _given(parameters: Parameters, observed: Observed) -> tuple[Any, ...]:
    """What the loop takes, but for where it writes."""
    n, c = observed.clients, scalar.constants(parameters)
    elapsed, level, variance = observed.elapsed, observed.level, observed.level_variance
    beside = (observed.arrival, observed.twin, observed.felt_off, observed.tension)
    tables = (
        *(_cells(one, np.nan) for one in beside),
        _cells(None if elapsed is None else np.nan_to_num(elapsed, nan=1.0), 1.0),
        _cells(observed.restart, 0.0),
    )
    return (
        c,
        np.ascontiguousarray(observed.ratings, dtype=np.float64),
        tables if any(one is not None for one in (*beside, elapsed, observed.restart)) else None,
        np.full(n, c.level) if level is None else np.ascontiguousarray(level, dtype=np.float64),
        np.full(n, c.level_sd**2) if variance is None else np.ascontiguousarray(variance, dtype=np.float64),
    )


def _cells(values: Floats | Flags | None, absent: float) -> Floats:
    """The table as numbers, or a single cell that says what is absent everywhere."""
    if values is None:
        return np.full((1, 1), absent)
    return np.ascontiguousarray(values, dtype=np.float64)
