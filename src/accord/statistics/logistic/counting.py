"""From a table to counted rows: what is left out is told, rows that are alike are joined, columns are scaled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accord.basics.near import hint
from accord.statistics.estimate import Dropped, NotFitted
from accord.statistics.logistic.model import Logistic
from accord.statistics.logistic.quadrature import Rows

Floats = npt.NDArray[np.float64]
PROBED = 20_000  # rows looked at to see whether counting patterns pays
PAYS = 0.5  # it does when there are at most this many patterns per row


@dataclass(frozen=True, eq=False)
class Counted:
    """Rows ready to be fitted; columns but the intercept are (value - shift) / scale. `groups` are keys, in order."""

    rows: Rows
    shift: Floats
    scale: Floats
    groups: npt.NDArray[np.object_]
    came: int
    used: int
    events: int
    dropped: tuple[Dropped, ...]


def count(model: Logistic, data: pa.Table | Path) -> Counted | NotFitted:
    """The rows of `data` that a fit needs, or why there can be none."""
    with _opened(data) as connection:
        if connection is None:
            return NotFitted(f"{data} cannot be read as a Parquet file.", "Write the file again.")
        if problem := _columns_problem(model, connection):
            return problem
        came, dropped = _left_out(model, connection)
        columns = _fetch(model, connection)
    used = round(float(columns[-1].sum())) if columns else 0
    if problem := _outcome_problem(model, columns, came, dropped):
        return problem
    return _arranged(columns, came, used, dropped)


@contextmanager
def _opened(data: pa.Table | Path) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The data as the view `came`. One thread: sums and order are then the same in every run."""
    with duckdb.connect(config={"threads": 1}) as connection:
        if isinstance(data, pa.Table):
            connection.register("came", data)
        else:
            path = str(data).replace("'", "''")
            try:
                connection.execute(f"CREATE VIEW came AS SELECT * FROM read_parquet('{path}')")
            except duckdb.Error:
                yield None
                return
        yield connection


def _columns_problem(model: Logistic, connection: duckdb.DuckDBPyConnection) -> NotFitted | None:
    found = {str(row[0]): str(row[1]) for row in connection.execute("DESCRIBE came").fetchall()}
    wanted = [model.outcome, *model.fixed, *([model.group] if model.group else [])]
    said = []
    for name in wanted:
        if name not in found:
            said.append(f"there is no column '{name}'. {hint(name, found)}".rstrip())
        elif name != model.group and not _is_number(found[name]):
            said.append(f"column '{name}' holds {found[name].lower()}, no numbers.")
    said += [
        f"column '{name}' is named twice." for name in sorted({n for n in wanted if wanted.count(n) > 1})
    ]
    if not said:
        return None
    return NotFitted(" ".join(one[0].upper() + one[1:] for one in said), "Name columns that hold numbers.")


def _is_number(kind: str) -> bool:
    return kind.startswith(("DECIMAL", "U")) or kind in {
        "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "HALF",
    }  # fmt: skip


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _usable(name: str) -> str:
    """The condition under which a number can be used."""
    return f"({_quoted(name)} IS NOT NULL AND isfinite({_quoted(name)}::DOUBLE))"


def _conditions(model: Logistic) -> dict[str, str]:
    asked = {name: _usable(name) for name in (model.outcome, *model.fixed)}
    if model.group:
        asked[model.group] = f"{_quoted(model.group)} IS NOT NULL"
    return asked


def _left_out(model: Logistic, connection: duckdb.DuckDBPyConnection) -> tuple[int, tuple[Dropped, ...]]:
    """Rows that came, and those that cannot be used, by the first column that is empty or no finite number."""
    asked = _conditions(model)
    before: list[str] = []
    counts = []
    for name in asked:
        counts.append(f"count(*) FILTER (WHERE {' AND '.join([*before, f'NOT {asked[name]}'])})")
        before.append(asked[name])
    row = connection.execute(f"SELECT count(*), {', '.join(counts)} FROM came").fetchone() or (0,)
    left = zip(asked, row[1:], strict=True)
    return int(row[0]), tuple(Dropped(int(n), f"{name}: empty or no finite number") for name, n in left if n)


def _fetch(model: Logistic, connection: duckdb.DuckDBPyConnection) -> list[npt.NDArray[np.generic]]:
    """Group, columns, events, trials; rows that are alike put together where that pays."""
    names = [f"{_quoted(name)}::DOUBLE" for name in model.fixed]
    group = _quoted(model.group) if model.group else "1"
    keys = [f"{group} AS g", *(f"{name} AS x{place}" for place, name in enumerate(names))]
    event = f"{_quoted(model.outcome)}::DOUBLE AS y"
    chosen = f"SELECT {', '.join([*keys, event])} FROM came WHERE {' AND '.join(_conditions(model).values())}"
    by = ", ".join(["g", *(f"x{place}" for place in range(len(names)))])
    probe = f"SELECT count(*), count(DISTINCT ({by}, y)) FROM ({chosen} LIMIT {PROBED})"
    rows, patterns = connection.execute(probe).fetchone() or (0, 0)
    if patterns <= PAYS * rows:
        # An outcome that is neither 0 nor 1 must not be summed away.
        odd = "min(y) < 0 OR max(y) > 1 OR bool_or(y != round(y))"
        chosen = f"""SELECT {by}, CASE WHEN {odd} THEN 'nan'::DOUBLE ELSE sum(y) END, count(*)::DOUBLE
            FROM ({chosen}) GROUP BY {by} ORDER BY {by}"""
    else:
        chosen = f"SELECT {by}, y, 1.0::DOUBLE FROM ({chosen})"
    found = connection.execute(chosen).fetchnumpy()
    return [np.asarray(column) for column in found.values()]


def _outcome_problem(
    model: Logistic, columns: list[npt.NDArray[np.generic]], came: int, dropped: tuple[Dropped, ...]
) -> NotFitted | None:
    events, trials = np.asarray(columns[-2], float), np.asarray(columns[-1], float)
    if not len(events):
        return NotFitted("no row has every column that the model needs.", "", came, dropped)
    whole = np.isin(events, (0.0, 1.0)) if np.all(trials == 1.0) else np.isfinite(events)
    if not np.all(whole):
        return NotFitted(
            f"'{model.outcome}' holds other values than 0 and 1.",
            "Give a column of yes and no.",
            came,
            dropped,
        )
    if (share := events.sum() / trials.sum()) in (0.0, 1.0):
        return NotFitted(
            f"'{model.outcome}' is always {share:.0f}, so nothing can be told from it.", "", came, dropped
        )
    return None


def _arranged(
    columns: list[npt.NDArray[np.generic]], came: int, used: int, dropped: tuple[Dropped, ...]
) -> Counted:
    """Rows of a group together, columns with mean 0 and SD 1 (constant ones stay 0 and are told by the fit)."""
    keys, places = np.unique(np.ma.getdata(columns[0]), return_inverse=True)
    order = np.argsort(places, kind="stable")
    events, trials = (np.asarray(one, float)[order] for one in columns[-2:])
    design = np.ones((len(order), len(columns) - 2))
    shift, scale = np.zeros(design.shape[1]), np.ones(design.shape[1])
    for place, column in enumerate(columns[1:-2], start=1):
        values = np.asarray(column, float)[order]
        # A first shift keeps the digits of numbers far from 0, and a scale by the largest keeps huge ones finite.
        near = values[0] * (1.0 if np.isfinite(values[0]) else 0.0)
        apart = values - near
        largest = float(np.abs(apart).max())
        if largest > 0.0 and np.isfinite(largest):
            apart = apart / largest
            middle = float(np.average(apart, weights=trials))
            spread = float(np.sqrt(np.average((apart - middle) ** 2, weights=trials)))
            shift[place], scale[place] = near + middle * largest, spread * largest
            design[:, place] = (apart - middle) / spread
        else:
            shift[place], design[:, place] = near, 0.0
    sizes = np.bincount(places[order], minlength=len(keys))
    rows = Rows(np.ascontiguousarray(design), events, trials, sizes.astype(np.int64))
    return Counted(
        rows, shift, scale, np.asarray(keys, object), came, used, round(float(events.sum())), dropped
    )
