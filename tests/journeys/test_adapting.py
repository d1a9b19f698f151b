"""What a client likes changes: she says so on her phone, the therapist sees it marked and says what they give."""

import pytest
from tests.journeys.gestures import draw

WEEK = 7 * 24
FIRST, FEELINGS, STUCK = (
    "In our sessions, I would like",
    "I would like us to spend more time on",
    "When I am stuck, I would like",
)


@pytest.fixture
def ana(clinic):
    """Ana after two sessions, the first six weeks ago; she was asked how she likes to work then."""
    client = clinic.client("Ana M.", pronoun="she")
    first = clinic.session(client, hours_ago=6 * WEEK)
    clinic.answer(first, {1: 80, 2: 50, 3: 60}, {4: "To sleep again."}, instrument="accord-preferences")
    return client, clinic.session(client, hours_ago=20)


def wish(clinic, page, session, check_page):
    """Fill in the form about wishes and send it."""
    page.goto(clinic.link(session, "accord-preferences").address)
    draw(page, FIRST, 0.12)  # towards room to find her own way
    draw(page, FEELINGS, 0.5)
    draw(page, STUCK, 0.55)
    page.get_by_label("What do you hope to take from our time together?").fill("To decide by myself.")
    check_page(page)
    page.get_by_role("button", name="Send to Dr Ruiz").click()
    page.get_by_role("heading", name="Sent. Thank you.").wait_for()


def test_a_wish_changes_and_the_therapist_sees_it(clinic, ana, phone, desktop, check_page):
    client, session = ana
    clinic.sign_in(desktop).goto(f"/clients/{client}/")
    assert not desktop.get_by_text("Changed: now").is_visible()
    wish(clinic, phone, session, check_page)

    desktop.reload()
    assert desktop.locator(".side").get_by_text("Changed: now much more space.").is_visible()
    check_page(desktop)
    desktop.get_by_role("link", name="Working together").click()
    assert desktop.locator("h1").inner_text() == "What she would like has changed: now much more space."
    marked = desktop.locator(".time", has=desktop.get_by_text("changed", exact=True))
    assert [row.inner_text().split("\n")[0] for row in marked.all()] == ["Session 2"]
    words = desktop.locator("section[aria-labelledby=wrote] .said")
    assert words.all_inner_texts() == ["To decide by myself.", "To sleep again."]
    check_page(desktop)

    # One tap a line, by the keyboard alone, and then one key to keep it.
    desktop.get_by_role("group", name="In our sessions I mostly give").get_by_label(
        "more direction", exact=True
    ).focus()
    desktop.keyboard.press("Space")
    desktop.keyboard.press("Tab")  # the next line begins at its first place
    desktop.keyboard.press("ArrowRight")
    desktop.keyboard.press("ArrowRight")
    desktop.keyboard.press("Enter")
    desktop.get_by_text("Kept. You can say it again whenever it changes.").wait_for()
    assert (
        desktop.locator("h1").inner_text()
        == "You say you mostly give direction; she would rather have space."
    )
    desktop.get_by_text("What backs this").first.click()
    assert desktop.get_by_text("In 470 clients", exact=False).is_visible()
    check_page(desktop)
    given = clinic.responses(session, "accord-preferences-therapist")
    assert [one.items for one in given] == [{"1": 75.0, "2": 50.0, "3": "not_reached"}]


def test_on_the_phone_one_tap_says_that_it_is_still_so(clinic, ana, phone, check_page):
    client, session = ana
    clinic.answer(session, {1: 25, 2: 50, 3: 50}, instrument="accord-preferences-therapist")
    clinic.sign_in(phone).goto(f"/clients/{client}/together/")
    assert (
        phone.locator("h1").inner_text() == "You say you mostly give space; she would rather have direction."
    )
    phone.get_by_role("button", name="Still as I said last").click()
    assert phone.get_by_text("Kept.", exact=False).is_visible()
    check_page(phone)
    assert len(clinic.responses(session, "accord-preferences-therapist")) == 2


def test_without_scripts_a_tap_is_kept_and_an_empty_form_says_what_to_do(
    clinic, ana, new_context, check_page
):
    client, session = ana
    page = new_context("phone", java_script_enabled=False).new_page()
    clinic.sign_in(page).goto(f"/clients/{client}/together/")
    page.get_by_role("button", name="Keep").click()
    assert page.get_by_text("Tap a place on at least one line.", exact=False).is_visible()
    check_page(page)
    page.get_by_role("group", name="When they are stuck").get_by_label("much more advice").check()
    page.get_by_role("button", name="Keep").click()
    assert page.get_by_text("Kept.", exact=False).is_visible()
    (given,) = clinic.responses(session, "accord-preferences-therapist")
    assert given.items["3"] == 100


def test_what_matters_is_read_by_the_therapist_and_by_nobody_else(clinic, ana, phone, desktop, check_page):
    client, session = ana
    phone.goto(clinic.link(session, "accord-matters").address)
    assert phone.get_by_text("Only your therapist can read what you write here.", exact=False).is_visible()
    phone.get_by_label("What should we be careful with, or never take for granted?").fill("The river town.")
    check_page(phone)
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    phone.get_by_role("heading", name="Sent. Thank you.").wait_for()
    page = f"/clients/{client}/together/"
    clinic.sign_in(desktop).goto(page)
    assert desktop.get_by_text("The river town.").is_visible()
    clinic.sign_in(desktop, "lead").goto(page)
    assert "The river town." not in desktop.content()
    assert desktop.get_by_text("is for their therapist alone", exact=False).is_visible()
    check_page(desktop)
