"""``accord frontiers``: training, kinds of meeting, groups of clients, and how well Accord's own forms measure."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    snapshot: Annotated[
        Path, typer.Argument(help="A snapshot: a folder of 'accord snapshot' or 'accord simulate'.")
    ],
    study: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this one: training, modality, equity, invariance, structure; can be given several times."
        ),
    ] = None,
    outcome: Annotated[
        str, typer.Option(help="The outcome: an instrument by its id, on its total.")
    ] = "accord-wellbeing",
    alliance: Annotated[
        str, typer.Option(help="The alliance: an instrument by its id, on its total.")
    ] = "accord-check-in",
    draws: Annotated[int, typer.Option(help="How often therapists are drawn again for an interval.")] = 500,
    seed: Annotated[int, typer.Option(help="The same seed draws the same.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the studies as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="A new folder for lines, tables and pictures.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what studies said there before.")
    ] = False,
) -> None:
    """Ask a service's own sessions what research has not settled. docs/frontiers.md says how each is done.

    Example: accord frontiers snapshot --study training
    """
    from accord.cli.study_output import chosen, tell_studies
    from accord.studies.frontiers import FRONTIERS
    from accord.studies.result import Options

    options = Options(outcome=outcome, alliance=alliance, draws=draws, seed=seed)
    questions = chosen(FRONTIERS, study or (), "--study")
    tell_studies(snapshot, questions, options, as_json=as_json, out=out, replace=replace)
