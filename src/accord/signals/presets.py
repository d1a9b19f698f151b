"""Published rules as presets (`presets.yaml`): for research and the what-if page, never the default.

A preset is data for the detector of `criterion.py`; `scores` lets any two be compared at equal false alarms, `alarms`
uses the limit that was published. Ratings are n x T, NaN where there is no answer.
"""

from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

from accord.basics.faults import Faults, refuse
from accord.basics.near import hint
from accord.instruments.definition import Confidence
from accord.signals.criterion import Fall, Floats, Part, Reference, Unit, alarm, score


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(StrEnum):
    """Whose limit it is."""

    PUBLISHED = "published"
    TEXTBOOK = "textbook"
    OURS = "ours"


class BaseRate(_Frozen):
    """How often the authors, or others, found it."""

    share: float
    of: str
    confidence: Confidence


class Repair(_Frozen):
    """When a fall counts as repaired: in so many sessions, back to `tolerance` points below where it came from, or by
    the share `back` of the fall.
    """

    within: int
    back: float | None = None
    tolerance: float | None = None
    confidence: Confidence


class Preset(_Frozen):
    """One published rule. `scale` is the range in whose points it speaks; None when it speaks in SDs of any scale."""

    id: str
    title: str
    rule: str
    source: str
    confidence: Confidence
    limit: Limit
    any_of: tuple[Part, ...]
    reconstruction: bool = False
    base_rate: BaseRate | None = None
    scale: tuple[float, float] | None = None
    repair: Repair | None = None
    notes: tuple[str, ...] = ()

    @property
    def online(self) -> bool:
        """Whether it uses earlier sessions only; else it sees later ones and cannot warn anybody in time."""
        return all(part.online for part in self.any_of)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for part in self.any_of:
            needs_scale = not isinstance(part, Fall) or part.unit in (Unit.POINTS, Unit.DIFFERENCE_ERROR)
            if needs_scale and self.scale is None:
                raise ValueError(f"{self.id} speaks in points, so it needs its scale")
            if isinstance(part, Fall) and part.reference is Reference.FIXED and part.at is None:
                raise ValueError(f"{self.id} needs the level below which it speaks")
            if (
                isinstance(part, Fall)
                and part.unit is Unit.DIFFERENCE_ERROR
                and None in (part.sd, part.reliability)
            ):
                raise ValueError(f"{self.id} needs an SD and a reliability")
        if self.repair and (self.repair.back is None) == (self.repair.tolerance is None):
            raise ValueError(f"{self.id}: a repair is told either by a share or by a tolerance")
        return self


class _File(_Frozen):
    version: int
    presets: tuple[Preset, ...]


@cache
def _file() -> _File:
    text = (files("accord.signals") / "presets.yaml").read_text(encoding="utf-8")
    return _File.model_validate(yaml.safe_load(text))


def presets() -> tuple[Preset, ...]:
    """Every preset, as the file has them."""
    return _file().presets


def version() -> int:
    """The version of the file."""
    return _file().version


def preset(id: str) -> Preset:
    """The preset with this id; `Faults` with the near name when there is none."""
    for one in presets():
        if one.id == id:
            return one
    names = [one.id for one in presets()]
    raise refuse("preset", f"there is no '{id}'.", hint(id, names) or f"There are: {', '.join(names)}.")


def scores(rule: Preset, ratings: Floats, low: float = 0.0, high: float = 100.0) -> Floats:
    """How much like a fall each session is, n x T; NaN without an answer, -inf where it cannot be judged yet.

    In the rule's unit, or for a rule of several parts how far the furthest part is beyond its limit. `low` and `high`
    are the ends of the scale of `ratings`.
    """
    y = in_points(rule, ratings, low, high)
    if len(rule.any_of) == 1:
        return score(rule.any_of[0], y)
    beyond: Floats = np.maximum.reduce([score(part, y) - part.k for part in rule.any_of])
    return beyond


def alarms(rule: Preset, ratings: Floats, low: float = 0.0, high: float = 100.0) -> NDArray[np.bool_]:
    """Where the rule alarms at its limit, n x T."""
    y = in_points(rule, ratings, low, high)
    marked: NDArray[np.bool_] = np.logical_or.reduce([alarm(part, score(part, y)) for part in rule.any_of])
    return marked


def in_points(rule: Preset, ratings: Floats, low: float, high: float) -> Floats:
    """The ratings in the points in which the rule speaks, mapped by the two ranges; `Faults` if any is out of range."""
    y = np.asarray(ratings, dtype=float)
    faults = _faults(y, low, high)
    if faults:
        raise faults
    if rule.scale is None:
        return y
    first, last = rule.scale
    return first + (y - low) * ((last - first) / (high - low))


def _faults(y: Floats, low: float, high: float) -> Faults | None:
    if y.ndim != 2:
        return refuse("ratings", f"they have {y.ndim} dimensions.", "Give clients x sessions.")
    if not low < high:
        return refuse("range", f"{low:g} to {high:g} is none.", "Give the lower end first.")
    outside = int(np.sum((y < low) | (y > high)))
    if outside:
        return refuse(
            "ratings", f"{outside} lie outside {low:g} to {high:g}.", "Give the range of this scale."
        )
    return None


def remarks(rule: Preset, low: float = 0.0, high: float = 100.0) -> tuple[str, ...]:
    """What must be said beside its results: reconstruction, mapping, later sessions, whose limit; then its notes."""
    said = []
    if rule.reconstruction:
        said.append("A reconstruction: the exact rule was not read, so this is no replication.")
    if rule.scale is not None and rule.scale != (low, high):
        first, last = rule.scale
        said.append(
            f"Made for {first:g} to {last:g}; ratings of {low:g} to {high:g} were mapped by the two ranges."
        )
    if not rule.online:
        said.append("It sees later sessions, so it can describe a course but warn nobody in time.")
    if rule.limit is not Limit.PUBLISHED:
        said.append("Its limit is a textbook's." if rule.limit is Limit.TEXTBOOK else "Its limit is ours.")
    return (*said, f"How sure: {rule.confidence.words}.", *rule.notes)
