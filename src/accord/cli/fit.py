"""``accord fit``: a linear mixed model of any table, exact, on one of three engines; for researchers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from accord.basics.faults import Fault, Faults
from accord.basics.near import hint

if TYPE_CHECKING:
    import pyarrow as pa

    from accord.statistics.mixed.engines import Settings
    from accord.statistics.mixed.model import Model, Random
    from accord.statistics.mixed.result import Fit

KINDS = ("cluster", "parametric")
SIZE = re.compile(r"\d+(\.\d+)? ?[kmgt]i?b", re.IGNORECASE)
LONGEST_LINE = 1 << 20  # of column names
FEWEST_DRAWS = 100  # refits below which the ends of an interval are guesses; [design]
MOST_DRAWS = 100_000


def run(
    file: Annotated[
        Path, typer.Argument(help="A Parquet file, a folder of them, or a CSV file; one row per observation.")
    ],
    outcome: Annotated[str, typer.Option(metavar="COLUMN", help="The column to explain.")],
    fixed: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="A column that goes with it; can be given several times."),
    ] = None,
    random: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GROUP",
            help="A grouping and what varies in it, innermost first, such as client:1,session (1 is the intercept); "
            "can be given several times.",
        ),
    ] = None,
    ml: Annotated[bool, typer.Option("--ml", help="Likelihood instead of restricted likelihood.")] = False,
    engine: Annotated[str, typer.Option(help="Who adds up: duckdb, polars or spark.")] = "duckdb",
    memory: Annotated[
        str | None, typer.Option(help="Most memory that DuckDB may use, such as 2GB; the rest goes to disk.")
    ] = None,
    threads: Annotated[
        int, typer.Option(min=1, help="Threads of DuckDB; more than one changes the last digits.")
    ] = 1,
    master: Annotated[str, typer.Option(help="Where Spark runs.")] = "local[*]",
    profile: Annotated[
        bool,
        typer.Option("--profile", help="Intervals by profile likelihood, slower and truer for few groups."),
    ] = False,
    robust: Annotated[
        bool, typer.Option("--robust", help="Errors that hold even where the random effects are wrong (CR2).")
    ] = False,
    bootstrap: Annotated[int | None, typer.Option(help="Also fit so many times again, such as 1000.")] = None,
    kind: Annotated[str, typer.Option(help="What is drawn again: cluster or parametric.")] = "cluster",
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the fit as JSON.")] = False,
) -> None:
    """Fit a linear mixed model to a table: rows in groups in groups, with intercepts and slopes that vary.

    The groupings go from the innermost outwards and must be nested: each client has one therapist. The fit is exact,
    by restricted maximum likelihood, and comes with a certificate that nothing nearby is better.

    Example: accord fit sessions.parquet --outcome wellbeing --fixed log_session --random client:1,log_session
    --random therapist:1
    """
    faults = list(option_faults(engine, kind, bootstrap, memory))
    asked, problems = model_of(outcome, fixed or [], random or [], reml=not ml)
    if faults or problems:
        raise Faults([*faults, *problems])
    from accord.cli.fit_output import Asked, tell_fit
    from accord.statistics.mixed.engines import Settings

    settings = Settings(threads, memory, None, master)
    made = fitted(asked, file, engine, settings)
    tell_fit(made, Asked(profile, robust, bootstrap, kind, seed), as_json=as_json)


def fitted(model: "Model", file: Path, engine: str, settings: "Settings") -> "Fit":
    """The fit; `Faults` with the reason where there is none."""
    from accord.cli.fit_output import or_faults
    from accord.statistics.estimate import NotFitted
    from accord.statistics.mixed.fitting import fit_sums
    from accord.statistics.mixed.scan import summed

    data = read(file)
    try:
        found = summed(model, data, engine, settings)
    except Faults as faults:  # statistics does not know what the table was read from
        raise Faults(_named(one, file) for one in faults.faults) from None
    return or_faults(found if isinstance(found, NotFitted) else fit_sums(*found), file.name)


def _named(fault: Fault, file: Path) -> Fault:
    return replace(fault, where=file.name) if fault.where == "the table" else fault


def option_faults(engine: str, kind: str, bootstrap: int | None, memory: str | None) -> Iterator[Fault]:
    """What is wrong with the options, before anything is read."""
    from accord.statistics.mixed.engines import ENGINES

    if engine not in ENGINES:
        yield Fault(
            "--engine", f"there is no '{engine}'; there are {', '.join(ENGINES)}.", hint(engine, ENGINES)
        )
    if kind not in KINDS:
        yield Fault("--kind", f"there is no '{kind}'; there are {' and '.join(KINDS)}.", hint(kind, KINDS))
    if bootstrap is not None and bootstrap < FEWEST_DRAWS:
        yield Fault(
            "--bootstrap", f"{bootstrap} refits tell no interval.", f"Ask for {FEWEST_DRAWS} or more."
        )
    if bootstrap is not None and bootstrap > MOST_DRAWS:
        yield Fault(
            "--bootstrap", f"{bootstrap:,} refits take too long.", f"Ask for {MOST_DRAWS:,} or fewer."
        )
    if memory is not None and engine != "duckdb":
        yield Fault("--memory", "only duckdb has such a limit.", "Leave it out, or leave out --engine.")
    elif memory is not None and not SIZE.fullmatch(memory):
        yield Fault("--memory", f"'{memory}' is no size.", "Write it as 500MB or 2GB.")


def model_of(outcome: str, fixed: list[str], random: list[str], *, reml: bool) -> "tuple[Model, list[Fault]]":
    """The model, and what is wrong with how its groupings are written."""
    from accord.statistics.mixed.model import Model

    groupings, faults = [], []
    for text in random:
        made = grouping(text)
        if isinstance(made, Fault):
            faults.append(made)
        else:
            groupings.append(made)
    return Model(outcome, tuple(fixed), tuple(groupings), reml), faults


def grouping(text: str) -> "Random | Fault":
    """``client:1,log_session`` as a value; a grouping alone has an intercept that varies."""
    from accord.statistics.mixed.model import INTERCEPT, Random

    group, colon, rest = text.partition(":")
    columns = tuple(one.strip() for one in rest.split(",")) if colon else (INTERCEPT,)
    if not group.strip() or not all(columns):
        do = "Write a grouping, a colon, and what varies between its groups: client:1,log_session"
        return Fault("--random", f"'{text}' cannot be read.", do)
    return Random(group.strip(), columns)


def read(file: Path) -> "pa.Table | Path":
    """A CSV file as a table; everything else stays a path, for the engine to read."""
    if file.suffix.casefold() not in (".csv", ".tsv") or file.is_dir():
        return file
    import pyarrow as pa
    import pyarrow.csv

    try:
        with file.open("rb") as lines:
            between, point = separators(file, lines.readline(LONGEST_LINE))
        table = pyarrow.csv.read_csv(
            file,
            parse_options=pyarrow.csv.ParseOptions(delimiter=between),
            convert_options=pyarrow.csv.ConvertOptions(decimal_point=point),
        )
        names = table.schema.names
    except FileNotFoundError as reason:
        raise Faults([Fault(str(file), "there is no such file.", "Check the path.")]) from reason
    except UnicodeDecodeError as reason:
        raise Faults([Fault(str(file), "its column names are not UTF-8.", "Save it as UTF-8.")]) from reason
    except (pa.ArrowException, OSError) as reason:
        do = "It needs a line of column names, then lines with as many values."
        raise Faults([Fault(str(file), "it cannot be read as CSV.", do)]) from reason
    if not table.num_rows:
        do = "Check that it was written to the end."
        raise Faults([Fault(str(file), f"it has no rows below its {len(names)} column names.", do)])
    return table


def separators(file: Path, header: bytes) -> tuple[str, str]:
    """What stands between cells, and the decimal sign: semicolons and the comma, where spreadsheets write so."""
    if file.suffix.casefold() == ".tsv":
        return "\t", "."
    return (";", ",") if header.count(b";") > header.count(b",") else (",", ".")
