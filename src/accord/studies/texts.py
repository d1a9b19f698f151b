"""The words of a study: title, question, sentences by verdict, labels, method, assumptions, limits, and its examples.

They are in ``<id>.yaml`` beside ``<id>.py``. Sentences have places for facts: ``{n}``, ``{value}``.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from accord.studies.numbers import number
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
    pills: dict[Verdict, str] = Field(default_factory=dict)  # what stands beside the verdict: "no clear gap"
    sentences: dict[Verdict, str]
    lines: dict[str, LineWords]
    method: str
    assumptions: list[str]
    limits: list[str]
    tables: dict[str, str] = Field(default_factory=dict)  # what each further table shows
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


def notes_of(study: Study) -> tuple[str, ...]:
    """What to mind, in words."""
    words = study_file(study.id).notes
    return tuple(without_claims(filled(words[key], study.facts)) for key in study.notes if key in words)


class Counted(Strict):
    """``counted.yaml``: words for what was left out (one, several), and names of languages by code."""

    left_out: dict[str, tuple[str, str]]
    languages: dict[str, str]


@cache
def _counted() -> Counted:
    found = files("accord.studies") / "counted.yaml"
    return Counted.model_validate(yaml.safe_load(found.read_text(encoding="utf-8")))


def language_name(code: str) -> str:
    """The English name of a language by its code, `en` or `pt-BR`; the code itself where no name is kept."""
    first, *more = re.split("[-_]", code)
    name = _counted().languages.get(first.lower())
    return f"{name} ({' '.join(more)})" if name and more else name or code


def left_out(study: Study) -> tuple[str, ...]:
    """What the study left out, each with its count: "6 ratings of appointments that were not held"."""
    return tuple(counted(why, rows) for why, rows in study.dropped.items() if rows)


def kept_back(study: Study) -> tuple[str, ...]:
    """What was kept back because so few people stand behind it; a line of the study by its label."""
    lines = study_file(study.id).lines
    return tuple(
        lines[name].label if (name := what.replace(" ", "_")) in lines else counted(what, count)
        for what, count in study.kept_back.items()
        if count
    )


def counted(what: str, count: int) -> str:
    """A count in words, in the singular where it is one: "1 group of Age", "2,984 clients"."""
    if what.startswith("one of "):
        return what
    if what in _counted().left_out:
        return _counted().left_out[what][count != 1].format(count=f"{count:,}")
    first, _, rest = what.replace("_", " ").partition(" ")
    return f"{count:,} {first.removesuffix('s') if count == 1 else first} {rest}".strip()


def sentence(study: Study) -> str:
    """What the study says, in one or two sentences."""
    return filled(study_file(study.id).sentences[study.verdict], study.facts)


def filled(words: str, facts: Mapping[str, float | int | str]) -> str:
    """A sentence with its facts in their places, printed as lines print them: `.23`, `23 %`, `1,940`."""
    return _Filled().vformat(words, (), facts)


class _Filled(Formatter):
    """``{r:.2f}`` is a correlation or the like, ``{share:.1%}`` a share; their digits are those of `numbers`."""

    def format_field(self, value: Any, spec: str) -> str:
        if isinstance(value, str):
            return value
        if spec[-1:] in ("f", "%"):
            return number(value, "r" if spec[-1] == "f" else "share")
        return f"{value:,}"


def without_claims(words: str) -> str:
    """A sentence without the marks of its claims, for whoever shows the literature beside it."""
    return CLAIM.sub("", words).strip()
