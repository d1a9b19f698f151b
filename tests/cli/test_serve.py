"""``accord serve``: the server and the worker start together and end together, however they end."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from accord.basics.faults import Faults
from accord.cli.serve import answer_at, refuse_taken_port

PATIENCE_SECONDS = 40


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true, seconds: float = PATIENCE_SECONDS) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5) as page:
            return page.status == 200
    except (URLError, ConnectionError, TimeoutError):
        return False


def children(pid: int) -> set[int]:
    """Process ids below `pid`, read from Linux's process table."""
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                child = int(stat.parent.name)
                found |= {child} | children(child)
    return found


def workers(pid: int) -> set[int]:
    """The processes below `pid` that send messages."""
    found = set()
    for child in children(pid):
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            if b"accord.cli.serve" in words:
                found.add(child)
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def served(tmp_path):
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")},
        "ACCORD_DATA": str(tmp_path / "var"),
        "ACCORD_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "accord.cli", "serve", "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log)
    try:
        assert until(lambda: answers(port)), (tmp_path / "log").read_text()
        yield server, port
    finally:
        below = children(server.pid) if server.poll() is None else set()
        server.kill()
        server.wait()
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="counts processes in Linux's /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_running(served, how):
    server, port = served
    assert until(lambda: workers(server.pid))
    below = children(server.pid)
    server.send_signal(how)
    server.wait(20)
    if how is not signal.SIGKILL:
        assert server.returncode == 0
    assert until(lambda: not any(alive(pid) for pid in below), 10), "a process outlived the server"
    assert not answers(port)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="counts processes in Linux's /proc")
def test_a_worker_that_dies_is_started_again(served):
    server, port = served
    assert until(lambda: workers(server.pid))
    (before,) = workers(server.pid)
    os.kill(before, signal.SIGKILL)
    assert until(lambda: workers(server.pid) - {before}, 15)
    assert answers(port)


def test_a_taken_port_is_told_before_anything_starts(accord):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = accord("serve", "--port", str(port))
    assert refused.returncode == 1
    assert f"--port {port + 1}" in refused.stderr


def test_an_address_that_is_not_ours_is_refused():
    with pytest.raises(Faults, match="cannot listen"):
        refuse_taken_port("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("host", "given", "reached"),
    [
        ("127.0.0.1", None, "http://127.0.0.1:8001"),
        ("0.0.0.0", None, "http://127.0.0.1:8001"),  # everywhere is no address
        ("::1", None, "http://[::1]:8001"),
        ("127.0.0.1", "https://accord.example", "https://accord.example"),
    ],
)
def test_links_lead_to_where_it_serves_unless_told_otherwise(monkeypatch, host, given, reached):
    monkeypatch.setenv("ACCORD_BASE_URL", given or "")
    if given is None:
        monkeypatch.delenv("ACCORD_BASE_URL")
    answer_at(host, 8001)
    assert os.environ["ACCORD_BASE_URL"] == reached
