"""``accord signals``: the dip filter, or a published rule, over a table of ratings, for researchers."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from accord.basics.faults import Fault, Faults
from accord.cli.opening import percent, print_json
from accord.cli.signals_options import check

if TYPE_CHECKING:
    from accord.exchange.course_alarms import Judged
    from accord.exchange.course_output import Write
    from accord.exchange.course_table import CourseTable, Range
    from accord.signals.learnt import Learnt, Setting
    from accord.signals.presets import Preset

FEWEST_JUDGED, FAR_MORE = (
    30,
    2.0,
)  # from so many sessions on, so many times the expected alarms are worth a word [design]


def run(
    file: Annotated[Path, typer.Argument(help="A CSV or Parquet file with a row per client and session.")],
    range_: Annotated[
        str, typer.Option("--range", help="Ends of the scale, LOW:HIGH; the higher, the better.")
    ] = "0:100",
    false_alarms: Annotated[
        float | None, typer.Option(help="False alarms per clean session, 0.04 unless given.")
    ] = None,
    learn_from: Annotated[
        Path | None, typer.Option(help="Table of past courses to learn parameters and threshold from.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="A published rule instead of the dip filter, for comparison.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write, .csv, .parquet or .json; without it CSV is printed.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the rows as JSON; with --out, what was written.")
    ] = False,
) -> None:
    """Find dips in a table of ratings: per client and session how likely a dip is, whether it alarms, and why.

    Columns: client, session, rating, and where known therapist, date, therapist_rating, arrival, tension, felt_off.
    Only earlier sessions count for an alarm. docs/signals.md has the columns of the answer.

    Example: accord signals ratings.csv --learn-from past.csv --out alarms.csv
    """
    scale = check(file, range_, false_alarms, learn_from, preset, out)
    plan = prepare(file, scale, false_alarms, learn_from, preset)
    tell_before(plan)
    counted = Counted()
    with output(plan.table, out, as_json) as write, progress(plan.table) as advance:
        for judged in plan.judged():
            write(judged)
            counted.add(judged)
            advance(judged.rows.stop - judged.rows.start)
    if as_json and out is not None:
        print_json(as_data(plan, counted, out))
    tell_after(plan, counted, out)


@dataclass(frozen=True)
class Plan:
    """What is read and how it is judged: by what was learnt, at a setting; or by a preset."""

    table: "CourseTable"
    scale: "Range"
    learnt: "Learnt"
    setting: "Setting"
    past: "CourseTable | None" = None
    preset: "Preset | None" = None

    def judged(self) -> "Iterator[Judged]":
        """The table's rows, judged, block by block."""
        from accord.exchange.course_alarms import judge
        from accord.exchange.course_blocks import blocks, usual_interval
        from accord.exchange.course_presets import judge_by

        if self.preset is not None:
            yield from judge_by(self.preset, self.table, self.scale)
            return
        interval = usual_interval(self.table) if self.past is None else usual_interval(self.past)
        for block in blocks(self.table, interval or usual_interval(self.table)):
            yield judge(block, self.table, self.learnt, self.setting.threshold)


@dataclass
class Counted:
    """Rows, those that could be judged, and alarms."""

    rows: int = 0
    judged: int = 0
    alarms: int = 0
    version: str = ""  # of what judged them

    def add(self, judged: "Judged") -> None:
        """Count one block in."""
        self.version = judged.version
        self.rows += len(judged.alarm)
        self.judged += int((judged.alarm >= 0).sum())
        self.alarms += int((judged.alarm > 0).sum())


def prepare(
    file: Path, scale: "Range", false_alarms: float | None, learn_from: Path | None, preset: str | None
) -> Plan:
    """Read the tables (the faults of both together), and learn."""
    from accord.exchange.course_learning import learn_from as learn
    from accord.exchange.course_learning import published_for
    from accord.exchange.course_table import read_courses
    from accord.signals.learnt import STATED
    from accord.signals.presets import preset as preset_named

    tables: list[CourseTable] = []
    faults: list[Fault] = []
    for path in [file] if learn_from is None else [file, learn_from]:
        try:
            tables.append(read_courses(path, scale))
        except Faults as found:
            faults += found.faults
    if faults:
        raise Faults(faults)
    chosen = STATED if false_alarms is None else false_alarms
    if learn_from is None:
        learnt = published_for(tables[0], scale)
        rule = None if preset is None else preset_named(preset)
        return Plan(tables[0], scale, learnt, learnt.at(chosen), preset=rule)
    with waiting(f"learning from {tables[1].name}"):
        learnt = learn(tables[1], scale, chosen)
    return Plan(tables[0], scale, learnt, learnt.setting, past=tables[1])


def output(table: "CourseTable", out: Path | None, as_json: bool) -> "AbstractContextManager[Write]":
    """Where the rows go."""
    from accord.exchange.course_output import rows_to_file, rows_to_stream

    if out is not None:
        return rows_to_file(out, table)
    return rows_to_stream(sys.stdout, table, "json" if as_json else "csv")


@contextmanager
def progress(table: "CourseTable") -> Iterator[Any]:
    """A bar on the error stream, where somebody watches; counts rows."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("sessions", total=len(table))
        yield lambda count: bar.advance(task, count)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A sign of life on the error stream, where somebody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(f"{what} …"):
        yield


def tell_before(plan: Plan) -> None:
    """On the error stream: columns that are not used, and what the filter knows."""
    from accord.exchange.course_table import near_columns

    table = plan.table
    for name, near in near_columns(table):
        typer.echo(f"{table.name}: column '{name}' is not used. Did you mean {near}?", err=True)
    known = what_is_known(plan) if plan.preset is None else what_is_said_of(plan.preset, plan.scale)
    for line in known:
        typer.echo(line, err=True)


def what_is_said_of(preset: "Preset", scale: "Range") -> Iterator[str]:
    """A preset's rule in words, and what must be said beside it."""
    from accord.signals.presets import remarks

    yield f"{preset.title}: {preset.rule}"
    yield from remarks(preset, scale.low, scale.high)


def what_is_known(plan: Plan) -> Iterator[str]:
    """Where parameters and threshold come from, and what speaks against them."""
    learnt, past = plan.learnt, plan.past
    if past is None:
        yield "Published values, fitted to no clinic's data; learn from your own past with --learn-from FILE."
        return
    yield (
        f"Learnt from {past.name}: {learnt.clients:,} clients, {learnt.ratings:,} ratings "
        f"(version {learnt.version})."
    )
    if said := NOTES.get(learnt.note.value):
        yield f"{past.name}: {said}"
    if learnt.check is not None and not learnt.check.agrees:
        yield (
            f"{past.name}: the filter alarms {learnt.check.observed} times in it where {learnt.check.expected:.0f} "
            f"(SE {learnt.check.error:.0f}) are expected: the stated rate may not hold."
        )
    if past.sha256 == plan.table.sha256:
        yield "These are the sessions that were learnt from: the alarms know later sessions in that way."


NOTES = {
    "published": "it has no ratings to learn from, so the published values are used.",
    "even": "every client gives the same rating each time; the published spread around their median is used.",
    "top": "every rating is at the top of the scale; a dip can hardly be told.",
    "start": "the fit did not settle; the published values around the median are used.",
}


def tell_after(plan: Plan, counted: Counted, out: Path | None) -> None:
    """On the error stream: how many alarms, and what to make of them."""
    if out is not None:
        typer.echo(f"{out}: {counted.rows:,} rows.", err=True)
    alarms = f"{counted.alarms:,} {'alarm' if counted.alarms == 1 else 'alarms'}"
    alarms += f" ({percent(counted.alarms / counted.judged)})" if counted.judged else ""
    typer.echo(
        f"{len(plan.table.clients):,} clients, {counted.rows:,} sessions, {counted.judged:,} of them can be "
        f"judged: {alarms}.",
        err=True,
    )
    if plan.preset is not None:
        typer.echo("A preset states no rate of false alarms.", err=True)
        return
    setting = plan.setting
    usual = setting.alarms * counted.judged
    if plan.past is None and counted.judged >= FEWEST_JUDGED and counted.alarms > FAR_MORE * usual:
        typer.echo(
            f"That is far more than the {percent(setting.alarms)} that published values expect: these ratings lie "
            "elsewhere or move more, so the stated rate does not hold. Learn from your own past with --learn-from.",
            err=True,
        )
    typer.echo(
        f"Stated: {percent(setting.false_alarms)} false alarms in clean sessions. If the model holds, "
        f"{percent(setting.real)} "
        "of alarms follow a real dip. An alarm is worth asking about; it is no verdict.",
        err=True,
    )


def as_data(plan: Plan, counted: Counted, out: Path) -> dict[str, Any]:
    """What was written, for programs."""
    setting, dip = plan.setting, plan.preset is None
    return {
        "out": str(out),
        "clients": len(plan.table.clients),
        "sessions": counted.rows,
        "judged": counted.judged,
        "alarms": counted.alarms,
        "rule": "dip" if plan.preset is None else plan.preset.id,
        "version": counted.version,
        "learnt_from": None
        if plan.past is None
        else {"clients": plan.learnt.clients, "ratings": plan.learnt.ratings},
        "false_alarms": setting.false_alarms if dip else None,
        "expected_real": setting.real if dip else None,
        "unused_columns": list(plan.table.unused),
    }
