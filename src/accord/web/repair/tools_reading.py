"""A service's support tools from its rows: those in force for each cause, and every version that there was."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accord.repair.cause import Cause
from accord.repair.tools import OFFERED, Behind, Edited, Tool, in_force, shipped, tools
from accord.web.attention.words import address, clock, local, long_day
from accord.web.people.viewer import Viewer
from accord.web.repair.tools_words import OF_CAUSE, Shown, line, name, shown


@dataclass(frozen=True)
class Group:
    """The tools of one cause."""

    id: str
    name: str
    line: str
    tools: tuple[Shown, ...]


@dataclass(frozen=True)
class Kept:
    """One tool in the settings. `offered` False: three stand before it; `hidden`: it is shown nowhere."""

    tool: Shown
    offered: bool
    hidden: bool
    number: int


@dataclass(frozen=True)
class Editing:
    """The tools of one cause in the settings."""

    id: str
    name: str
    kept: tuple[Kept, ...]


@dataclass(frozen=True)
class Version:
    """One version of a tool. `number` 0 is as Accord ships it."""

    number: int
    words: str
    known: str
    who: str
    when: str
    now: bool


def edited(viewer: Viewer) -> tuple[Edited, ...]:
    """Every version of the service's tools, as the pure room takes them; one query."""
    rows = viewer.tools.order_by("pk").values_list(
        "tool", "number", "cause", "words", "evidence", "evidence_on"
    )
    return tuple(
        Edited(tool, number, Behind(cause), words, evidence, on)
        for tool, number, cause, words, evidence, on in rows
    )


def groups(viewer: Viewer, today: date) -> tuple[Group, ...]:
    """What is offered for each cause, three at most."""
    kept = edited(viewer)
    return tuple(
        Group(one.value, name(one), line(one), tuple(shown(tool, today) for tool in tools(one, kept)))
        for one in Behind
    )


def beside(viewer: Viewer, cause: Cause, today: date, pronoun: str) -> dict:
    """What a repair's page offers for its likely cause: the tools, what they are for, where the rest is."""
    behind = OF_CAUSE.get(cause, Behind.ALLIANCE)
    return {
        "tools": tuple(shown(tool, today, pronoun) for tool in tools(behind, edited(viewer))),
        "tools_for": line(behind),
        "tools_url": address("repair:tools"),
    }


def editing(viewer: Viewer, today: date) -> tuple[Editing, ...]:
    """Every tool, also those that are hidden or would be the fourth."""
    kept = edited(viewer)
    newest = {one.tool: one for one in sorted(kept, key=lambda one: one.number)}
    found = []
    for cause in Behind:
        going = in_force(cause, kept)
        rows = [
            Kept(shown(tool, today), place < OFFERED, False, _number(newest, tool.id))
            for place, tool in enumerate(going)
        ]
        rows += [
            Kept(shown(_before(kept, one.tool), today), False, True, one.number)
            for one in newest.values()
            if one.cause is cause and not one.words.strip()
        ]
        found.append(Editing(cause.value, name(cause), tuple(rows)))
    return tuple(found)


def _number(newest, tool: str) -> int:
    return newest[tool].number if tool in newest else 0


def _before(kept: tuple[Edited, ...], tool: str) -> Tool:
    """What a hidden tool said before: the last version with words, else as it is shipped."""
    said = [one for one in kept if one.tool == tool and one.words.strip()]
    if not said:
        return shipped()[tool]
    last = max(said, key=lambda one: one.number)
    return next(one for one in in_force(last.cause, [last]) if one.id == tool)


def tool_of(viewer: Viewer, id: str) -> tuple[Tool, int] | None:
    """A tool with what it says now (or said before it was hidden) and the number of its newest version."""
    kept = [one for one in edited(viewer) if one.tool == id]
    if not kept and id not in shipped():
        return None
    return _before(tuple(kept), id), max((one.number for one in kept), default=0)


def versions(viewer: Viewer, id: str, today: date) -> tuple[Version, ...]:
    """Every version of one tool, the newest first; Accord's own is the last."""
    zone = viewer.service.timezone
    rows = list(viewer.tools.filter(tool=id).select_related("by").order_by("-number"))
    found = []
    for place, one in enumerate(rows):
        at = local(one.at, zone)
        found.append(
            Version(
                number=one.number,
                words=one.words,
                known=one.evidence,
                who=one.by.name,
                when=f"{long_day(at.date(), today)}, {clock(at)}",
                now=place == 0,
            )
        )
    ours = shipped().get(id)
    if ours is not None:
        when = _("version %(version)s of Accord") % {"version": ours.version}
        found.append(Version(0, ours.words, ours.evidence, _("Accord"), when, not rows))
    return tuple(found)
