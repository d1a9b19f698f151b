"""``accord etr``: the expected course of a service's outcome, and how well it finds who gets worse."""

from pathlib import Path
from typing import Annotated

import typer

from accord.cli.study_output import tell_studies


def run(
    snapshot: Annotated[
        Path, typer.Argument(help="A snapshot: a folder of 'accord snapshot' or 'accord simulate'.")
    ],
    outcome: Annotated[
        str, typer.Option(help="The outcome: an instrument by its id, on its total.")
    ] = "accord-wellbeing",
    seed: Annotated[
        int, typer.Option(help="Which therapists are judged together; the same seed, the same parts.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the study as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="A new folder for lines, tables and pictures.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what studies said there before.")
    ] = False,
) -> None:
    """Where people who begin alike usually go, session by session, and who falls below it.

    The course is this service's own: growth in log session from where people began. It is judged on people whose
    therapist it was not learnt from, and beside the nearest neighbours. docs/method/expected-course.md has the method.

    Example: accord etr snapshot --out expected
    """
    from accord.studies.expected import EXPECTED
    from accord.studies.result import Options

    tell_studies(
        snapshot, EXPECTED, Options(outcome=outcome, seed=seed), as_json=as_json, out=out, replace=replace
    )
