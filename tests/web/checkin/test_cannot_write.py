"""A disk without room and a database that somebody else holds: a clear answer, nothing half-written, nothing lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize("trouble", ["locked", "full"])
def test_answers_wait_on_the_device_until_the_database_can_write(tmp_path, trouble):
    environment = {**os.environ, "ACCORD_DATA": str(tmp_path), "PYTHONPATH": str(HERE.parents[2])}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment.pop("ACCORD_DATABASE_URL", None)  # how SQLite fails is what is asked here
    done = subprocess.run(
        [sys.executable, str(HERE / "cannot_write.py"), trouble],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "status": 503,
        "retry": True,
        "nothing half-written": True,
        "again": "received",
        "kept once": 1,
        "trail is whole": True,
    }
