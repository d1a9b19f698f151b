"""Whether a past can be learnt from: everything that is wrong with it, told at once, by row and without its values."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from accord.basics.faults import Fault, Faults
from accord.signals.dip.observed import Flags, Floats, Observed
from accord.signals.dip.therapists import UNKNOWN

ROUNDED = 1e-9  # of the range: a mean of items may lie so far outside
NAMED = 10  # rows named in one fault; the rest are counted


def check_scale(low: float, high: float, step: float) -> None:
    """Raise `Faults` unless the scale has two ends and a step between them."""
    faults = []
    if not (np.isfinite([low, high]).all() and low < high):
        faults.append(
            Fault("range", "The lower end is not below the upper one.", "Give both, such as 0:100.")
        )
    elif not 0 < step <= high - low:
        faults.append(
            Fault("step", "The smallest step does not fit into the range.", "Give one, such as 1 for 0:100.")
        )
    if faults:
        raise Faults(faults)


def check_settings(settings: tuple[float, ...], chosen: float, draws: int) -> None:
    """Raise `Faults` unless the stated shares are shares, the chosen one is among them, and courses can be drawn."""
    faults = []
    if not all(0 < one < 0.5 for one in settings):
        faults.append(Fault("settings", "A share of false alarms lies outside 0 to 0.5.", "Leave it out."))
    if chosen not in settings:
        there = ", ".join(f"{one:g}" for one in settings)
        faults.append(
            Fault("false alarms", f"{chosen:g} is not among the settings.", f"Choose one of {there}.")
        )
    if draws < 1:
        faults.append(Fault("draws", "No course is to be drawn.", "Draw 20000, or at least 1."))
    if faults:
        raise Faults(faults)


def check_past(past: Observed, low: float, high: float) -> None:
    """Raise `Faults` naming the rows (from 1) whose answers lie outside the scale, or the arrays that do not fit."""
    faults = list(_shapes(past))
    if not faults:
        faults = list(_values(past, low, high))
    if faults:
        raise Faults(faults)


def _shapes(past: Observed) -> Iterator[Fault]:
    if past.ratings.ndim != 2:
        yield Fault("ratings", "Not a table of clients by sessions.", "Give one row per client.")
        return
    for name in ("felt_off", "tension", "arrival", "twin", "elapsed", "restart"):
        values = getattr(past, name)
        if values is not None and values.shape != past.ratings.shape:
            yield Fault(name, "Not as many rows and sessions as the ratings.", "Fill up with no answer.")


def _values(past: Observed, low: float, high: float) -> Iterator[Fault]:
    def outside(values: Floats) -> Flags:
        near = ROUNDED * (high - low)
        beyond: Flags = (values < low - near) | (values > high + near)
        return beyond

    for name in ("ratings", "arrival", "twin"):
        if (values := getattr(past, name)) is not None:
            yield from _rows(
                name, outside(values), f"outside {low:g} to {high:g}", "Correct them or give the range."
            )
    for name in ("felt_off", "tension"):
        if (values := getattr(past, name)) is not None:
            wrong = ~np.isnan(values) & (values != 0) & (values != 1)
            yield from _rows(name, wrong, "neither yes (1) nor no (0)", "Correct them or leave them empty.")
    if past.elapsed is not None:
        wrong = (past.elapsed < 0) | np.isinf(past.elapsed)
        yield from _rows("elapsed", wrong, "not a time since the session before", "Put sessions in order.")


def _rows(name: str, wrong: Flags, what: str, do: str) -> Iterator[Fault]:
    rows = np.flatnonzero(wrong.any(axis=1)) + 1
    if not rows.size:
        return
    named = ", ".join(str(row) for row in rows[:NAMED])
    more = f" and {rows.size - NAMED} more" if rows.size > NAMED else ""
    yield Fault(name, f"Values {what} in {'row' if rows.size == 1 else 'rows'} {named}{more}.", do)


def checked_therapists(therapists: npt.ArrayLike | None, clients: int) -> npt.NDArray[np.int64]:
    """Each client's therapist as a whole number; no number (NaN, or no array at all) is an unknown therapist, -1."""
    if therapists is None:
        return np.full(clients, UNKNOWN, np.int64)
    given = np.asarray(therapists, np.float64)
    if given.shape != (clients,):
        raise Faults([Fault("therapists", "Not one therapist per client.", "Give -1 where none is known.")])
    known = ~np.isnan(given)
    wrong = known & ((given != np.floor(given)) | (given < UNKNOWN) | np.isinf(given))
    faults = list(_rows("therapists", wrong[:, None], "that are no whole number from -1 on", "Number them."))
    if faults:
        raise Faults(faults)
    return np.where(known, given, UNKNOWN).astype(np.int64)
