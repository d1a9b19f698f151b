"""``accord equity``: whether everyone is served alike, and whether the form means the same to everyone."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer


def run(
    snapshot: Annotated[
        Path, typer.Argument(help="A snapshot: a folder of 'accord snapshot' or 'accord simulate'.")
    ],
    trait: Annotated[
        list[str] | None,
        typer.Option(help="Only groups by this, such as language; can be given several times."),
    ] = None,
    alliance: Annotated[
        str, typer.Option(help="The alliance: an instrument by its id, on its total.")
    ] = "accord-check-in",
    as_json: Annotated[bool, typer.Option("--json", help="Print the study as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="A new folder for lines, tables and pictures.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what studies said there before.")
    ] = False,
) -> None:
    """Compare groups of clients: check-ins given, alliance, dips, leaving, alarms; small groups are kept back.

    Example: accord equity snapshot --trait language
    """
    from accord.cli.study_output import tell_studies
    from accord.studies.frontiers import equity, invariance
    from accord.studies.frontiers.groups import LANGUAGE, traits
    from accord.studies.question import Question
    from accord.studies.result import Options
    from accord.studies.snapshot.opened import open_snapshot
    from accord.studies.snapshot.tables import prepare

    options = Options(alliance=alliance)
    only = tuple(dict.fromkeys(trait or ()))
    if only:
        with open_snapshot(snapshot) as opened:
            prepare(opened, options)
            check_traits(only, {LANGUAGE, *(one.name for one in traits(opened))})
    questions = [Question(one.ID, partial(one.run, only=only)) for one in (equity, invariance)]
    tell_studies(snapshot, questions, options, as_json=as_json, out=out, replace=replace)


def check_traits(only: tuple[str, ...], known: set[str]) -> None:
    """Raise `Faults` for every trait that the snapshot does not tell of."""
    from accord.basics.faults import Fault, Faults
    from accord.basics.near import hint

    faults = [
        Fault(
            "--trait",
            f"the snapshot says nothing of '{one}'.",
            hint(one, known) or f"It tells: {', '.join(sorted(known))}.",
        )
        for one in only
        if one not in known
    ]
    if faults:
        raise Faults(faults)
