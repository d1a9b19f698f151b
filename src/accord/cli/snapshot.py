"""``accord snapshot``: the sessions of a service as Parquet, at one instant, for studies."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from accord.cli.opening import open_database, print_json

if TYPE_CHECKING:
    from accord.web.learning.snapshot import Taken


def run(
    out: Annotated[Path, typer.Option(help="Folder to make.")],
    service: Annotated[str | None, typer.Option(help="Short name of one service; else all of them.")] = None,
    add: Annotated[
        Path | None, typer.Option(help="An earlier snapshot; its unchanged files are used again.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an earlier snapshot there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write courses, sessions, scores, answers, signals, traits and trainings as Parquet: what studies are asked of.

    Everything is of one instant, also while people work. It holds no names and no words, but it is about people, and it
    holds all of them: for others than your own staff use 'accord export --research', which asks for consent.

    Example: accord snapshot --out snapshot
    """
    open_database()
    from accord.web.learning.snapshot import take_snapshot
    from accord.web.people.actions import service_named

    taken = take_snapshot(out, service=service_named(service) if service else None, add=add, replace=replace)
    if as_json:
        print_json({"out": str(out), **asdict(taken)})
    else:
        tell(taken, out)


def tell(taken: "Taken", out: Path) -> None:
    """What was written, for people."""
    rows = ", ".join(f"{count:,} {table}" for table, count in taken.rows.items())
    typer.echo(f"{out}: {rows}.")
    if taken.simulated:
        typer.echo("Some of these people never existed: a service in it is simulated.")
    if taken.reused:
        typer.echo(f"{taken.reused} of {taken.files} files are those of the earlier snapshot.")
