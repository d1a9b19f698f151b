"""What the dip filter assumes about a service's clients, and the published values it starts from.

In points of the scale, client i at the t-th session held, ``l = ln t`` (docs/method/dip.md)::

    y*  = mu + g l + s - d D + e,   y = min(high, y*)
    mu ~ N(level, level_sd2)   g ~ N(growth, growth_sd2)   s_1 ~ N(0, state_sd2)   s_t = phi s_(t-1) + ...
    d: 0 -> 1 with `onset`, 1 -> 0 with `end`;  D ~ N(depth, depth_sd2) drawn at the onset and kept
    e ~ N(0, error_sd2), now and then (`outlier`) with three times that SD
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, Self


@dataclass(frozen=True)
class Question:
    """A yes/no question about the session: chance of a yes in a dip, and outside one."""

    sensitivity: float
    false_yes: float


@dataclass(frozen=True)
class Beside:
    """Another rating of the same line: ``shift + loading (line) + own + error``, in points of the main scale.

    `registers`: for the item before a session the chance that a dip which begins now is there already; for the
    therapist the share of a dip's depth that they see. `own_sd` is the rater's own lasting view of this client, 0 for
    the client.
    """

    shift: float
    loading: float
    registers: float
    own_sd: float
    error_sd: float

    def scaled(self, points: float) -> Self:
        """The same in other units."""
        return replace(
            self, shift=self.shift * points, own_sd=self.own_sd * points, error_sd=self.error_sd * points
        )


@dataclass(frozen=True)
class Parameters:
    """The model of one service on one scale; SDs, levels and depths in points. `step` is the smallest step."""

    level: float
    level_sd: float
    growth: float
    growth_sd: float
    state_sd: float
    phi: float
    error_sd: float
    outlier: float
    onset: float
    end: float
    depth: float
    depth_sd: float
    felt_off: Question
    tension: Question
    arrival: Beside
    twin: Beside
    therapist_share: float = 0.06  # of level_sd squared
    low: float = 0.0
    high: float = 100.0
    step: float = 1.0

    @property
    def at_top(self) -> float:
        """From here on an answer is the scale's last step and means "this or more"."""
        return self.high - self.step / 2

    def as_json(self) -> dict[str, Any]:
        """Plain values to store."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Back from `as_json`."""
        questions = {name: Question(**kept[name]) for name in ("felt_off", "tension")}
        besides = {name: Beside(**kept[name]) for name in ("arrival", "twin")}
        return cls(**{**kept, **questions, **besides})


# In tenths of the scale. Where science.md 3.5 has a value the start lies 10 to 20 % beside it, so that the benchmark,
# whose generator uses that value, does not flatter a small service. Level: SRS 37 of 40 (science.md 3.5).
_LEVEL = 9.25
_FELT_OFF = Question(sensitivity=0.30, false_yes=0.035)
_TENSION = Question(sensitivity=0.40, false_yes=0.08)
_ARRIVAL = Beside(shift=-0.20, loading=1.0, registers=0.45, own_sd=0.0, error_sd=0.50)
_TWIN = Beside(shift=2.0, loading=0.70, registers=0.45, own_sd=0.60, error_sd=0.50)


def published(
    low: float = 0.0, high: float = 100.0, step: float = 1.0, level: float | None = None
) -> Parameters:
    """What to assume on a scale from `low` to `high` before a service has data of its own.

    `level` is the mean to start from, in points; None takes the published one. Source: dip-filter study and
    science.md 3.5; [design] throughout, fitted to no clinic's data.
    """
    points = (high - low) / 10
    return Parameters(
        level=low + _LEVEL * points if level is None else level,
        level_sd=0.80 * points,
        growth=0.10 * points,
        growth_sd=0.12 * points,
        state_sd=0.40 * points,
        phi=0.30,
        error_sd=0.35 * points,
        outlier=0.01,
        onset=0.05,
        end=0.50,
        depth=1.0 * points,
        depth_sd=0.45 * points,
        felt_off=_FELT_OFF,
        tension=_TENSION,
        arrival=_ARRIVAL.scaled(points),
        twin=_TWIN.scaled(points),
        low=low,
        high=high,
        step=step,
    )
