"""How every command that runs studies tells them: to people, to programs, and as files.

A command gives its questions and options to `tell_studies`; what is common (the snapshot opened, signs of life, the
table of lines, JSON, Parquet and CSV, pictures) is here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Shown

from accord.basics.faults import Faults
from accord.cli.opening import print_json
from accord.cli.study_options import form_faults, option_faults

if TYPE_CHECKING:
    from accord.basics.absence import Absence
    from accord.studies.question import Question
    from accord.studies.result import Line, Options, Published, Run, Study
    from accord.studies.result import Table as StudyTable

VERDICTS: Mapping[str, str] = {
    "agrees": "agrees with the studies",
    "differs": "differs from the studies",
    "too_few": "too few to say",
    "no_association": "no association seen",
    "cannot_tell": "these data cannot tell",
    "describes": "describes; there is nothing published to hold it against",
}


def tell_studies(
    snapshot: Path,
    questions: "Sequence[Question]",
    options: "Options",
    *,
    as_json: bool,
    out: Path | None = None,
    replace: bool = False,
) -> "Run":
    """Open `snapshot`, answer `questions`, print or write what they say; the run, for whoever wants more of it."""
    from accord.exchange.folder import RESULTS, refuse_taken

    faults = [*option_faults(options)]
    if out is not None:
        try:
            refuse_taken(out, replace=replace, kind=RESULTS)
        except Faults as found:
            faults += found.faults
    if faults:
        raise Faults(faults)
    run = answered(snapshot, questions, options)
    if out is not None:
        write_run(run, out, replace=replace)
    if as_json:
        print_json(for_programs(run))
    else:
        tell_run(run, Console(highlight=False))
        if out is not None:
            typer.echo(f"{out}: lines and tables of {len(run.studies)} studies.", err=True)
    return run


def answered(snapshot: Path, questions: "Sequence[Question]", options: "Options") -> "Run":
    """The questions answered, with a sign of life on the error stream where somebody watches."""
    from accord.studies.running import run_studies
    from accord.studies.snapshot.opened import open_snapshot

    console = Console(stderr=True)
    with open_snapshot(snapshot) as opened:
        if faults := list(form_faults(opened, options)):
            raise Faults(faults)
        if not console.is_terminal:
            return run_studies(opened, questions, options)
        with console.status("reading …") as status:
            return run_studies(opened, questions, options, step=lambda id: status.update(f"{id} …"))


# --- for people -------------------------------------------------------------------------------------------------------
def tell_run(run: "Run", console: Console) -> None:
    """The run in words: what it is of, then each study."""
    made_up = " Simulated: none of it ever happened." if run.simulated else ""
    console.print(f"{run.service}, snapshot of {run.taken_at:%Y-%m-%d}.{made_up}", markup=False)
    for study in run.studies:
        console.print()
        tell_study(study, console)


def tell_study(study: "Study", console: Console) -> None:
    """The sentence first, then the lines, what the literature has, and what to mind."""
    from accord.studies.texts import counted, filled, kept_back, left_out, sentence, study_file

    words = study_file(study.id)
    console.print(f"[bold]{escape(words.title)}[/bold]: {VERDICTS[study.verdict]}")
    console.print(sentence(study), markup=False)
    for key in study.look_at:
        console.print(f"Look at: {filled(words.look_at[key], study.facts)}", markup=False)
    console.print(_lines(study))
    if study.n:
        console.print(f"n: {', '.join(counted(*one) for one in study.n.items())}", markup=False)
    console.print(f"How: {words.method.strip()}", markup=False)
    console.print(f"It assumes: {' '.join(one.strip() for one in words.assumptions)}", markup=False)
    for key in study.notes:
        console.print(f"Note: {filled(words.notes[key], study.facts)}", markup=False)
    if back := kept_back(study):
        console.print(
            f"Kept back, since they are fewer than 5 or would tell of so few: {', '.join(back)}.",
            markup=False,
        )
    if out := left_out(study):
        console.print(f"Left out: {', '.join(out)}.", markup=False)


def _lines(study: "Study") -> Shown:
    from accord.studies.texts import counted, study_file

    words = study_file(study.id).lines
    shown = Shown("", "here", "95 %", "n", *(["studies"] if study.published else []), pad_edge=False)
    for line in study.lines:
        label = words[line.name].label + (f", {line.by.replace('_', ' ')}" if line.by else "")
        published = [one for one in study.published if one.line == line.name and not line.by]
        shown.add_row(
            escape(label),
            value_words(line.value, line.unit),
            interval_words(line),
            next((counted(*one) for one in line.n.items()), ""),
            *(["\n".join(published_words(one, line.unit) for one in published)] if study.published else []),
        )
    return shown


def value_words(value: "float | Absence", unit: str) -> str:
    """A value as a person reads it: ``.28``, ``7.7 %``, ``too few to say (12 of 30)``."""
    if isinstance(value, float | int):
        return number_words(value, unit)
    from accord.basics.absence import words

    return words(value)


def number_words(value: float, unit: str) -> str:
    """A number in its unit; correlations and the like as papers print them."""
    from accord.studies.numbers import number

    return number(value, unit)


def interval_words(line: "Line") -> str:
    """``.15 to .33``; empty where none can be told."""
    if line.low is None or line.high is None:
        return ""
    return f"{number_words(line.low, line.unit)} to {number_words(line.high, line.unit)}"


def published_words(one: "Published", unit: str) -> str:
    """A value of the literature with its source, and whether it was re-read for Accord."""
    told = "" if one.value is None else number_words(one.value, unit)
    if one.low is not None and one.high is not None:
        ends = f"{number_words(one.low, unit)} to {number_words(one.high, unit)}"
        told = f"{told} ({ends})" if told else ends
    return f"{told} {one.source}".strip() + ("" if one.read in ("seen", "calc") else ", not re-read")


# --- for programs -----------------------------------------------------------------------------------------------------
def for_programs(run: "Run") -> dict[str, Any]:
    """The run as plain values, with title and sentence beside each study."""
    from accord.studies.stored import as_json
    from accord.studies.texts import sentence, study_file

    data = as_json(run)
    for told, study in zip(data["studies"], run.studies, strict=True):
        told["title"] = study_file(study.id).title
        told["sentence"] = sentence(study)
    return data


# --- as files ---------------------------------------------------------------------------------------------------------
def write_run(run: "Run", out: Path, *, replace: bool = False) -> None:
    """The folder `out`, whole or not at all: per study lines, tables and pictures; what they are in ``about.json``."""
    import json

    from accord.exchange.folder import MARK, RESULTS, whole_folder

    with whole_folder(out, replace=replace, kind=RESULTS) as place:
        for study in run.studies:
            _write(place, f"{study.id}-lines", _lines_table(study))
            for table in study.tables:
                _write(place, f"{study.id}-{table.name}", table)
            for name, content in pictures(study).items():
                (place / name).write_bytes(content)
        told = {"what": "studies", **for_programs(run)}
        (place / MARK).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def pictures(study: "Study") -> Mapping[str, bytes]:
    """Names and contents of a study's pictures, each as SVG and as PNG."""
    from accord.charts.of_study import pictures as drawn
    from accord.charts.standalone import png, standalone

    made: dict[str, bytes] = {}
    for one in drawn(study):
        alone = standalone(one.svg())
        made[f"{study.id}-{one.name}.svg"] = alone.encode("utf-8")
        made[f"{study.id}-{one.name}.png"] = png(alone)
    return made


LINE_COLUMNS = (
    "line", "label", "by", "value", "low", "high", "unit", "absent", "n", "method",
    "published", "published_low", "published_high", "source", "claim", "read",
)  # fmt: skip


def _lines_table(study: "Study") -> "StudyTable":
    from accord.studies.result import Table

    return Table("lines", LINE_COLUMNS, tuple(_line_rows(study)))


def _line_rows(study: "Study") -> Iterator[tuple[Any, ...]]:
    from accord.basics.absence import words
    from accord.studies.texts import study_file

    labels = study_file(study.id).lines
    for line in study.lines:
        there = isinstance(line.value, float | int)
        about = [one for one in study.published if one.line == line.name and not line.by]
        known = about[0] if about else None
        yield (
            line.name,
            labels[line.name].label,
            line.by or None,
            float(line.value) if isinstance(line.value, float | int) else None,
            line.low,
            line.high,
            line.unit,
            None if there else words(line.value),  # type: ignore[arg-type]
            ", ".join(f"{count} {name}" for name, count in line.n.items()),
            line.method,
            *((known.value, known.low, known.high) if known else (None, None, None)),
            *((known.source, known.claim, known.read) if known else (None, None, None)),
        )


def _write(place: Path, name: str, table: "StudyTable") -> None:
    """One table as Parquet and as CSV; a column of numbers and words together is words."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    columns = list(zip(*table.rows, strict=True)) or [() for _ in table.columns]
    made = pa.table({column: _column(cells) for column, cells in zip(table.columns, columns, strict=True)})
    pyarrow.parquet.write_table(made, place / f"{name}.parquet")
    pyarrow.csv.write_csv(made, place / f"{name}.csv")


def _column(cells: Iterable[Any]) -> Any:
    import pyarrow as pa

    values = list(cells)
    kinds = {type(one) for one in values if one is not None}
    if not kinds:
        return pa.array(values, pa.string())
    if kinds <= {int, float} and len(kinds) == 2:
        return pa.array(values, pa.float64())
    if len(kinds) > 1:
        return pa.array([None if one is None else str(one) for one in values], pa.string())
    return pa.array(values)
