"""What to try: up to three short suggestions for each kind of step, and what stands behind each (`steps.yaml`)."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field

from accord.repair.backing import Backing
from accord.signals.signal import Step


class Suggestion(BaseModel):
    """One thing to try tomorrow. `say` has the words of a rule's sentence ({they}, {them}, {your}, ...)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    say: str
    backed_by: Backing

    def words(self, voice: Mapping[str, str]) -> str:
        """The suggestion in this person's voice (see `sentences.sentence`)."""
        return self.say.format_map(voice)


class Steps(BaseModel):
    """The file: its version, the day it was written, and the suggestions for each kind of step."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    written: date
    note: str
    steps: dict[Step, list[Suggestion]] = Field(min_length=len(Step))


@cache
def steps_file() -> Steps:
    """All suggestions with their version and date."""
    text = (files("accord.signals") / "steps.yaml").read_text(encoding="utf-8")
    return Steps.model_validate(yaml.safe_load(text))


def suggestions(step: Step) -> tuple[Suggestion, ...]:
    """What to try for this kind of step, the first first."""
    return tuple(steps_file().steps[step])
