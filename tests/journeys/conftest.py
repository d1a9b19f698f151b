"""Journeys: stories told by a real browser against a real server on a data folder of its own.

Start from `clinic` (rows), walk on `phone` or `desktop` (pages), and end each page with `check_page(page)`::

    def test_a_client_answers(clinic, phone, check_page):
        ana = clinic.client("Ana")
        session = clinic.session(ana)
        phone.goto(clinic.link(session).address)
        check_page(phone)

`clinic.ask("name", ...)` calls any function of ``setting.py``; add one there where a story needs more.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
SIZES = {"phone": (360, 760), "desktop": (1280, 900)}
NARROWEST = 320
PATIENCE_SECONDS = 60

# Playwright keeps an event loop in this thread for as long as the browser is open; Django would take it for an
# asynchronous view and refuse the database to every test that happens to run later in the same process.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every story here drives a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


@dataclass
class Served:
    """A served installation: its address, the process that makes rows in it, and the server, which can be killed."""

    base: str
    folder: Path
    setting: subprocess.Popen
    server: subprocess.Popen | None = None

    def start(self) -> None:
        """Serve; returns when it answers."""
        command = [sys.executable, "-m", "accord.cli", "serve", "--port", self.base.rsplit(":", 1)[1]]
        with self.log.open("a") as log:
            self.server = subprocess.Popen(
                command,
                env=environment(self.base, self.folder),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self.base, self.server, self.log)

    def kill(self) -> None:
        """Kill the server and everything it started, at once and without a warning, as a power cut does."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(15)

    @property
    def log(self) -> Path:
        """What the server and its worker print; without a mail server, mails are printed too."""
        return self.folder / "log"

    def mails(self, to: str) -> list[str]:
        """Mails that left for this address, each with its headers."""
        printed = self.log.read_text().split("-" * 79)
        return [mail[mail.index("Content-Type:") :] for mail in printed if f"\nTo: {to}\n" in mail]

    def ask(self, name: str, /, **arguments):
        """Call a function of ``setting.py`` and give its value; AssertionError with its trace when it failed."""
        print(json.dumps({"do": name, **arguments}), file=self.setting.stdin, flush=True)
        told = json.loads(self.setting.stdout.readline())
        assert "error" not in told, told["error"]
        return told["value"]


@dataclass
class Clinic:
    """One service with one person per role, made for one story."""

    served: Served
    slug: str
    password: str

    def ask(self, name: str, /, **arguments):
        """Call a function of ``setting.py``."""
        return self.served.ask(name, **arguments)

    def email(self, role: str) -> str:
        """The sign-in of the person with this role."""
        return f"{role}@{self.slug}.example"

    def client(self, code: str = "Ana", **details) -> str:
        """A client in a course with the therapist (called Dr Ruiz): the client's key."""
        return self.ask("make_client", slug=self.slug, code=code, **details)["client"]

    def session(self, client: str, **details) -> str:
        """A session, attended an hour ago unless `hours_ago`, `attendance`, `kind` say otherwise: its key."""
        return self.ask("make_session", client=client, **details)["session"]

    def link(
        self, session: str, instrument: str = "accord-check-in", days: int | None = None
    ) -> SimpleNamespace:
        """A link to a form: `link` (its key), `address`, `qr` (the SVG that staff show)."""
        return SimpleNamespace(**self.ask("make_link", session=session, instrument=instrument, days=days))

    def answer(
        self, session: str, answers: dict, texts: dict | None = None, instrument: str = "accord-check-in"
    ):
        """Answers as if they had been sent: `{1: 78, 2: "declined"}`; the therapist's for a therapist's instrument."""
        return self.ask("answer", session=session, answers=answers, texts=texts, instrument=instrument)

    def responses(self, session: str, instrument: str = "accord-check-in") -> list[SimpleNamespace]:
        """What is stored for a form of a session, first to last: items, texts, standing, language, scores."""
        return [
            SimpleNamespace(**row) for row in self.ask("responses", session=session, instrument=instrument)
        ]

    def mails(self, role: str) -> list[str]:
        """Mails that left for the person with this role."""
        return self.served.mails(self.email(role))

    def sign_in(self, page: Page, role: str = "therapist") -> Page:
        """Sign the person with this role in on `page`, without walking through the sign-in form."""
        cookie = self.ask("sign_in", email=self.email(role))
        page.context.add_cookies([{**cookie, "url": self.served.base}])
        return page


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(base: str, folder: Path) -> dict[str, str]:
    """The environment of a server and of the process beside it: one data folder, and nothing of the caller's own."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("ACCORD_", "DJANGO_"))},
        "ACCORD_DATA": str(folder / "var"),
        "ACCORD_BASE_URL": base,
        "PYTHONPATH": str(CHECKOUT),
    }


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """`accord serve` on an empty data folder; its log is shown when it does not start."""
    base = f"http://127.0.0.1:{free_port()}"
    setting = subprocess.Popen(
        [sys.executable, str(HERE / "setting.py")],
        env=environment(base, folder),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert setting.stdout.readline(), "the process that makes rows did not start"
    there = Served(base, folder, setting)
    try:
        there.start()
        yield there
    finally:
        setting.stdin.close()
        there.server.terminate()
        for process in (there.server, setting):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The installation that the stories of a test process share."""
    with serving(tmp_path_factory.mktemp("served")) as there:
        yield there


@pytest.fixture
def served_alone(tmp_path: Path) -> Iterator[Served]:
    """An installation for one story, which may kill it."""
    with serving(tmp_path) as there:
        yield there


def wait_for(base: str, server: subprocess.Popen, log: Path) -> None:
    """Return when the server answers; AssertionError with its log when it ends or stays silent."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urlopen(f"{base}/c/sw.js", timeout=2).close()
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("the server did not start:\n" + log.read_text())


@pytest.fixture
def make_clinic(served: Served) -> Callable[..., Clinic]:
    """Makes a clinic of its own for this story; details are fields of a service, such as `language="es"`."""

    def make(**details) -> Clinic:
        made = served.ask("make_clinic", slug=f"c{uuid.uuid4().hex[:10]}", **details)
        return Clinic(served, **made)

    return make


@pytest.fixture
def clinic(make_clinic) -> Clinic:
    """A clinic of this story's own."""
    return make_clinic()


@pytest.fixture
def clinic_at_noon(make_clinic) -> Clinic:
    """A clinic where it is early afternoon now, so that an hour ago and in an hour are both today."""
    ahead = 13 - datetime.now(UTC).hour  # the signs of these zones are those of POSIX: the wrong way round
    return make_clinic(timezone=f"Etc/GMT{-ahead:+d}")


@pytest.fixture
def neighbour(make_clinic) -> Clinic:
    """Another clinic on the same server, whose people must see nothing of the first."""
    return make_clinic(name="Hilltop practice")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from PATH, once per test process."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium on PATH: journeys were not walked")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@dataclass
class Watched:
    """What a browser context did that a page must never do: errors in scripts, requests elsewhere, broken parts."""

    base: str
    problems: list[str] = field(default_factory=list)
    without_scripts: set[BrowserContext] = field(default_factory=set)

    def watch(self, context: BrowserContext) -> None:
        """Listen to everything that pages of `context` do from now on."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))

    def _request(self, request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:", "about:")):
            self.problems.append(f"a request elsewhere: {request.url}")

    def _response(self, response) -> None:
        part = response.request.resource_type in ("stylesheet", "script", "image", "font")
        if part and response.status >= 400:
            self.problems.append(f"{response.status} for {response.url}")

    def _console(self, message) -> None:
        # A page that is not there and a network that is away are part of some stories; a broken part is told above.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")


@pytest.fixture
def watched(served: Served) -> Watched:
    """What the pages of this story did that they must not do."""
    return Watched(served.base)


@pytest.fixture
def new_context(
    browser: Browser, served: Served, watched: Watched
) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a device of its own: `new_context("phone", java_script_enabled=False, locale="es")`."""
    opened: list[BrowserContext] = []

    def open_context(size: str = "phone", **options) -> BrowserContext:
        width, height = SIZES[size]
        chosen = {"viewport": {"width": width, "height": height}, "has_touch": size == "phone"}
        context = browser.new_context(
            **{**chosen, "color_scheme": "light", "base_url": served.base, **options}
        )
        context.set_default_timeout(10_000)
        watched.watch(context)
        opened.append(context)
        if options.get("java_script_enabled") is False:
            watched.without_scripts.add(context)
        return context

    yield open_context
    for context in opened:
        context.close()


@pytest.fixture
def phone(new_context) -> Page:
    """A page on a phone, 360 x 760."""
    return new_context("phone").new_page()


@pytest.fixture
def desktop(new_context) -> Page:
    """A page on a desktop, 1280 x 900."""
    return new_context("desktop").new_page()


@pytest.fixture(scope="session")
def axe():
    """The accessibility checker, read once."""
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


@pytest.fixture
def check_page(axe, watched: Watched, new_context) -> Callable[[Page], None]:
    """Checks that a page is accessible in light and dark, fits 320 px, and did nothing it must not do."""

    def check(page: Page) -> None:
        looked_at = page
        if page.context in watched.without_scripts:  # the checker is a script itself
            looked_at = as_it_stands(page, new_context())
        faults = []
        for scheme in ("light", "dark"):
            looked_at.emulate_media(color_scheme=scheme)
            for violation in axe.run(looked_at).response["violations"]:
                nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
                faults.append(f"{scheme}: {violation['id']}: {violation['help']}: {nodes}")
        looked_at.emulate_media(color_scheme="light")
        faults += overflows(looked_at)
        assert faults + watched.problems == [], page.url

    return check


def as_it_stands(page: Page, context: BrowserContext) -> Page:
    """The same page, as its browser without scripts shows it, where a checker can run: its own scripts stay away."""
    html = page.content()
    context.route("**/*.js", lambda route: route.abort())
    context.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    copy = context.new_page()
    copy.set_viewport_size(page.viewport_size)
    copy.goto(page.url)
    return copy


def overflows(page: Page) -> list[str]:
    """Widths at which the page scrolls sideways: its own, and the narrowest phone's."""
    before = page.viewport_size
    found = []
    for width in sorted({before["width"], NARROWEST}):
        page.set_viewport_size({"width": width, "height": before["height"]})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"at {width} px the page is {wide} px wide")
    page.set_viewport_size(before)
    return found
