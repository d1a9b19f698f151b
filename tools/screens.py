"""Takes a picture of every page of a fresh demo: phone and desktop, light and dark, and one right-to-left.

Everything goes to ``var/screens``; the few that the docs show are copied to ``docs/pictures``. Needs Chromium on PATH.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ALL = ROOT / "var" / "screens"
KEPT = ROOT / "docs" / "pictures"
SIZES = {"phone": (360, 760), "desktop": (1280, 900)}
SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class Shot:
    """One page: its name, its address and who looks (a role of the demo; empty for nobody)."""

    name: str
    address: str
    role: str = "therapist"


# Which pictures the docs keep: name, size, scheme -> file.
IN_DOCS = {
    ("form", "phone", "light"): "form.png",
    ("sent", "phone", "light"): "after-sending.png",
    ("today", "desktop", "light"): "today.png",
    ("client", "desktop", "light"): "client-page.png",
    ("review", "desktop", "light"): "review.png",
}


def chromium() -> str:
    """The browser on PATH; ends with a sentence when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    sys.exit("Chromium is not on PATH. Install it (Debian: apt-get install chromium), then make screens again.")


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo() -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """A served demo in a temporary data folder: its address and its sign-ins by role."""
    with tempfile.TemporaryDirectory(prefix="accord-screens-") as folder:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "ACCORD_DATA": folder, "ACCORD_BASE_URL": base}
        accord = [sys.executable, "-m", "accord.cli"]
        made = subprocess.run([*accord, "demo", "--json"], env=environment, capture_output=True, text=True, check=True)
        signs = {sign["role"]: sign for sign in reversed(json.loads(made.stdout))}
        server = subprocess.Popen([*accord, "serve", "--port", str(port)], env=environment)
        try:
            wait_for(base)
            yield base, signs
        finally:
            server.terminate()
            server.wait(20)


def wait_for(base: str, seconds: float = 30) -> None:
    """Return when the server answers; TimeoutError when it does not in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urlopen(f"{base}/accounts/login/", timeout=2).close()
            return
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise TimeoutError("the demo did not start")
