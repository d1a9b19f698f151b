"""``accord demo``: a simulated clinic to look around in, and a sign-in for each role."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from accord.cli.opening import open_web, print_json
from accord.cli.serve import Port, answer_at, refuse_taken_port, serve_prepared


def run(
    serve: Annotated[bool, typer.Option("--serve", help="Serve it afterwards, until Ctrl-C.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Port = 8000,
    as_json: Annotated[bool, typer.Option("--json", help="Print the sign-ins as JSON.")] = False,
) -> None:
    """Make a simulated clinic if there is none yet, and print one sign-in per role.

    Everyone in it is invented, and every page says so. What you change stays until you delete the data folder.

    Example: accord demo --serve
    """
    if serve:
        refuse_taken_port(host, port)
        answer_at(host, port)
    open_web()
    from accord.web.standalone import prepare

    prepare()
    from accord.web.demo import make_demo

    signs = [as_row(sign) for sign in make_demo()]
    if as_json:
        print_json(signs)
    else:
        print_signs(signs)
    if serve:
        serve_prepared(host, port)


def as_row(sign: Any) -> dict[str, str]:
    """One sign-in as plain text fields, whatever record the web room keeps it in."""
    return {name: str(getattr(sign, name)) for name in ("role", "name", "email", "password")}


def print_signs(signs: list[dict[str, str]]) -> None:
    """Print the sign-ins as a table."""
    table = Table(
        "role",
        "name",
        "e-mail",
        "password",
        title="A clinic that never existed: sign in as",
        title_justify="left",
    )
    for sign in signs:
        table.add_row(*sign.values())
    Console().print(table)
