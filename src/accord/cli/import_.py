"""``accord import``: answers or scores of a table, by a map that says what each column means."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from accord.cli.opening import one_service, open_database, print_json
from accord.exchange.incoming import Incoming, read_incoming
from accord.exchange.layout import lay_out
from accord.exchange.mapping import ImportMap, read_map
from accord.exchange.refused import write_refused
from accord.exchange.table import RowFault, read_table

MOST_TOLD = 40  # faults printed; all are counted, and all are in --json and in the file of refused rows


def run(
    file: Annotated[Path, typer.Argument(help="A CSV, TSV or Parquet file.")],
    map_: Annotated[Path, typer.Option("--map", help="The YAML file that says what each column means.")],
    service: Annotated[
        str | None, typer.Option(help="Short name of the service, where there are several.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and write nothing.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Write the sound rows; the others go to FILE.refused.csv.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was done, and every fault, as JSON.")
    ] = False,
) -> None:
    """Read answers or scores from a table, by a map. Nothing is written unless every row is right.

    Bringing the same file in twice changes nothing. Exit code 1 when a row was refused.

    Example: accord import ratings.csv --map ratings.yaml --dry-run
    """
    chosen = read_map(map_)
    table = read_table(file, chosen.file)
    layout = lay_out(chosen, table.columns, map_name=map_.name, table_name=table.name)
    open_database()
    place = one_service(service)
    from accord.web.checkin.importing import bring_in

    today = datetime.now(ZoneInfo(place.timezone)).date()
    incoming = read_incoming(table, chosen, layout, clinic_zone=place.timezone, today=today)
    with progress(incoming, silent=as_json) as told:
        done = bring_in(
            service=place,
            incoming=incoming,
            chosen=chosen,
            map_name=map_.name,
            partial=partial,
            dry_run=dry_run,
            told=told,
        )
    faults = sorted((*incoming.faults, *done.conflicts), key=lambda fault: (fault.row, fault.column))
    refused = write_refused(table, faults, file) if faults and partial and not dry_run else None
    if as_json:
        print_json(as_data(incoming, done, faults, refused, dry_run))
    else:
        print_summary(incoming, done, faults, refused, chosen, dry_run)
    if faults:
        raise typer.Exit(1)


@contextmanager
def progress(incoming: Incoming, *, silent: bool) -> Iterator[Callable[[int], None]]:
    """A bar on the error stream, where somebody watches; counts the records written."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, disable=silent or not console.is_terminal, transient=True
    ) as bar:
        scores = sum(len(batch) * _scales(batch) for batch in incoming.batches)
        task = bar.add_task("writing", total=len(incoming.visits) + incoming.responses + scores)
        yield lambda count: bar.advance(task, count)


def _scales(batch: Any) -> int:
    form = batch.form
    return len(form.cells) if form.is_scores or form.definition is None else len(form.definition.scales)


def as_data(
    incoming: Incoming, done: Any, faults: list[RowFault], refused: Path | None, dry_run: bool
) -> dict[str, Any]:
    """What happened, for programs."""
    return {
        "file": incoming.table.name,
        "sha256": incoming.table.sha256,
        "rows": len(incoming.table) + len(incoming.table.broken),
        "written": done.written,
        "dry_run": dry_run,
        "clients": done.clients,
        "sessions": done.sessions,
        "responses": done.responses,
        "scores": done.scores,
        "already": done.already,
        "courses_ended": done.ended,
        "courses_noted": done.noted,
        "forms_without_answer": incoming.empty,
        "unknown_columns": list(incoming.unknown),
        "alerts": done.alerts,
        "old_safety_answers": done.old_risk,
        "refused_rows": len({fault.row for fault in faults}),
        "refused_file": str(refused) if refused else None,
        "faults": [
            {"row": fault.row, "column": fault.column, "what": fault.what, "do": fault.do} for fault in faults
        ],
    }


def print_summary(
    incoming: Incoming,
    done: Any,
    faults: list[RowFault],
    refused: Path | None,
    chosen: ImportMap,
    dry_run: bool,
) -> None:
    """What happened, for people: faults first, on the error stream."""
    table = incoming.table
    for fault in faults[:MOST_TOLD]:
        typer.echo(str(fault.fault(table.name)), err=True)
    rows = len({fault.row for fault in faults})
    if faults:
        more = f" ({len(faults) - MOST_TOLD} more are in --json)" if len(faults) > MOST_TOLD else ""
        typer.echo(
            f"{len(faults)} faults in {rows} of {len(table) + len(table.broken)} rows{more}.", err=True
        )
    if incoming.unknown:
        typer.echo(f"Columns that the map does not mention: {', '.join(incoming.unknown)}.")
    counted = (
        f"{done.clients} clients, {done.sessions} sessions, {done.responses} responses, {done.scores} scores"
    )
    if done.written:
        typer.echo(f"Written: {counted}.")
    elif dry_run and not faults:
        typer.echo(f"Nothing was written. It would be: {counted}.")
    elif faults:
        typer.echo("Nothing was written. Mend the rows, or leave them out with --partial.")
    else:
        typer.echo("Nothing new; nothing was written.")
    if done.ended:
        typer.echo(f"{done.ended} courses have ended.")
    if done.noted:
        typer.echo(f"Of {done.noted} courses that were here, something was noted that nobody had said.")
    if done.already:
        typer.echo(f"{done.already} responses were here already.")
    if incoming.empty:
        typer.echo(f"{incoming.empty} forms have no answer at all; they are no responses.")
    if chosen.session.undated:
        typer.echo("The file has no dates: sessions carry their order and an assumed day, and say so.")
    if done.alerts:
        typer.echo(f"{done.alerts} recent safety answers: their clinicians are told as for any other answer.")
    if done.old_risk:
        typer.echo(
            f"{len(done.old_risk)} safety answers are older than a week or have no date. They page nobody; "
            "somebody should look at them. --json names their sessions."
        )
    if refused:
        typer.echo(f"{rows} refused rows, with the reasons: {refused}. It holds what clients answered.")
