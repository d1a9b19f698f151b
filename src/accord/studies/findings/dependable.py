"""How far the mean of some ratings tells clients apart: variance components by session, and what follows from them.

Ratings of sessions 1 to 6, growth taken out (each session less the mean of all clients at it). Components of therapist,
client and residual from the nested analysis of variance (Henderson's first method), which needs nothing but sums per
therapist. Dependability of the mean of k ratings: (therapist + client) / (therapist + client + residual / k).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.statistics.jackknife import Floats, add_up

SESSIONS = 6
APART = 3  # sessions that lie this far apart hardly share what passes from one to the next


@dataclass(frozen=True, eq=False)
class Ratings:
    """Sums per therapist (J x k) that components and dependability are told from; clients and ratings in all."""

    keys: npt.NDArray[np.object_]
    sums: Floats
    apart: Floats  # J x 4: products of ratings far apart and how many; squares of means of three and how many
    clients: int
    ratings: int


def ratings(by_session: Floats, therapist: npt.NDArray[np.object_]) -> Ratings:
    """Sums from ratings by client and session (n x 6, NaN where there is none)."""
    there = np.isfinite(by_session)
    keep = there.any(1)
    values, there, therapist = by_session[keep], there[keep], therapist[keep]
    counts = there.sum(0)
    means = np.divide(np.nansum(values, 0), counts, out=np.zeros(values.shape[1]), where=counts > 0)
    centred = np.where(there, values - means, 0.0)
    n: Floats = np.asarray(there.sum(1), np.float64)
    sums: Floats = np.asarray(centred.sum(1), np.float64)
    between: Floats = np.asarray(sums**2 / np.maximum(n, 1), np.float64)
    within: Floats = np.asarray((centred**2).sum(1) - between, np.float64)
    keys, found = add_up([np.ones(len(n)), n, n**2, sums, between, within], therapist)
    number = found[:, 1]
    own = np.column_stack([found[:, 2] / number, number**2, found[:, 3] ** 2 / number, np.ones(len(keys))])
    return Ratings(
        keys, np.column_stack([found, own]), _apart(centred, there, therapist), len(n), round(float(n.sum()))
    )


def _apart(centred: Floats, there: npt.NDArray[np.bool_], therapist: npt.NDArray[np.object_]) -> Floats:
    far, count = np.zeros(len(centred)), np.zeros(len(centred))
    for first in range(centred.shape[1]):
        for second in range(first + APART, centred.shape[1]):
            far += centred[:, first] * centred[:, second]
            count += there[:, first] & there[:, second]
    three: npt.NDArray[np.bool_] = np.asarray(there[:, :3].all(1))
    mean: Floats = np.where(three, np.asarray(centred[:, :3].mean(1)), 0.0)
    return add_up([far, count, mean**2, three.astype(np.float64)], therapist)[1]


def components(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """Variances of therapist, client and residual from sums (…, 10); the first two may come out below 0."""
    clients, n, squares, total, between, within, shares, therapist_squares, by_therapist, therapists = (
        np.moveaxis(sums, -1, 0)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        residual = within / (n - clients)
        middle = between - by_therapist
        alone = clients == therapists  # one client each: what differs between therapists is the clients
        whole = (between - total**2 / n - (clients - 1) * residual) / (n - squares / n)
        client = np.where(alone, whole, (middle - (clients - therapists) * residual) / (n - shares))
        outer = by_therapist - total**2 / n
        weight = n - therapist_squares / n
        spread = (outer - (therapists - 1) * residual - (shares - squares / n) * client) / weight
        therapist = np.where((therapists > 1) & ~alone, spread, 0.0)
    return therapist, client, residual


def dependability(sums: Floats, k: float = 1) -> Floats:
    """Dependability of the mean of `k` ratings, neighbouring sessions taken as no more alike than distant ones."""
    therapist, client, residual = components(sums)
    level = therapist + client
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = np.where(level + residual / k > 0, level / (level + residual / k), np.nan)
    return result


def apart_dependability(apart: Floats) -> Floats:
    """Dependability of the mean of the first three ratings, from how much ratings far apart have in common."""
    far, count, three, clients = np.moveaxis(apart, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = (far / count) / (three / clients)
    return result
