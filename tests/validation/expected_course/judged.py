"""The two ways to an expected course, judged on one large simulated service: the figures of docs/method.

    python -m tests.validation.expected_course.judged        # writes judged.json beside this file, a minute

3,000 courses, default parameters but for a smaller gain that differs more (mean 3, SD 9 points per ln session), so that
about as many end reliably worse as is told of services (5 to 10 %, HAN05).
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from accord.simulate.snapshot import simulate_snapshot
from accord.studies.expected.expected_course import run
from accord.studies.result import Options, Study
from accord.studies.snapshot.opened import open_snapshot

FILE = Path(__file__).with_name("judged.json")
PARAMETERS = {"wellbeing_gain": 3, "wellbeing_gain_sd": 9}


def study(clients: int = 3000, seed: int = 21) -> Study:
    """The study of that service."""
    with TemporaryDirectory() as folder:
        simulate_snapshot(Path(folder) / "s", clients=clients, seed=seed, parameters=PARAMETERS)
        with open_snapshot(Path(folder) / "s") as snapshot:
            return run(snapshot, Options())


def figures(told: Study) -> dict[str, dict[str, float | None]]:
    """By session and line, two digits."""
    return {
        by: {
            line.name: round(line.value, 3) if isinstance(line.value, float) else None
            for line in told.lines
            if line.by == by
        }
        for by in dict.fromkeys(line.by for line in told.lines)
    }


if __name__ == "__main__":
    made = figures(study())
    FILE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    for by, one in made.items():
        print(by or "all", one)
