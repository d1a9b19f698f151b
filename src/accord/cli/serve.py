"""``accord serve``: the web application and the worker that sends messages, started and stopped together."""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Annotated, Any

import typer

from accord.basics.faults import refuse
from accord.cli.opening import open_web

Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all, then behind TLS only.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
Threads = Annotated[
    int, typer.Option(min=1, max=64, help="Requests that each of the two processes answers at the same time.")
]

# Two processes with a thread each: a second thread would share the processor with the first, and each of its
# transactions would begin with an empty page cache, since the other one has written in between (make bench).
PROCESSES = 2
USUAL_THREADS = 1
WORKER_PAUSE_SECONDS = 3.0  # before a worker that died is started again
WORKER_FAREWELL_SECONDS = 5.0  # before one that does not end is killed
PARENT_WATCH_SECONDS = 0.5


def run(host: Host = "127.0.0.1", port: Port = 8000, threads: Threads = USUAL_THREADS) -> None:
    """Start the web application and the worker that sends messages. Ctrl-C stops both.

    The database is brought up to date first.

    Example: accord serve --host 127.0.0.1 --port 8000
    """
    refuse_taken_port(host, port)
    answer_at(host, port)
    open_web()
    from accord.web.standalone import prepare

    prepare()
    serve_prepared(host, port, threads)


def serve_prepared(host: str, port: int, threads: int = USUAL_THREADS) -> None:
    """Serve until a signal ends it; the database is up to date already."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from accord.web.standalone import release

    release()
    worker = Worker()
    worker.start()
    typer.echo(f"Accord is at http://{host}:{port} (Ctrl-C stops it).")
    try:
        Server(
            "accord.cli.serve:web",
            factory=True,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=PROCESSES,
            blocking_threads=threads,
            websockets=False,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        worker.stop()


def answer_at(host: str, port: int) -> None:
    """Let links and codes lead to where this serves, unless ACCORD_BASE_URL says where people reach it.

    Call it before the web application is opened.
    """
    reached = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    os.environ.setdefault("ACCORD_BASE_URL", f"http://{reached}:{port}")


def refuse_taken_port(host: str, port: int) -> None:
    """Raise `Faults` when somebody else listens there, before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as reason:
            raise refuse(
                f"{host}:{port}",
                f"cannot listen there ({reason.strerror}).",
                f"If Accord runs already, open it; else choose another port, such as --port {port + 1}.",
            ) from None


class Worker:
    """The process that sends messages, started again when it dies, ended with the server."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def start(self) -> None:
        """Start the process, and the thread that keeps it alive."""
        self._process = self._spawn()
        self._keeper.start()

    def stop(self) -> None:
        """End the process; a message in its hand stays claimed until the claim lapses, and is then sent."""
        self._ending.set()
        self._keeper.join(WORKER_FAREWELL_SECONDS + 1)

    def _spawn(self) -> subprocess.Popen[bytes]:
        # Without close_fds Python starts it by posix_spawn. Its other way waits on a pipe, and granian, which forks in
        # the same moment, would hold that pipe open for ever: nobody would notice when this process dies.
        command = [sys.executable, "-m", "accord.cli.serve", str(os.getpid())]
        return subprocess.Popen(command, close_fds=False)

    def _keep(self) -> None:
        while not self._ending.wait(0.2):
            if self._process.poll() is not None and not self._ending.wait(WORKER_PAUSE_SECONDS):
                self._process = self._spawn()
        self._process.terminate()
        try:
            self._process.wait(WORKER_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()


def web() -> Any:
    """The web application, in the process that granian starts for it."""
    # Granian's own process could be killed; without this its child would keep the port, and messages would not leave.
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    from accord.web.wsgi import application

    return application


def send_messages(parent: int) -> None:
    """Run the outbox in this process until the parent ends, however it ends."""
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    open_web()
    from accord.web.checkin.outbox import run_forever

    with suppress(KeyboardInterrupt):
        run_forever()


def end_with(parent: int) -> None:
    """Watch the parent and end this process when it has ended, however that came about."""
    while os.getppid() == parent:
        time.sleep(PARENT_WATCH_SECONDS)
    os._exit(0)  # what was not committed was not acknowledged, and a claimed message comes free again


if __name__ == "__main__":
    send_messages(int(sys.argv[1]))
