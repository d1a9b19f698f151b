"""Sessions of a simulated service as a Parquet file, of any length: drawn and written in parts."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from accord.statistics.mixed.model import Model, Random

PART = 100_000  # clients drawn at a time
PER_CLIENT, PER_THERAPIST = 10, 20  # sessions on average; clients
FIXED = ("log_session", "severity", "age", "remote", "late")

MODEL = Model("wellbeing", FIXED, (Random("client", ("1", "log_session")), Random("therapist")))
"""Six fixed effects with the intercept; clients differ in intercept and slope, therapists in the intercept."""


def write_sessions(path: Path, rows: int, *, seed: int = 1, row_group: int = 122_880) -> int:
    """About `rows` sessions, in row groups as DuckDB writes them; how many there are."""
    random = np.random.default_rng(seed)
    clients, written = rows // PER_CLIENT, 0
    writer: pq.ParquetWriter | None = None
    for first in range(0, clients, PART):
        table = _part(random, first, min(PART, clients - first))
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=row_group)
        written += table.num_rows
    if writer:
        writer.close()
    return written


def _part(random: np.random.Generator, first: int, count: int) -> pa.Table:
    """Clients with 2 to 18 sessions, three columns of their own and two that vary from session to session."""
    sizes = random.integers(2, 2 * PER_CLIENT - 1, count)
    own = np.repeat(np.arange(count), sizes)
    number = np.arange(len(own)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    therapist = (np.arange(count) + first) // PER_THERAPIST
    between = np.random.default_rng(first).normal(0, 2, therapist[-1] - therapist[0] + 1)[
        therapist - therapist[0]
    ]
    severity, age, remote = random.normal(size=count), random.normal(size=count), random.normal(size=count)
    late = random.normal(size=len(own))
    log_session = np.log(number)
    mean = 50 + severity - 0.5 * age + random.normal(0, 6, count) + between
    wellbeing = (
        mean[own] + (random.normal(0, 2, count) - 3)[own] * log_session + late + random.normal(0, 5, len(own))
    )
    return pa.table(
        {
            "client": own + first,
            "therapist": therapist[own],
            "log_session": log_session,
            "severity": severity[own],
            "age": age[own],
            "remote": remote[own],
            "late": late,
            "wellbeing": wellbeing,
        }
    )
