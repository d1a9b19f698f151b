"""Second thoughts, links that are over, and answers that come late."""

from playwright.sync_api import expect
from tests.journeys.gestures import draw


def send(page) -> None:
    page.get_by_role("button", name="Send to Dr Ruiz").click()


def test_a_client_corrects_an_answer(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ana"))
    phone.goto(clinic.link(session).address)
    draw(phone, "With Dr Ruiz, I could be myself", 0.2)
    send(phone)
    phone.get_by_role("link", name="Change my answers").click()
    expect(phone.get_by_text("You are changing answers that you sent.")).to_be_visible()
    slider = phone.get_by_role("slider", name="With Dr Ruiz, I could be myself")
    expect(slider).to_have_attribute("aria-valuenow", "20")
    check_page(phone)
    draw(phone, "With Dr Ruiz, I could be myself", 0.8)
    send(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")
    first, second = clinic.responses(session)
    assert (first.items["1"], second.items["1"]) == (20, 80)
    assert second.supersedes == first.key


def test_changed_after_the_therapist_had_read_it(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ana"))
    link = clinic.link(session)
    phone.goto(link.address)
    draw(phone, "With Dr Ruiz, I could be myself", 0.2)
    send(phone)
    phone.get_by_role("link", name="Change my answers").click()
    draw(phone, "With Dr Ruiz, I could be myself", 0.8)
    clinic.ask("open_answers", session=session)  # in this very moment
    send(phone)
    expect(phone.get_by_text("Dr Ruiz had opened your first answers.")).to_be_visible()
    check_page(phone)
    _, second = clinic.responses(session)
    assert second.supersedes is None
    assert second.standing == "after_reading"
    assert not phone.get_by_role("link", name="Change my answers").is_visible()
    phone.goto(link.address + "?change=1")
    expect(phone.get_by_role("heading", level=1)).to_have_text("These answers have been opened")
    check_page(phone)


def test_a_link_that_is_used_again(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ana"))
    link = clinic.link(session)
    clinic.answer(session, {"1": 70, "2": 70, "3": 70, "4": 70})
    phone.goto(link.address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")
    check_page(phone)


def test_an_expired_link_and_a_forged_one(clinic, phone, check_page):
    link = clinic.link(clinic.session(clinic.client("Ana")), days=-1)
    phone.goto(link.address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("This link has closed")
    expect(phone.get_by_text("Reception, 555 0100")).to_be_visible()
    check_page(phone)
    assert phone.goto(link.address[:-5] + "AAAA/").status == 404
    expect(phone.get_by_role("heading", level=1)).to_have_text("This link does not open a form")
    assert not phone.get_by_text("Reception").is_visible()
    check_page(phone)


def test_what_was_typed_before_the_link_expired_is_taken(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ana"))
    link = clinic.link(session)
    phone.goto(link.address)
    draw(phone, "With Dr Ruiz, I could be myself", 0.5)
    clinic.link(session, days=-1)
    send(phone)
    expect(phone.get_by_text("They came after the link had closed.")).to_be_visible()
    check_page(phone)
    (response,) = clinic.responses(session)
    assert response.standing == "late"


def test_withdrawn_while_it_was_open(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ana"))
    link = clinic.link(session)
    phone.goto(link.address)
    phone.get_by_label("One thing to change next time").fill("Hello?")
    clinic.ask("withdraw", link=link.link)
    send(phone)
    expect(phone.get_by_role("alert")).to_contain_text("This form is no longer needed")
    # The words are still there to be copied or wiped.
    expect(phone.get_by_label("One thing to change next time")).to_have_value("Hello?")
    check_page(phone)
    assert clinic.responses(session) == []
