"""``accord etr``: the expected course of a service's outcome, and how well it finds who gets worse."""

from accord.cli.study_options import USUAL, Json, Out, Outcome, Replace, Seed, Snapshot
from accord.cli.study_output import tell_studies


def run(
    snapshot: Snapshot,
    outcome: Outcome = USUAL.outcome,
    seed: Seed = USUAL.seed,
    as_json: Json = False,
    out: Out = None,
    replace: Replace = False,
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
