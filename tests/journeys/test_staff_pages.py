"""Every page of staff, on a phone and on a desktop, in light and dark: accessible, and never scrolled sideways."""

import pytest
from tests.web.addresses import LEAD, STAFF, THERAPIST, World, url

# What a page is opened as: the therapist where they may, else the first role that may.
FILES = {"therapy:chart", "therapy:numbers"}
PAGES = sorted(name for name, address in STAFF.items() if not address.sends and name not in FILES)


def who_opens(name: str) -> str:
    """The role that a page is walked as."""
    allowed = STAFF[name].for_
    return next((role for role in (THERAPIST, LEAD) if role in allowed), min(allowed))


@pytest.fixture(scope="session")
def world(served) -> tuple[str, World]:
    """One clinic whose records all these pages are about: its short name and the keys."""
    slug = "everything"
    served.ask("make_clinic", slug=slug)
    return slug, World(**served.ask("make_world", slug=slug))


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("name", PAGES)
def test_page(served, world, new_context, check_page, name, size):
    slug, keys = world
    page = new_context(size).new_page()
    cookie = served.ask("sign_in", email=f"{who_opens(name)}@{slug}.example")
    page.context.add_cookies([{**cookie, "url": served.base}])
    assert page.goto(url(name, keys)).status == 200
    check_page(page)
