"""``accord rescore``: every score again from the raw answers."""

from typing import Annotated

import typer

from accord.cli.opening import one_service, open_database, print_json


def run(
    service: Annotated[str | None, typer.Option(help="Short name of one service; without it, all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Compute every score again from the raw answers, in one transaction.

    Needed after a new version of a scoring rule; without one the result is the same, bit for bit.

    Example: accord rescore --service harbour
    """
    open_database()
    from accord.web.checkin.actions import rescore

    done = rescore(one_service(service) if service else None)
    if as_json:
        print_json({"responses": done.responses, "scores": done.scores, "changed": done.changed})
        return
    typer.echo(
        f"{done.responses} responses, {done.scores} scores; {done.changed} differ from what stood there."
    )
