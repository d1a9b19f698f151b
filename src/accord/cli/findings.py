"""``accord findings``: the five findings, tested on a service's own sessions."""

from pathlib import Path
from typing import Annotated

import typer

from accord.cli.study_output import chosen, tell_studies


def run(
    snapshot: Annotated[
        Path, typer.Argument(help="A snapshot: a folder of 'accord snapshot' or 'accord simulate'.")
    ],
    finding: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this one: alliance_outcome, therapist_treatment, session_three, dropout_alliance, whose_rating; "
            "can be given several times."
        ),
    ] = None,
    outcome: Annotated[
        str, typer.Option(help="The outcome: an instrument by its id, on its total.")
    ] = "accord-wellbeing",
    alliance: Annotated[
        str, typer.Option(help="The client's alliance: an instrument by its id, on its total.")
    ] = "accord-check-in",
    therapist_form: Annotated[
        str, typer.Option(help="The therapist's alliance: an instrument by its id, on its total.")
    ] = "accord-check-in-therapist",
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="A new folder for lines, tables and pictures.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what studies said there before.")
    ] = False,
) -> None:
    """Test the five findings on a service's own sessions: value, interval, n, and what studies found.

    Each says whether it agrees with studies, differs, shows nothing, or rests on too few. docs/findings.md has the
    methods, and how often the verdicts are wrong.

    Example: accord findings snapshot --finding alliance_outcome --out learnt
    """
    from accord.studies.findings import FINDINGS
    from accord.studies.result import Options

    options = Options(alliance=alliance, therapist_form=therapist_form, outcome=outcome)
    questions = chosen(FINDINGS, finding or [], "--finding")
    tell_studies(snapshot, questions, options, as_json=as_json, out=out, replace=replace)
