"""What every generator of the signals benchmark gives: ratings with the truth behind them.

A generator is an object with two methods (a module with two functions of these names will do as well). The therapists
are drawn once per service, so that its past and its new clients have the same ones::

    staff = generator.therapists(random)
    past, new = generator.draw(random, 200, 8, staff), generator.draw(random, 3000, 8, staff)
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from accord.signals.dip.model import Parameters

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Therapists:
    """Who works at one service: how far each one's clients lie above the mean, and the share of clients each has.

    `shift` (points) and `share` have one value per therapist; `share` sums to 1. `own` is the generator's own business.
    """

    shift: Floats
    share: Floats
    own: Any = None


@dataclass(frozen=True)
class Drawn:
    """Clients x sessions, in order. Ratings 0 to 100, NaN where not answered or where the client had already left.

    `onset` is the first session of a dip, `in_dip` every session of it, answered or not. `truth` are the filter's
    parameters that describe this generator (None: its shape has none), `therapist_shift` what each client's therapist
    adds to the level, in points. The last four are n x T floats or None where not asked: answers 1 or 0 to the two
    questions, the rating before the session, and the therapist's rating.
    """

    ratings: Floats
    in_dip: Bools
    onset: Bools
    therapist: Ints
    truth: Parameters | None = None
    therapist_shift: Floats | None = None
    felt_off: Floats | None = None
    tension: Floats | None = None
    arrival: Floats | None = None
    twin: Floats | None = None


class Generator(Protocol):
    """A way of making services that never existed, with known dips."""

    def therapists(self, random: np.random.Generator, /) -> Therapists:
        """The therapists of one service."""
        ...

    def draw(
        self, random: np.random.Generator, clients: int, sessions: int, therapists: Therapists, /
    ) -> Drawn:
        """Clients of these therapists."""
        ...
