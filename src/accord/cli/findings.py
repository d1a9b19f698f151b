"""``accord findings``: the five findings, tested on a service's own sessions."""

from typing import Annotated

import typer

from accord.cli.study_options import (
    USUAL,
    Alliance,
    Json,
    Out,
    Outcome,
    Replace,
    Snapshot,
    TherapistForm,
    chosen,
)
from accord.cli.study_output import tell_studies


def run(
    snapshot: Snapshot,
    finding: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Only this one: alliance_outcome, therapist_treatment, session_three, dropout_alliance, whose_rating; "
            "can be given several times.",
        ),
    ] = None,
    outcome: Outcome = USUAL.outcome,
    alliance: Alliance = USUAL.alliance,
    therapist_form: TherapistForm = USUAL.therapist_form,
    as_json: Json = False,
    out: Out = None,
    replace: Replace = False,
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
