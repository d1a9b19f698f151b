"""``accord export``: a service as tables with a dictionary, de-identified for research, or one trend to look at."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from accord import __version__
from accord.basics.absence import TooFew, words
from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.cli.opening import one_service, open_database, print_json
from accord.course.trend import AtSession, Mean, Trend
from accord.exchange.dictionary import CLINIC, RESEARCH
from accord.exchange.folder import FORMATS, whole_folder, write_about, write_dictionary, write_tables
from accord.exchange.research import KeptBack


def run(
    out: Annotated[Path | None, typer.Option(help="Folder to make.")] = None,
    service: Annotated[
        str | None, typer.Option(help="Short name of the service, where there are several.")
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="parquet or csv.")] = "parquet",
    research: Annotated[
        bool, typer.Option("--research", help="De-identified, and only clients who agreed to research.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace an earlier export of the same name.")
    ] = False,
    trend: Annotated[
        str | None, typer.Option(help="Instead of a folder: INSTRUMENT:SCALE by session, and within clients.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write sessions, raw answers, scores and repairs as tables with a data dictionary, or show one trend.

    Words that clients wrote and notes on repairs are never part of it; repairs are in no research export.

    Example: accord export --out export --format csv
    """
    if (out is None) == (trend is None):
        raise refuse("export", "say what to export.", "Either --out FOLDER, or --trend INSTRUMENT:SCALE.")
    if format_ not in FORMATS:
        raise refuse(
            "--format", f"'{format_}' is not known.", hint(format_, FORMATS) or "It is parquet or csv."
        )
    open_database()
    place = one_service(service)
    if trend is not None:
        show_trend(place, trend, as_json=as_json)
    else:
        assert out is not None
        about = write(place, out, format_, research=research, replace=replace)
        if as_json:
            print_json(about)
        else:
            print_about(about, out)


def write(place: Any, out: Path, form: str, *, research: bool, replace: bool) -> dict[str, Any]:
    """Write the export of a service into a folder, all or nothing; returns what it says about itself."""
    from accord.web.checkin import exporting

    kept: tuple[KeptBack, ...] = ()
    about: dict[str, Any] = {
        "made_by": f"accord {__version__}",
        "research": research,
        "simulated": place.simulated,
    }
    with whole_folder(out, replace=replace) as folder:
        if research:
            made = exporting.research_tables(place)
            tables, kept = dict(made.tables), made.kept_back
            about |= {"clients": made.clients, "clients_without_consent": made.without_consent}
            about["kept_back"] = [asdict(one) for one in kept]
        else:
            tables = exporting.clinic_tables(place)
            about |= {"service": place.slug, "made_at": now().isoformat(timespec="seconds")}
            about["clients"] = len(set(tables["sessions"]["client"].to_pylist()))
        about["rows"] = {name: table.num_rows for name, table in tables.items()}
        write_tables(folder, tables, RESEARCH if research else CLINIC, form)
        write_dictionary(folder, exporting.dictionary_of(place, tables, research=research))
        write_about(folder, about)
        exporting.note_export(
            place,
            research=research,
            format=form,
            clients=about["clients"],
            rows=about["rows"],
            kept_back=len(kept),
        )
    return about


def print_about(about: dict[str, Any], out: Path) -> None:
    """What was written, for people."""
    rows = ", ".join(f"{count} {name}" for name, count in about["rows"].items())
    typer.echo(f"{out}: {about['clients']} clients; {rows}.")
    if not about["research"]:
        typer.echo("It holds pseudonyms and dates. For others than your own staff use --research.")
        return
    typer.echo(f"{about['clients_without_consent']} clients did not agree to research and are not in it.")
    for one in about["kept_back"]:
        typer.echo(f"  kept back: {one['table']}.{one['column']}: {one['what']} ({one['rows']} rows)")
    typer.echo("The ids are random and belong to this export only. It is de-identified, not anonymous.")


def show_trend(place: Any, chosen: str, *, as_json: bool) -> None:
    """Print how one scale moves over sessions."""
    from accord.web.checkin import exporting

    name, colon, scale = chosen.partition(":")
    if not colon:
        raise refuse(
            "--trend", "an instrument and a scale are needed.", "Write for example accord-check-in:TOTAL."
        )
    found = exporting.service_trend(place, name, scale)
    exporting.note_export(place, trend=chosen, clients=found.clients)
    if as_json:
        print_json(trend_data(chosen, found))
    else:
        print_trend(chosen, found)


def trend_data(chosen: str, found: Trend) -> dict[str, Any]:
    """The trend for programs; a mean that rests on too few is null, and its n is told."""
    return {
        "trend": chosen,
        "clients": found.clients,
        "ratings": found.ratings,
        "sessions": [
            {
                "number": one.number,
                **{
                    part: {"n": mean.n, "mean": mean.value if isinstance(mean, Mean) else None}
                    for part, mean in (
                        ("everyone", one.everyone),
                        ("rated_again_later", one.again),
                        ("not_rated_again", one.last),
                    )
                },
            }
            for one in found.sessions
        ],
        "pooled_slope": None if isinstance(found.pooled, TooFew) else found.pooled,
        "within_client_slope": None if isinstance(found.within, TooFew) else asdict(found.within),
    }


def print_trend(chosen: str, found: Trend) -> None:
    """The trend as a table and two sentences."""
    table = Table(
        "session",
        "clients",
        "mean",
        "rated again later",
        "not rated again",
        title=chosen,
        title_justify="left",
    )
    for one in found.sessions:
        table.add_row(str(one.number), str(one.everyone.n), *(_mean(mean) for mean in _means(one)))
    Console().print(table)
    if not isinstance(found.pooled, TooFew):
        typer.echo(
            f"Through all ratings, as if they were one client's: {found.pooled:+.2f} points a session."
        )
    if isinstance(found.within, TooFew):
        typer.echo(f"Within clients: {words(found.within)}.")
        return
    typer.echo(
        f"Within clients: {found.within.points:+.2f} points a session (95 % {found.within.low:+.2f} to "
        f"{found.within.high:+.2f}), from {found.within.clients} clients with two ratings or more."
    )
    if not isinstance(found.pooled, TooFew) and found.pooled > 0 >= found.within.points:
        typer.echo(
            "The means rise because of who is left to rate, not because ratings rise: compare the last two columns."
        )


def _means(one: AtSession) -> tuple[Mean | TooFew, ...]:
    return one.everyone, one.again, one.last


def _mean(mean: Mean | TooFew) -> str:
    if isinstance(mean, TooFew):
        return "none" if mean.n == 0 else words(mean)
    return f"{mean.value:.1f} (n {mean.n})"
