"""``accord report``: what a service learnt from its own sessions, on paper or as a page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from accord.basics.faults import Fault, Faults, refuse
from accord.cli.opening import one_service, open_database

if TYPE_CHECKING:
    from accord.studies.result import Run

FORMS = (".pdf", ".html")


def run(
    snapshot: Annotated[
        Path | None, typer.Argument(help="Folder of a snapshot; without it the last run of a service.")
    ] = None,
    service: Annotated[
        str | None, typer.Option(help="Short name of the service, without a snapshot.")
    ] = None,
    out: Annotated[Path, typer.Option(help="File to write; .pdf or .html says which.")] = Path("report.pdf"),
    html: Annotated[bool, typer.Option("--html", help="Write the same as HTML beside it.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace files that are there.")] = False,
) -> None:
    """Write the annual report: sentences first, then pictures, tables, methods and limits. Nobody is named in it.

    From a snapshot every study is run now. Without one it is the last run of the learning page.

    Example: accord report snapshot --out report.pdf --html
    """
    files = list(dict.fromkeys([out, *([out.with_suffix(".html")] if html else [])]))
    _check(snapshot, service, files, replace)
    told = _from_snapshot(snapshot) if snapshot is not None else _from_service(service)
    from accord.reports.annual import annual
    from accord.reports.page import as_html
    from accord.reports.paper import as_pdf

    made = annual(told)
    for file in files:
        content = as_pdf(made) if file.suffix.casefold() == ".pdf" else as_html(made).encode()
        waiting = file.with_name(f".{file.name}.part")
        waiting.write_bytes(content)
        waiting.replace(file)
        typer.echo(
            f"{file}: {len(made.findings) + len(made.further)} studies, {len(content) / 1000:,.0f} kB."
        )


def _check(snapshot: Path | None, service: str | None, files: list[Path], replace: bool) -> None:
    faults = []
    if snapshot is not None and service is not None:
        faults.append(Fault("--service", "there is a snapshot as well.", "Give one of the two."))
    for file in files:
        if file.suffix.casefold() not in FORMS:
            faults.append(Fault(str(file), "this is neither .pdf nor .html.", "Give --out report.pdf."))
        elif not file.absolute().parent.is_dir():
            faults.append(Fault(str(file), "the folder around it does not exist.", "Make it first."))
        elif file.exists() and not replace:
            faults.append(Fault(str(file), "it is there already.", "Choose another name, or --replace it."))
    if faults:
        raise Faults(faults)


def _from_snapshot(snapshot: Path) -> "Run":
    from accord.cli.study_output import answered
    from accord.studies.questions import QUESTIONS
    from accord.studies.result import Options

    return answered(snapshot, QUESTIONS, Options())


def _from_service(service: str | None) -> "Run":
    open_database()
    from accord.web.learning.running import last_run

    found = one_service(service)
    kept: Run | None = last_run(found)
    if kept is None:
        raise refuse(
            found.slug, "no run of the studies is kept.", "Run them on the learning page, or give a snapshot."
        )
    return kept
