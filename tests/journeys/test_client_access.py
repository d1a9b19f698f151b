"""The same form with a keyboard, in Spanish, in Arabic, without JavaScript."""

import pytest
from playwright.sync_api import expect
from tests.journeys.gestures import draw, wait_until


def test_with_the_keyboard_alone(clinic, desktop, check_page):
    session = clinic.session(clinic.client("Ana"))
    desktop.goto(clinic.link(session).address)
    press = desktop.keyboard.press

    def reach(role: str, name: str) -> None:
        wanted = desktop.get_by_role(role, name=name).first
        for _ in range(40):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            press("Tab")
        raise AssertionError(f"{name} cannot be reached with Tab")

    reach("slider", "With Dr Ruiz, I could be myself")
    check_page(desktop)
    press("7"), press("8")  # types 78
    reach("slider", "We worked towards what I want to change")
    press("ArrowRight"), press("ArrowRight")  # the first one stands in the middle
    reach("slider", "The way we worked made sense to me")
    press("End"), press("Delete")  # answered, then cleared: as if never touched
    reach("slider", "On the whole, coming today was worth it")
    press("Home"), press("PageUp")
    reach("radio", "Yes")
    press("Space"), press("ArrowDown")  # moves on to No
    reach("button", "Send to Dr Ruiz")
    press("Enter")
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")
    (response,) = clinic.responses(session)
    expected = {"1": 78, "2": 51, "3": "not_reached", "4": 10, "5": 0, "6": "not_reached"}
    assert response.items == expected


def test_in_spanish(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ana", language="es"))
    phone.goto(clinic.link(session).address)
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    expect(phone.get_by_role("heading", level=1)).to_have_text("¿Cómo fue la sesión de hoy?")
    check_page(phone)
    draw(phone, "Con Dr Ruiz pude ser como soy", 0.6)
    phone.get_by_role("button", name="Enviar a Dr Ruiz").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Enviado. Gracias.")
    check_page(phone)
    (response,) = clinic.responses(session)
    assert (response.language, response.items["1"]) == ("es", 60)


def test_the_language_is_the_clients_choice(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ana"))
    phone.goto(clinic.link(session).address)
    draw(phone, "With Dr Ruiz, I could be myself", 0.6)
    wait_until(phone, "Outbox.all('drafts').then(all => JSON.stringify(all).includes('60'))")
    phone.locator(".languages summary").click()
    check_page(phone)
    phone.get_by_role("link", name="Español").click()
    # What was answered stays answered.
    expect(phone.get_by_role("slider", name="Con Dr Ruiz pude ser como soy")).to_have_attribute(
        "aria-valuenow", "60"
    )
    phone.get_by_role("link", name="¿Quién más?").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Quién ve tus respuestas")
    check_page(phone)


def test_in_arabic_from_right_to_left(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ana", language="ar"))
    phone.goto(clinic.link(session).address)
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    check_page(phone)
    line = phone.locator("[data-line='1']")
    low, high = line.locator(".line__ends > :first-child"), line.locator(".line__ends > :last-child")
    assert low.bounding_box()["x"] > high.bounding_box()["x"]
    # Nearer to the left is more; the left arrow goes on.
    box = line.locator(".track").bounding_box()
    phone.mouse.click(box["x"] + box["width"] * 0.22, box["y"] + box["height"] / 2)
    expect(line.locator(".line__value")).to_have_text("٧٨")
    phone.keyboard.press("ArrowLeft")
    expect(line.locator(".line__value")).to_have_text("٧٩")
    phone.locator("#send").click()
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    expect(phone.locator(".seal--good")).to_be_visible()
    check_page(phone)
    (response,) = clinic.responses(session)
    assert response.items["1"] == 79


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_without_javascript(clinic, new_context, check_page, size):
    session = clinic.session(clinic.client("Ana"))
    page = new_context(size, java_script_enabled=False).new_page()
    page.goto(clinic.link(session).address)
    page.get_by_label("With Dr Ruiz, I could be myself").fill("7x")
    page.locator("[data-line='2']").get_by_label("Skip this line").check()
    page.get_by_label("The way we worked made sense to me").fill("٤٠")
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("button", name="Send to Dr Ruiz").click()
    # The page names the line at fault and keeps everything else.
    expect(page.get_by_text("This is not a number.")).to_be_visible()
    expect(page.locator("[data-line='2']").get_by_label("Skip this line")).to_be_checked()
    expect(page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    expect(page.get_by_label("With Dr Ruiz, I could be myself")).to_have_value("7x")
    check_page(page)
    page.get_by_label("With Dr Ruiz, I could be myself").fill("78")
    page.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")
    check_page(page)
    (response,) = clinic.responses(session)
    expected = {"1": 78, "2": "declined", "3": 40, "4": "not_reached", "5": 0, "6": "not_reached"}
    assert response.items == expected
