"""Repair as a story: a line that fell, four steps over two sessions, and back; and one that needed supervision."""

from playwright.sync_api import expect

WEEK = 7 * 24
NOTE = "She said “sure” and looked at the clock."
LINE = "Her job comes first, always."


def rated(clinic, session: str, rating: int, words: str = "") -> None:
    """A session rated by both, and opened by the therapist."""
    clinic.answer(session, {**dict.fromkeys((1, 2, 3, 4), 82)}, instrument="accord-check-in-therapist")
    clinic.answer(session, {**dict.fromkeys((1, 2, 3, 4), rating), 5: 0}, {7: words} if words else None)
    clinic.ask("open_answers", session=session)


def fallen(clinic, code: str = "Ana M.") -> dict[str, str]:
    """Five steady sessions, one low, and the next one booked in six days."""
    made = clinic.ask("make_client", slug=clinic.slug, code=code, pronoun="she")
    for place, rating in enumerate((86, 88, 87, 86, 88, 62)):
        session = clinic.session(made["client"], hours_ago=WEEK * (5 - place) + 1)
        rated(clinic, session, rating, "I wanted to talk about my job." if rating == 62 else "")
    return {**made, "next": clinic.session(made["client"], hours_ago=-6 * 24)}


def begin(page, people: dict[str, str], check_page) -> None:
    """From the small page to an open repair."""
    page.goto(f"/repairs/begin/{people['course']}/")
    expect(page.get_by_role("radio", name="Down 26 since last time, to 62.")).to_be_checked()
    check_page(page)
    page.get_by_role("radio", name="Moving away").check()
    page.get_by_role("button", name="Begin the repair").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A repair with Ana, begun today")


def test_from_a_dip_to_back_where_it_stood(clinic_at_noon, desktop, check_page):
    clinic = clinic_at_noon
    people = fallen(clinic)
    page = clinic.sign_in(desktop)
    begin(page, people, check_page)
    expect(page.locator(".side")).to_contain_text("62 after session 6, usual")
    expect(page.locator(".side .said").first).to_have_text("I wanted to talk about my job.")
    expect(page.locator(".side")).to_contain_text("After session 7")
    check_page(page)

    # The first steps, on the evening of that day.
    page.get_by_role("checkbox", name="Short answers").check()
    page.get_by_label("What you noticed").fill(NOTE)
    expect(page.get_by_text("Not kept yet")).to_be_visible()
    page.get_by_role("checkbox", name="You said yes, and I was not sure it was a yes. Was it?").check()
    page.get_by_role("button", name="Keep, and look again after session 7").click()
    expect(page.get_by_text("Everything kept")).to_be_visible()
    expect(page.get_by_label("What you noticed")).to_have_value(NOTE)
    check_page(page)

    # A week later they met, and she rated again.
    clinic.ask("days_pass", client=people["client"], days=7)
    rated(clinic, people["next"], 84)
    page.goto("/repairs/")
    expect(page.get_by_text("She has rated again: time to look.")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Open Ana M.").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("day 8")
    expect(page.get_by_role("radio", name="Came back")).to_have_count(0)
    page.get_by_label("What you two agreed").fill(LINE)
    page.get_by_role("checkbox", name="You", exact=True).check()
    page.get_by_role("checkbox", name="Tell Ana what changed").check()
    page.get_by_label("One line that Ana reads").fill(LINE)
    page.get_by_role("button", name="Keep Work out what next, together").click()
    expect(page.get_by_text("Ana reads:")).to_be_visible()
    page.get_by_role("button", name="I have looked, and go on").click()
    expect(page.get_by_text("time to look")).to_have_count(0)
    check_page(page)

    # One rating is a hint; after the second the line says that it is back.
    clinic.ask("days_pass", client=people["client"], days=7)
    rated(clinic, clinic.session(people["client"], hours_ago=2), 88)
    page.reload()
    expect(page.get_by_text("line is back where it stood")).to_be_visible()
    check_page(page)
    page.get_by_role("radio", name="Came back").check()
    page.get_by_role("button", name="Close this repair").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A repair with Ana, closed: came back")
    expect(page.locator(".happened")).to_contain_text("closed it: came back")
    check_page(page)
    page.goto("/repairs/")
    expect(page.get_by_text("Came back")).to_be_visible()
    verbs = [
        one["verb"] for one in clinic.ask("trail", slug=clinic.slug, kind="repair") if one["verb"] != "saw"
    ]
    assert verbs == ["began", "noted", "noted", "noted", "looked again", "closed"]
    assert NOTE not in str(clinic.ask("trail", slug=clinic.slug, kind="repair"))


def test_by_keyboard_alone(clinic_at_noon, desktop, check_page):
    """A chip, a way to say it and a button, reached and pressed without a pointer."""
    clinic = clinic_at_noon
    page = clinic.sign_in(desktop)
    begin(page, fallen(clinic), check_page)
    chip = page.get_by_role("checkbox", name="Short answers")
    chip.focus()
    page.keyboard.press("Space")
    expect(chip).to_be_checked()
    for _press in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "ways-name":
            break
    page.keyboard.press("Space")
    page.get_by_role("button", name="Keep, and look again").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".step--taken")).to_have_count(2)


def test_to_supervision_and_back_on_a_phone_without_scripts(clinic_at_noon, new_context, check_page):
    clinic = clinic_at_noon
    people = fallen(clinic)
    clinic.ask("agree", client=people["client"])
    ruiz = clinic.sign_in(new_context("phone", java_script_enabled=False).new_page())
    begin(ruiz, people, check_page)
    ruiz.get_by_label("What you noticed").fill(NOTE)
    ruiz.get_by_role("button", name="Keep Notice").click()
    address = ruiz.url.partition("#")[0]
    check_page(ruiz)

    # Until it is taken there, the supervisor sees that it is, and reads no note.
    vega = clinic.sign_in(new_context("phone", java_script_enabled=False).new_page(), "supervisor")
    vega.goto(address)
    expect(vega.get_by_text("Notes are kept by Dr Ruiz.").first).to_be_visible()
    assert NOTE not in vega.content()
    check_page(vega)

    ruiz.get_by_role("button", name="Take it to supervision").click()
    expect(ruiz.get_by_text("On the agenda of Sol Vega")).to_be_visible()
    check_page(ruiz)
    vega.reload()
    expect(vega.get_by_label("What was noticed")).to_have_value(NOTE)

    # Both write about the same step; the second is told, and both stay.
    ruiz.goto(address)
    vega.get_by_label("In own words").first.fill("Ask about the clock.")
    vega.get_by_role("button", name="Keep Name it").click()
    ruiz.get_by_label("In your own words").first.fill("I will ask on Thursday.")
    ruiz.get_by_role("button", name="Keep Name it").click()
    expect(ruiz.get_by_role("alert")).to_contain_text("Somebody saved in between")
    expect(ruiz.locator(".step__theirs")).to_contain_text("Ask about the clock.")
    expect(ruiz.get_by_label("In your own words").first).to_have_value("I will ask on Thursday.")
    check_page(ruiz)
    ruiz.get_by_role("button", name="Keep both").click()
    ruiz.locator(".happened summary").click()
    expect(ruiz.locator(".happened")).to_contain_text("Ask about the clock.")
    expect(ruiz.locator(".happened")).to_contain_text("I will ask on Thursday.")

    vega.goto(address)
    vega.get_by_role("button", name="Talked about; give it back").click()
    expect(vega.get_by_text("Notes are kept by Dr Ruiz.").first).to_be_visible()
    check_page(vega)

    # The client takes the consent back: the supervisor's sight is gone at once.
    clinic.ask("agree", client=people["client"], granted=False)
    assert vega.goto(address).status == 404
