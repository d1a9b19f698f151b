"""``accord frontiers``: training, kinds of meeting, groups of clients, and how well Accord's own forms measure."""

from typing import Annotated

import typer

from accord.cli.study_options import USUAL, Alliance, Json, Out, Outcome, Replace, Snapshot, chosen


def run(
    snapshot: Snapshot,
    study: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Only this one: training, modality, equity, invariance, structure; can be given several times.",
        ),
    ] = None,
    outcome: Outcome = USUAL.outcome,
    alliance: Alliance = USUAL.alliance,
    draws: Annotated[
        int, typer.Option(help="How often therapists are drawn again for an interval.")
    ] = USUAL.draws,
    seed: Annotated[int, typer.Option(help="The same seed draws the same.")] = USUAL.seed,
    as_json: Json = False,
    out: Out = None,
    replace: Replace = False,
) -> None:
    """Ask a service's own sessions what research has not settled. docs/frontiers.md says how each is done.

    Example: accord frontiers snapshot --study training
    """
    from accord.cli.study_output import tell_studies
    from accord.studies.frontiers import FRONTIERS
    from accord.studies.result import Options

    options = Options(outcome=outcome, alliance=alliance, draws=draws, seed=seed)
    questions = chosen(FRONTIERS, study or (), "--study")
    tell_studies(snapshot, questions, options, as_json=as_json, out=out, replace=replace)
