"""Two taps on *Send*, two tabs, a page and its worker: the same answers from several sides in the same moment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("keys", [["same"] * 6, [f"key {n}" for n in range(6)]], ids=["one key", "six keys"])
def test_exactly_once(tmp_path, keys):
    environment = {**os.environ, "ACCORD_DATA": str(tmp_path), "PYTHONPATH": str(HERE.parents[2])}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, str(HERE / "at_once.py"), *keys]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "failures": [],
        "fresh": len(set(keys)),
        "responses": len(set(keys)),
        "counting": 1,  # the others superseded each other, one after the other
        "trail is whole": True,
    }
