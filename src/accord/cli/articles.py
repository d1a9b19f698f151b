"""``accord articles``: the check of articles, for those who write them."""

from pathlib import Path
from typing import Annotated

import typer

from accord.cli.opening import print_json

app = typer.Typer(no_args_is_help=True)


@app.callback()
def articles() -> None:
    """Check articles: form, links, and whether what they say is so.

    Example: accord articles check articles/
    """


@app.command()
def check(
    path: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of articles, or one article.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a list of {file, line, kind, message}, and nothing else.")
    ] = False,
) -> None:
    """Report every fault of every article at once. Nothing is fetched; exit code 1 when there are faults.

    Form (fields, dates, unknown names), raw HTML, links that look made up or could not be confirmed, numbers without a
    source, and claims that are not supported. docs/evidence.md explains each kind.

    Example: accord articles check articles/ --json
    """
    from accord.evidence.checking import article_files
    from accord.evidence.checking import check as faults_of

    faults = faults_of(path)
    if as_json:
        print_json(
            [
                {"file": one.file, "line": one.line, "kind": one.kind.value, "message": one.message}
                for one in faults
            ]
        )
    else:
        for one in faults:
            typer.echo(str(one), err=True)
        number = len(list(article_files(path))) if path.is_dir() else 1
        files = f"{number} article{'s' if number != 1 else ''}"
        found = f"{len(faults)} fault{'s' if len(faults) != 1 else ''}" if faults else "no fault"
        typer.echo(f"{files} checked, {found}.")
    if faults:
        raise typer.Exit(1)
