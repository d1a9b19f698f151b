"""Who adds up: DuckDB, Polars or Spark. Each opens a table or Parquet file as a lazy frame of the same shape.

The sums are asked for once, in `scan.py`, as one narwhals expression; here is only how each engine reads and what it
needs. Columns come under short names of ours, so that no engine meets a dot, a reserved word or a capital letter.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa

from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.basics.private import private_folder
from accord.statistics.mixed.data import files_of, unreadable

Question = Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]
Ask = Callable[[Question], pa.Table]


@dataclass(frozen=True)
class Settings:
    """How the engine works. `memory` ("2GB") and `folder` (for what does not fit) are DuckDB's.

    One thread adds in the same order in every run, so its sums are the same to the last bit; two do not (they agree
    to about 1e-9). That is worth more than the third of the time it costs, so it is what happens unasked.
    """

    threads: int = 1
    memory: str | None = None
    folder: Path | None = None
    master: str = "local[*]"


DEFAULT = Settings()


@dataclass(frozen=True)
class Engine:
    """An engine: the package it needs, and how it opens data under the names {ours: theirs}."""

    package: str
    install: str
    opened: Callable[[pa.Table | Path, Mapping[str, str], Settings, ExitStack], Any]
    collecting: Mapping[str, Any]
    started: Callable[[Settings, ExitStack], object] | None = None  # what stays from question to question
    java: bool = False


@contextmanager
def opened(
    data: pa.Table | Path, names: Mapping[str, str], engine: str, settings: Settings = DEFAULT
) -> Iterator[Ask]:
    """A function that asks `data` a question on this engine and gives the answer as an Arrow table.

    `names` are the columns wanted, {ours: theirs}. `Faults` for an engine that is unknown or lacks a part.
    """
    chosen = engine_named(engine)
    with ExitStack() as whole:
        if chosen.started:
            chosen.started(settings, whole)

        def ask(question: Question) -> pa.Table:
            # Opened for each question: what an engine keeps for itself is given back before the answer is used.
            with ExitStack() as stack, _in_words(data, engine, settings):
                frame = nw.from_native(chosen.opened(data, names, settings, stack))
                answer: pa.Table = question(frame).collect("pyarrow", **chosen.collecting).to_native()
                return answer

        yield ask


def engine_named(name: str) -> Engine:
    """The engine, ready to work here; `Faults` with what to install where it is not."""
    if name not in ENGINES:
        raise refuse("engine", f"there is no '{name}'; there are: {', '.join(ENGINES)}.", hint(name, ENGINES))
    chosen = ENGINES[name]
    if find_spec(chosen.package) is None:
        raise refuse("engine", f"{name} needs the package {chosen.package}.", f"Install it: {chosen.install}")
    if chosen.java and not has_java():
        raise refuse(
            "engine",
            f"{name} needs Java, which is not on this machine.",
            "Install Java 17 (Debian: apt install openjdk-17-jre-headless), or leave --engine out.",
        )
    return chosen


def has_java() -> bool:
    """Whether Spark would find Java."""
    import os

    home = os.environ.get("JAVA_HOME")
    return shutil.which("java") is not None or bool(home and (Path(home) / "bin" / "java").exists())


@contextmanager
def _in_words(data: pa.Table | Path, engine: str, settings: Settings) -> Iterator[None]:
    """What engines throw, said so that a person can act on it; never their own message, which may quote a value."""
    try:
        yield
    except Exception as problem:
        kind = type(problem).__name__
        if "OutOfMemory" in kind:
            limit = f" ({settings.memory})" if settings.memory else ""
            do = "Allow more (--memory 4GB), or make room in the folder for temporary files."
            raise refuse("memory", f"the sums do not fit into what {engine} may use{limit}.", do) from problem
        if isinstance(data, Path) and kind in DAMAGED:
            raise unreadable(data) from problem
        raise


# by name, since not every engine is installed
DAMAGED = ("Error", "InvalidInputException", "IOException", "ComputeError", "SparkException", "Py4JJavaError")


# --- DuckDB -----------------------------------------------------------------------------------------------------------
def _duckdb(data: pa.Table | Path, names: Mapping[str, str], settings: Settings, stack: ExitStack) -> Any:
    import duckdb

    folder = stack.enter_context(private_folder("sums", settings.folder))
    given: dict[str, str | bool | int | float | list[str]] = {
        "threads": settings.threads,
        "temp_directory": str(folder),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
    }
    if settings.memory:
        given["memory_limit"] = settings.memory
    try:
        connection = stack.enter_context(duckdb.connect(config=given))
    except duckdb.Error as reason:
        raise refuse("memory", f"'{settings.memory}' is no size.", "Write it as 500MB or 2GB.") from reason
    wanted = ", ".join(f"{_sql_name(theirs)} AS {ours}" for ours, theirs in names.items())
    if isinstance(data, pa.Table):
        connection.register("came", data)
        return connection.sql(f"SELECT {wanted} FROM came")
    files = ", ".join(_sql_text(str(path)) for path in files_of(data))
    return connection.sql(f"SELECT {wanted} FROM read_parquet([{files}])")


def _sql_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# --- Polars -----------------------------------------------------------------------------------------------------------
def _polars(data: pa.Table | Path, names: Mapping[str, str], settings: Settings, stack: ExitStack) -> Any:
    import polars

    if isinstance(data, pa.Table):
        chosen = data.select(list(names.values())).rename_columns(list(names))
        return polars.LazyFrame(polars.from_arrow(chosen))
    frame = polars.scan_parquet(files_of(data), glob=False).select(list(names.values()))
    return frame.rename({theirs: ours for ours, theirs in names.items()})


# --- Spark ------------------------------------------------------------------------------------------------------------
def _spark(data: pa.Table | Path, names: Mapping[str, str], settings: Settings, stack: ExitStack) -> Any:
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as f

    session = SparkSession.active()
    if isinstance(data, pa.Table):
        return session.createDataFrame(data.select(list(names.values())).rename_columns(list(names)))
    frame = session.read.parquet(*(str(path.resolve()) for path in files_of(data)))
    return frame.select(*(f.col(_ticked(theirs)).alias(ours) for ours, theirs in names.items()))


def _spark_started(settings: Settings, stack: ExitStack) -> None:
    """A session that is there is used as it is: it may be a cluster's."""
    from pyspark.sql import SparkSession

    if SparkSession.getActiveSession() is None:
        stack.callback(spark_session(settings).stop)


def _ticked(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def spark_session(settings: Settings = DEFAULT) -> Any:
    """A Spark session on `settings.master` that speaks to no other machine unless the master is one."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("accord").master(settings.master)
    for name, value in SPARK.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


SPARK = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.maxResultSize": "0",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.caseSensitive": "true",
}

ENGINES: dict[str, Engine] = {
    "duckdb": Engine("duckdb", "pip install duckdb", _duckdb, {}),
    "polars": Engine("polars", "pip install 'accord[polars]'", _polars, {"engine": "streaming"}),
    "spark": Engine("pyspark", "pip install 'accord[spark]'", _spark, {}, _spark_started, java=True),
}
