"""What ``make test`` runs: every check, one after the other, and then what could not be checked, by name.

All of them run even when one fails, so that a person mends them in one go. Exit code 1 when one failed.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
REPORTS = ROOT / "var" / "reports"


@dataclass(frozen=True)
class Step:
    """One check: what it is called and the command that makes it, without the folder of the environment."""

    name: str
    command: tuple[str, ...]


def pytest(name: str, *more: str) -> Step:
    """A run of pytest whose skips are read from its report afterwards."""
    return Step(name, ("python", "-m", "pytest", "-q", f"--junitxml={REPORTS / name}.xml", *more))


STEPS = (
    Step("style", ("ruff", "check", ".")),
    Step("format", ("ruff", "format", "--check", ".")),
    Step("types", ("mypy",)),
    Step("layers", ("lint-imports",)),
    pytest("tests", "-n", "2"),
    Step("postgres", ("python", "tools/postgres.py", f"--junitxml={REPORTS / 'postgres'}.xml")),
)
NOT_CHECKED = 77  # a step's exit code when it could not run here; its last line of output says why


def main() -> int:
    """Run every step and print what passed, what failed and what nobody checked."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    for old in REPORTS.glob("*.xml"):
        old.unlink()
    wanted = sys.argv[1:]
    steps = [step for step in STEPS if not wanted or step.name in wanted]
    results = [(step, *run(step)) for step in steps]

    print("\nWhat was checked")
    for step, code, seconds in results:
        word = {0: "passed", NOT_CHECKED: "NOT CHECKED"}.get(code, "FAILED")
        print(f"  {step.name:<9} {word:<12} {seconds:6.0f} s")
    print("What could not be checked")
    reasons = [f"{step.name}: see above" for step, code, _ in results if code == NOT_CHECKED]
    for line in [*reasons, *skips()] or ["nothing: all of it was"]:
        print(f"  {line}")
    return 1 if any(code not in (0, NOT_CHECKED) for _, code, _ in results) else 0


def run(step: Step) -> tuple[int, float]:
    """Exit code and seconds of one step; its output goes straight to the terminal."""
    print(f"\n== {step.name}: {' '.join(step.command)}", flush=True)
    began = time.monotonic()
    # A fresh data folder, so that no check touches the clinic of `make run`.
    environment = {**os.environ, "ACCORD_DATA": str(ROOT / "var" / "test")}
    code = subprocess.run(
        [BIN / step.command[0], *step.command[1:]], cwd=ROOT, env=environment, check=False
    ).returncode
    return code, time.monotonic() - began


def skips() -> list[str]:
    """The reason of every skipped test, each once with its number of tests."""
    reasons: Counter[str] = Counter()
    for report in sorted(REPORTS.glob("*.xml")):
        for skipped in ElementTree.parse(report).iter("skipped"):
            message = skipped.get("message") or "no reason given"
            reasons[f"{report.stem}: {message}"] += 1
    return [f"{count} tests in {reason}" for reason, count in sorted(reasons.items())]


if __name__ == "__main__":
    sys.exit(main())
