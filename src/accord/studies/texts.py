"""The words of a study: title, question, sentences by verdict, labels, method, assumptions, limits, and its examples.

They are in ``<id>.yaml`` beside ``<id>.py``. Sentences have places for facts: ``{n}``, ``{value}``.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from accord.studies.result import Study, Verdict

CLAIM = re.compile(r"\s*\(claim:[a-z0-9-]+\)|[;,]?\s*claim:[a-z0-9-]+")
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


@cache
def study_ids(*folders: str) -> tuple[str, ...]:
    """The ids of every study that has words, in the order of the folders (all of them, or those named)."""
    found = []
    for folder in folders or FOLDERS:
        names = (one.name for one in (files("accord.studies") / folder).iterdir())
        found += sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))
    return tuple(found)


def sentence(study: Study) -> str:
    """What the study says, in one or two sentences."""
    return study_file(study.id).sentences[study.verdict].format_map(study.facts)


def without_claims(words: str) -> str:
    """A sentence without the marks of its claims, for whoever shows the literature beside it."""
    return CLAIM.sub("", words).strip()
