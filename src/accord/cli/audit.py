"""``accord audit``: prove that nobody edited the trail."""

from typing import Annotated

import typer

from accord.cli.opening import open_database, print_json, services

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Check that the audit trail was not changed.

    Example: accord audit verify
    """


@app.command()
def verify(
    service: Annotated[str | None, typer.Option(help="Short name of one service; without it, all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Find edited, deleted and reordered lines of the trail. Exit code 1 when there is one.

    Example: accord audit verify --service harbour --json
    """
    open_database()
    from accord.web.audit import actions

    found = {one.slug: actions.verify(one) for one in services(service)}
    if as_json:
        print_json(
            [
                {
                    "service": slug,
                    "whole": not breaks,
                    "breaks": [{"line": b.number, "what": b.what} for b in breaks],
                }
                for slug, breaks in found.items()
            ]
        )
    else:
        for slug, breaks in found.items():
            typer.echo(f"{slug}: " + ("the trail is whole." if not breaks else f"{len(breaks)} breaks."))
            for one in breaks:
                typer.echo(f"  line {one.number}: {one.what}")
    if any(found.values()):
        raise typer.Exit(1)
