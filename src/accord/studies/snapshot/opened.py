"""An opened snapshot: its tables as DuckDB views, and questions asked in SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from accord.basics.faults import Faults
from accord.basics.private import private_folder
from accord.course.layout import TABLES, About
from accord.studies.snapshot.checking import check_tables, damage, parts_of, read_about


@dataclass(frozen=True)
class Snapshot:
    """A snapshot that can be asked; `about` says what it is of."""

    path: Path
    about: About
    connection: duckdb.DuckDBPyConnection

    def query(self, sql: str) -> pa.Table:
        """The answer to `sql` as an Arrow table; tables of the layout and of `tables.py` are there by name."""
        answer: pa.Table = self.connection.sql(sql).to_arrow_table()
        return answer


@contextmanager
def open_snapshot(path: Path, *, memory: str = "", spill: Path | None = None) -> Iterator[Snapshot]:
    """Open the snapshot in the folder `path`; `Faults` with everything that is wrong with it.

    `memory` is DuckDB's limit, such as ``1GB``; beyond it DuckDB uses the disk (empty: four fifths of the memory),
    in a folder of its own in `spill` (None: where the system keeps such folders).
    """
    about = read_about(path)
    with private_folder("snapshot", spill) as place:
        connection = _connection(place, memory)
        try:
            for table in TABLES:
                files = ", ".join(_quoted(str(part)) for part in parts_of(path, table))
                # By name, so that parts of other widths are widened and not rounded to the first one's.
                connection.execute(
                    f"CREATE VIEW {table} AS SELECT * FROM read_parquet([{files}], union_by_name = true)"
                )
            check_tables(path, connection)
            yield Snapshot(path, about, connection)
        except (duckdb.Error, UnicodeDecodeError) as broken:
            if faults := damage(path):  # inside a file, where no count of cells looks
                raise Faults(faults) from broken
            raise
        finally:
            connection.close()


def _connection(spill: Path, memory: str) -> duckdb.DuckDBPyConnection:
    """A database in memory that fetches nothing, and leaves nothing where the command was started."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spill),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if memory:
        settings["memory_limit"] = memory
    return duckdb.connect(":memory:", config=settings)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
