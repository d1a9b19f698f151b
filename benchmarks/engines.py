"""The same sums on DuckDB and on Spark, and how the time of each grows with rows.

Spark runs here, in one process with all processors; what a cluster adds is not measured (docs/scale.md). DuckDB runs
once with one thread, as Accord does unasked, and once with two, as Spark does here. No limit is promised for growth:
the row shows it. What must hold is that the numbers are the same.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from accord.statistics.estimate import NotFitted
from accord.statistics.mixed.engines import Settings, has_java, spark_session
from accord.statistics.mixed.scan import summed
from accord.statistics.mixed.sums import Sums
from benchmarks._sessions import MODEL, write_sessions

SIZES = (1_000_000, 3_000_000, 10_000_000, 30_000_000)
SAME = 1e-9
WAYS = (("duckdb", Settings()), ("duckdb", Settings(threads=2)), ("spark", Settings()))


def rows(quick: bool = False) -> list[dict[str, Any]]:
    """A row for each way; with `quick` up to 3 x 10^6 rows only."""
    sizes = SIZES[:2] if quick else SIZES
    missing = _spark_missing()
    ways = [way for way in WAYS if way[0] != "spark" or not missing]
    took: dict[int, list[float]] = {place: [] for place in range(len(ways))}
    apart = 0.0
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder, _spark(not missing):
        for size in sizes:
            file = Path(folder) / "sessions.parquet"
            write_sessions(file, size)
            first: Sums | None = None
            for place, (engine, settings) in enumerate(ways):
                if engine == "spark" and size == sizes[0]:
                    _summed(file, engine, settings)  # what Java does the first time is not growth
                start = perf_counter()
                sums = _summed(file, engine, settings)
                took[place].append(perf_counter() - start)
                first = first or sums
                apart = max(apart, _apart(first, sums))
    made = [
        _row(engine, settings, sizes, took[place], apart, quick)
        for place, (engine, settings) in enumerate(ways)
    ]
    if missing:
        name, size = "sums on Spark", f"{sizes[0]:,} to {sizes[-1]:,} rows"
        made.append(
            {"name": name, "size": size, "result": missing, "limit": "shown", "ratio": None, "holds": True}
        )
    return made


def _row(
    engine: str, settings: Settings, sizes: tuple[int, ...], took: list[float], apart: float, quick: bool
) -> dict[str, Any]:
    threads = (
        f", {settings.threads} thread{'s' if settings.threads > 1 else ''}"
        if engine == "duckdb"
        else ", all processors"
    )
    growth = (took[-1] / took[0]) / (sizes[-1] / sizes[0])
    left = "; 10^7 and 3 x 10^7 left out by --quick" if quick else ""
    return {
        "name": f"sums on {engine}{threads}",
        "size": " ".join(f"{size:.0e}".replace("e+0", "e") for size in sizes) + " rows",
        "result": " ".join(f"{seconds:.2f}" for seconds in took) + f" s; numbers {apart:.0e} apart{left}",
        "limit": f"same numbers to {SAME:g}; growth shown",
        "ratio": growth,
        "holds": apart <= SAME,
    }


def _summed(file: Path, engine: str, settings: Settings) -> Sums:
    found = summed(MODEL, file, engine, settings)
    if isinstance(found, NotFitted):
        raise RuntimeError(found.reason)
    return found[0]


def _apart(one: Sums, other: Sums) -> float:
    """The largest difference of a sum, of the size that such sums have."""
    pairs = [(one.total, other.total), *zip(one.products, other.products, strict=True)]
    return max(float(np.abs(a - b).max() / np.abs(a).max()) for a, b in pairs)


@contextmanager
def _spark(wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    session = spark_session()
    try:
        yield
    finally:
        session.stop()


def _spark_missing() -> str:
    if find_spec("pyspark") is None:
        return "not measured: pyspark is not installed"
    return "" if has_java() else "not measured: there is no Java"
