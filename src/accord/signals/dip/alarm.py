"""When a dip is told: enough earlier answers, and odds above the threshold that keeps the stated false-alarm rate."""

import numpy as np

from accord.signals.dip.observed import Filtered, Flags, Observed

EARLIER_NEEDED = 2  # answers with the same therapist before one can be judged (dip-filter study)


def eligible(observed: Observed) -> Flags:
    """Which answers can be judged (n x T): answered, with two earlier answers or more since the last restart."""
    answered = ~np.isnan(observed.ratings)
    before = np.cumsum(answered, axis=1) - answered
    if observed.restart is not None:
        at_restart = np.where(observed.restart, before, 0)
        before = before - np.maximum.accumulate(at_restart, axis=1)
    enough: Flags = answered & (before >= EARLIER_NEEDED)
    return enough


def alarms(filtered: Filtered, observed: Observed, threshold: float) -> Flags:
    """Which sessions raise an alarm (n x T)."""
    with np.errstate(invalid="ignore"):
        found: Flags = eligible(observed) & (filtered.score > threshold)
    return found
