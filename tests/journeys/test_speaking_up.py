"""Something felt off: a client says so to somebody who is not the therapist, and reads what followed."""

import re

import pytest
from playwright.sync_api import expect
from tests.journeys.gestures import draw

SAID = "I felt talked over when I spoke about my mother."


@pytest.fixture
def adler(clinic):
    """Dr Adler, the second person, and Berg, who answers complaints: the sign-in of the first."""
    second = clinic.ask("make_staff", slug=clinic.slug, who="Adler Voss", roles=["supervisor"])
    berg = clinic.ask("make_staff", slug=clinic.slug, who="Berg Okafor", roles=["administrator"])
    clinic.ask("name_people", slug=clinic.slug, second=second["staff"], complaints=berg["staff"])
    return second["email"]


def signed_in(clinic, page, email: str):
    page.context.add_cookies([{**clinic.ask("sign_in", email=email), "url": clinic.served.base}])
    return page


def heading(page):
    return page.get_by_role("heading", level=1)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_client_writes_to_a_second_person_and_reads_what_followed(
    clinic, adler, new_context, check_page, size
):
    session = clinic.session(clinic.client("Hana", name="Hana Lund"))
    hers = new_context(size).new_page()
    hers.goto(clinic.link(session).address)
    hers.get_by_role("link", name="Something feels off?").click()
    expect(heading(hers)).to_have_text("Does something feel off?")
    check_page(hers)
    # Nothing was chosen for her, and the page says so before anything leaves.
    hers.get_by_label("What would you like to say?").fill(SAID)
    hers.get_by_role("button", name="Send", exact=True).click()
    expect(hers.get_by_text("Please choose who should read it.")).to_be_visible()
    expect(hers.get_by_label("What would you like to say?")).to_have_value(SAID)
    check_page(hers)
    hers.get_by_role("radio", name="Adler Voss").check()
    expect(hers.get_by_text("Dr Ruiz does not learn that you wrote.")).to_be_visible()
    hers.get_by_role("button", name="Send", exact=True).click()
    expect(heading(hers)).to_have_text("Sent to Adler Voss")
    expect(hers.get_by_text(re.compile("Adler Voss reads it and answers by"))).to_be_visible()
    check_page(hers)
    kept = hers.locator("#address").text_content()

    # Her therapist learns nothing.
    ruiz = clinic.sign_in(new_context(size).new_page())
    ruiz.goto("/")
    expect(ruiz.get_by_role("main").get_by_text("wrote to you")).to_have_count(
        0
    )  # the menu has the way for everybody
    ruiz.goto("/voice/")
    expect(heading(ruiz)).to_have_text("Nothing that clients wrote to you waits.")

    # Adler finds it on top of the day, reads, and answers.
    theirs = signed_in(clinic, new_context(size).new_page(), adler)
    theirs.goto("/")
    expect(
        theirs.get_by_text(re.compile("Hana wrote to you today. They were told: an answer by"))
    ).to_be_visible()
    check_page(theirs)
    theirs.get_by_role("link", name="What clients wrote to you").last.click()
    check_page(theirs)
    theirs.get_by_role("link", name="Open", exact=True).click()
    expect(theirs.get_by_text(SAID)).to_be_visible()
    check_page(theirs)

    # She looks, and sees that it was read and by whom.
    hers.goto(kept)
    expect(heading(hers)).to_have_text("Adler Voss has read it")
    check_page(hers)

    theirs.get_by_label("Your answer").fill("Thank you for telling me.\n\nWould Tuesday at 4 suit you?")
    theirs.get_by_role("button", name="Send the answer").click()
    expect(theirs.get_by_text("Answered. The client reads it")).to_be_visible()
    check_page(theirs)
    hers.reload()
    expect(heading(hers)).to_have_text("Adler Voss answered you")
    expect(hers.get_by_text("Would Tuesday at 4 suit you?")).to_be_visible()
    check_page(hers)


def test_with_the_keyboard_alone(clinic, adler, desktop, check_page):
    session = clinic.session(clinic.client("Hana"))
    desktop.goto(clinic.link(session).address.rstrip("/") + "/off")
    press = desktop.keyboard.press

    def reach(role: str, name: str) -> None:
        wanted = desktop.get_by_role(role, name=name).first
        for _ in range(30):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            press("Tab")
        raise AssertionError(f"{name} cannot be reached with Tab")

    reach("radio", "Dr Ruiz")
    press("ArrowDown"), press("ArrowDown")  # on to the complaint
    expect(desktop.get_by_role("radio", name="Berg Okafor")).to_be_checked()
    check_page(desktop)
    reach("textbox", "What would you like to say?")
    desktop.keyboard.type(SAID)
    reach("button", "Send")
    press("Enter")
    expect(heading(desktop)).to_have_text("Sent to Berg Okafor")
    expect(desktop.get_by_text("The Ombudsman, 555 0199")).to_be_visible()
    check_page(desktop)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_without_javascript(clinic, adler, new_context, check_page, size):
    session = clinic.session(clinic.client("Hana"))
    page = new_context(size, java_script_enabled=False).new_page()
    page.goto(clinic.link(session).address)
    page.get_by_role("link", name="Something feels off?").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("There are no words yet.")).to_be_visible()
    page.get_by_role("radio", name="Adler Voss").check()
    page.get_by_label("What would you like to say?").fill(SAID)
    check_page(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(heading(page)).to_have_text("Sent to Adler Voss")
    check_page(page)


def test_without_a_connection_the_words_stay_and_the_page_says_so(clinic, adler, new_context, check_page):
    session = clinic.session(clinic.client("Hana"))
    context = new_context("phone")
    page = context.new_page()
    page.goto(clinic.link(session).address.rstrip("/") + "/off")
    page.get_by_role("radio", name="Adler Voss").check()
    page.get_by_label("What would you like to say?").fill(SAID)
    context.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("There is no connection just now, and this page needs one.")).to_be_visible()
    expect(page.get_by_label("What would you like to say?")).to_have_value(SAID)
    check_page(page)
    # Nothing of it is kept on the device.
    kept = page.evaluate(
        "Promise.all([Outbox.all('drafts'), Outbox.all('queue'), caches.keys()]).then(all => JSON.stringify(all))"
    )
    assert "mother" not in kept
    context.set_offline(False)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(heading(page)).to_have_text("Sent to Adler Voss")


def test_in_arabic_from_right_to_left(clinic, adler, phone, check_page):
    session = clinic.session(clinic.client("Hana", language="ar"))
    phone.goto(clinic.link(session).address.rstrip("/") + "/off")
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    check_page(phone)


def test_the_next_form_tells_that_it_was_read_and_keeps_no_copy_of_that(clinic, adler, phone, check_page):
    hana = clinic.client("Hana")
    first = clinic.session(hana, hours_ago=50)
    clinic.answer(first, {1: 80, 2: 80, 3: 80, 4: 80, 5: 1}, {7: "More time at the end, please."})
    clinic.ask("open_answers", session=first)
    link = clinic.link(clinic.session(hana))
    phone.goto(link.address)
    told = phone.get_by_role("region", name="From last time")
    expect(told).to_contain_text("was read by Dr Ruiz.")
    check_page(phone)
    draw(phone, "With Dr Ruiz, I could be myself", 0.6)
    copies = phone.evaluate(
        "caches.open('accord-pages').then(c => c.keys().then(ks => Promise.all(ks.map(k => c.match(k)"
        ".then(r => r.text()))))).then(all => all.join(' '))"
    )
    assert "checkin" in copies and "was read by" not in copies
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(heading(phone)).to_have_text("Sent. Thank you.")
    phone.get_by_role("link", name="Write to one person at the clinic").click()
    expect(heading(phone)).to_have_text("Does something feel off?")


def test_how_to_complain_is_for_everybody_to_read(clinic, adler, phone, check_page):
    phone.goto(f"/complaints/{clinic.slug}/")
    expect(heading(phone)).to_have_text("How to complain")
    expect(phone.get_by_text("Berg Okafor")).to_be_visible()
    check_page(phone)
