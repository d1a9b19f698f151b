"""The command as a person calls it: a process of its own with a data folder of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def caller(folder: Path):
    """A function that calls ``accord`` in `folder`, with its data in ``var`` there."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")}
        settings = {"ACCORD_DATA": str(folder / "var"), "COLUMNS": "120", "TERM": "dumb", "NO_COLOR": "1"}
        return subprocess.run(
            [sys.executable, "-m", "accord.cli", *arguments],
            env={**inherited, **settings, **environment},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


@pytest.fixture
def accord(tmp_path):
    """Call ``accord`` with arguments; gives the finished process with its output as text."""
    return caller(tmp_path)


@pytest.fixture(scope="session")
def harbour_made(tmp_path_factory):
    """A data folder with one service, made once: migrations take seconds."""
    folder = tmp_path_factory.mktemp("harbour")
    made = caller(folder)(
        "users", "add", "r@example.org", "--name", "R", "--role", "lead", "--new-service", "Harbour"
    )
    assert made.returncode == 0, made.stderr
    return folder / "var"


@pytest.fixture
def harbour(harbour_made, tmp_path):
    """The folder in which `accord` is called, with a copy of that service in it."""
    shutil.copytree(harbour_made, tmp_path / "var")
    return tmp_path


@pytest.fixture
def checkout() -> Path:
    """The source checkout."""
    return Path(__file__).resolve().parents[2]
