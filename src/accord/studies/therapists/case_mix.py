"""Who came to whom: finished courses with their outcome, and what is known of people before anything was done."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accord.studies.result import CELL
from accord.studies.snapshot.opened import Snapshot

MOST_WITHOUT = (
    0.5  # of courses without an intake: then outcome is not adjusted for it, and that is said [design]
)
_COURSES = """
    select course, client, therapist, therapists > 1 as shared, language, cast(intake as double) as intake,
        cast(final as double) * {better} as outcome, cast(alliance_first3 as double) as alliance
    from people where ended and therapist is not null and final is not null order by course
"""
_COUNTS = "select count(*) filter (ended) as ended, count(*) filter (not ended) as open from people"


@dataclass(frozen=True)
class CaseMix:
    """One row per course: therapist, outcome (higher is better), and `columns` for which it is adjusted.

    `rows` also has `alliance`, early, which may be empty. `dropped` counts courses that were left out, by why; `shared`
    are courses in which more than one therapist held sessions.
    """

    rows: pa.Table
    columns: tuple[str, ...]
    dropped: Mapping[str, int]
    shared: int


def case_mix(snapshot: Snapshot, better: int) -> CaseMix:
    """Every finished course with an outcome; `better` is -1 where higher outcomes are worse."""
    found = snapshot.query(_COURSES.format(better=better))
    counts = snapshot.query(_COUNTS).to_pylist()[0]
    dropped = {"open": int(counts["open"]), "no_outcome": int(counts["ended"]) - found.num_rows}
    columns: list[str] = []
    without = found.column("intake").null_count
    if found.num_rows and without <= MOST_WITHOUT * found.num_rows:
        found = found.filter(found.column("intake").is_valid())
        dropped["no_intake"] = without
        columns.append("intake")
    rows = found.select(["course", "therapist", "outcome", "intake", "alliance"])
    for name, flags in _groups(snapshot, found).items():
        rows = rows.append_column(name, pa.array(flags))
        columns.append(name)
    shared = sum(map(bool, found.column("shared").to_pylist()))
    return CaseMix(rows, tuple(columns), {why: n for why, n in dropped.items() if n > 0}, shared)


def _groups(snapshot: Snapshot, found: pa.Table) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """A column of 0 and 1 for every group but the largest, of languages and of each trait; none below `CELL` people."""
    told: dict[str, dict[str, str]] = {}
    for row in snapshot.query("select client, trait, value from traits order by client, trait").to_pylist():
        told.setdefault(row["trait"], {})[row["client"]] = row["value"]
    clients = [str(one) for one in found.column("client").to_pylist()]
    values: dict[str, list[str | None]] = {"language": found.column("language").to_pylist()}
    values |= {f"trait {trait}": [by.get(one) for one in clients] for trait, by in told.items()}
    made = {}
    for name, of in values.items():
        counts = Counter(one for one in of if one is not None)
        kept = sorted((one for one, n in counts.items() if n >= CELL), key=lambda one: (-counts[one], one))
        for one in kept[1:]:
            made[f"{name}: {one}"] = np.array([float(value == one) for value in of])
    return made
