"""A benchmark of the application in a process of its own, on an empty data folder with Accord's own settings."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def measured_alone(module: str) -> list[dict[str, Any]]:
    """Run ``python -m MODULE FOLDER`` and give the rows that it prints as its last line, as JSON."""
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        environment = {**os.environ, "ACCORD_DATA": folder, "DJANGO_SETTINGS_MODULE": "accord.web.settings"}
        environment.pop("ACCORD_DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-m", module, folder],
            env=environment,
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return list(json.loads(done.stdout.splitlines()[-1]))
