"""``accord frontiers``: training, kinds of meeting, groups of clients, and how well Accord's own forms measure."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    snapshot: Annotated[Path, typer.Argument(help="A snapshot's folder ('accord snapshot --out FOLDER').")],
    study: Annotated[
        list[str] | None, typer.Option(help="Only this one; may be given again. Without it, all.")
    ] = None,
    alliance: Annotated[
        str | None, typer.Option(help="Alliance form by id, Accord's check-in unless given.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(help="Outcome by id, Accord's wellbeing unless given.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of a bootstrap.")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for lines and tables as Parquet and CSV.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over what is in that folder.")] = False,
) -> None:
    """Ask a service's own sessions what research has not settled. docs/frontiers.md says how each is done.

    Example: accord frontiers snapshot --study training
    """
    from accord.cli.study_output import chosen, tell_studies
    from accord.studies.frontiers import FRONTIERS
    from accord.studies.result import Options

    usual = Options()
    options = Options(alliance=alliance or usual.alliance, outcome=outcome or usual.outcome, draws=draws)
    questions = chosen(FRONTIERS, study or (), "--study")
    tell_studies(snapshot, questions, options, as_json=as_json, out=out, replace=replace)
