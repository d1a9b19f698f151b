"""The report of a run: Markdown and three pictures, with what it assumes and what it could not show."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from accord.signals import presets
from benchmarks.signals import generator, other, pictures, reference, tables, third
from benchmarks.signals.cells import digest
from benchmarks.signals.detectors import ACCORD, ORACLE
from benchmarks.signals.generator import Shape
from benchmarks.signals.promises import SERVICES, SESSIONS, Cells, Line, Promise, by_cell
from benchmarks.signals.settings import BY_ID, NEW_CLIENTS, OTHER, PAST, RATES, SETTINGS, Cell

NAME = "signals-benchmark.md"
SHOWN = 200  # past clients, of the detailed tables
RUNNING_MEAN = "running-mean"
PROGRAMS = ("accord", "numpy", "scipy", "numba")


def write(
    folder: Path, lines: Sequence[Line], found: Sequence[Promise], asked: Sequence[Cell], seed: int
) -> Path:
    """Write the report and its pictures into a folder; returns the report's path."""
    cells = by_cell(lines)
    names = titles()
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    shown = cells.get(("default", SESSIONS, SHOWN))
    if shown:
        for name, svg in (
            ("signals-roc", pictures.roc(shown, names, RUNNING_MEAN)),
            ("signals-calibration", pictures.calibrated(cells, SHOWN, SESSIONS)),
            ("signals-alarms", pictures.weekly(shown, names)),
        ):
            (folder / "pictures" / f"{name}.svg").write_text(svg + "\n", encoding="utf-8")
    path = folder / NAME
    path.write_text(text(cells, found, asked, seed), encoding="utf-8")
    return path


def titles() -> dict[str, str]:
    """How each detector is called in tables and pictures."""
    named = {ACCORD: "Accord's filter", ORACLE: "Oracle (the filter with the truth)"}
    return named | {one.id: one.title for one in presets.presets()}


def text(cells: Cells, found: Sequence[Promise], asked: Sequence[Cell], seed: int) -> str:
    """The report in Markdown."""
    names = titles()
    parts = [OPENING, made_with(cells, seed), "## Promises\n", PROMISED, tables.promises(found)]
    parts += ["## What this cannot show\n", bullets(cannot_show(cells, asked))]
    shown = cells.get(("default", SESSIONS, SHOWN))
    if shown:
        parts += [
            f"## Who sees what ({SHOWN} past clients, {SESSIONS} sessions, default setting)\n",
            DEFINED,
            tables.detectors(shown, names),
            "![Dips seen, by false alarms](pictures/signals-roc.svg)",
            "![Alarms of one therapist in a week](pictures/signals-alarms.svg)",
            "At the same realised false alarms, ties by lot:",
            tables.same_price(shown, names),
        ]
    if any(key[1:] == (SESSIONS, SHOWN) for key in cells):
        parts += [
            "## Against the rules of thumb, in every setting\n",
            f"Onsets seen by the filter less those seen by the rule at its own false alarms ({SHOWN} past clients).",
            tables.gains(cells, SHOWN, names),
            "## The filter in every setting\n",
            "Realised over stated false alarms: mean over services with its 95 % interval, then the range.",
            tables.realised(cells),
            f"At 4 % stated, learnt from {SHOWN} past clients:",
            tables.across(cells, SHOWN, SESSIONS),
            "![Whether P(dip) can be believed](pictures/signals-calibration.svg)",
            "Onsets seen at equal realised false alarms:",
            tables.equal(cells, SHOWN, SESSIONS),
        ]
    if any(key[1:] == (20, SHOWN) for key in cells):
        parts += ["## Twenty sessions\n", tables.across(cells, SHOWN, 20), tables.equal(cells, SHOWN, 20)]
    parts += ["## What was drawn\n", assumptions()]
    if any(key[1:] == (SESSIONS, SHOWN) for key in cells):
        parts.append(tables.services(cells, SHOWN))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


OPENING = """# The signals benchmark

Services that never existed, with known dips: everything is learnt from a service's own past clients and judged on new
clients of the same therapists. Made by `accord bench signals --report docs/method`; anyone can make it again. What the
filter is: [dip.md](dip.md)."""

PROMISED = """Limits are those of the study behind the filter. Services: past clients, whose shape, settings x
services of each. Every figure is a mean over services, and every setting must hold by itself; the worst is named.
*Realised / stated* compares the false alarms that came with those that were stated; *within* counts services. *Onsets
seen* are compared at equal realised false alarms, with a rule at its own. Intervals are in the tables below."""

DEFINED = """A session can be *judged* when it is answered and two earlier ones are. It is *clean* when there is no dip
in it nor in the session before. *False alarms*: share of the clean sessions with an alarm. *Seen at onset*: share of
the dips' first sessions, of those that can be judged, with an alarm; *or next session*: there or one later. *Real*:
share of the alarms in a dip. *Clients ever*: clients with an alarm. *Delay*: sessions from onset to the first alarm,
of the dips alarmed at all. *Alarms a week*: for a therapist with twenty answered check-ins. AUC: onsets against clean
sessions. The filter alarms at 4 % stated, every rule at its own limit. In brackets: 95 % interval of the mean."""


def made_with(cells: Cells, seed: int) -> str:
    """Seeds, versions, sizes."""
    services = sum(map(len, cells.values()))
    programs = ", ".join(f"{name} {_version(name)}" for name in PROGRAMS)
    return (
        f"{services:,} services, each judged on {NEW_CLIENTS:,} new clients; seed {seed}; code {digest()}; "
        f"Python {platform.python_version()}, {programs}."
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def cannot_show(cells: Cells, asked: Sequence[Cell]) -> list[str]:
    """What a reader must not conclude from this run."""
    said = []
    full = [cell for cell in cells.values() if len(cell) >= SERVICES]
    if len(full) < len([key for key in cells if key[1] == SESSIONS]):
        fewest = min(map(len, cells.values()))
        said.append(
            f"Cells hold from {fewest} services, not {SERVICES}: means are judged as far as their error lets them, "
            "and a promise missed by less than two SE counts as held."
        )
    missing = [f"{past:,}" for past in PAST if not any(key[2] == past for key in cells)]
    if missing:
        said.append(f"Nothing was learnt from {' or '.join(missing)} past clients.")
    left_out = [one.words for one in SETTINGS if not any(key[0] == one.id for key in cells)]
    if left_out:
        said.append(f"Settings not drawn: {'; '.join(left_out)}.")
    there = sum(map(len, cells.values()))
    if there < len(asked):
        said.append(f"The run is not finished: {there} of {len(asked)} services are there.")
    if any(BY_ID[key[0]].kind == OTHER for key in cells):
        said.append(
            "The second and the third generator have no true parameters of this filter. Their oracle has those that "
            f"tell their dips best, found with the dips of {reference.CLIENTS:,} clients known, and the true shifts of "
            "the therapists."
        )
    return said + ALWAYS


ALWAYS = [
    "Whether real dips look like these. Sizes, lengths and frequencies are assumed, not estimated from clinics; two "
    "generators of one project are not two clinics.",
    "Falls between two sessions that the session mends: the rating after the session does not have them.",
    "Unequal spacing in time, a change of therapist, several instruments, tension reports.",
    "Whether an alarm helps. That is a matter for a trial.",
    "Rules marked as reconstructions are not replications: their authors' exact rules were not at hand. Rules that "
    "look at later sessions are judged with that advantage.",
    f"More than twenty services a cell: a mean ratio has an SE of about .02, so a limit of 15 % is told from 10 %, not "
    f"from 13 %. Twenty sessions were drawn for four services a setting; the promises are about {SESSIONS}.",
]


def assumptions() -> str:
    """What both generators assume, and what each setting changes."""
    usual = Shape()
    changed = []
    for one in SETTINGS:
        shape = getattr(one.generator, "shape", None)
        if shape is not None and shape != usual:
            parts = (f"{k} {v}" for k, v in vars(shape).items() if v != getattr(usual, k))
            changed.append(f"{one.words}: {', '.join(parts)}".replace("_", " "))
    values = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in vars(usual).items() if v is not None)
    return (
        f"**First generator.** {generator.__doc__ or ''}\nDefaults: {values}.\n\n"
        f"Settings change:\n\n{bullets(changed)}\n\n"
        f"**Second generator.** {other.__doc__ or ''}\n\n"
        "Three priors of the fit (`signals/dip/fit.py`) were narrowed, and a dip's size bounded, after the second "
        "generator had shown where the fit runs away; so it is no untouched check any more. The third one was written "
        "by somebody who had seen neither the filter nor the other two, and nothing was changed after it was run.\n\n"
        f"**Third generator.** {third.__doc__ or ''}\n\nStated rates: {', '.join(f'{rate:.0%}' for rate in RATES)}."
    )


def bullets(said: Sequence[str]) -> str:
    """A list."""
    return "\n".join(f"- {one}" for one in said)
