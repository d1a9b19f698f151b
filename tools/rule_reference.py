"""Writes ``docs/rules.md`` from the rules' own files, so that the page cannot say something else."""

import sys
from collections.abc import Iterator
from pathlib import Path

from accord.signals.examples import CaseKind, rule_file
from accord.signals.presets import Preset, presets
from accord.signals.rates import rates
from accord.signals.rules import RULES, Rule
from accord.signals.sentences import SPOKEN_OF
from accord.signals.signal import Place

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rules.md"
VOICE = {
    "they": "they",
    "They": "They",
    "their": "their",
    "Their": "Their",
    "them": "them",
    "name": "the client",
    **SPOKEN_OF,
}
OPENING = """# Rules: what is told about a course

This page is written by `make docs` from the rules' own files (`src/accord/signals/rules/`), each with cases that a test
runs. Every signal on a page says which rule and version found it, since when, from which sessions, how far one such
reading can be leaned on, and how often such a signal is wrong. People are ordered by the first of their signals: risk,
a concern, a repair that is due, strain, silence, a gap, a review, the rest. Nothing here is validated on people; shares
are from simulation, and where nobody has measured one, that is said.
"""
PLACES = {
    Place.RISK: "risk",
    Place.CONCERN: "concern",
    Place.REPAIR: "repair",
    Place.STRAIN: "strain",
    Place.SILENCE: "silence",
    Place.GAP: "gap",
    Place.REVIEW: "review",
    Place.REST: "the rest",
}
PRESETS = """## Published rules of thumb
For research (`accord signals --preset`) and for *what if* on the alarm page; never the default. *Reconstruction*: the
paper was not read in full, so it is no replication. A rule that *sees later sessions* could not have spoken in time.

| preset | source | how sure | published base rate |
|---|---|---|---|"""


def page() -> str:
    """The whole page as Markdown."""
    made = [OPENING, *(line for one in RULES for line in section(one)), PRESETS]
    return "\n".join([*made, *(preset_row(one) for one in presets()), ""])


def section(one: Rule) -> Iterator[str]:
    """One rule: what it means, where it puts a person, how often it is wrong, and cases that fire and do not."""
    file = rule_file(one.id)
    yield f"## {file.title}\n"
    yield f"{file.means.format_map(VOICE)}\n"
    yield f"`{one.id}` · place: {PLACES[one.place]} · {wrong(one)}\n"
    fires = [case.name for case in file.cases if case.since is not None]
    silent = [case.name for case in file.cases if case.since is None and case.kind is CaseKind.JUST_SHORT]
    yield f"- Speaks: {'; '.join(fires[:3])}."
    if silent:
        yield f"- Just short: {'; '.join(silent[:2])}."
    yield ""


def wrong(one: Rule) -> str:
    """How often its signals come for no reason, in natural numbers."""
    if one.id == "dip":
        stated = "4 of 100 clean sessions unless it chooses otherwise ([how](method/dip.md))"
        return f"how often it is wrong is what the service states, {stated}"
    found = rates().get(one.id)
    if found is None:
        return "what was said or done, or not measured"
    of = "clients" if found.per == "client" else "clean sessions"
    real = f"{found.real * 100:.0f} of 100 such signals are what they seem (simulated)"
    return f"wrong at {found.rate * 1000:.0f} of 1,000 {of}; {real}"


def preset_row(one: Preset) -> str:
    """One preset as a row."""
    marks = [
        word
        for word, holds in (("reconstruction", one.reconstruction), ("sees later sessions", not one.online))
        if holds
    ]
    name = f"{one.title} (`{one.id}`)" + (f", {', '.join(marks)}" if marks else "")
    rate = (
        f"{one.base_rate.share * 100:.0f} % of {one.base_rate.of} ({one.base_rate.confidence})"
        if one.base_rate
        else "–"
    )
    return f"| {name}: {one.rule} | {one.source} | {one.confidence}, limit {one.limit} | {rate} |"


if __name__ == "__main__":
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            sys.exit("docs/rules.md is not what the rules say. Run 'make docs'.")
    else:
        PAGE.write_text(page(), encoding="utf-8")
