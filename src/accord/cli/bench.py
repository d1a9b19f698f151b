"""``accord bench``: the promises, measured here and now.

Each promise is a ratio of two things measured in the same run, so that a slow machine does not break it. The
benchmarks live beside the source, not in the wheel.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

import accord
from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.cli.opening import print_json

FIELDS = ("name", "size", "result", "limit", "ratio", "holds")


def run(
    name: Annotated[str | None, typer.Argument(help="One benchmark; without it, all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
) -> None:
    """Measure the promises of speed, size and safety. Exit code 1 when one does not hold.

    Example: accord bench scoring --json
    """
    root = checkout()
    names = benchmark_names(root)
    if name is not None and name not in names:
        raise refuse("bench", f"there is no '{name}'; there are: {', '.join(names)}.", hint(name, names))
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    rows: list[dict[str, Any]] = []
    for chosen in [name] if name else names:
        typer.echo(f"measuring {chosen} …", err=True)
        rows += measure(chosen)
    if as_json:
        print_json(rows)
    else:
        Console().print(as_table(rows))
    if not all(row["holds"] for row in rows):
        raise typer.Exit(1)


def checkout() -> Path:
    """The folder that holds ``benchmarks/``: the source checkout, or where the command was called."""
    for root in (Path(accord.__file__).resolve().parents[2], Path.cwd()):
        if (root / "benchmarks" / "__init__.py").is_file():
            return root
    raise refuse(
        "bench",
        "the benchmarks are not part of the installed package.",
        "Call this from a checkout of the source, or 'make bench' there.",
    )


def benchmark_names(root: Path) -> list[str]:
    """Names of the files in ``benchmarks/`` that hold promises, sorted."""
    return sorted(path.stem for path in (root / "benchmarks").glob("[a-z]*.py"))


def measure(name: str) -> list[dict[str, Any]]:
    """The rows of one benchmark, each with exactly the fields of `FIELDS`."""
    rows = import_module(f"benchmarks.{name}").rows()
    return [{field: row[field] for field in FIELDS} for row in rows]


def as_table(rows: list[dict[str, Any]]) -> Table:
    """The rows as a table for people."""
    table = Table("promise", "size", "result", "limit", "ratio", "holds")
    for row in rows:
        ratio = row["ratio"]
        table.add_row(
            str(row["name"]),
            str(row["size"]),
            str(row["result"]),
            str(row["limit"]),
            f"{ratio:.3g}" if isinstance(ratio, int | float) else str(ratio),
            "yes" if row["holds"] else "NO",
        )
    return table
