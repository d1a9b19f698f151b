"""Support tools by what may be behind a stuck course (`tools.yaml`), and a service's own versions of them.

Three at most for each cause, since more is a list and no help. They need no alarm and no repair. A service may word any
of them anew, hide it, or add its own; versions are never overwritten, and the newest is in force.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field

from accord.instruments.definition import Confidence
from accord.repair.backing import Backing

OFFERED = 3


class Behind(StrEnum):
    """What may be behind it: the five that support tools of the field look at."""

    ALLIANCE = "alliance"
    MOTIVATION = "motivation"
    SUPPORT = "support"  # people around the client
    LIFE_EVENTS = "life_events"
    RISK = "risk"


@dataclass(frozen=True)
class Tool:
    """One tool in force. `words` have the placeholders of a voice ({they}, {them}, {their}) where Accord wrote them.

    `evidence` says what is known and how much it shows; `source` is the key behind it, Accord, or empty where the
    service wrote it, and then `confidence` is None; `claim` as in `Backing`. `on` is the day the evidence was written,
    `version` the file's for Accord's own and the number of the edition for a service's.
    """

    id: str
    cause: Behind
    words: str
    evidence: str
    source: str
    confidence: Confidence | None
    on: date | None
    version: int
    claim: str = ""
    edited: bool = False


@dataclass(frozen=True)
class Edited:
    """A service's version of a tool: of one of Accord's by its id, or of its own. Empty `words` hide it."""

    tool: str
    number: int
    cause: Behind
    words: str
    evidence: str = ""
    on: date | None = None


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    words: str
    backed_by: Backing


class ToolsFile(BaseModel):
    """The file: its version, the day it was written, and the tools for each cause."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    written: date
    note: str
    tools: dict[Behind, tuple[_Entry, ...]] = Field(min_length=len(Behind))


@cache
def tools_file() -> ToolsFile:
    """The file as it was written."""
    text = (files("accord.repair") / "tools.yaml").read_text(encoding="utf-8")
    return ToolsFile.model_validate(yaml.safe_load(text))


@cache
def shipped() -> Mapping[str, Tool]:
    """Accord's own tools by id, in the order of the file."""
    file = tools_file()
    return {
        one.id: Tool(
            id=one.id,
            cause=cause,
            words=one.words,
            evidence=one.backed_by.known,
            source=one.backed_by.source,
            confidence=one.backed_by.confidence,
            on=file.written,
            version=file.version,
            claim=one.backed_by.claim,
        )
        for cause, entries in file.tools.items()
        for one in entries
    }


def tools(cause: Behind, edited: Iterable[Edited] = ()) -> tuple[Tool, ...]:
    """What is offered for this cause, three at most: the service's own first, then Accord's in their order."""
    return in_force(cause, edited)[:OFFERED]


def in_force(cause: Behind, edited: Iterable[Edited] = ()) -> tuple[Tool, ...]:
    """All tools of this cause that are not hidden, also those that would be the fourth and later."""
    newest = _newest(edited)
    own = [_as_tool(one) for id, one in newest.items() if id not in shipped()]
    ours = [_as_tool(newest[id]) if id in newest else one for id, one in shipped().items()]
    return tuple(one for one in (*own, *ours) if one.cause is cause and one.words)


def hidden(edited: Iterable[Edited]) -> tuple[Edited, ...]:
    """The versions that hide a tool, for the page where it can be shown again."""
    return tuple(one for one in _newest(edited).values() if not one.words.strip())


def _newest(edited: Iterable[Edited]) -> dict[str, Edited]:
    """The version in force of each tool, in the order in which the tools first came."""
    found: dict[str, Edited] = {}
    for one in edited:
        if one.tool not in found or one.number > found[one.tool].number:
            found[one.tool] = one
    return found


def _as_tool(one: Edited) -> Tool:
    """A service's version; one of Accord's tools that was only reworded keeps what stands behind it."""
    ours = shipped().get(one.tool)
    kept = ours is not None and one.evidence.strip() in ("", ours.evidence)
    return Tool(
        id=one.tool,
        cause=one.cause,
        words=one.words.strip(),
        evidence=ours.evidence if ours and kept else one.evidence.strip(),
        source=ours.source if ours and kept else "",
        confidence=ours.confidence if ours and kept else None,
        on=ours.on if ours and kept else one.on,
        version=one.number,
        claim=ours.claim if ours and kept else "",
        edited=True,
    )
