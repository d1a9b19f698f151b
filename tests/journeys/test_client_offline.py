"""No connection in the waiting room: answers stay on the device and arrive exactly once."""

import pytest
from playwright.sync_api import expect
from tests.journeys.gestures import draw, wait_until


@pytest.fixture
def opened(clinic, phone):
    """A form that is open on a phone, and whose page is kept for later."""
    session = clinic.session(clinic.client("Ana"))
    link = clinic.link(session)
    phone.goto(link.address)
    expect(phone.get_by_text("Kept on this device as you go.")).to_be_visible()
    wait_until(phone, "navigator.serviceWorker.controller !== null")
    wait_until(phone, "caches.match(location.href).then(kept => kept !== undefined)")
    return session, link


def test_offline_tab_closed_back_online(clinic, phone, opened, check_page):
    session, link = opened
    phone.context.set_offline(True)
    draw(phone, "With Dr Ruiz, I could be myself", 0.7)
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(phone.get_by_role("heading", level=1, name="Kept safe on this device")).to_be_visible()
    check_page(phone)
    assert clinic.responses(session) == []

    # She closes the tab. Later, still without a connection, the link opens all the same, and says the same.
    phone.close()
    page = phone.context.new_page()
    page.goto(link.address)
    expect(page.get_by_role("heading", level=1, name="Kept safe on this device")).to_be_visible()
    page.get_by_role("button", name="Try to send now").click()
    expect(page.get_by_role("button", name="Try to send now")).to_be_visible()
    page.close()

    # Back online she opens it once more: it sends itself.
    phone.context.set_offline(False)
    page = phone.context.new_page()
    page.goto(link.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")
    check_page(page)
    (response,) = clinic.responses(session)
    assert response.items["1"] == 70


def test_a_page_that_was_asked_for_just_before_the_answers_arrived(clinic, new_context, check_page):
    session = clinic.session(clinic.client("Ana"))
    link = clinic.link(session)
    context = new_context("phone", service_workers="block")
    page = context.new_page()
    page.goto(link.address)
    expect(page.get_by_text("Kept on this device as you go.")).to_be_visible()
    empty_form = context.request.get(link.address).text()
    context.set_offline(True)
    draw(page, "With Dr Ruiz, I could be myself", 0.6)
    page.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(page.get_by_role("heading", level=1, name="Kept safe on this device")).to_be_visible()
    page.close()

    # The network is back, and another page of hers sends what waits.
    context.set_offline(False)
    other = context.new_page()
    other.goto(link.address + "who")
    wait_until(other, "Outbox.all('queue').then(waiting => waiting.length === 0)")
    # The form that she had asked for a moment earlier comes only now, and it is still the empty one.
    page = context.new_page()
    page.route(link.address, lambda route: route.fulfill(body=empty_form, content_type="text/html"))
    page.goto(link.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")
    (response,) = clinic.responses(session)
    assert response.items["1"] == 60


def test_sent_in_the_background_while_no_page_is_open(clinic, phone, opened):
    session, _ = opened
    worker = phone.context.service_workers[0]
    phone.context.set_offline(True)
    draw(phone, "With Dr Ruiz, I could be myself", 0.5)
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(phone.get_by_role("heading", level=1, name="Kept safe on this device")).to_be_visible()
    phone.close()
    phone.context.set_offline(False)
    # What the browser does by itself when the network is back: it wakes the worker.
    left = worker.evaluate("Outbox.flush()")
    assert left == 0
    (response,) = clinic.responses(session)
    assert response.items["1"] == 50


def test_the_receipt_is_lost_and_the_answers_are_sent_again(clinic, phone, opened):
    session, _ = opened
    # The server gets the answers, but the line breaks before the phone hears of it.
    lost = []
    phone.expose_function("noteLost", lambda status: lost.append(status))
    phone.evaluate(
        """() => {
            const real = fetch;
            window.fetch = async (address, options) => {
                const response = await real(address, options);
                window.fetch = real;
                await noteLost(response.status);
                throw new TypeError("the line broke");
            };
        }"""
    )
    draw(phone, "With Dr Ruiz, I could be myself", 0.5)
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    # The phone tries again by itself and gets the same thanks.
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")
    assert lost == [200]
    assert len(clinic.responses(session)) == 1


def test_wiped_from_a_borrowed_phone(clinic, phone, opened, check_page):
    session, link = opened
    phone.get_by_label("One thing to change next time").fill("A secret.")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    phone.get_by_role("button", name="Wipe from this device").click()
    expect(phone.get_by_role("heading", level=1, name="Wiped from this device")).to_be_visible()
    check_page(phone)
    kept = phone.evaluate("Promise.all([Outbox.all('queue'), Outbox.all('drafts')]).then(JSON.stringify)")
    assert kept == "[[],[]]"
    phone.context.set_offline(False)
    phone.goto(link.address)
    expect(phone.get_by_label("One thing to change next time")).to_have_value("")
    assert clinic.responses(session) == []


def test_a_draft_is_there_again_after_the_tab_was_closed(clinic, phone, opened):
    _, link = opened
    draw(phone, "We worked towards what I want to change", 0.4)
    phone.get_by_label("One thing to change next time").press_sequentially("Slower")
    wait_until(phone, "Outbox.all('drafts').then(all => JSON.stringify(all).includes('Slower'))")
    phone.close()
    page = phone.context.new_page()
    page.goto(link.address)
    expect(page.get_by_label("One thing to change next time")).to_have_value("Slower")
    expect(page.get_by_role("slider", name="We worked towards")).to_have_attribute("aria-valuenow", "40")


def test_the_next_page_of_any_form_sends_what_waits(clinic, phone, opened):
    session, _ = opened
    phone.context.set_offline(True)
    draw(phone, "With Dr Ruiz, I could be myself", 0.3)
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(phone.get_by_role("heading", level=1, name="Kept safe on this device")).to_be_visible()
    phone.close()
    phone.context.set_offline(False)
    # A week later: another session, another link, the same phone.
    page = phone.context.new_page()
    page.goto(clinic.link(clinic.session(clinic.client("Same phone"))).address)
    wait_until(page, "Outbox.all('queue').then(waiting => waiting.length === 0)")
    (response,) = clinic.responses(session)
    assert response.items["1"] == 30


def test_the_clinics_computer_cannot_save_just_now(clinic, phone, opened, check_page):
    session, _ = opened
    phone.evaluate("window.fetch = async () => new Response('{}', { status: 503 })")
    phone.context.service_workers[0].evaluate("self.fetch = async () => new Response('{}', { status: 503 })")
    draw(phone, "With Dr Ruiz, I could be myself", 0.3)
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(phone.get_by_text("The clinic’s computer cannot take it just now.")).to_be_visible()
    check_page(phone)
    # She would rather change something while it waits.
    phone.get_by_role("button", name="Change my answers").click()
    expect(phone.get_by_role("slider", name="With Dr Ruiz")).to_have_attribute("aria-valuenow", "30")
    assert clinic.responses(session) == []


def test_a_browser_that_keeps_nothing(clinic, phone, check_page):
    session = clinic.session(clinic.client("Ana"))
    refuse = (
        "Object.defineProperty(window, 'indexedDB', { value: { open() { throw new Error('private') } } })"
    )
    phone.add_init_script(refuse)
    phone.goto(clinic.link(session).address)
    draw(phone, "With Dr Ruiz, I could be myself", 0.3)
    # It does not say "kept", because it is not.
    expect(phone.get_by_text("Kept on this device as you go.")).to_be_hidden()
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(phone.get_by_role("alert")).to_contain_text("Please leave the page open and send again later.")
    check_page(phone)
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")
    (response,) = clinic.responses(session)
    assert response.items["1"] == 30
