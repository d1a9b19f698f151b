"""``accord bench``: the promises, measured here and now.

Each promise is a ratio of two things measured in the same run, so that a slow machine does not break it. The
benchmarks live beside the source, not in the wheel.
"""

import inspect
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
    quick: Annotated[
        bool, typer.Option("--quick", help="A sample in minutes, which says what it cannot show (signals).")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            help="Write a report with pictures into this folder, and go on from there later (signals)."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draw other services than those of the docs (signals).")
    ] = None,
) -> None:
    """Measure the promises of speed, size and safety. Exit code 1 when one does not hold.

    Without a name, a long benchmark is sampled as with --quick.

    Example: accord bench scoring --json

    Example: accord bench signals --quick
    """
    root = checkout()
    names = benchmark_names(root)
    if name is not None and name not in names:
        raise refuse("bench", f"there is no '{name}'; there are: {', '.join(names)}.", hint(name, names))
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    given = {"quick": quick or None, "report": report, "seed": seed}
    options = {option: value for option, value in given.items() if value is not None}
    check_options(name, names, options)
    rows: list[dict[str, Any]] = []
    for chosen in [name] if name else names:
        typer.echo(f"measuring {chosen} …", err=True)
        rows += measure(chosen, **(options if name else sampled(chosen)))
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
    """Names of the files and packages in ``benchmarks/`` that hold promises, sorted."""
    folder = root / "benchmarks"
    packages = (path.parent.name for path in folder.glob("[a-z]*/__init__.py"))
    return sorted({*(path.stem for path in folder.glob("[a-z]*.py")), *packages})


def measure(name: str, **options: Any) -> list[dict[str, Any]]:
    """The rows of one benchmark, each with exactly the fields of `FIELDS`."""
    rows = import_module(f"benchmarks.{name}").rows(**options)
    return [{field: row[field] for field in FIELDS} for row in rows]


def options_of(name: str) -> tuple[str, ...]:
    """The options that one benchmark takes."""
    return tuple(inspect.signature(import_module(f"benchmarks.{name}").rows).parameters)


def sampled(name: str) -> dict[str, Any]:
    """What makes a long benchmark a short one."""
    return {"quick": True} if "quick" in options_of(name) else {}


def check_options(name: str | None, names: list[str], options: dict[str, Any]) -> None:
    """`Faults` for options that the chosen benchmark does not take; without a name every one is sampled anyway."""
    wrong = [option for option in options if name is None or option not in options_of(name)]
    if name is None:
        wrong = [option for option in wrong if option != "quick"]
    if wrong:
        taking = ", ".join(one for one in names if wrong[0] in options_of(one)) or "none"
        raise refuse(
            "bench",
            f"{name or 'all of them together'} cannot take --{', --'.join(wrong)}.",
            f"Name a benchmark that takes it: {taking}.",
        )


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
