"""Writes ``docs/rules.md`` and ``docs/patterns.md`` from the files of rules and patterns, so that they say the same."""

import sys
from collections.abc import Iterator
from pathlib import Path

from accord.evidence.claims import claim
from accord.signals.examples import CaseKind, rule_file
from accord.signals.gap_prompts import prompt_file
from accord.signals.patterns import WATCHED
from accord.signals.patterns.examples import pattern_file
from accord.signals.patterns.measured import Measured, measured
from accord.signals.presets import Preset, presets
from accord.signals.rates import rates
from accord.signals.rules import RULES, Rule
from accord.signals.sentences import SPOKEN_OF
from accord.signals.signal import Place

DOCS = Path(__file__).resolve().parents[1] / "docs"
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


PITFALLS = """# Four pitfalls, watched as patterns

This page is written by `make docs` from the patterns' own files (`src/accord/signals/patterns/`), each with cases
that a test runs. A pattern is something seen over several sessions with one therapist, told on the page *Working
together* with one question to ask. It is no alarm: it changes nobody's place on Today, nothing is sent, and it is
computed for the page and kept nowhere. *Not so* puts one away for this client for 90 days; that is noted, and can be
taken back at once.

No study validates these four. They come from four claims of the article, whose verdicts stand beside them. Nobody has
measured on people how often they come for no reason, so no page claims a rate. Every threshold is ours.

Nothing that is covered or withheld is looked at; a profile waits with the session it belongs to. That *what matters
to you* stays unanswered is known to the therapist alone, and says nothing by itself. Nothing is read from anybody's
words.
"""
IN_SIMULATION = """## In simulated clients
What the simulator's assumptions amount to, not what a clinic will see. Clients with 12 sessions are looked at after
each of them. The simulator knows nothing of the four pitfalls: what it has no forms for is drawn so that nothing of
the kind is true, and *put in* means that what the pattern is about was added to the same clients. Nobody in it is
ever said to have done something about the relationship, so the shares are upper bounds. By
`tests/validation/pattern_rates.py`.

| pattern | clean clients | shows at some time | shows after session 12 | of all clients | where put in |
|---|---|---|---|---|---|"""
GAP = """## Mind the gap
The gap is therapist minus client over the latest 3 to 8 sessions that both rated. About six points under is usual
(TRY07). Within eight points of that it is *usual*; it is *large* when the rule *Two views apart* says so, and
*moderate* between. Where the whole is not large, one part may lie further apart than the two others, by ten points at
least and more than single lines allow. Each cell has four prompts in our own words; two are shown, one to think of
and one to say, and they change with every session that both rated. No study has tested them.
"""


def patterns_page() -> str:
    """The page of patterns and of prompts for the gap as Markdown."""
    made = [PITFALLS, *(line for one in WATCHED for line in pattern_section(one.id)), IN_SIMULATION]
    made += [pattern_row(one.id, measured()[one.id]) for one in WATCHED]
    return "\n".join([*made, "", GAP, prompt_file().evidence, ""])


def pattern_section(id: str) -> Iterator[str]:
    """One pattern: what it means, its question, its claims, and cases that show and do not."""
    file = pattern_file(id)
    yield f"## {file.title}\n"
    yield f"{file.means}\n"
    yield f"Asks: {file.question}\n"
    for place, one in enumerate((file.claim, *file.beside)):
        found = claim(one)
        yield f"- {'Beside it' if place else 'Claim'} `{one}`: {found.says} *{found.verdict.words}*. {found.why}"
    shows = [case.name for case in file.cases if case.since is not None]
    silent = [case.name for case in file.cases if case.since is None and case.kind is CaseKind.JUST_SHORT]
    yield f"- Shows: {'; '.join(shows[:4])}."
    yield f"- Just short: {'; '.join(silent[:3])}."
    yield ""


def pattern_row(id: str, found: Measured) -> str:
    """One pattern's shares as a row."""
    put_in = "–" if found.planted is None else f"{found.planted * 100:.0f} of 100"
    ever, end, everybody = (
        f"{one * 1000:.0f} of 1,000" for one in (found.ever, found.at_the_end, found.everybody)
    )
    return f"| {pattern_file(id).title} | {found.clean:,} | {ever} | {end} | {everybody} | {put_in} |"


PAGES = {"rules.md": page, "patterns.md": patterns_page}


if __name__ == "__main__":
    for name, made in PAGES.items():
        if "--check" not in sys.argv:
            (DOCS / name).write_text(made(), encoding="utf-8")
        elif not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != made():
            sys.exit(f"docs/{name} is not what its files say. Run 'make docs'.")
