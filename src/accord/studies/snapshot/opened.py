"""An opened snapshot: its tables as DuckDB views, and questions asked in SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from accord.studies.snapshot.layout import About


@dataclass(frozen=True)
class Snapshot:
    """A snapshot that can be asked; `about` says what it is of."""

    path: Path
    about: About
    connection: duckdb.DuckDBPyConnection

    def query(self, sql: str) -> pa.Table:
        """The answer to `sql` as an Arrow table; tables of the layout and of `tables.py` are there by name."""
        raise NotImplementedError


@contextmanager
def open_snapshot(path: Path) -> Iterator[Snapshot]:
    """Open the snapshot in the folder `path`; `Faults` with everything that is wrong with it."""
    raise NotImplementedError
    yield
