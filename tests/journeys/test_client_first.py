"""A client's first check-in: from the code on the therapist's screen to "Sent"."""

import re

import segno
from playwright.sync_api import expect
from tests.journeys.gestures import draw


def test_by_qr_code_without_an_account(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ana"))
    link = clinic.link(session)
    # The code on the screen holds exactly this address: the same text gives the same squares.
    assert squares(link.qr) == squares(segno.make(link.address, error="m").svg_inline(scale=4, border=2))

    # She points her phone's camera at it. The form opens at once: no account, and no cookie either.
    phone.goto(link.address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("How was today, for you?")
    expect(phone.get_by_text("Nobody is watching this form live.")).to_be_visible()
    check_page(phone)

    # Nothing is answered yet, and nothing looks as if it were.
    for slider in phone.get_by_role("slider").all():
        expect(slider).to_have_attribute("aria-valuetext", "not answered")
        expect(slider.locator(".track__handle")).to_be_hidden()

    draw(phone, "With Dr Ruiz, I could be myself", 0.78)
    draw(phone, "We worked towards what I want to change", 0.6)
    draw(phone, "On the whole, coming today was worth it", 0.9)
    # She would rather not judge the third line.
    third, fourth = phone.locator("[data-line='3']"), phone.locator("[data-line='4']")
    before = fourth.bounding_box()
    third.get_by_role("button", name="Skip").click()
    expect(third.get_by_text("Skipped. That is fine.")).to_be_visible()
    assert fourth.bounding_box() == before  # answering and skipping do not move the page
    phone.get_by_label("One thing to change next time").fill("More time at the end, please.")
    check_page(phone)

    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")
    check_page(phone)
    assert phone.context.cookies() == []

    (response,) = clinic.responses(session)
    assert response.items == {
        "1": 78,
        "2": 60,
        "3": "declined",
        "4": 90,
        "5": "not_reached",
        "6": "not_reached",
    }
    assert response.texts == ["More time at the end, please."]
    assert response.scores["TOTAL"] == 76
    assert clinic.ask("trail_is_whole", slug=clinic.slug)


def squares(svg: str) -> str:
    """The path that draws a code's dark squares; the other one is the ground."""
    return max(re.findall(r' d="([^"]+)"', svg), key=len)


def test_something_felt_off(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ben"))
    phone.goto(clinic.link(session).address)
    phone.get_by_role("radio", name="Yes", exact=True).check()
    phone.get_by_label("I would like us to talk about it").check()
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sent. Thank you for saying so.")
    expect(phone.get_by_text("Can we begin there?")).to_be_visible()
    check_page(phone)
    # Who else is there to talk to?
    phone.get_by_role("link", name="Who you can ask at the clinic").click()
    expect(phone.get_by_text("Reception, 555 0100")).to_be_visible()
    check_page(phone)


def test_a_positive_safety_answer_shows_where_to_call(clinic, phone, check_page):
    client = clinic.client("Chidi")
    session = clinic.session(client)
    phone.goto(clinic.link(session, "accord-wellbeing").address)
    phone.get_by_role("radio", name="Yes, now and then").check()
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    first = phone.locator("main").get_by_role("heading").first
    expect(first).to_have_text("If you are in danger, or thinking of ending your life")
    expect(phone.get_by_role("link", name="112").first).to_have_attribute("href", "tel:112")
    expect(phone.get_by_role("link", name="555 0134").first).to_be_visible()
    expect(phone.get_by_text("Dr Ruiz is being told about your answer now.")).to_be_visible()
    check_page(phone)
    (alert,) = clinic.ask("alerts", client=client)
    assert alert["clinician"] == "Dr Ruiz"
    assert not alert["acknowledged"]


def test_declining_one_form_and_then_all(clinic, phone, check_page):
    client = clinic.client("Dora")
    link = clinic.link(clinic.session(client))
    phone.goto(link.address)
    phone.get_by_role("link", name="I would rather not be asked").click()
    expect(phone.get_by_text("Your care does not depend on it")).to_be_visible()
    check_page(phone)
    phone.get_by_role("button", name="Do not ask me this again").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("This form will not come again")
    check_page(phone)
    phone.goto(link.address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("You asked not to get this form")
    check_page(phone)

    other = clinic.link(clinic.session(client, hours_ago=2), "accord-wellbeing")
    phone.goto(other.address)
    phone.get_by_role("link", name="I would rather not be asked").click()
    phone.get_by_role("button", name="Do not ask me any form again").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You will not be asked again")
    assert clinic.ask("link_state", link=other.link)["declined"]
