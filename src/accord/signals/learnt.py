"""What a service has learnt from its own past: the dip filter's parameters, its threshold, and what that costs.

A value with a version. It is made in the background (`signals/dip/learning.py`), stored as JSON, and never changed: a new
fit or another setting is a new version, and old signals keep the version they were raised with.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from accord.basics.faults import refuse
from accord.signals.dip.model import Parameters, published

STATED = 0.04  # false alarms per clean session, unless the service chooses otherwise


@dataclass(frozen=True)
class Setting:
    """One setting of the alarm: the stated share of false alarms, the threshold that meets it, and what to expect.

    `alarms` per answered session that can be judged; `real` the share of alarms that follow a dip; `seen` the share of
    dips alarmed at their first session, `seen_in_time` then or at the next. All from the fitted model.
    """

    false_alarms: float
    threshold: float
    alarms: float
    real: float
    seen: float
    seen_in_time: float


@dataclass(frozen=True)
class SelfCheck:
    """Alarms that the past data had, and how many the model expected (with its SE): outside 2 SE it is said."""

    observed: int
    expected: float
    error: float

    @property
    def agrees(self) -> bool:
        """Whether the two agree within 2 SE."""
        return abs(self.observed - self.expected) <= 2 * self.error


@dataclass(frozen=True)
class Learnt:
    """Parameters and settings of one service. `clients` and `ratings` stand behind them; 0 clients: published values.

    `low_start`: the mean of the first three ratings below which 5 % of this service's clients begin.
    `settings` go from few to many false alarms; `chosen` is the one in force.
    """

    version: str
    parameters: Parameters
    settings: tuple[Setting, ...]
    chosen: float
    low_start: float
    clients: int = 0
    ratings: int = 0
    made_on: str = ""  # ISO day
    check: SelfCheck | None = None
    therapists: tuple[tuple[str, float, float], ...] = ()  # key, shift of the level in points, its SE

    @property
    def setting(self) -> Setting:
        """The setting in force."""
        return self.at(self.chosen)

    def at(self, false_alarms: float) -> Setting:
        """The setting with this stated share of false alarms; `Faults` when there is none."""
        for one in self.settings:
            if abs(one.false_alarms - false_alarms) < 1e-9:
                return one
        there = ", ".join(f"{one.false_alarms:g}" for one in self.settings)
        raise refuse(
            "false alarms", f"{false_alarms:g} is not among the settings.", f"Choose one of {there}."
        )

    def choosing(self, false_alarms: float, version: str) -> Self:
        """The same with another setting in force, as a new version."""
        return replace(self, chosen=self.at(false_alarms).false_alarms, version=version)

    def as_json(self) -> dict[str, Any]:
        """Plain values to store."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Back from `as_json`."""
        return cls(
            **{
                **kept,
                "parameters": Parameters.from_json(kept["parameters"]),
                "settings": tuple(Setting(**one) for one in kept["settings"]),
                "check": SelfCheck(**kept["check"]) if kept["check"] else None,
                "therapists": tuple((key, shift, error) for key, shift, error in kept["therapists"]),
            }
        )


# Made by `accord signals --published` (the same simulation with eight sessions), kept here so that a page need not wait.
PUBLISHED = Learnt(
    version="published",
    parameters=published(),
    settings=(Setting(STATED, 1.0, 0.06, 0.5, 0.5, 0.6),),
    chosen=STATED,
    low_start=75.0,
)
