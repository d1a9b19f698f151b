"""The words of a repair (`texts.yaml`): signs to tick, ways to say it, prompts, endings, why one is not open."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from accord.repair.backing import Backing
from accord.repair.cause import Cause
from accord.repair.event import Ending, Step, Strain

OFFERED = 3  # ways to say it, at most: more is not help


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Leans(StrEnum):
    """How a sign is usually read."""

    WITHDRAWAL = "withdrawal"
    CONFRONTATION = "confrontation"
    NEITHER = "neither"


class Sign(_Frozen):
    """Something to tick. `hint` says what else it may be; `cause` what it is about, where the sign itself says so."""

    id: str
    words: str
    leans: Leans
    hint: str = ""
    cause: Cause = Cause.UNKNOWN


class Way(_Frozen):
    """One way to say it, from one person to another; the same words whoever reads them."""

    id: str
    say: str


class Ways(_Frozen):
    """The ways of one step: by how the strain shows, and by what it may be about."""

    strain: dict[Strain, tuple[Way, ...]] = Field(min_length=len(Strain))
    cause: dict[Cause, tuple[Way, ...]] = Field(min_length=len(Cause))


class Prompt(_Frozen):
    """Heading of a step and its one line, in the words of a voice ({they}, {them}, {their})."""

    heading: str
    line: str


class _Prompt(_Frozen):
    heading: str
    line: dict[Strain, str]

    @model_validator(mode="after")
    def _has_a_line_for_all(self) -> Self:
        if Strain.UNSURE not in self.line:
            raise ValueError("a prompt needs the line for when it is not sure how the strain shows")
        return self


class Words(_Frozen):
    """An ending: its title, and one line that says what it means."""

    title: str
    line: str


class Caution(_Frozen):
    """One thing that the literature does not show, and what stands behind it."""

    say: str
    backed_by: Backing


class Texts(_Frozen):
    """The file."""

    version: int
    written: date
    note: str
    signs: tuple[Sign, ...]
    prompts: dict[Step, _Prompt] = Field(min_length=len(Step))
    ways: dict[Step, Ways] = Field(min_length=len(Step) - 1)  # noticing is not said
    endings: dict[Ending, Words] = Field(min_length=len(Ending))
    not_yet: dict[str, str]
    caution: tuple[Caution, ...]


@cache
def texts() -> Texts:
    """The whole file, checked."""
    text = (files("accord.repair") / "texts.yaml").read_text(encoding="utf-8")
    return Texts.model_validate(yaml.safe_load(text))


def signs() -> tuple[Sign, ...]:
    """What can be ticked at *notice*, in the order of the page."""
    return texts().signs


def ways(step: Step, strain: Strain = Strain.UNSURE, cause: Cause = Cause.UNKNOWN) -> tuple[Way, ...]:
    """Two or three ways to say it, the first first; none for *notice*, which is not said.

    With a likely cause its two and one that fits how the strain shows; else the two of the strain and an open one.
    """
    found = texts().ways.get(step)
    if found is None:
        return ()
    first, then = found.cause[cause], found.strain[strain]
    if cause is Cause.UNKNOWN:
        first, then = then, first
    return (*first, *then)[:OFFERED]


def way(id: str) -> Way | None:
    """The way with this id, whatever it was offered for; None for one that is not there any more."""
    return _by_id().get(id)


def sign(id: str) -> Sign | None:
    """The sign with this id; None for one that is not there any more."""
    return next((one for one in signs() if one.id == id), None)


def prompt(step: Step, strain: Strain = Strain.UNSURE) -> Prompt:
    """The heading and the line of a step; withdrawal and confrontation have lines of their own."""
    found = texts().prompts[step]
    return Prompt(heading=found.heading, line=found.line.get(strain, found.line[Strain.UNSURE]))


def not_yet(id: str) -> str:
    """Why an ending is not open yet (`offer.Offer.not_yet`)."""
    return texts().not_yet[id]


def ending(which: Ending) -> Words:
    """The title and the line of an ending."""
    return texts().endings[which]


def caution() -> tuple[Caution, ...]:
    """What the literature does and does not show about repair."""
    return texts().caution


def leans(ticked: Iterable[str]) -> Strain:
    """What these signs (ids) point to together: more of one than of the other, else not sure."""
    count = Counter(one.leans for id in ticked if (one := sign(id)))
    away, against = count[Leans.WITHDRAWAL], count[Leans.CONFRONTATION]
    if away == against:
        return Strain.UNSURE
    return Strain.WITHDRAWAL if away > against else Strain.CONFRONTATION


def causes(ticked: Iterable[str]) -> frozenset[Cause]:
    """What these signs (ids) are about, as far as they say."""
    return frozenset(one.cause for id in ticked if (one := sign(id))) - {Cause.UNKNOWN}


@cache
def _by_id() -> Mapping[str, Way]:
    return {
        one.id: one
        for step in texts().ways.values()
        for group in (*step.strain.values(), *step.cause.values())
        for one in group
    }
