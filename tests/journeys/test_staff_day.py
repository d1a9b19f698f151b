"""A therapist's day: who stands on Today, what is covered until they have rated, what goes away once it is done."""

import time

from playwright.sync_api import Locator, Page, expect
from tests.journeys.test_staff_sign_in import sign_in_by_hand

SECONDS_FOR_A_RATING = 20
WEEK = 7 * 24


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus."""
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached with Tab")


def ana_has_answered(clinic) -> tuple[str, str]:
    """Ana has met Dr Ruiz an hour ago and has answered; Dr Ruiz has not rated yet: client and session."""
    ana = clinic.client("Ana M.", pronoun="she")
    session = clinic.session(ana)
    clinic.answer(session, {1: 82, 2: 56, 3: 76, 4: 70}, texts={7: "I wanted to talk about my job."})
    return ana, session


def test_she_rates_first_with_the_keyboard_alone_and_then_sees(clinic_at_noon, desktop, check_page):
    ana, session = ana_has_answered(clinic_at_noon)
    sign_in_by_hand(clinic_at_noon, desktop)
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Today, one person. A quiet day.")
    # Nothing of what Ana said is on the page, nor in what the browser was sent.
    assert "71" not in desktop.locator("main").inner_text()
    assert "my job" not in desktop.content()
    check_page(desktop)
    reach(desktop, desktop.locator("main").get_by_role("link", name="Rate"))
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(f"**/ask/{session}/rate/")
    expect(desktop.get_by_role("slider")).to_have_count(4)
    began = time.monotonic()
    for line, value in zip(desktop.get_by_role("slider").all(), ("70", "72", "68", "74"), strict=False):
        reach(desktop, line)
        desktop.keyboard.type(value)
    reach(desktop, desktop.get_by_role("radio", name="Yes", exact=True))
    desktop.keyboard.press("ArrowDown")  # no tension today
    expect(desktop.get_by_role("radio", name="No", exact=True)).to_be_checked()
    reach(desktop, desktop.get_by_role("button", name="Keep, and uncover"))
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(f"**/clients/{ana}/")
    assert time.monotonic() - began < SECONDS_FOR_A_RATING
    expect(desktop.locator(".side .said").first).to_have_text("I wanted to talk about my job.")
    check_page(desktop)


def test_she_did_not_rate_says_so_and_sees(clinic_at_noon, phone, check_page):
    _, session = ana_has_answered(clinic_at_noon)
    clinic_at_noon.sign_in(phone).goto("/")
    check_page(phone)
    phone.get_by_role("link", name="Ana M.").first.click()
    expect(phone.get_by_role("heading", name="Ana’s answers are covered")).to_be_visible()
    assert "my job" not in phone.content()
    check_page(phone)
    phone.get_by_role("button", name="Skip, I did not rate").click()
    expect(phone.locator(".side .said").first).to_have_text("I wanted to talk about my job.")
    check_page(phone)
    # It is on record that she skipped: there is no rating of hers, and none is asked for any more.
    assert clinic_at_noon.responses(session, "accord-check-in-therapist") == []
    phone.goto("/")
    expect(phone.get_by_role("link", name="Rate")).to_have_count(0)


def test_the_session_3_review_is_looked_at_and_leaves_today(clinic_at_noon, desktop, phone, check_page):
    ben = clinic_at_noon.client("Ben K.", pronoun="he")
    told = ((84, 68, 79, 81), 70), ((91, 75, 86, 88), 71), ((95, 79, 90, 92), 78)
    for weeks, (ratings, own) in zip((3, 2, 1), told, strict=True):
        session = clinic_at_noon.session(ben, hours_ago=weeks * WEEK)
        clinic_at_noon.answer(session, dict(enumerate(ratings, 1)))
        clinic_at_noon.answer(
            session, dict.fromkeys((1, 2, 3, 4), own), instrument="accord-check-in-therapist"
        )
    clinic_at_noon.session(ben, hours_ago=-2)
    clinic_at_noon.sign_in(phone).goto("/")
    expect(phone.locator("main .status")).to_have_text("Review ready")
    check_page(phone)

    clinic_at_noon.sign_in(desktop).goto("/")
    expect(desktop.get_by_text("Goals sit below bond")).to_be_visible()
    desktop.get_by_role("link", name="Open review").click()
    expect(desktop.get_by_role("heading", level=1)).to_contain_text("Three ratings, average 84.")
    expect(desktop.get_by_role("heading", name="To say today")).to_be_visible()
    expect(desktop.locator(".to-say .said")).not_to_be_empty()
    check_page(desktop)
    desktop.get_by_role("button", name="Mark as looked at").click()
    expect(desktop.locator(".review-done")).to_contain_text("Looked at")
    check_page(desktop)
    desktop.goto("/")
    expect(desktop.get_by_role("link", name="Open review")).to_have_count(0)


def test_what_felt_off_comes_first_until_it_was_talked_about(clinic_at_noon, phone, check_page):
    ana = clinic_at_noon.client("Ana M.", pronoun="she")
    last = clinic_at_noon.session(ana, hours_ago=WEEK)
    clinic_at_noon.answer(last, {1: 70, 2: 70, 3: 70, 4: 70, 5: 1, 6: 1}, texts={7: "Slower, please."})
    clinic_at_noon.answer(last, {1: 75}, instrument="accord-check-in-therapist")
    clinic_at_noon.session(ana, hours_ago=-1)
    clinic_at_noon.sign_in(phone).goto("/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Today, one person. One to look at first.")
    expect(phone.locator(".first .said")).to_have_text("Slower, please.")
    check_page(phone)
    phone.get_by_role("button", name="We talked about it").click()
    expect(phone.get_by_text("Noted: you talked about it.")).to_be_visible()
    expect(phone.locator(".first")).to_have_count(0)
    check_page(phone)


def test_without_scripts_today_rating_and_the_clients_page_are_whole(clinic_at_noon, new_context, check_page):
    ana, session = ana_has_answered(clinic_at_noon)
    page = new_context("desktop", java_script_enabled=False).new_page()
    clinic_at_noon.sign_in(page).goto("/")
    check_page(page)
    page.locator("main").get_by_role("link", name="Rate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your own view of this session")
    for line, value in zip(
        page.locator("main input[inputmode=numeric]").all(), ("70", "72", "68", "74"), strict=False
    ):
        line.fill(value)
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("button", name="Keep, and uncover").click()
    expect(page).to_have_url(f"{clinic_at_noon.served.base}/clients/{ana}/")
    expect(page.locator("[data-chart=line] .figure-wide svg")).to_be_visible()
    page.locator("#table summary").click()
    expect(page.locator("#table tbody th")).to_have_text(["1"])
    check_page(page)
    (own,) = clinic_at_noon.responses(session, "accord-check-in-therapist")
    assert own.items["1"] == 70


def test_a_day_without_anybody_says_what_to_do(clinic, phone, check_page):
    clinic.sign_in(phone).goto("/")
    expect(phone.get_by_role("heading", name="Nobody is in your care here yet")).to_be_visible()
    check_page(phone)
    phone.goto("/clients/")
    check_page(phone)
