"""Somebody reads: finds an article, asks how well a sentence stands, and looks at what else is claimed."""

from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

MOST_BYTES = 60_000


def tab_to(page, name: str, most: int = 40) -> None:
    """Press Tab until the link with this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
            return
    raise AssertionError(f"'{name}' cannot be reached with the keyboard")


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_a_tag_to_a_claim_and_on(size, scripts, clinic, new_context, check_page):
    page = new_context(size, java_script_enabled=scripts).new_page()
    page.goto(f"/about/{clinic.slug}/")
    expect(page.get_by_text("Reception, 555 0100")).to_be_visible()
    expect(page.get_by_text("Nobody is watching this page live.")).to_be_visible()
    check_page(page)
    page.get_by_role("main").get_by_role("link", name="Articles").click()

    # By a tag, then by a word.
    page.get_by_role("navigation", name="Tags").get_by_role("link", name="for therapists").click()
    expect(page.get_by_text("5 articles with the tag “for therapists”")).to_be_visible()
    page.get_by_label("Search the articles").fill("lottery sorry")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_label("Search the articles").fill("genuine monitor")
    page.get_by_label("Search the articles").press("Enter")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_label("Search the articles").fill("less genuine")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("1 article for “less genuine” with the tag “for therapists”")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="What feedback can do, and what it cannot").click()

    # How well a sentence stands.
    expect(page.get_by_role("heading", level=1)).to_have_text("What feedback can do, and what it cannot")
    expect(page.get_by_text("4 minutes to read")).to_be_visible()
    claim = page.get_by_role("link", name="about 5 % of the differences in outcome")
    expect(claim.locator("xpath=following-sibling::span[1]")).to_have_text("partly supported")
    check_page(page)
    claim.click()
    expect(page.get_by_role("heading", name="What we say instead")).to_be_visible()
    expect(page.get_by_text("JOH19 · Read in the source").first).to_be_visible()
    check_page(page)
    expect(page.get_by_role("link", name="What feedback can do, and what it cannot")).to_be_visible()

    # What else is claimed.
    page.get_by_role("link", name="All claims").click()
    page.get_by_label("How it stands").select_option("could not be checked")
    page.get_by_label("About").select_option("fit")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("2 of")).to_be_visible()
    expect(page.get_by_role("link", name="A good fit beats a more skilled therapist.")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Show all").click()
    check_page(page)

    page.get_by_role("link", name="Honesty").click()
    expect(page.get_by_text("Nobody has shown yet that they measure what they name.")).to_be_visible()
    check_page(page)
    assert page.context.cookies() == []


def test_with_the_keyboard_alone(desktop):
    title = desktop.get_by_role("heading", level=1)
    desktop.goto("/library/")
    desktop.keyboard.press("Tab")
    expect(desktop.get_by_role("link", name="Go to the page")).to_be_focused()
    desktop.keyboard.press("Enter")
    for link, leads_to in (
        ("Measuring the alliance", "Measuring the alliance: what a few sliders can tell you"),
        ("with a dependability of .77", "One rating of one session tells clients apart only fairly well."),
        ("What is validated", "What is validated and what is not"),
    ):
        tab_to(desktop, link)
        desktop.keyboard.press("Enter")
        expect(title).to_have_text(leads_to)


def test_subscribing(served, desktop):
    desktop.goto("/library/")
    address = desktop.locator("link[rel=alternate]").get_attribute("href")
    expect(desktop.get_by_role("link", name=address)).to_be_visible()
    assert address == f"{served.base}/library/feed.xml"
    with urlopen(address) as answer:
        root = ElementTree.fromstring(answer.read())
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    desktop.goto(root.findtext("channel/item/link"))
    expect(desktop.get_by_role("heading", level=1)).to_have_text(root.findtext("channel/item/title"))


def test_on_paper(desktop):
    desktop.goto("/library/what-feedback-can-do/")
    desktop.emulate_media(media="print")
    expect(desktop.get_by_role("heading", name="Sources")).to_be_visible()
    expect(desktop.get_by_text("doi:10.1016/j.cpr.2021.102002")).to_be_visible()
    expect(desktop.get_by_text("partly supported").first).to_be_visible()
    expect(desktop.get_by_role("link", name="All articles")).to_be_hidden()
    expect(desktop.get_by_role("navigation", name="Public pages")).to_be_hidden()


@pytest.mark.parametrize(
    "address", ["/library/", "/library/claims/", "/library/repairing-the-alliance/", "/honesty/"]
)
def test_a_first_visit_is_light(address, phone):
    sent = []
    phone.on(
        "requestfinished",
        lambda request: sent.append(
            sum(request.sizes()[part] for part in ("responseBodySize", "responseHeadersSize"))
        ),
    )
    phone.goto(address, wait_until="networkidle")
    assert 0 < sum(sent) <= MOST_BYTES


def test_a_clinic_sees_why_its_article_is_held_back(clinic, served, desktop, check_page):
    folder = served.folder / "var" / "articles"
    folder.mkdir(exist_ok=True)
    file = folder / f"{clinic.slug}.md"
    file.write_text('---\ntitle: "Ours"\n---\n\nIt helps 45 % of clients.\n', encoding="utf-8")
    clinic.sign_in(desktop, "lead").goto("/settings/")
    desktop.get_by_role("navigation", name="Settings").get_by_role("link", name="Articles").click()
    row = desktop.get_by_role("listitem").filter(has_text=file.name).first
    expect(row.get_by_text("'description' is missing. Add it.")).to_be_visible()
    expect(row.get_by_text("Line 5")).to_be_visible()
    check_page(desktop)
    file.unlink()
