"""``accord fit``: a linear mixed model of any table, exact, on one of three engines; for researchers."""

from collections.abc import Iterator
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
FEWEST_DRAWS = 100  # refits below which the ends of an interval are guesses; [design]


def run(
    file: Annotated[
        Path, typer.Argument(help="A Parquet file, a folder of them, or a CSV file; one row per observation.")
    ],
    outcome: Annotated[str, typer.Option(help="The column to explain.")],
    fixed: Annotated[
        list[str] | None, typer.Option(help="A column that goes with it; can be given several times.")
    ] = None,
    random: Annotated[
        list[str] | None,
        typer.Option(
            help="A grouping and what varies in it, innermost first: client:1,session (1 is the intercept)."
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
    faults = list(option_faults(engine, kind, bootstrap))
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

    found = summed(model, read(file), engine, settings)
    return or_faults(found if isinstance(found, NotFitted) else fit_sums(*found), file.name)


def option_faults(engine: str, kind: str, bootstrap: int | None) -> Iterator[Fault]:
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
    if file.suffix.casefold() not in (".csv", ".tsv"):
        return file
    import pyarrow as pa
    import pyarrow.csv

    tabs = pyarrow.csv.ParseOptions(delimiter="\t" if file.suffix.casefold() == ".tsv" else ",")
    try:
        return pyarrow.csv.read_csv(file, parse_options=tabs)
    except FileNotFoundError as reason:
        raise Faults([Fault(str(file), "there is no such file.", "Check the path.")]) from reason
    except (pa.ArrowException, OSError) as reason:
        do = "It needs a line of column names, then lines with as many values."
        raise Faults([Fault(str(file), "it cannot be read as CSV.", do)]) from reason
