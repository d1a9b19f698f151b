"""A client's own page: the way there, what they read, what they decide, and that it holds at once."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

WEEK = 7 * 24
ASKED = "More time at the end, please."
CHANGED = "The last ten minutes are yours."


def told(clinic, **details) -> str:
    """Ana, four rated weeks; in the last one something felt off, and she asked for a change."""
    ana = clinic.client("Ana M.", pronoun="she", **details)
    for place, rating in enumerate((78, 80, 82, 64)):
        session = clinic.session(ana, hours_ago=WEEK * (3 - place) + 1)
        off, words = (1, {7: ASKED}) if rating == 64 else (0, {})
        clinic.answer(session, {**dict.fromkeys((1, 2, 3, 4), rating), 5: off}, words)
        clinic.answer(
            session, {**dict.fromkeys((1, 2, 3, 4), 80), 5: 0}, instrument="accord-check-in-therapist"
        )
    return ana


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_the_card_to_what_changed(clinic, new_context, check_page, size):
    ana = told(clinic)
    staff = clinic.sign_in(new_context("desktop").new_page())
    staff.goto(f"/clients/{ana}/")
    staff.get_by_role("link", name="Own page").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("Ana has no page of their own yet")
    check_page(staff)
    staff.get_by_role("button", name="Open their page").click()
    address = staff.locator(".code__address").inner_text()
    check_page(staff)
    staff.get_by_role("link", name="Print a card").click()
    expect(staff.get_by_text(address)).to_be_visible()
    check_page(staff)

    page = new_context(size).new_page()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your page")
    expect(page.get_by_text("The last time you gave 64 of 100.")).to_be_visible()
    expect(page.get_by_text(ASKED)).to_be_visible()
    expect(page.get_by_text(CHANGED)).not_to_be_visible()
    check_page(page)

    # The therapist has read it in the meantime, and writes what is different now.
    staff.goto(f"/clients/{ana}/")
    raised = staff.get_by_role("region", name="A concern that was raised")
    raised.get_by_text("Write what changed").click()
    raised.get_by_label("What is different now").fill(CHANGED)
    check_page(staff)
    raised.get_by_role("button", name="Tell them").click()
    expect(staff.get_by_role("status").filter(has_text="Ana reads it on their own page")).to_be_visible()

    page.reload()
    expect(page.get_by_text("Read by Dr Ruiz on")).to_be_visible()
    expect(page.get_by_text(CHANGED)).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Who can see it, and who looked").click()
    expect(page.get_by_text("your therapist: read your answers, opened the page about you")).to_be_visible()
    check_page(page)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_consent_is_withdrawn_and_the_supervisor_loses_sight_at_once(clinic, new_context, check_page, size):
    ana = told(clinic)
    address = clinic.ask("make_door", client=ana)["address"]
    supervisor = clinic.sign_in(new_context("desktop").new_page(), "supervisor")
    page = new_context(size).new_page()
    page.goto(address)
    page.get_by_role("link", name="What you agreed to").click()
    check_page(page)
    consent = page.get_by_role("region", name="A supervisor sees your answers")
    expect(consent).to_contain_text("You have not been asked yet")
    consent.get_by_role("button", name="Say yes").click()
    expect(page.get_by_role("status")).to_contain_text("A supervisor can see your answers from now on.")
    check_page(page)
    assert supervisor.goto(f"/clients/{ana}/").status == 200

    page.get_by_role("region", name="A supervisor sees your answers").get_by_role(
        "button", name="Take my yes back"
    ).click()
    expect(page.get_by_role("status")).to_contain_text("No supervisor sees your answers from now on.")
    assert supervisor.reload().status == 404
    check_page(page)

    # And it can be undone in the same breath.
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("A supervisor can see your answers from now on.")
    assert supervisor.reload().status == 200
    lines = [one for one in clinic.ask("trail", slug=clinic.slug, kind="consent") if not one["who"]]
    assert [one["verb"] for one in lines] == ["agreed", "refused", "agreed"]


def test_with_the_keyboard_alone(clinic, desktop, check_page):
    desktop.goto(clinic.ask("make_door", client=told(clinic))["address"])
    press = desktop.keyboard.press

    def reach(role: str, name: str) -> None:
        wanted = desktop.get_by_role(role, name=name, exact=True).first
        for _ in range(40):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            press("Tab")
        raise AssertionError(f"{name} cannot be reached with Tab")

    reach("link", "Ask us to erase it What goes, what the law keeps, and by when")
    press("Enter")
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Ask us to erase it")
    reach("button", "Ask to erase")
    press("Enter")
    expect(desktop.get_by_text("You get an answer here by")).to_be_visible()
    check_page(desktop)
    reach("button", "Take my request back")
    press("Enter")
    expect(desktop.get_by_role("button", name="Ask to erase")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_without_javascript(clinic, new_context, check_page, size, tmp_path):
    page = new_context(size, java_script_enabled=False, accept_downloads=True).new_page()
    page.goto(clinic.ask("make_door", client=told(clinic))["address"])
    check_page(page)
    page.get_by_role("link", name="Take a copy").click()
    check_page(page)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Make my copy").click()
    with ZipFile(BytesIO(Path(coming.value.path()).read_bytes())) as file:
        found = json.loads(file.read("my-copy.json"))
    assert ASKED in json.dumps(found)
    page.get_by_role("link", name="Back to your page").click()
    page.locator(".languages summary").click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    check_page(page)
    assert page.context.cookies() == []


def test_asked_decided_and_read(clinic, phone, new_context, check_page):
    ana = told(clinic, name="Ana Marin", mail="ana@x.example", channel="mail")
    address = clinic.ask("make_door", client=ana)["address"]
    phone.goto(address)
    phone.get_by_role("link", name="Ask us to erase it").click()
    phone.get_by_role("button", name="Ask to erase").click()

    lead = clinic.sign_in(new_context("desktop").new_page(), "lead")
    lead.goto("/voice/erasures/")
    check_page(lead)
    lead.get_by_role("link", name="Ana Marin").click()
    check_page(lead)
    lead.get_by_role("radio", name="Granted in part").check()
    lead.get_by_role("button", name="Decide").click()
    expect(lead.get_by_text("This is empty.")).to_be_visible()
    check_page(lead)
    lead.get_by_label("Your answer, which the client reads").fill(
        "Your words go. The law keeps the numbers for ten years."
    )
    lead.get_by_role("checkbox", name="I know that what is erased").check()
    lead.get_by_role("button", name="Decide").click()
    expect(lead.get_by_role("status")).to_contain_text("Decided, and erased.")
    check_page(lead)

    phone.reload()
    expect(phone.get_by_text("A part of it was erased.")).to_be_visible()
    expect(phone.get_by_text("The law keeps the numbers for ten years.")).to_be_visible()
    check_page(phone)
    phone.goto(address)
    expect(phone.get_by_text(ASKED)).not_to_be_visible()
    assert clinic.ask("trail_is_whole", slug=clinic.slug)


def test_a_closed_page_says_so(clinic, phone, new_context, check_page):
    ana = told(clinic)
    address = clinic.ask("make_door", client=ana)["address"]
    staff = clinic.sign_in(new_context("desktop").new_page())
    staff.goto(f"/voice/clients/{ana}/door/")
    staff.get_by_role("button", name="New address").click()
    assert phone.goto(address).status == 410
    expect(phone.get_by_role("heading", level=1)).to_have_text("This page was closed")
    expect(phone.get_by_text("Reception, 555 0100")).to_be_visible()
    check_page(phone)
    assert phone.goto(address[:-5] + "AAAA/").status == 404
    check_page(phone)
