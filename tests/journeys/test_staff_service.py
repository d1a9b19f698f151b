"""From an empty service to a first answer: people are let in, a client is added, and the client answers."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect
from tests.journeys.gestures import draw


def test_the_administrator_lets_somebody_in_and_looks_at_the_trail(clinic, desktop, phone, check_page):
    clinic.sign_in(desktop, "administrator").goto("/")
    expect(desktop.get_by_role("heading", level=1)).to_have_text("How this service works")
    # The clients of this service can ring a local line.
    desktop.get_by_label("Local line").fill("555 0199")
    desktop.get_by_label("Minutes before a safety answer is passed on").fill("1")
    desktop.get_by_role("button", name="Keep these settings").click()
    expect(desktop.get_by_text("Choose a number from 5 to 1440.")).to_be_visible()
    check_page(desktop)
    desktop.get_by_label("Minutes before a safety answer is passed on").fill("30")
    desktop.get_by_role("button", name="Keep these settings").click()
    expect(desktop.get_by_text("Kept. It holds from now on.")).to_be_visible()
    check_page(desktop)
    phone.goto(clinic.link(clinic.session(clinic.client("Ana"))).address)
    expect(phone.get_by_role("link", name="555 0199").first).to_be_visible()

    desktop.get_by_role("link", name="People", exact=True).click()
    desktop.get_by_role("link", name="Add somebody").click()
    desktop.get_by_role("button", name="Let them in").click()
    expect(desktop.get_by_text("Choose at least one role.").first).to_be_visible()
    check_page(desktop)
    desktop.get_by_label("Name", exact=True).fill("Tom Okafor")
    desktop.get_by_label("E-mail").fill(f"okafor@{clinic.slug}.example")
    desktop.get_by_label(re.compile("^Therapist:")).check()
    desktop.get_by_role("button", name="Let them in").click()
    expect(desktop.get_by_text("Tom Okafor works here now.")).to_be_visible()
    check_page(desktop)

    desktop.get_by_role("link", name="Trail", exact=True).click()
    expect(desktop.locator("table.trail tbody tr").first).to_contain_text("Administrator")
    desktop.get_by_role("button", name="Check that the trail is whole").click()
    expect(desktop.get_by_text("The trail is whole")).to_be_visible()
    # It says who looked at what, and never what a client wrote.
    assert "More time" not in desktop.content()
    check_page(desktop)
    # Answers are not for administrators.
    assert desktop.goto("/clients/").status == 403


def test_a_researcher_is_told_where_their_work_is(clinic, phone, check_page):
    clinic.sign_in(phone, "researcher").goto("/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Welcome, Researcher.")
    expect(phone.get_by_text("accord export")).to_be_visible()
    check_page(phone)


def test_from_a_new_client_to_the_first_answer_on_today(clinic_at_noon, desktop, phone, check_page):
    clinic = clinic_at_noon
    clinic.sign_in(desktop).goto("/")
    expect(desktop.get_by_role("heading", name="Nobody is in your care here yet")).to_be_visible()
    desktop.get_by_role("link", name="Add a client").click()
    desktop.get_by_role("button", name="Add the client").click()
    expect(desktop.locator("main .fault").first).to_be_visible()
    check_page(desktop)
    desktop.get_by_label("Pseudonym").fill("A-101")
    desktop.get_by_label("Name", exact=True).fill("Ana M.")
    desktop.get_by_label("Sentences say").select_option("she")
    desktop.get_by_role("button", name="Add the client").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("No session yet.")
    check_page(desktop)
    desktop.goto("/clients/")
    desktop.get_by_role("link", name="Ana M.").click()
    expect(desktop.get_by_role("heading", level=1)).to_be_visible()
    check_page(desktop)

    # They meet in an hour.
    desktop.get_by_role("link", name="Book a session").click()
    zone = re.search(r"Etc/GMT([+-]\d+)", desktop.locator("label[for=time]").inner_text())
    there = datetime.now(UTC) - timedelta(hours=int(zone[1])) + timedelta(hours=1)
    desktop.get_by_label("Day").fill(there.date().isoformat())
    desktop.locator("#time").fill(f"{there:%H:00}")
    desktop.get_by_role("button", name="Book").click()
    expect(desktop.get_by_text("Undo")).to_be_visible()
    check_page(desktop)
    ana = desktop.url.split("/clients/")[1].split("/")[0]
    desktop.goto("/")
    expect(desktop.get_by_role("heading", level=1)).to_contain_text("Today, one person.")
    check_page(desktop)

    # In the room: the code on the screen, or a card to take along.
    desktop.goto(f"/clients/{ana}/")
    desktop.get_by_role("link", name=re.compile("^Did session|^today")).first.click()
    desktop.get_by_role("link", name="Forms of this session").click()
    expect(desktop.get_by_role("heading", level=1)).to_contain_text("Forms of")
    check_page(desktop)
    desktop.get_by_role("link", name="Show QR Accord Check-in").first.click()
    expect(desktop.locator(".code__square svg")).to_be_visible()
    check_page(desktop)
    address = desktop.locator(".code__address").inner_text().strip()
    desktop.get_by_role("link", name="Print a card").click()
    desktop.emulate_media(media="print")
    expect(desktop.locator(".paper__code svg")).to_be_visible()
    expect(desktop.get_by_role("link", name="Back to the code")).to_be_hidden()
    desktop.emulate_media(media="screen")

    phone.goto(address)
    draw(phone, "On the whole, coming today was worth it", 0.8)
    phone.locator("#send").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")
    desktop.goto("/")
    expect(desktop.locator("main .status")).to_have_text(re.compile("cover", re.IGNORECASE))
    check_page(desktop)


def test_a_form_on_paper_is_typed_in_and_marked_so(clinic_at_noon, desktop, check_page):
    clinic = clinic_at_noon
    ana = clinic.client("Ana M.", pronoun="she")
    session = clinic.session(ana)
    clinic.sign_in(desktop).goto(f"/ask/{session}/")
    desktop.get_by_role("link", name="From paper Accord Check-in").first.click()
    expect(desktop.get_by_role("heading", level=1)).to_contain_text("Type in from paper")
    lines = desktop.locator(".typed input[inputmode=numeric]")
    lines.nth(0).fill("64")
    desktop.locator(".typed").nth(1).get_by_role("checkbox").check()
    check_page(desktop)
    desktop.get_by_role("button", name="Keep these answers").click()
    expect(desktop.get_by_text("Kept, and marked as typed in from paper by you.")).to_be_visible()
    (response,) = clinic.responses(session)
    assert (response.items["1"], response.items["2"], response.items["3"]) == (64, "declined", "not_reached")
