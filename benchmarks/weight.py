"""What pages weigh, measured in Chromium on a first visit: bytes on the wire, requests elsewhere, the first input."""

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, Response, sync_playwright

from benchmarks._served import Served, served

MOST_FORM, MOST_STAFF, MOST_FIT, MOST_OWN = 50_000, 150_000, 60_000, 60_000
STAFF = {"today": "/", "clients": "/clients/", "due": "/due/"}
SIGN_IN = """
import json, sys
from accord.web import standalone
standalone.start()
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from accord.web.accounts.models import User
user = User.objects.get(email=sys.argv[1])
store = SessionStore()
store["_auth_user_id"] = str(user.pk)
store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
store["_auth_user_hash"] = user.get_session_auth_hash()
store.create()
print(json.dumps({"name": settings.SESSION_COOKIE_NAME, "value": store.session_key}))
"""
# A client with twelve rated sessions, who wrote after each and was told each time what changed.
OWN_PAGE = """
from accord.web import standalone
standalone.start()
from django.urls import reverse
from accord.basics.identifiers import new_key
from accord.instruments.registry import instrument
from accord.web.attention.waiting import judge_waiting
from accord.web.checkin.actions import Answered, open_responses, record_answers
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course
from accord.web.voice.changes import say_changed
from accord.web.voice.doors import make_door, token
course = Course.objects.select_related("therapist", "client").last()
viewer = Viewer(course.therapist)
for number, session in enumerate(course.sessions.order_by("pk")[:12]):
    answers = dict.fromkeys((1, 2, 3, 4), 60.0 + number) | {5: 1.0}
    words = {7: f"Session {number}: more time at the end, please, and fewer questions at the beginning."}
    given = Answered(instrument("accord-check-in"), answers, words, new_key(), "en", "link")
    response = record_answers(session=session, answered=given).response
    open_responses(viewer=viewer, responses=[response])
    say_changed(viewer=viewer, course=course, words=f"{number}: the last ten minutes are yours.", response=response)
judge_waiting()
print(reverse("me:page", args=[token(make_door(viewer=viewer, client=course.client))]))
"""


@dataclass
class Loaded:
    """What one visit loaded: bytes as sent, the same gzipped and unpacked, and which parts, and addresses elsewhere."""

    base: str
    sent: int = 0
    gzipped: int = 0
    unpacked: int = 0
    parts: set[str] = field(default_factory=set)
    elsewhere: list[str] = field(default_factory=list)

    def add(self, response: Response) -> None:
        """Count one response, head and body."""
        if not response.url.startswith(self.base):
            self.elsewhere.append(response.url)
            return
        head = sum(len(name) + len(value) + 4 for name, value in response.all_headers().items())
        body = response.request.sizes()["responseBodySize"]
        part = response.url.removeprefix(self.base)
        if part in self.parts:  # from the browser's own store, where the first request for it has put it
            return
        if body <= 0:  # the browser does not tell how its service worker's script came: count it unpacked
            body = len(response.body())
        self.sent += body + head
        packed = "content-encoding" in response.all_headers()
        self.unpacked += len(response.body())
        self.gzipped += head + (body if packed else len(gzip.compress(response.body())))
        self.parts.add(part)


def rows() -> list[dict[str, Any]]:
    """The client's form and its first input, their own page, the fit check; the pages that staff open first."""
    with served() as clinic, browser() as chromium:
        (path,) = clinic.make_links(1)
        clinic.start()
        form = visit(chromium, clinic, path)
        plain = chromium.new_page(java_script_enabled=False)
        plain.goto(base_of(clinic) + path)
        usable = first_input_works(plain)
        fit = visit(chromium, clinic, "/fit/")
        clinic.make_links(12)
        own = visit(chromium, clinic, made_in(clinic, OWN_PAGE))
        cookie = signed_in(clinic)
        staff = {name: visit(chromium, clinic, address, cookie) for name, address in STAFF.items()}
    return [
        row("client form, everything it loads", f"{len(form.parts)} requests", form.sent, MOST_FORM),
        {
            "name": "client form, requests elsewhere",
            "size": f"{len(form.parts)} requests",
            "result": f"{len(form.elsewhere)} elsewhere",
            "limit": "0",
            "ratio": float(len(form.elsewhere)),
            "holds": not form.elsewhere,
        },
        {
            "name": "client form without JavaScript",
            "size": "first input, then sent",
            "result": "usable" if usable else "not usable",
            "limit": "usable",
            "ratio": float(not usable),
            "holds": usable,
        },
        row("client's own page, everything it loads", f"{len(own.parts)} requests", own.sent, MOST_OWN),
        row("fit check, the one file as it is saved", f"{len(fit.parts)} request", fit.unpacked, MOST_FIT),
        *[
            row(
                f"staff page {name}, first load gzipped",
                f"{len(page.parts)} requests",
                page.gzipped,
                MOST_STAFF,
            )
            for name, page in staff.items()
        ],
    ]


def row(name: str, size: str, measured: int, most: int) -> dict[str, Any]:
    """One weight beside its limit."""
    limit = f"<= {most / 1000:.0f} KB"
    result = f"{measured / 1000:.1f} KB"
    return {
        "name": name,
        "size": size,
        "result": result,
        "limit": limit,
        "ratio": measured / most,
        "holds": measured <= most,
    }


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium from PATH."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        raise RuntimeError(
            "Chromium is not on PATH: pages cannot be weighed. Debian: apt-get install chromium"
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def base_of(clinic: Served) -> str:
    """The address of the served clinic."""
    return f"http://127.0.0.1:{clinic.port}"


def visit(chromium: Browser, clinic: Served, path: str, cookie: dict[str, str] | None = None) -> Loaded:
    """Open a page on a device that was never here, and wait until it has loaded everything, its worker too."""
    context = chromium.new_context()
    if cookie:
        context.add_cookies([{**cookie, "url": base_of(clinic)}])
    loaded = Loaded(base_of(clinic))
    seen: list[Response] = []
    context.on("response", lambda response: seen.append(response))
    page = context.new_page()
    first = page.goto(base_of(clinic) + path, wait_until="networkidle")
    if first is None or first.status != 200:
        raise RuntimeError(f"{path} answered {first.status if first else 'nothing'}")
    for response in seen:
        loaded.add(response)
    context.close()
    return loaded


def first_input_works(page: Page) -> bool:
    """Whether the first line takes a number and the form arrives without any script."""
    field = page.locator("input[type=text]").first
    field.fill("78")
    page.locator("button#send").click()
    return bool(page.url.split("?")[0].endswith("/sent"))


def signed_in(clinic: Served) -> dict[str, str]:
    """The cookie of the benchmark's therapist."""
    return dict(json.loads(made_in(clinic, SIGN_IN, "bench@example.org")))


def made_in(clinic: Served, program: str, *arguments: str) -> str:
    """What a program prints that runs beside the server, on the clinic's data."""
    command = [sys.executable, "-c", program, *arguments]
    made = subprocess.run(command, env=clinic.environment, cwd=clinic.folder, check=True, capture_output=True)
    return made.stdout.decode().strip()
