"""What a service has learnt from its own past: the dip filter's parameters, its threshold, and what that costs.

A value with a version. It is made in the background (`signals/dip/learning.py`), stored as JSON, and never changed: a
new fit or another setting is a new version, and old signals keep the version they were raised with.
"""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from importlib.resources import files
from typing import Any, Self

from accord.basics.faults import refuse
from accord.course.expected import NOT_LEARNT, ExpectedCourse, NoCourse, expected_from_json
from accord.signals.dip.model import Parameters

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


class Note(StrEnum):
    """What has to be said about how the parameters came about."""

    NONE = ""
    PUBLISHED = "published"  # no answer to learn from: the published values
    EVEN = "even"  # every client ticks the same box each time: the published spread around their median
    TOP = "top"  # every answer is the scale's last step: a dip can hardly be told
    START = "start"  # the fit did not settle: the published values around the median


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
    note: Note = Note.NONE
    expected: ExpectedCourse | NoCourse = NOT_LEARNT  # of wellbeing, or why there is none

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
        kept = asdict(self)
        if self.expected == NOT_LEARNT:
            del kept["expected"]
        return kept

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
                "note": Note(kept.get("note", "")),
                "expected": expected_from_json(kept["expected"]) if "expected" in kept else NOT_LEARNT,
            }
        )


PUBLISHED_FILE = "published.json"  # made by `python -m accord.signals.dip.publishing`; a test makes it again


def _published() -> Learnt:
    kept = (files(__package__) / PUBLISHED_FILE).read_text(encoding="utf-8")
    return Learnt.from_json(json.loads(kept))


PUBLISHED = _published()
