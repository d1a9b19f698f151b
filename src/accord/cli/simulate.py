"""``accord simulate``: a service that never existed, with known truth."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from accord import __version__
from accord.basics.faults import Fault, Faults
from accord.basics.near import hint
from accord.cli.opening import print_json

if TYPE_CHECKING:
    from accord.simulate.calibration import Figure

SHORT = {"check-in": "accord-check-in"}  # what people type for what the tables say
USUAL_CLIENTS = 250
MOST = 100_000_000


def run(
    out: Annotated[Path | None, typer.Option(help="Folder to write; must be empty or not there.")] = None,
    clients: Annotated[
        int | None, typer.Option(help="How many clients; 250 where neither this nor --sessions is given.")
    ] = None,
    sessions: Annotated[
        int | None, typer.Option(help="Instead: whole courses until there are so many sessions.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same service.")] = 1,
    instrument: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="What the alliance is rated on: check-in, srs, wai-sr; can be given several times.",
        ),
    ] = None,
    parameters: Annotated[Path | None, typer.Option(help="YAML with parameters to change.")] = None,
    format: Annotated[str, typer.Option(help="parquet or csv.")] = "parquet",
    replace: Annotated[bool, typer.Option("--replace", help="Replace a simulated service there.")] = False,
    snapshot: Annotated[
        bool, typer.Option("--snapshot", help="Write it as a snapshot, which studies can be asked of.")
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Hold its figures against the known ones.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print rows and figures as JSON.")] = False,
) -> None:
    """Make a service that never existed: clients, sessions, answers, ratings, and the truth in a table of its own.

    Where the numbers come from, and what is not modelled, is in docs/simulate.md. With --summary and without --out
    nothing is written.

    Example: accord simulate --out service --sessions 1000000 --seed 7 --summary
    """
    from accord.simulate.block import make_blocks
    from accord.simulate.calibration import calibrate
    from accord.simulate.folder import write_service
    from accord.simulate.parameters import as_plain, read_parameters
    from accord.simulate.snapshot import write_snapshot

    rated = check(out, clients, sessions, seed, instrument or ["check-in"], format, summary, snapshot)
    if clients is None and sessions is None:
        clients = USUAL_CLIENTS
    chosen = read_parameters(parameters)
    blocks = make_blocks(chosen, seed, clients=clients, sessions=sessions)
    if out is None:
        tell({}, calibrate(blocks), summary=True, as_json=as_json)
        return
    about = {
        "accord": __version__,
        "seed": seed,
        "instruments": rated,
        "parameters": as_plain(chosen),
    }
    with showing(clients, sessions) as progress:
        task = progress.add_task("simulating", total=clients or sessions)
        counted = "sessions" if not clients else "courses" if snapshot else "clients"

        def step(rows: Mapping[str, int]) -> None:
            progress.update(task, completed=rows[counted])

        if snapshot:
            written = write_snapshot(
                blocks,
                out,
                parameters=chosen,
                instruments=rated,
                replace=replace,
                about=about,
                progress=step,
            )
        else:
            written = write_service(
                blocks, out, instruments=rated, format=format, replace=replace, about=about, progress=step
            )
    tell(written.rows, written.figures, summary=summary, as_json=as_json, out=out)


def check(
    out: Path | None,
    clients: int | None,
    sessions: int | None,
    seed: int,
    instruments: list[str],
    format: str,
    summary: bool,
    snapshot: bool = False,
) -> tuple[str, ...]:
    """The instruments by their full names; `Faults` with everything that is wrong with the options."""
    from accord.simulate.folder import FORMATS
    from accord.simulate.tables import RATED

    faults = []
    if out is None and not summary:
        faults.append(Fault("--out", "there is no folder to write to.", "Give one, or --summary alone."))
    if clients is not None and sessions is not None:
        faults.append(Fault("--clients", "--sessions is given as well.", "Give one of the two."))
    for option, count in (("--clients", clients), ("--sessions", sessions)):
        if count is not None and not 1 <= count <= MOST:
            faults.append(Fault(option, f"{count} is not between 1 and {MOST:,}.", "Give a number between."))
    if seed < 0:
        faults.append(Fault("--seed", "it is below 0.", "Give 0 or more."))
    if format not in FORMATS:
        faults.append(
            Fault("--format", f"there is no '{format}'; there are parquet and csv.", hint(format, FORMATS))
        )
    if snapshot and format != "parquet":
        faults.append(
            Fault("--format", "a snapshot is Parquet.", "Leave --format out, or leave out --snapshot.")
        )
    names = {**SHORT, **{name: name for name in RATED}}
    for name in instruments:
        if name not in names:
            what = f"'{name}' is not simulated; there are check-in, srs and wai-sr."
            faults.append(Fault("--instrument", what, hint(name, names)))
    if faults:
        raise Faults(faults)
    return tuple(dict.fromkeys(names[name] for name in instruments))


def showing(clients: int | None, sessions: int | None) -> Progress:
    """A progress bar on the error stream, for a terminal only."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("clients" if clients else "sessions"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def tell(
    rows: Mapping[str, int],
    figures: "tuple[Figure, ...]",
    *,
    summary: bool,
    as_json: bool,
    out: Path | None = None,
) -> None:
    """Print what was written and, when asked, what came out."""
    if as_json:
        shown = [as_row(figure) for figure in figures] if summary else None
        print_json(
            {"simulated": True, "out": str(out) if out else None, "rows": dict(rows), "figures": shown}
        )
        return
    if out is not None:
        counts = ", ".join(f"{count:,} {table}" for table, count in rows.items())
        typer.echo(f"{out}: {counts}. None of it ever happened.")
    if summary:
        Console().print(as_table(figures))


def as_row(figure: "Figure") -> dict[str, Any]:
    """One figure for a program; a number that cannot be told is null."""
    value, low, high = (
        None if number != number else number for number in (figure.value, figure.low, figure.high)
    )
    return {
        "name": figure.name,
        "meaning": figure.meaning,
        "value": value,
        "low": low,
        "high": high,
        "clients": figure.clients,
        "should_be": [figure.reference.low, figure.reference.high],
        "source": figure.reference.source,
        "holds": figure.holds if value is not None else None,
    }


def as_table(figures: "tuple[Figure, ...]") -> Table:
    """The figures for people."""
    table = Table(
        "figure",
        "value",
        "95 %",
        "should be",
        "holds",
        "clients",
        caption="Each figure misses by chance in one service of twenty.",
        caption_justify="left",
    )
    for figure in figures:
        reference = figure.reference
        known = f"{reference.low:g}" + (f" to {reference.high:g}" if reference.high > reference.low else "")
        told = figure.value == figure.value
        table.add_row(
            figure.meaning,
            f"{figure.value:.3f}" if told else "too few",
            f"{figure.low:.3f} to {figure.high:.3f}" if told else "",
            known,
            ("yes" if figure.holds else "NO") if told else "",
            f"{figure.clients:,}",
        )
    return table
