"""What was observed of many clients, as arrays; and what the filter makes of it."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Observed:
    """Answers of n clients at up to T sessions held, in order; NaN: no answer, also after the last session.

    `felt_off` and `tension` (what the client reported): 1 yes, 0 no. `arrival` and `twin` (the therapist's rating) in
    points of the same scale. `elapsed`: time since the session before, 1 is the usual interval. `restart`: another
    therapist from this session on. `level`, `level_variance` (n): where this client's level is thought to start, given
    the therapist. None: not observed at all.
    """

    ratings: Floats
    felt_off: Floats | None = None
    tension: Floats | None = None
    arrival: Floats | None = None
    twin: Floats | None = None
    elapsed: Floats | None = None
    restart: Flags | None = None
    level: Floats | None = None
    level_variance: Floats | None = None

    @property
    def clients(self) -> int:
        """How many clients there are."""
        return int(self.ratings.shape[0])

    @property
    def sessions(self) -> int:
        """The largest number of sessions of a client."""
        return int(self.ratings.shape[1])

    def rows(self, chosen: slice | npt.NDArray[Any]) -> Self:
        """The same for some clients only."""
        parts: dict[str, Any] = {
            one.name: value[chosen] for one in fields(self) if (value := getattr(self, one.name)) is not None
        }
        return replace(self, **parts)


@dataclass(frozen=True)
class Filtered:
    """What the filter says, session by session (n x T), each value from that session and earlier ones only.

    `p_dip`: the client is in a dip. `score`: log odds that a dip begins now against no dip now and before; NaN where
    the main rating was not answered, -inf for one at the top, which never alarms. `expected`, `expected_sd`: where the
    rating would lie without a dip, from earlier sessions. `level`, `level_sd`: the line without the dip, after the
    answer. Per client (n): `likelihood` (log), and level and growth as they stand after the last session.
    """

    p_dip: Floats
    score: Floats
    expected: Floats
    expected_sd: Floats
    level: Floats
    level_sd: Floats
    likelihood: Floats
    mu: Floats
    growth: Floats
    mu_variance: Floats
    covariance: Floats
    growth_variance: Floats

    @classmethod
    def together(cls, parts: "list[Filtered]") -> "Filtered":
        """The results of several blocks of clients as one."""
        return cls(
            **{one.name: np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(cls)}
        )
