"""The command as a person calls it: a process of its own with a data folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def accord(tmp_path):
    """Call ``accord`` with arguments; gives the finished process with its output as text."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")}
        settings = {"ACCORD_DATA": str(tmp_path / "var"), "COLUMNS": "120", "TERM": "dumb", "NO_COLOR": "1"}
        return subprocess.run(
            [sys.executable, "-m", "accord.cli", *arguments],
            env={**inherited, **settings, **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


@pytest.fixture
def checkout() -> Path:
    """The source checkout."""
    return Path(__file__).resolve().parents[2]
