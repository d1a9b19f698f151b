"""What lies around a group, as one step from what is known inside of it: needed for slopes and predicted effects."""

from dataclasses import dataclass

import numpy as np

from accord.statistics.mixed.problem import Floats, Level


@dataclass(frozen=True, eq=False)
class Outer:
    """Kept of each group that holds groups: B = (I + H_Z D)^-1 H, Y = D B (both q, w, groups), M = D (I + H_Z D)^-1."""

    solved: Floats
    shrunk: Floats
    middle: Floats


@dataclass(frozen=True, eq=False)
class Around:
    """All that lies around the groups in a group, as one step: for B of an inner group, F its columns `columns`,

    Z'V^-1W = B - F `shift` and Z'V^-1Z = B_Z - F `shrink` F' (u, w, groups; u, u, groups).
    """

    columns: tuple[int, ...]
    shift: Floats
    shrink: Floats


def enclose(outer: Outer, level: Level, columns: tuple[int, ...], beyond: Around | None) -> Around:
    """The steps of a level and of all beyond it, joined into one; the groups in a group use its own rows only."""
    width, groups = outer.solved.shape[1:]
    shift = np.zeros((len(columns), width, groups))
    shrink = np.zeros((len(columns), len(columns), groups))
    mine = [columns.index(place) for place in level.columns]
    shift[mine] = outer.shrunk
    shrink[np.ix_(mine, mine)] = outer.middle
    if beyond is not None:
        assert level.parent is not None
        theirs = [columns.index(place) for place in beyond.columns]
        far, narrow = beyond.shift[..., level.parent], beyond.shrink[..., level.parent]
        ours = outer.shrunk[:, list(beyond.columns)]
        shift[mine] -= np.einsum("avn,vwn->awn", ours, far)
        shift[theirs] += far
        passing = np.zeros((len(columns), len(theirs), groups))
        passing[theirs, range(len(theirs))] = 1.0
        passing[mine] -= ours
        shrink += np.einsum("uvn,vxn,yxn->uyn", passing, narrow, passing)
    return Around(columns, shift, shrink)
