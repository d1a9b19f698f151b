"""Commands that are told to end: nothing about people stays behind, and the exit code says what ended them."""

import os
import signal
import subprocess
import sys
import time

import pytest
from tests.studies.findings.conftest import simulated

from accord.basics.private import PREFIX

PATIENCE_SECONDS = 60
# There is something in what it works in, and it takes for ever; `in_sql`: in DuckDB, which makes an error of its own.
SLOW = """
import sys, time
from accord.cli import main
from accord.studies.snapshot import opened
def slow(self, sql):
    (next(iter({place}.glob("accord-private-*"))) / "rows").write_text("about people")
    print("working", flush=True)
    if {in_sql}:
        self.connection.execute("SELECT count(*) FROM range(100000000000) a(x) WHERE x * x % 7 = 3").fetchall()
    time.sleep(600)
opened.Snapshot.query = slow
sys.argv = ["accord", *{arguments}]
main()
"""
COMMANDS = [["findings", "service"], ["etr", "service"], ["report", "service", "--out", "report.pdf"]]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ending")
    simulated(folder / "service", clients=20, seed=2)
    return folder


def working(place, arguments, in_sql=False):
    """A command in the midst of its work, and the folder where the system keeps what it works in."""
    temporary = place / f"tmp-{time.monotonic_ns()}"
    temporary.mkdir()
    code = SLOW.format(
        place=f"__import__('pathlib').Path({str(temporary)!r})", arguments=arguments, in_sql=in_sql
    )
    environment = {**os.environ, "TMPDIR": str(temporary), "ACCORD_DATA": str(place / "var")}
    command = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdout.readline() == "working\n", command.communicate(timeout=5)
    assert [one.name.startswith(PREFIX) for one in temporary.iterdir()] == [True]
    return command, temporary


@pytest.mark.parametrize(
    ("arguments", "how"),
    [
        *((one, signal.SIGTERM) for one in COMMANDS),
        (COMMANDS[0], signal.SIGHUP),
        (COMMANDS[0], signal.SIGINT),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else one.name,
)
def test_what_it_worked_in_goes_with_it(place, arguments, how):
    command, temporary = working(place, arguments)
    command.send_signal(how)
    _, told = command.communicate(timeout=PATIENCE_SECONDS)
    assert (command.returncode, told) == (128 + how, "")
    assert list(temporary.iterdir()) == []
    assert not (place / "report.pdf").exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_also_in_the_midst_of_a_query(place, how):
    command, temporary = working(place, COMMANDS[0], in_sql=True)
    time.sleep(0.5)
    command.send_signal(how)
    _, told = command.communicate(timeout=PATIENCE_SECONDS)
    assert (command.returncode, told) == (128 + how, "")
    assert list(temporary.iterdir()) == []


def test_what_a_killed_one_left_goes_with_the_next_start_a_day_later(place):
    command, temporary = working(place, COMMANDS[0])
    command.kill()
    command.communicate(timeout=PATIENCE_SECONDS)
    (left,) = temporary.iterdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    next_one = [sys.executable, "-m", "accord.cli", "--version"]
    subprocess.run(next_one, env=environment, check=True, capture_output=True)
    assert (left / "rows").exists()
    yesterday = time.time() - 25 * 60 * 60
    os.utime(left, (yesterday, yesterday))
    subprocess.run(next_one, env=environment, check=True, capture_output=True)
    assert list(temporary.iterdir()) == []


def test_nohup_is_meant():
    code = (
        "import signal\nfrom accord.cli.ending import clear_up_when_told_to_end\n"
        "clear_up_when_told_to_end()\nprint(signal.getsignal(signal.SIGHUP))"
    )
    told = subprocess.run(["nohup", sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(signal.SIG_IGN)
