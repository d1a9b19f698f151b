"""A supervision meeting, from the agenda to the record that is printed and read again."""

from playwright.sync_api import expect

WEEK = 7 * 24
SAID = "He minded the late start, not the work. Ask him."


def rated(clinic, client: str, *ratings: int) -> None:
    """One session a week with these ratings, the last one an hour ago; the therapist rated each of them alike."""
    for place, rating in enumerate(ratings):
        session = clinic.session(client, hours_ago=WEEK * (len(ratings) - 1 - place) + 1)
        clinic.answer(
            session, {**dict.fromkeys((1, 2, 3, 4), 82), 5: 0}, instrument="accord-check-in-therapist"
        )
        clinic.answer(session, {**dict.fromkeys((1, 2, 3, 4), rating), 5: 0})
        clinic.ask("open_answers", session=session)


def a_team(clinic) -> dict[str, str]:
    """Ben whose line fell, Ivo with a safety answer, Dora who did not agree to supervision, Emil who is steady."""
    people = {name: clinic.client(name, pronoun="he") for name in ("Ben K.", "Ivo R.", "Dora S.", "Emil T.")}
    for name in ("Ben K.", "Ivo R.", "Emil T."):
        clinic.ask("agree", client=people[name])
    rated(clinic, people["Ben K."], 88, 90, 87, 89, 61)
    rated(clinic, people["Dora S."], 88, 90, 87, 89, 61)
    rated(clinic, people["Emil T."], 80, 82, 81, 80, 81)
    session = clinic.session(people["Ivo R."])
    clinic.answer(session, {1: 40, 2: 40, 3: 40, 4: 40, 5: 1}, instrument="accord-wellbeing")
    return people


def test_a_meeting_from_agenda_to_record(clinic_at_noon, desktop, new_context, check_page):
    clinic = clinic_at_noon
    people = a_team(clinic)
    page = clinic.sign_in(desktop, "supervisor")
    page.goto("/")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Supervision").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("two people to talk about")
    rows = page.locator("main .talk")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Ivo R.")
    expect(rows.nth(0)).to_contain_text("Nobody has acknowledged it yet.")
    expect(rows.nth(1)).to_contain_text("Ben K.")
    expect(rows.nth(1)).to_contain_text("Down 28 since last time, to 61.")
    expect(rows.nth(1)).to_contain_text("Nothing noted yet")
    assert "Dora" not in page.content() and "Emil" not in page.content()
    check_page(page)

    page.get_by_role("checkbox", name="Dr Ruiz").check()
    page.get_by_role("button", name="Begin the meeting").click()
    expect(page.locator(".room li")).to_have_text("Dr Ruiz")
    check_page(page)

    # What was agreed belongs to somebody, and what was written stays while that is mended.
    page.get_by_role("button", name="Talked about Ben K.").click()
    page.get_by_label("What was said").fill(SAID)
    page.get_by_label("What was agreed").fill("ask Ben about the late start")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("Nobody is named. Say who does it.")).to_be_visible()
    check_page(page)
    page.get_by_label("Who does it").select_option("Dr Ruiz")
    page.get_by_role("button", name="Keep the note").click()
    expect(rows.nth(1).locator(".kept .said").first).to_have_text(SAID)
    expect(page.get_by_text("1 of 2 talked about")).to_be_visible()
    check_page(page)

    page.get_by_role("button", name="Close the meeting, keep the record").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("one person was talked about")
    record = page.url
    expect(page.locator(".record")).to_contain_text(SAID)
    check_page(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.locator(".record")).to_contain_text("Down 28 since last time, to 61.")
    page.emulate_media(media="screen")

    # Next time Ben rests, Ivo still waits, and what was agreed is left.
    page.get_by_role("link", name="Supervision").first.click()
    expect(rows).to_have_count(1)
    left = page.locator(".left li")
    expect(left).to_contain_text("Dr Ruiz: ask Ben about the late start")
    left.get_by_role("button", name="Done").click()
    left.get_by_role("button", name="Not done yet").click()
    expect(left.get_by_role("button", name="Done", exact=True)).to_be_visible()
    check_page(page)

    # The therapist meets none of it, nor does the trail hold a word.
    ruiz = clinic.sign_in(new_context("desktop").new_page())
    assert ruiz.goto(record).status == 403
    ruiz.goto(f"/clients/{people['Ben K.']}/")
    assert SAID not in ruiz.content() and "late start" not in ruiz.content()
    lines = clinic.ask("trail", slug=clinic.slug, kind="meeting")
    assert [(one["who"], one["verb"]) for one in lines if one["verb"] != "saw"] == [
        ("Sol Vega", "began"), ("Sol Vega", "noted who is there"), ("Sol Vega", "closed"),
    ]  # fmt: skip
    assert "start" not in str(lines)
    assert clinic.ask("trail_is_whole", slug=clinic.slug)


def test_a_meeting_on_a_phone_without_scripts(clinic_at_noon, new_context, check_page):
    clinic = clinic_at_noon
    a_team(clinic)
    page = clinic.sign_in(new_context("phone", java_script_enabled=False).new_page(), "supervisor")
    page.goto("/supervision/")
    check_page(page)
    page.get_by_role("button", name="Talked about Ivo R.").click()
    page.get_by_label("What was said").fill("Called this morning.")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator(".kept .said")).to_have_text("Called this morning.")
    page.get_by_role("button", name="Talked about Ben K.").click()
    page.get_by_role("link", name="Not now").click()
    page.get_by_role("button", name="Talked about Ben K.", pressed=True).click()
    expect(page.get_by_text("1 of 2 talked about")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Close the meeting, keep the record").click()
    expect(page.locator(".record__one")).to_have_count(1)
    check_page(page)


def test_a_supervisor_without_a_team_is_told_what_to_do(clinic, desktop, check_page):
    made = clinic.ask("make_staff", slug=clinic.slug, who="Maya Lind", roles=["supervisor"])
    desktop.context.add_cookies([{**clinic.ask("sign_in", email=made["email"]), "url": clinic.served.base}])
    desktop.goto("/supervision/")
    expect(desktop.get_by_role("heading", name="You are in no team yet")).to_be_visible()
    check_page(desktop)
