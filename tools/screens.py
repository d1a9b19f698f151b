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
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ALL = ROOT / "var" / "screens"
KEPT = ROOT / "docs" / "pictures"
SIZES = {"phone": (360, 760), "desktop": (1280, 900)}
SCHEMES = ("light", "dark")


ZONE, MORNING_AT = "Europe/Madrid", (9, 5)
# Read by every process of the demo when it starts: pictures must not depend on the hour at which they are taken.
MORNING = """
from datetime import timedelta
from accord.basics import clock

real = clock.now
clock.now = lambda: real() + timedelta(seconds={seconds})
"""
# Of the pictures in the docs: pixels of the page that they show from its top, and how they are scaled.
DOCS = {"phone": (1500, 1), "desktop": (1340, 0.8)}


@dataclass(frozen=True)
class Shot:
    """One page: name, address with names of `demo_records.py`, who looks (empty: nobody), what is done before."""

    name: str
    address: str
    role: str = "therapist"
    prepare: Callable[[Page], None] | None = None
    sizes: tuple[str, ...] = tuple(SIZES)
    status: int = 200


def answer_one(page: Page) -> None:
    """Draw the first line and leave the others untouched, as a client in the middle of it does."""
    first = page.get_by_role("slider").first
    first.focus()
    page.keyboard.type("78")
    page.evaluate("scrollTo(0, 0)")


def answer_all(page: Page) -> None:
    """Answer every line and send; a page that was sent before shows its receipt already."""
    lines = page.get_by_role("slider")
    for number, value in zip(range(lines.count()), ("84", "79", "82", "86", "80"), strict=False):
        lines.nth(number).focus()
        page.keyboard.type(value)
    if page.locator("#send").count():
        page.locator("#send").click()
        page.wait_for_url("**/sent*")


def raise_a_concern(page: Page) -> None:
    """Say that something felt off and that it should be talked about, then send."""
    if page.locator("#send").count():
        page.locator("input[type=radio][value='1']").first.check()
        page.locator("input[type=checkbox][name='item-6']").check()
        answer_all(page)


def answer_yes(page: Page) -> None:
    """Answer the safety question with a yes and send."""
    if page.locator("#send").count():
        page.locator("input[type=radio][name='item-5'][value='1']").check()
        answer_all(page)


def send_without_a_network(page: Page) -> None:
    """Answer while the network is away, so that the answers are kept on the device."""
    answer_one(page)
    page.context.set_offline(True)
    page.locator("#send").click()
    page.locator("#kept").wait_for(state="visible")


def unfold(page: Page) -> None:
    """Open everything on a page that is folded."""
    folded = page.locator("main details:not([open]) > summary")
    while folded.count():
        folded.first.click()


def check_the_trail(page: Page) -> None:
    """Ask whether the trail is whole."""
    page.locator("button[name=check]").click()


def send_it_empty(page: Page) -> None:
    """Send a form as it is, to see its faults."""
    page.locator("main form button.button").first.click()


# Pages that change nothing.
STAFF_SHOTS = (
    Shot("sign-in", "/accounts/login/", ""),
    Shot("password-reset", "/accounts/password/reset/", ""),
    Shot("no-form", "/c/made-up/", "", status=404),
    Shot("fit", "/fit/", ""),
    Shot("about", "/about/harbour-demo/", ""),
    Shot("library", "/library/", ""),
    Shot("article", "/library/repairing-the-alliance/", ""),
    Shot("claims", "/library/claims/", ""),
    Shot("claim", "/library/claims/alliance-outcome/", ""),
    Shot("honesty", "/honesty/", ""),
    Shot("complaints", "/complaints/harbour-demo/", ""),
    Shot("today", "/"),
    Shot("today-lead", "/", "lead"),
    Shot("today-supervisor", "/", "supervisor"),
    Shot("safety", "/safety/", "lead"),
    Shot("safety-nothing", "/safety/"),
    Shot("due", "/due/"),
    Shot("clients", "/clients/"),
    Shot("clients-lead", "/clients/", "lead"),
    Shot("clients-nobody", "/clients/?q=nobody"),
    Shot("client", "/clients/{ana}/"),
    Shot("client-unfolded", "/clients/{ana}/", prepare=unfold),
    Shot("client-covered", "/clients/{emil}/"),
    Shot("client-new", "/clients/{chidi}/"),
    Shot("client-at-the-top", "/clients/{dora}/"),
    Shot("review", "/clients/{ben}/review/"),
    Shot("review-done", "/clients/{ana}/review/"),
    Shot("review-not-yet", "/clients/{chidi}/review/"),
    Shot("together", "/clients/{ana}/together/"),
    Shot("door", "/voice/clients/{ana}/door/"),
    Shot("repairs", "/repairs/"),
    Shot("repair", "/repairs/{repair}/"),
    Shot("repair-closed", "/repairs/{repair_closed}/"),
    Shot("repair-begin", "/repairs/begin/{hana_course}/"),
    Shot("repair-lead", "/repairs/{repair}/", "lead"),
    Shot("tools", "/tools/"),
    Shot("tools-settings", "/settings/tools/", "lead"),
    Shot("tool-new", "/settings/tools/new/", "lead"),
    Shot("teaching", "/learning/repairs/"),
    Shot("teaching-lead", "/learning/repairs/", "lead"),
    Shot("alarms", "/learning/alarms/", "lead"),
    Shot("learning", "/learning/"),
    Shot("learning-lead", "/learning/", "lead"),
    Shot("study", "/learning/alliance_outcome/"),
    Shot("study-therapists", "/learning/therapists/"),
    Shot("study-leaving", "/learning/leaving/", "lead"),
    Shot("study-equity", "/learning/equity/", "lead", prepare=unfold),
    Shot("for-learning", "/settings/noted/", "administrator"),
    Shot("supervision", "/supervision/", "supervisor"),
    Shot("letters", "/voice/"),
    Shot("letters-lead", "/voice/", "lead"),
    Shot("erasures", "/voice/erasures/", "lead"),
    Shot("articles-settings", "/settings/articles/", "lead"),
    Shot("book", "/clients/{ana}/book/"),
    Shot("book-fault", "/clients/{ana}/book/", prepare=send_it_empty),
    Shot("session", "/clients/sessions/{ana_past}/"),
    Shot("transfer", "/clients/{ana}/transfer/"),
    Shot("end", "/clients/{ana}/end/"),
    Shot("ask-session", "/ask/{ana_session}/"),
    Shot("code", "/ask/{chidi_session}/accord-check-in/"),
    Shot("card", "/ask/links/{chidi_link}/card/"),
    Shot("paper", "/ask/{ana_session}/accord-check-in/paper/"),
    Shot("paper-fault", "/ask/{ana_session}/accord-check-in/paper/", prepare=send_it_empty),
    Shot("rate", "/ask/{emil_session}/rate/"),
    Shot("client-add", "/settings/clients/new/", "lead"),
    Shot("client-details", "/settings/clients/{ana}/"),
    Shot("consent", "/settings/clients/{ana}/consent/"),
    Shot("another-course", "/settings/clients/{ended}/course/", "lead"),
    Shot("settings", "/settings/", "administrator"),
    Shot("plan", "/settings/plan/", "administrator"),
    Shot("words", "/settings/words/", "administrator"),
    Shot("people", "/settings/people/", "administrator"),
    Shot("people-add", "/settings/people/new/", "administrator"),
    Shot("people-fault", "/settings/people/new/", "administrator", send_it_empty),
    Shot("people-change", "/settings/people/{staff}/", "administrator"),
    Shot("teams", "/settings/teams/", "administrator"),
    Shot("team", "/settings/teams/{team}/", "administrator"),
    Shot("trail", "/trail/", "administrator"),
    Shot("trail-checked", "/trail/", "administrator", check_the_trail),
    Shot("welcome", "/", "researcher"),
    Shot("password-change", "/accounts/password/change/"),
    Shot("second-step", "/accounts/2fa/"),
    Shot("password-once-more", "/accounts/2fa/totp/activate/"),
    Shot("sign-out", "/accounts/logout/"),
    Shot("not-yours", "/trail/", status=403),
    Shot("not-there", "/clients/{hilltop}/", status=404),
)
# Pages of clients, and what staff see after them. The links are made when these begin: one that is out shows on Today.
CLIENT_SHOTS = (
    Shot("form", "/c/{form}/", "", answer_one),
    Shot("form-untouched", "/c/{form}/", "", sizes=("phone",)),
    Shot("form-spanish", "/c/{form}/?lang=es", "", answer_one, sizes=("phone",)),
    Shot("form-arabic", "/c/{form}/?lang=ar", "", answer_one),
    Shot("form-wellbeing", "/c/{wellbeing}/", ""),
    Shot("form-alliance", "/c/{alliance}/", "", sizes=("phone",)),
    Shot("form-preferences", "/c/{preferences}/", "", sizes=("phone",)),
    Shot("who", "/c/{form}/who", ""),
    Shot("decline", "/c/{form}/decline", ""),
    Shot("off", "/c/{form}/off", ""),
    Shot("own-page", "/c/me/{door}/", ""),
    Shot("own-page-who", "/c/me/{door}/who", ""),
    Shot("own-page-choices", "/c/me/{door}/choices", ""),
    Shot("own-page-copy", "/c/me/{door}/copy", ""),
    Shot("own-page-erasing", "/c/me/{door}/erasing", ""),
    Shot("kept", "/c/{offline}/", "", send_without_a_network, sizes=("phone",)),
    Shot("sent", "/c/{form}/", "", answer_all),
    Shot("sent-concern", "/c/{concern}/", "", raise_a_concern),
    Shot("sent-safety", "/c/{safety}/", "", answer_yes),
    Shot("today-safety", "/"),
    Shot("safety-open", "/safety/"),
)
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
    sys.exit(
        "Chromium is not on PATH. Install it (Debian: apt-get install chromium), then make screens again."
    )


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def seconds_to(hour: int, minute: int) -> float:
    """From now to this time of today on the clock of the demo's clinic, in seconds; below zero when it is over."""
    here = datetime.now(ZoneInfo(ZONE))
    return (here.replace(hour=hour, minute=minute, second=0, microsecond=0) - here).total_seconds()


@contextmanager
def demo() -> Iterator[tuple[str, dict[str, dict[str, str]], dict[str, str]]]:
    """A served demo in a temporary data folder: its address, its sign-ins by role, and its environment."""
    with tempfile.TemporaryDirectory(prefix="accord-screens-") as folder:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "ACCORD_DATA": folder, "ACCORD_BASE_URL": base, "PYTHONPATH": folder}
        Path(folder, "sitecustomize.py").write_text(MORNING.format(seconds=seconds_to(*MORNING_AT)))
        accord = [sys.executable, "-m", "accord.cli"]
        made = subprocess.run(
            [*accord, "demo", "--json"], env=environment, capture_output=True, text=True, check=True
        )
        signs = {sign["role"]: sign for sign in reversed(json.loads(made.stdout))}
        server = subprocess.Popen(
            [*accord, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            wait_for(base)
            yield base, signs, environment
        finally:
            server.terminate()
            server.wait(20)


def wait_for(base: str, seconds: float = 60) -> None:
    """Return when the server answers; TimeoutError when it does not in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urlopen(f"{base}/accounts/login/", timeout=10).close()
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise TimeoutError("the demo did not start")


def records(environment: Mapping[str, str], what: str) -> dict[str, str]:
    """Keys of the demo's records by the names that addresses use; `what` is "people" or "links"."""
    asked = [sys.executable, str(ROOT / "tools" / "demo_records.py"), what]
    told = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


def devices(
    browser: Browser, base: str, signs: Mapping[str, Mapping[str, str]]
) -> dict[tuple[str, str], Page]:
    """A page per role and size, signed in where the role is not nobody."""
    opened: dict[tuple[str, str], Page] = {}
    for role in ("", *signs):
        kept = sign_in(browser, base, signs[role]) if role else None
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height},
                has_touch=size == "phone",
                reduced_motion="reduce",
                storage_state=kept,
                base_url=base,
            )
            context.set_default_timeout(15_000)
            opened[role, size] = context.new_page()
    return opened


def sign_in(browser: Browser, base: str, sign: Mapping[str, str]) -> StorageState:
    """The cookies of a person who signed in through the page."""
    context = browser.new_context(base_url=base)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[type=email]").fill(sign["email"])
    page.locator("input[type=password]").fill(sign["password"])
    page.locator("main button").first.click()
    page.wait_for_load_state()
    if "/accounts/login" in page.url:
        sys.exit(f"{sign['email']} could not sign in to the demo.")
    kept = context.storage_state()
    context.close()
    return kept


def settle(page: Page) -> None:
    """Wait until the interactive drawings stand, where a page has some."""
    if page.locator("script[data-specs]").count() == 0:
        return
    for _ in range(80):
        if page.evaluate("document.documentElement.dataset.pictures || ''"):
            return
        page.wait_for_timeout(100)


def take(page: Page, shot: Shot, size: str) -> list[Path]:
    """One page in both schemes; the page must answer as the shot says it does."""
    page.goto("about:blank")  # a page that waits for the network would send now, and go on by itself
    page.context.set_offline(False)
    answer = page.goto(shot.address)
    if answer is None or answer.status != shot.status:
        sys.exit(f"{shot.name}: {page.url} answered {answer and answer.status}, not {shot.status}.")
    settle(page)
    if shot.prepare:
        shot.prepare(page)
    width, height = SIZES[size]
    full = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size(
        {"width": width, "height": max(height, full)}
    )  # what is fixed to the bottom stays there
    made = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        path = ALL / f"{shot.name}-{size}-{scheme}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        made.append(path)
        if to := IN_DOCS.get((shot.name, size, scheme)):
            keep(page, size, KEPT / to)
    page.set_viewport_size({"width": width, "height": height})
    return made


def keep(page: Page, size: str, path: Path) -> None:
    """The upper part of a page for the docs: what somebody sees who scrolls a little, small enough for a checkout."""
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    most, scale = DOCS[size]
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, most), "scale": scale}
    session = page.context.new_cdp_session(page)
    path.write_bytes(b64decode(session.send("Page.captureScreenshot", {"clip": clip})["data"]))
    session.detach()


def main() -> None:
    """Take every picture; `screens.py today client` takes only those."""
    wanted = set(sys.argv[1:])
    names = [shot.name for shot in STAFF_SHOTS + CLIENT_SHOTS]
    if unknown := wanted.difference(names):
        sys.exit(f"There is no page {', '.join(sorted(unknown))}. There are: {', '.join(names)}.")
    path = chromium()
    for folder in (ALL, KEPT):
        folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with demo() as (base, signs, environment), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        pages = devices(browser, base, signs)
        for shots, what in ((STAFF_SHOTS, "people"), (CLIENT_SHOTS, "links")):
            chosen = [shot for shot in shots if not wanted or shot.name in wanted]
            keys = records(environment, what) if chosen else {}
            for shot in chosen:
                there = replace(shot, address=shot.address.format(**keys))
                for size in shot.sizes:
                    made += take(pages[shot.role, size], there, size)
                print(f"  {shot.name}", flush=True)
        browser.close()
    largest = max(KEPT.glob("*.png"), key=lambda one: one.stat().st_size)
    print(
        f"{len(made)} pictures in {ALL.relative_to(ROOT)}; those of the docs in {KEPT.relative_to(ROOT)}, ",
        end="",
    )
    print(f"the largest {largest.name} with {largest.stat().st_size // 1000} KB.")


if __name__ == "__main__":
    main()
