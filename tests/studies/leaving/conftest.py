"""Simulated services as snapshots, made once for all tests of the folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.studies.leaving import services

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
    return services.going_on(tmp_path_factory.mktemp("going-on") / "of")
