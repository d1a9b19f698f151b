"""Simulated services as snapshots, made once for all tests of the folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from accord.simulate.snapshot import simulate_snapshot
from accord.studies.result import Options
from accord.studies.snapshot.opened import Snapshot, open_snapshot
from accord.studies.snapshot.tables import prepare


@pytest.fixture(scope="session")
def simulated(tmp_path_factory) -> Callable[..., Any]:
    """Open a simulated service, prepared; the truth is there as the table `truth`."""
    made: dict[str, Path] = {}

    @contextmanager
    def opened(clients: int = 1200, seed: int = 3, **parameters: Any) -> Iterator[Snapshot]:
        key = f"{clients}-{seed}-{sorted(parameters.items())}"
        if key not in made:
            made[key] = tmp_path_factory.mktemp("snapshot") / "of"
            simulate_snapshot(made[key], clients=clients, seed=seed, parameters=parameters)
        with open_snapshot(made[key]) as snapshot:
            prepare(snapshot, Options())
            truth = made[key] / "truth.parquet"
            snapshot.connection.execute(f"CREATE VIEW truth AS FROM read_parquet('{truth}')")
            yield snapshot

    return opened


@pytest.fixture(scope="session")
def going_on(tmp_path_factory) -> Path:
    """The same service seen earlier: every third course goes on, with its last two appointments still to come."""
    folder = tmp_path_factory.mktemp("going-on") / "of"
    simulate_snapshot(folder, clients=1200, seed=3)
    courses = pq.read_table(folder / "courses.parquet")
    third = pa.array([place % 3 == 0 for place in range(len(courses))])
    for name in ("ended_on", "ending"):
        at = courses.schema.get_field_index(name)
        kept = pc.if_else(third, pa.nulls(len(courses), courses.schema.field(name).type), courses[name])
        courses = courses.set_column(at, courses.schema.field(name), kept)
    pq.write_table(courses, folder / "courses.parquet")
    sessions = pq.read_table(folder / "sessions.parquet")
    last = sessions.group_by("course").aggregate([("order", "max")])
    cut = dict(zip(last["course"].to_pylist(), last["order_max"].to_pylist(), strict=True))
    going = set(courses.filter(third)["course"].to_pylist())
    rows = zip(sessions["course"].to_pylist(), sessions["order"].to_pylist(), strict=True)
    keep = [course not in going or place <= max(1, cut[course] - 2) for course, place in rows]
    pq.write_table(sessions.filter(pa.array(keep)), folder / "sessions.parquet")
    return folder
