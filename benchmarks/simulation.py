"""Promise: the simulator makes a million sessions in under 60 s, and the demo's 250 clients in under 10 s."""

import os
import subprocess
import sys
import tempfile
import time
from typing import Any

PART = 100_000  # sessions measured; blocks of clients are alike, so the million is ten times as long
LIMIT_SECONDS, DEMO_SECONDS = 60.0, 10.0


def rows() -> list[dict[str, Any]]:
    """Seconds for a million sessions to Parquet, from a tenth of it, and for making the demo clinic."""
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        started = seconds(
            "simulate", "--sessions", "1", "--out", f"{folder}/one"
        )  # the start of the command itself
        part = seconds("simulate", "--sessions", str(PART), "--out", f"{folder}/part")
        demo = seconds("demo", "--json", data=f"{folder}/data")
    million = (part - started) * 1_000_000 / PART + started
    return [
        row("simulate", "1,000,000 sessions, from a tenth", million, LIMIT_SECONDS),
        row("demo clinic", "250 clients, empty folder", demo, DEMO_SECONDS),
    ]


def row(name: str, size: str, result: float, limit: float) -> dict[str, Any]:
    """One row of the table."""
    return {
        "name": name,
        "size": size,
        "result": f"{result:.1f} s",
        "limit": f"{limit:.0f} s",
        "ratio": result / limit,
        "holds": result <= limit,
    }


def seconds(*arguments: str, data: str = "") -> float:
    """How long the command takes as a process of its own."""
    environment = {**os.environ, **({"ACCORD_DATA": data} if data else {})}
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "accord.cli", *arguments],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - began
