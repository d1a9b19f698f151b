"""The words of a study: title, question, sentences by verdict, labels, method, assumptions, limits, and its examples.

They are in ``<id>.yaml`` beside ``<id>.py``. Sentences have places for facts: ``{n}``, ``{value}``.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from accord.studies.result import Study, Verdict

FOLDERS = ("findings", "frontiers", "therapists", "expected", "leaving")


class Strict(BaseModel):
    """A part of a file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Example(Strict):
    """A service that never existed and what must come out: what `simulate` is told, and the verdict or line values.

    `parameters` are those of `accord.simulate`; `expects` pairs a line's name with what its interval must cover.
    """

    name: str
    clients: int
    seed: int = 1
    parameters: dict[str, Any] = Field(default_factory=dict)
    verdict: Verdict
    covers: dict[str, float] = Field(default_factory=dict)


class LineWords(Strict):
    """One line: its label, and what it is in one plain sentence."""

    label: str
    means: str = ""


class StudyFile(Strict):
    """The YAML file of one study, checked."""

    title: str  # the finding as a statement, for a card
    question: str
    picture: str = ""  # what the picture's axis shows, in few words
    sentences: dict[Verdict, str]
    lines: dict[str, LineWords]
    method: str
    assumptions: list[str]
    limits: list[str]
    notes: dict[str, str] = Field(default_factory=dict)
    look_at: dict[str, str] = Field(default_factory=dict)
    examples: list[Example] = Field(default_factory=list)


@cache
def study_file(id: str) -> StudyFile:
    """The words of the study `id`; KeyError when there is no such study."""
    for folder in FOLDERS:
        found = files("accord.studies") / folder / f"{id}.yaml"
        if found.is_file():
            return StudyFile.model_validate(yaml.safe_load(found.read_text(encoding="utf-8")))
    raise KeyError(id)


def sentence(study: Study) -> str:
    """What the study says, in one or two sentences."""
    return study_file(study.id).sentences[study.verdict].format_map(study.facts)
