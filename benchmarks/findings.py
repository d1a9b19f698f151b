"""Promise: all five findings with their intervals, on a million sessions, take at most ten times the one scan of the
snapshot.

The scan is what every study needs first: the snapshot's tables read into the two tables that are asked (`rated`, a row
per session held, and `people`, a row per course). The bare reading of every column of those files, with nothing made
of them, is told beside it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

SESSIONS = 1_000_000
LIMIT = 10.0
READ = ("courses", "sessions", "ratings")


def rows() -> list[dict[str, Any]]:
    """One row: seconds of the findings against those of the scan."""
    from accord.studies.findings import FINDINGS
    from accord.studies.result import Options
    from accord.studies.running import run_one
    from accord.studies.snapshot.opened import open_snapshot
    from accord.studies.snapshot.tables import prepare

    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        place = Path(folder) / "service"
        made(place)
        with open_snapshot(place) as snapshot:
            bare = seconds(
                lambda: [snapshot.query(f"SELECT hash(COLUMNS(*)) FROM {table}") for table in READ]
            )
            scan = seconds(lambda: prepare(snapshot, Options()))
            each = {one.id: seconds(lambda one=one: run_one(snapshot, one, Options())) for one in FINDINGS}
    whole = sum(each.values())
    parts = ", ".join(f"{id} {took:.1f}" for id, took in each.items())
    return [
        {
            "name": "five findings with intervals",
            "size": f"{SESSIONS:,} sessions",
            "result": f"{whole:.1f} s ({parts}) against a scan of {scan:.1f} s; bare reading {bare:.1f} s",
            "limit": f"<= {LIMIT:g} x the scan",
            "ratio": whole / scan,
            "holds": whole <= LIMIT * scan,
        }
    ]


def made(place: Path) -> None:
    """A simulated service as a snapshot, by a process of its own so that its memory is gone."""
    code = (
        "import sys; from pathlib import Path; from accord.simulate.block import make_blocks;"
        "from accord.simulate.parameters import change_parameters; from accord.simulate.snapshot import write_snapshot;"
        "p = change_parameters({'treatments': {1: 0.5, 2: 0.3, 3: 0.2}});"
        f"write_snapshot(make_blocks(p, 1, sessions={SESSIONS}), Path(sys.argv[1]), parameters=p,"
        " instruments=('accord-check-in',))"
    )
    subprocess.run([sys.executable, "-c", code, str(place)], check=True, stdout=subprocess.DEVNULL)


def seconds(call: Any) -> float:
    """How long the call takes."""
    began = perf_counter()
    call()
    return perf_counter() - began
