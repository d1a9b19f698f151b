"""The same sums from every engine; what an engine lacks is said; more than memory holds is summed all the same."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.statistics.mixed.test_scan import THREE, assert_same, given, service

from accord.basics.faults import Faults
from accord.statistics.mixed import engines
from accord.statistics.mixed.engines import ENGINES, Settings, engine_named, has_java
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.scan import summed

SPARK_MISSING = (
    "not checked: that Spark gives the same sums, since pyspark is not installed"
    if find_spec("pyspark") is None
    else "not checked: that Spark gives the same sums, since there is no Java"
)
needs_spark = pytest.mark.skipif(find_spec("pyspark") is None or not has_java(), reason=SPARK_MISSING)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Spark with two executors, each a process of its own."""
    session = engines.spark_session(Settings(master="local-cluster[2,1,1024]"))
    yield session.sparkContext.master
    session.stop()


def with_gaps() -> pa.Table:
    """Sessions of which some lack a number, a therapist, or hold what is no number."""
    table = service(6000)
    y = [
        None if n % 50 == 0 else float("nan") if n % 71 == 0 else v
        for n, v in enumerate(table.column("y").to_pylist())
    ]
    therapist = [None if n % 97 == 0 else v for n, v in enumerate(table.column("therapist").to_pylist())]
    table = table.set_column(table.column_names.index("y"), "y", pa.array(y))
    return table.set_column(table.column_names.index("therapist"), "therapist", pa.array(therapist))


def test_polars_adds_up_as_duckdb(tmp_path: Path) -> None:
    pq.write_table(with_gaps(), tmp_path / "s.parquet", row_group_size=1000)
    for data in (with_gaps(), tmp_path / "s.parquet"):
        one, two = summed(THREE, data), summed(THREE, data, "polars")
        assert isinstance(one, tuple) and isinstance(two, tuple)
        assert one[1:] == two[1:] and len(one[1]) == 3
        assert_same(given(two), given(one))


@pytest.mark.slow
@needs_spark
def test_spark_adds_up_as_duckdb_with_two_executors(tmp_path: Path, cluster: str) -> None:
    assert cluster.startswith("local-cluster[2")
    pq.write_table(with_gaps(), tmp_path / "s.parquet", row_group_size=1000)
    one, two = (summed(THREE, tmp_path / "s.parquet", engine) for engine in ("duckdb", "spark"))
    assert isinstance(one, tuple) and isinstance(two, tuple)
    assert one[1:] == two[1:]
    assert_same(given(two), given(one))


@pytest.mark.slow
@needs_spark
def test_spark_reads_names_that_trip_it(cluster: str) -> None:
    table = pa.table({"a.b": [1.0, 2.0, 3.0, 5.0], "`x`": [1.0, 0.0, 2.0, 2.0], "at": ["a", "a", "b", "b"]})
    model = Model("a.b", ("`x`",), (Random("at"),))
    assert_same(given(summed(model, table, "spark")), given(summed(model, table)))


def test_an_unknown_engine_gets_its_near_name() -> None:
    with pytest.raises(Faults, match="Did you mean polars"):
        engine_named("pollars")


@pytest.mark.parametrize("engine", list(ENGINES))
def test_a_missing_package_is_named_with_what_to_install(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(Faults, match=r"needs the package .* Install it: pip install"):
        engine_named(engine)


def test_spark_without_java_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: object())
    monkeypatch.setattr(engines, "has_java", lambda: False)
    with pytest.raises(Faults, match="needs Java"):
        engine_named("spark")


def test_a_memory_limit_that_is_no_size_is_said() -> None:
    with pytest.raises(Faults, match="'plenty' is no size"):
        summed(THREE, service(), settings=Settings(memory="plenty"))


def test_what_does_not_fit_into_memory_at_all_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    pq.write_table(service(200_000), path)
    with pytest.raises(Faults, match=r"do not fit into what duckdb may use \(4MB\)"):
        summed(THREE, path, settings=Settings(memory="4MB"))


@pytest.mark.slow
def test_a_file_larger_than_the_memory_is_summed_on_disk(tmp_path: Path) -> None:
    path, memory = tmp_path / "large.parquet", 150
    duckdb.execute(
        "COPY (SELECT (hash(i // 3) >> 1)::BIGINT AS client, random() AS x, random() AS z, random() AS y"
        f" FROM range(9_000_000) t(i)) TO '{path}' (FORMAT parquet)"
    )
    assert path.stat().st_size > memory * 1e6
    model = Model("y", ("x", "z"), (Random("client", ("1", "x")),))
    with spilled(tmp_path) as most:
        sums = given(summed(model, path, settings=Settings(memory=f"{memory}MB", folder=tmp_path)))
    assert sums.count == 9_000_000 and len(sums.groups[0]) == 3_000_000
    assert np.allclose(sums.total[0, 1:] / sums.count, 0, atol=0.02)
    assert max(most) > memory * 1e6
    assert not list(tmp_path.glob("accord-private-*")), "what was spilled is taken away"


@contextmanager
def spilled(folder: Path) -> Iterator[list[int]]:
    """Bytes that lie in the temporary files of a folder, looked at again and again."""
    most, over = [0], Event()

    def look() -> None:
        while not over.wait(0.05):
            with suppress(FileNotFoundError):
                most.append(sum(one.stat().st_size for one in folder.glob("accord-private-sums-*/*")))

    watching = Thread(target=look)
    watching.start()
    try:
        yield most
    finally:
        over.set()
        watching.join()
