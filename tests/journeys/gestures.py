"""What a hand does on a client's form, and how to wait for what a page does by itself."""

import time

from playwright.sync_api import Page

PATIENCE_SECONDS = 10


def draw(page: Page, prompt: str, share: float) -> None:
    """Tap on a line of the form at `share` of its length."""
    track = page.get_by_role("slider", name=prompt)
    track.scroll_into_view_if_needed()
    box = track.bounding_box()
    page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)


def wait_until(page: Page, expression: str) -> None:
    """Return when `expression` is true (a promise is waited for); Playwright's own waiting breaks on our strict CSP."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not page.evaluate(expression):
        assert time.monotonic() < until, f"never true: {expression}"
        page.wait_for_timeout(50)
