"""``python -m benchmarks._fitted FILE TIMES``: fits sessions in a process of its own; time and memory."""

import json
import sys
from pathlib import Path
from time import perf_counter


def main(file: Path, times: int) -> None:
    """Seconds of each fit from the file, peak memory of the process in MiB, and what came out."""
    sys.modules["pandas"] = None  # type: ignore[assignment]  # Accord does without; pyarrow loads it where it is
    from accord.statistics.estimate import NotFitted
    from accord.statistics.mixed.fitting import fit
    from benchmarks._sessions import MODEL

    seconds = []
    for _ in range(times):
        start = perf_counter()
        found = fit(MODEL, file)
        seconds.append(perf_counter() - start)
    if isinstance(found, NotFitted):
        raise SystemExit(found.reason)
    told = {
        "seconds": seconds,
        "peak_mib": peak_mib(),
        "criterion": found.criterion,
        "certified": found.converged,
        "rows": found.n["rows"],
    }
    print(json.dumps(told))


def peak_mib() -> float:
    """The most memory that this process ever held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
