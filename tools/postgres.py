"""Runs the database tests once more on a PostgreSQL server of its own, made for the run and thrown away after it.

The server listens on a socket in a temporary folder only. Arguments are passed on to pytest. Exit code 77 when this
machine has no server.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
NOT_CHECKED = 77
# Browser journeys and files that never touch the database say nothing new on a second one.
ON_POSTGRES = ("tests/web", "tests/exchange", "tests/cli")


def server_folder() -> Path | None:
    """Where ``initdb`` and ``pg_ctl`` are: on PATH, or where Debian keeps them; None when nowhere."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def as_server(command: list[str]) -> list[str]:
    """`command` as the account postgres when we are root, which the server refuses to be."""
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


def call(command: list[str]) -> None:
    """Run a command of the server quietly; its output is shown only when it fails."""
    done = subprocess.run(as_server(command), capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """A running server; gives the address of an empty database on it."""
    with tempfile.TemporaryDirectory(prefix="accord-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        data = folder / "data"
        call(
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-U",
                "accord",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ]
        )
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=40"
        log = str(folder / "log")
        call([str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", log, "-w", "-s", "start"])
        try:
            yield f"postgres://accord@{quote(name, safe='')}/postgres"
        finally:
            call([str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-s", "stop"])


def main() -> int:
    """Run pytest on a fresh server; 77 and a sentence when there is none."""
    programs = server_folder()
    if programs is None:
        print(
            "No PostgreSQL server on this machine: the tests ran on SQLite only. Install the package postgresql."
        )
        return NOT_CHECKED
    folders = [folder for folder in ON_POSTGRES if (ROOT / folder).is_dir()]
    with server(programs) as address:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            "-m",
            "not journey",
            *folders,
            *sys.argv[1:],
        ]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, "ACCORD_DATABASE_URL": address}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
