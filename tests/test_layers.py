"""The layers hold, and the lists that hold them name every room."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {path.parent.name for path in (ROOT / "src" / "accord").glob("*/__init__.py")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")


def contract(kind: str) -> dict:
    return next(one for one in PROJECT["tool"]["importlinter"]["contracts"] if one["type"] == kind)


def test_no_room_knows_a_room_above_it():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_has_a_layer():
    assert {name.strip("()") for name in contract("layers")["layers"]} >= ROOMS


def test_every_room_below_the_web_is_strictly_typed_and_knows_no_django():
    below = {f"accord.{room}" for room in ROOMS - {"web", "cli"}}
    assert set(PROJECT["tool"]["mypy"]["packages"]) == below | {"accord.cli"}
    assert set(contract("forbidden")["source_modules"]) == below


def test_every_dependency_has_a_reason():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    named = [
        line for line in lines if re.match(r'\s+"[\w.\-\[\]]+([<>=~!].*?)?",', line) and "accord." not in line
    ]
    listed = [line for line in named if re.search(r">=|types-|-stubs", line)]
    assert len(listed) > 30
    assert [line for line in listed if not re.search(r"#\s+\S+ \S+", line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_host(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|^(--|-i |-f )", text, re.M)
    blocks = re.split(r"\n(?=\S)", text.split("\n", 2)[2])
    pins = [block for block in blocks if "==" in block.split("\n", 1)[0]]
    assert len(pins) > 30
    assert all("--hash=sha256:" in pin for pin in pins)


def test_the_locks_agree_and_satisfy_the_project():
    def pins(lock: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, version in re.findall(r"^([\w.\-]+)==([^\s;]+)", (ROOT / lock).read_text("utf-8"), re.M):
            found.setdefault(name, set()).add(version)
        return found

    small, large = (pins(lock) for lock in LOCKS)
    assert {name: large.get(name) for name in small} == small
    for line in PROJECT["project"]["dependencies"]:
        assert re.split(r"[\[<>=]", line)[0].lower().replace(".", "-") in small
