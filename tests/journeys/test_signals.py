"""A dip is noticed: it comes from a real check-in, says why, rests with a reason; one that was missed shows its gap."""

import re
from datetime import date, timedelta

from playwright.sync_api import expect
from tests.journeys.gestures import draw

WEEK = 7 * 24
LINES = ("With Dr Ruiz, I could be myself", "We worked towards", "The way we worked", "On the whole")
STEADY = (83, 85, 84, 86)


def rate(clinic, session, client, own):
    """Both rate a session."""
    clinic.answer(session, dict.fromkeys((1, 2, 3, 4), client))
    clinic.answer(session, dict.fromkeys((1, 2, 3, 4), own), instrument="accord-check-in-therapist")


def four_steady_weeks(clinic, *, own=72) -> str:
    """Ana after four sessions that she and Dr Ruiz rated alike each time."""
    ana = clinic.client("Ana M.", pronoun="she")
    for weeks, value in zip((4, 3, 2, 1), STEADY, strict=True):
        rate(clinic, clinic.session(ana, hours_ago=weeks * WEEK), value, own)
    return ana


def test_a_dip_after_a_check_in_is_opened_explained_and_snoozed(
    clinic_at_noon, phone, new_context, check_page
):
    clinic = clinic_at_noon
    ana = four_steady_weeks(clinic)
    session = clinic.session(ana)
    therapist = new_context("desktop").new_page()
    clinic.sign_in(therapist).goto("/")
    expect(therapist.get_by_role("heading", level=1)).to_have_text("Today, one person. A quiet day.")
    expect(therapist.get_by_text("None so far.")).to_be_visible()

    # Ana answers on her phone; this time all four lines are low.
    phone.goto(clinic.link(session).address)
    for prompt in LINES:
        draw(phone, re.compile(prompt), 0.58)
    phone.get_by_label("One thing to change next time").fill("I wanted to talk about my job.")
    phone.get_by_role("button", name="Send to Dr Ruiz").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sent. Thank you.")

    # Dr Ruiz rates first: until then neither the page nor the count of alarms tells.
    therapist.goto("/")
    expect(therapist.get_by_text("Worth asking about")).to_have_count(0)
    expect(therapist.get_by_text("None so far.")).to_be_visible()
    clinic.answer(session, dict.fromkeys((1, 2, 3, 4), 76), instrument="accord-check-in-therapist")
    therapist.goto("/")
    expect(therapist.get_by_role("heading", level=1)).to_have_text("Today, one person. One to look at first.")
    card = therapist.locator(".first")
    expect(card.locator(".status")).to_have_text("Worth asking about")
    expect(card.locator(".first__sentence")).to_contain_text("Down 28 since last time, to 58.")
    expect(card.locator(".said")).to_have_text("I wanted to talk about my job.")
    expect(therapist.get_by_text("1 so far. About")).to_be_visible()
    check_page(therapist)

    # Why: the rule, her own numbers, how often by chance, how often real.
    card.get_by_role("link", name="Why am I seeing this?").click()
    why = therapist.locator("#why")
    expect(why.get_by_role("row", name=re.compile("^Rated"))).to_have_text(re.compile(r"85\s*84\s*86\s*58"))
    expect(why.locator(".square")).to_have_count(100)
    expect(why.locator(".square--out")).to_have_count(4)
    expect(why.get_by_text("Of 100 steady sessions, about 4 set this off for no reason.")).to_be_visible()
    expect(why.get_by_text(re.compile("alarms like this, about .* real dip"))).to_be_visible()
    expect(why.get_by_text(re.compile("Rule “dip”, version 1"))).to_be_visible()
    expect(therapist.get_by_role("heading", name="Three things to try")).to_be_visible()
    therapist.get_by_text("What backs this").click()
    check_page(therapist)

    # It can wait, and the reason is hers to write.
    why.get_by_role("link", name="Snooze, with a reason").click()
    check_page(therapist)
    therapist.get_by_role("button", name="Snooze").click()
    expect(therapist.get_by_text("Write in a few words why this can wait.")).to_be_visible()
    check_page(therapist)
    therapist.get_by_label("Why this can wait").fill("exam week, we spoke about it")
    therapist.get_by_label("Until").fill((date.today() + timedelta(days=8)).isoformat())
    therapist.get_by_role("button", name="Snooze").click()
    expect(therapist.locator("#snoozed")).to_contain_text("You wrote: “exam week, we spoke about it”")
    expect(therapist.get_by_role("heading", level=1)).to_contain_text(
        "Down 28"
    )  # the page itself hides nothing
    check_page(therapist)
    therapist.goto("/")
    expect(therapist.locator(".first")).to_have_count(0)
    expect(therapist.locator(".side .snoozed")).to_contain_text("exam week, we spoke about it")
    check_page(therapist)

    # And back again.
    therapist.locator(".side .snoozed a").click()
    therapist.get_by_role("button", name="End the snooze").click()
    therapist.get_by_role("button", name="It was not a dip").click()
    expect(therapist.get_by_text("Noted: it was not a dip.")).to_be_visible()
    check_page(therapist)
    therapist.get_by_role("button", name="Undo").click()
    expect(therapist.locator("#why").get_by_role("button", name="It was not a dip")).to_be_visible()


def test_a_therapist_who_missed_it_sees_the_gap(clinic_at_noon, phone, check_page):
    ana = four_steady_weeks(clinic_at_noon, own=74)
    rate(clinic_at_noon, clinic_at_noon.session(ana), 64, 82)
    clinic_at_noon.sign_in(phone).goto("/")
    expect(phone.locator(".first .voice--therapist")).to_have_text(
        "Your own rating went up that day, from 74 to 82. You may not have seen it."
    )
    check_page(phone)
    phone.get_by_role("link", name="Open Ana’s page").click()
    beside = phone.locator(".why--more", has_text="May have gone unseen")
    expect(beside).to_contain_text("Her rating fell 22 points while yours rose 8; you may not have seen it.")
    beside.locator("summary").click()
    expect(beside.get_by_role("row", name=re.compile("^Therapist"))).to_contain_text("82")
    check_page(phone)


def test_without_scripts_a_signal_can_be_read_snoozed_and_judged(clinic_at_noon, new_context, check_page):
    ana = four_steady_weeks(clinic_at_noon)
    rate(clinic_at_noon, clinic_at_noon.session(ana), 60, 70)
    page = new_context("phone", java_script_enabled=False).new_page()
    clinic_at_noon.sign_in(page).goto(f"/clients/{ana}/")
    expect(page.locator("#why .square--out")).to_have_count(4)
    check_page(page)
    page.locator("#why").get_by_role("button", name="This was not useful").click()
    expect(page.get_by_text("Noted: it was not useful.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.locator("#why").get_by_role("link", name="Snooze, with a reason").click()
    page.get_by_label("Why this can wait").fill("we spoke")
    page.get_by_role("button", name="Snooze").click()
    expect(page.locator("#snoozed")).to_contain_text("we spoke")
