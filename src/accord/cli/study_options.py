"""What the commands of studies are given: the snapshot, the options they share, and what is wrong with them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from accord.basics.faults import Fault, Faults
from accord.basics.near import hint
from accord.studies.result import Options

if TYPE_CHECKING:
    from accord.studies.question import Question
    from accord.studies.snapshot.opened import Snapshot as Opened

Snapshot = Annotated[
    Path, typer.Argument(help="A snapshot: a folder of 'accord snapshot' or 'accord simulate --snapshot'.")
]
Outcome = Annotated[
    str, typer.Option(metavar="ID", help="The outcome: an instrument by its id, on its total.")
]
Alliance = Annotated[
    str, typer.Option(metavar="ID", help="The client's alliance: an instrument by its id, on its total.")
]
TherapistForm = Annotated[
    str, typer.Option(metavar="ID", help="The therapist's alliance: an instrument by its id, on its total.")
]
Seed = Annotated[
    int, typer.Option(help="Which therapists are judged together; the same seed, the same parts.")
]
Json = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="A new folder for lines, tables and pictures.")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace what studies said there before.")]

USUAL = Options()
MOST_DRAWS = 100_000


def chosen(questions: "Sequence[Question]", wanted: Sequence[str], option: str) -> "tuple[Question, ...]":
    """The questions with the ids `wanted`, or all of them; `Faults` with near names for others."""
    known = {one.id: one for one in questions}
    faults = [
        Fault(option, f"there is no '{id}'.", hint(id, known) or f"There are: {', '.join(known)}.")
        for id in wanted
        if id not in known
    ]
    if faults:
        raise Faults(faults)
    return tuple(known[id] for id in dict.fromkeys(wanted)) or tuple(questions)


def option_faults(options: Options) -> Iterator[Fault]:
    """What is wrong with the options of a run, before anything is read."""
    if options.draws < 1:
        yield Fault("--draws", f"{options.draws} is not 1 or more.", "Give 500, or leave it out.")
    if options.draws > MOST_DRAWS:
        yield Fault("--draws", f"{options.draws:,} take too long.", f"Give {MOST_DRAWS:,} or fewer.")
    if options.seed < 0:
        yield Fault("--seed", "it is below 0.", "Give 0 or more.")


def form_faults(opened: "Opened", options: Options) -> Iterator[Fault]:
    """Forms asked for that neither Accord nor the snapshot knows; one that is known may wait for its answers."""
    from accord.instruments.registry import identifiers, instrument

    rows = opened.query(
        "SELECT DISTINCT instrument, respondent FROM ratings WHERE scale = 'TOTAL' ORDER BY 1, 2"
    )
    given = [(row["instrument"], row["respondent"]) for row in rows.to_pylist()]
    for name, option, respondent in (
        ("outcome", "--outcome", "client"),
        ("alliance", "--alliance", "client"),
        ("therapist_form", "--therapist-form", "therapist"),
    ):
        asked = getattr(options, name)
        known = [form for form, who in given if who == respondent]
        if asked in known or (asked in identifiers() and instrument(asked).respondent == respondent):
            continue
        do = hint(asked, known) or (f"There are: {', '.join(known)}." if known else "")
        yield Fault(option, f"no {respondent}'s total of '{asked}' is in the snapshot.", do)
