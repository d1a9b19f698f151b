"""Whether acting on chances does more good than acting on everyone, or on no one: net benefit.

Vickers & Elkin (2006, Med. Decis. Making 26:565): at threshold p a false alarm weighs p / (1 - p) of a true one, so
net benefit = true alarms / n - false alarms / n x p / (1 - p). That of no one is 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Benefit:
    """At one threshold: net benefit by the chances, and if everyone is acted on; the share that is acted on."""

    threshold: float
    model: float
    everyone: float
    acted_on: float
    sensitivity: float
    right: float | None  # share of those acted on who have the event; None when no one is acted on

    @property
    def better(self) -> bool:
        """Whether the chances do more good than everyone and than no one."""
        return self.model > max(self.everyone, 0.0)


def net_benefit(
    outcome: npt.ArrayLike, chance: npt.ArrayLike, thresholds: Sequence[float]
) -> tuple[Benefit, ...]:
    """The decision curve at these thresholds (0 to 1, without the ends)."""
    happened, chances = np.asarray(outcome, float) > 0.5, np.asarray(chance, float)
    share = float(happened.mean())
    found = []
    for threshold in thresholds:
        odds = threshold / (1 - threshold)
        acted = chances >= threshold
        true = float((acted & happened).mean())
        false = float((acted & ~happened).mean())
        found.append(
            Benefit(
                threshold=threshold,
                model=true - odds * false,
                everyone=share - odds * (1 - share),
                acted_on=true + false,
                sensitivity=true / share if share else 0.0,
                right=true / (true + false) if acted.any() else None,
            )
        )
    return tuple(found)
