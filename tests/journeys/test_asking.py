"""Asking, as staff live it: a code on the screen, a form from paper, the therapist's own rating in a few seconds."""

import time

SECONDS_FOR_A_RATING = 20


def covered_session(clinic) -> tuple[str, str]:
    """A client whose answers wait under the cover: client and session."""
    client = clinic.client("Ana M.", pronoun="she")
    session = clinic.session(client)
    clinic.answer(session, {1: 82, 2: 56, 3: 76, 4: 70})
    return client, session


def test_a_therapist_rates_with_the_keyboard_alone_and_then_sees(clinic, desktop, check_page):
    client, session = covered_session(clinic)
    clinic.sign_in(desktop).goto(f"/ask/{session}/rate/")
    assert desktop.locator(".track.answered").count() == 0  # nothing is drawn before somebody draws it
    check_page(desktop)
    began = time.monotonic()
    desktop.get_by_role("slider").first.focus()
    for value in ("70", "72", "68", "74"):
        desktop.keyboard.type(value)
        desktop.keyboard.press("Tab")  # to Clear
        desktop.keyboard.press("Tab")  # to the next line
    desktop.get_by_label("No", exact=True).focus()
    desktop.keyboard.press("Space")
    desktop.get_by_role("button", name="Keep, and uncover").focus()
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(f"**/clients/{client}/")
    assert time.monotonic() - began < SECONDS_FOR_A_RATING
    (own,) = clinic.responses(session, "accord-check-in-therapist")
    assert own.items == {"1": 70, "2": 72, "3": 68, "4": 74, "5": 0, "6": "not_asked"}
    assert "answers are covered" not in desktop.content()


def test_how_strong_a_tension_was_is_asked_once_there_was_one(clinic, phone, check_page):
    _, session = covered_session(clinic)
    clinic.sign_in(phone).goto(f"/ask/{session}/rate/")
    assert phone.get_by_role("slider").count() == 4
    phone.get_by_label("Yes", exact=True).check()
    assert phone.get_by_role("slider").count() == 5
    check_page(phone)
    phone.get_by_role("slider").last.tap()
    phone.get_by_role("button", name="Keep, and uncover").click()
    phone.wait_for_url("**/clients/**")
    (own,) = clinic.responses(session, "accord-check-in-therapist")
    assert own.items["5"] == 1
    assert 40 <= own.items["6"] <= 60
    assert own.items["1"] == "not_reached"


def test_without_scripts_a_rating_is_numbers(clinic, new_context, check_page):
    _, session = covered_session(clinic)
    page = new_context("desktop", java_script_enabled=False).new_page()
    clinic.sign_in(page).goto(f"/ask/{session}/rate/")
    check_page(page)
    page.get_by_role("button", name="Keep, and uncover").click()
    assert page.get_by_text("No line was answered").is_visible()
    page.get_by_label("My client could be themselves with me").fill("171")
    page.get_by_label("We worked towards what they want to change").fill("72")
    page.get_by_role("button", name="Keep, and uncover").click()
    assert page.get_by_text("Write a number from 0 to 100").first.is_visible()
    page.get_by_label("My client could be themselves with me").fill("71")
    page.get_by_role("button", name="Keep, and uncover").click()
    (own,) = clinic.responses(session, "accord-check-in-therapist")
    assert (own.items["1"], own.items["2"], own.items["3"]) == (71, 72, "not_reached")


def test_the_code_on_the_screen_opens_the_form_on_a_phone(clinic, desktop, phone, check_page):
    client = clinic.client("Chidi O.")
    session = clinic.session(client)
    clinic.sign_in(desktop).goto(f"/ask/{session}/accord-check-in/")
    assert desktop.locator(".code__square svg").is_visible()
    check_page(desktop)
    phone.goto(desktop.locator(".code__address").inner_text().strip())
    assert phone.locator("#checkin").is_visible()
    desktop.reload()
    assert desktop.locator(".side .status").inner_text() == "Opened"
    desktop.get_by_role("link", name="Print a card").click()
    desktop.get_by_role("button", name="Print this card").wait_for()  # a script shows it
    check_page(desktop)
    desktop.get_by_role("link", name="Back to the code").click()
    desktop.get_by_role("button", name="Close the link").click()
    assert desktop.get_by_role("button", name="Open it again").is_visible()
    phone.reload()
    assert phone.get_by_text("This form is no longer needed").is_visible()


def test_a_paper_form_with_a_safety_answer_is_passed_on_at_once(clinic, desktop, check_page):
    client = clinic.client("Ana M.")
    session = clinic.session(client)
    clinic.sign_in(desktop).goto(f"/ask/{session}/accord-wellbeing/paper/")
    check_page(desktop)
    desktop.get_by_role("textbox", name="How have you felt in yourself?").fill("many")
    desktop.get_by_label("Yes, now and then").check()
    desktop.get_by_role("button", name="Keep these answers").click()
    assert desktop.get_by_text("This is not a number").is_visible()
    check_page(desktop)
    assert clinic.ask("alerts", client=client) == []
    desktop.get_by_role("textbox", name="How have you felt in yourself?").fill("31")
    desktop.get_by_role("button", name="Keep these answers").click()
    assert desktop.get_by_text("It holds a safety answer.").is_visible()
    assert len(clinic.ask("alerts", client=client)) == 1
