"""A served clinic for benchmarks: a real `accord serve` on a folder of its own, links to answer, and a load of clients.

Also run as a program (``python benchmarks/_served.py COUNT``): makes that many sessions with a link each in the folder
of ``ACCORD_DATA`` and prints the paths of their forms.
"""

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 60
CLIENTS = 64


@dataclass
class Served:
    """Where the clinic is: its data folder and port, and how to start its server again."""

    folder: Path
    port: int
    server: subprocess.Popen | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process of this clinic."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("ACCORD_", "DJANGO_"))
        }
        return {
            **inherited,
            "ACCORD_DATA": str(self.folder),
            "ACCORD_BASE_URL": f"http://127.0.0.1:{self.port}",
        }

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "accord.sqlite3"

    def make_links(self, count: int) -> list[str]:
        """Paths of `count` new forms, each of a session of its own."""
        made = subprocess.run(
            [sys.executable, __file__, str(count)],
            env=self.environment,
            cwd=self.folder,
            check=True,
            capture_output=True,
        )
        return json.loads(made.stdout)

    def start(self) -> None:
        """Start the server and return when it answers."""
        command = [sys.executable, "-m", "accord.cli", "serve", "--port", str(self.port)]
        with (self.folder / "log").open("a") as log:
            # A group of its own, so that a crash takes the server and everything it started.
            self.server = subprocess.Popen(
                command, env=self.environment, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and self.server.poll() is None:
            with suppress(URLError, ConnectionError, TimeoutError):
                urlopen(f"http://127.0.0.1:{self.port}/c/sw.js", timeout=2).close()
                return
            time.sleep(0.05)
        raise RuntimeError("the server did not start:\n" + (self.folder / "log").read_text())

    def crash(self) -> None:
        """Kill the server and its processes, without a moment to tidy up."""
        if self.server:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()

    def stop(self) -> None:
        """End the server as Ctrl-C does."""
        if self.server and self.server.poll() is None:
            self.server.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.server.wait(20)
                return
            self.crash()


@contextmanager
def served() -> Iterator[Served]:
    """A clinic that is not started yet; everything of it is gone afterwards.

    Its folder lies beside the checkout's own, so that the disk is the one that a clinic's data would be on.
    """
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var", ignore_cleanup_errors=True) as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        clinic = Served(Path(folder), port)
        try:
            yield clinic
        finally:
            clinic.stop()


def check_in(key: str) -> bytes:
    """What a phone posts: four lines, one yes/no, a free line."""
    fields = {
        "version": 1,
        "language": "en",
        "idempotency_key": key,
        "item-1": 78,
        "item-2": 60,
        "item-3": 71,
    }
    return urlencode(
        {**fields, "item-4": 63, "item-5": 0, "text-7": "More time at the end, please."}
    ).encode()


Form = tuple[str, str]  # the path of a form, and the idempotency key of what is sent to it


def forms(paths: Sequence[str]) -> list[Form]:
    """Each form with a key of its own, as a device makes one."""
    return [(path, secrets.token_hex(16)) for path in paths]


@dataclass
class Load:
    """What a load of clients saw: which forms were acknowledged, the seconds each took, and the seconds of it all."""

    acknowledged: set[Form] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    lasted: float = 0.0


def press(port: int, work: Sequence[Form], clients: int = CLIENTS) -> Load:
    """Send every form of `work` once, `clients` at a time; a client whose connection breaks stops there."""
    load = Load()
    asyncio.run(_press(port, list(reversed(work)), clients, load))
    return load


async def _press(port: int, work: list[Form], clients: int, load: Load) -> None:
    began = time.perf_counter()
    await asyncio.gather(*(_client(port, work, load) for _ in range(clients)))
    load.lasted = time.perf_counter() - began


async def _client(port: int, work: list[Form], load: Load) -> None:
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while work:
                path, key = form = work.pop()
                began = time.perf_counter()
                writer.write(_request(port, path, check_in(key)))
                if await _acknowledged(reader):
                    load.seconds.append(time.perf_counter() - began)
                    load.acknowledged.add(form)
        finally:
            writer.close()


def _request(port: int, path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _acknowledged(reader: asyncio.StreamReader) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    body = await reader.readexactly(length)
    return head.startswith(b"HTTP/1.1 200") and b'"received"' in body


def make_links(count: int) -> list[str]:
    """Make `count` sessions with a link each, 20 sessions to a course; returns the paths of their forms."""
    from accord.web import standalone

    standalone.start()
    standalone.prepare()
    from datetime import timedelta

    from django.urls import reverse

    from accord.basics.clock import now
    from accord.web.checkin.links import token
    from accord.web.checkin.models import Link
    from accord.web.people.actions import add_staff, make_service
    from accord.web.people.models import Client, Service
    from accord.web.therapy.models import Course, Session

    service = Service.objects.first() or make_service(name="Benchmark", slug="benchmark")
    staff = service.staff_set.first() or add_staff(
        service=service, email="bench@example.org", name="Dr Ruiz", roles=["therapist"]
    )
    present, first = now(), Client.objects.count()
    clients = Client.objects.bulk_create(
        Client(service=service, code=f"client {first + n}") for n in range(-(-count // 20))
    )
    courses = Course.objects.bulk_create(
        Course(service=service, client=client, started_on=present.date(), therapist=staff)
        for client in clients
    )
    sessions = Session.objects.bulk_create(
        Session(
            service=service, course=courses[n // 20], therapist=staff, day=present.date(), starts_at=present
        )
        for n in range(count)
    )
    links = Link.objects.bulk_create(
        Link(
            service=service,
            session=one,
            instrument="accord-check-in",
            made_at=present,
            expires_at=present + timedelta(7),
        )
        for one in sessions
    )
    return [reverse("checkin:form", args=[token(link)]) for link in links]


if __name__ == "__main__":
    print(json.dumps(make_links(int(sys.argv[1]))))
