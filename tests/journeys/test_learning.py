"""What the service learns: the lead runs the studies and takes a finding along; a therapist sees only the own."""

import re

from playwright.sync_api import expect

LEARNING = "/learning/"


def test_the_lead_reads_a_finding_takes_its_table_along_and_the_report(clinic, desktop, check_page):
    clinic.ask("studied", slug=clinic.slug)
    page = clinic.sign_in(desktop, "lead")
    page.goto("/")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Learning").click()
    expect(page.get_by_role("heading", name="Five findings, tested on our own sessions")).to_be_visible()
    expect(page.locator(".lead")).to_contain_text("390 finished courses, 11 therapists")
    first = page.locator('[data-study="alliance_outcome"]')
    expect(first.locator(".status")).to_have_text("Agrees")
    expect(first.get_by_role("img").first).to_be_visible()
    check_page(page)

    first.get_by_role("link", name=re.compile("Method, table, download")).click()
    expect(page.get_by_role("heading", name="Every number")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("alliance"))).not_to_have_count(0)
    check_page(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Table (CSV)").click()
    rows = taken.value.path().read_text(encoding="utf-8")
    assert taken.value.suggested_filename == "alliance_outcome.csv" and rows.startswith(
        "line,label,group,value,low,high"
    )

    page.get_by_role("link", name="Learning").last.click()
    with page.expect_download() as report:
        page.get_by_role("link", name="Annual report (PDF)").click()
    assert report.value.path().read_bytes().startswith(b"%PDF")
    taken_along = [
        one["detail"]
        for one in clinic.ask("trail", slug=clinic.slug, kind="study")
        if one["verb"] == "downloaded"
    ]
    assert [(one["what"], one["form"]) for one in taken_along] == [
        ("alliance_outcome", "csv"),
        ("report", "pdf"),
    ]
    assert clinic.ask("trail_is_whole", slug=clinic.slug)


def test_in_a_new_service_a_run_says_too_few_everywhere(clinic, desktop, check_page):
    client = clinic.client("Ana")
    session = clinic.session(client)
    clinic.ask("answer", session=session, answers={"1": 70, "2": 70, "3": 70, "4": 70})
    page = clinic.sign_in(desktop, "lead")
    page.goto(LEARNING)
    expect(page.get_by_role("heading", name="No run yet")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Run the studies").click()
    expect(page.locator("#run")).to_contain_text(re.compile("Asked for|Running"))
    # The page looks again by itself, and is whole once the run is over.
    expect(page.get_by_text("Too few yet to tell any of them")).to_be_visible(timeout=90_000)
    cards = page.locator(".finding .status")
    expect(cards).not_to_have_count(0)
    assert set(cards.all_text_contents()) <= {"Too few yet", "Cannot tell"}
    expect(page.locator("#therapists")).to_be_visible()
    check_page(page)


def test_a_therapist_sees_the_own_estimate_and_no_one_elses(clinic, new_context, check_page):
    told = clinic.ask("studied", slug=clinic.slug)
    page = clinic.sign_in(new_context("phone", java_script_enabled=False).new_page(), "therapist")
    page.goto(LEARNING)
    own = page.get_by_text("Your own:")
    expect(own).to_contain_text("points against the average here, plausibly")
    expect(page.get_by_text("Nobody but a therapist sees their own estimate by name.")).to_be_visible()
    expect(page.get_by_role("button", name="Run again")).to_have_count(0)
    check_page(page)
    for address in (LEARNING, f"{LEARNING}therapists/"):
        page.goto(address)
        assert not [key for key in told["keys"] if key in page.content()]
    check_page(page)
    assert page.goto(f"{LEARNING}leaving/").status == 403


def test_names_are_shown_only_by_choice_and_every_therapist_is_told(clinic, desktop, new_context, check_page):
    clinic.ask("studied", slug=clinic.slug)
    lead = clinic.sign_in(desktop, "lead")
    lead.goto(LEARNING)
    expect(lead.get_by_role("cell", name="Dr Ruiz")).to_have_count(0)
    lead.get_by_role("button", name="Let leads see names").click()
    expect(lead.get_by_role("rowheader", name="Dr Ruiz")).to_be_visible()
    check_page(lead)
    therapist = clinic.sign_in(new_context("desktop").new_page(), "therapist")
    therapist.goto(LEARNING)
    expect(
        therapist.get_by_text("Service leads see therapists by name here. Lena Ortiz chose that, today.")
    ).to_be_visible()
    lead.get_by_role("button", name="Show them without names").click()
    expect(lead.get_by_text("Kept. Therapists are shown without names.")).to_be_visible()


def test_the_therapist_is_told_where_a_word_may_help_and_says_that_it_was_had(
    clinic, new_context, check_page
):
    ana = clinic.client("Ana")
    clinic.session(ana)
    clinic.ask("worth_a_word", client=ana)
    page = clinic.sign_in(new_context("phone", java_script_enabled=False).new_page(), "therapist")
    page.goto(f"/clients/{ana}/")
    word = page.get_by_role("region", name="Worth a word before the next session")
    expect(word).to_contain_text("The latest session was not rated.")
    word.get_by_text("Why, and how often such a mark is right").click()
    expect(word.get_by_text("Of ten such marks about two were the last session")).to_be_visible()
    expect(word.get_by_text("It is no verdict")).to_be_visible()
    check_page(page)

    word.get_by_role("button", name="We talked about it").click()
    expect(word).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(word).to_be_visible()
    word.get_by_role("button", name="We talked about it").click()
    clinic.session(ana, hours_ago=0.5)
    page.goto(f"/clients/{ana}/")
    expect(word).to_have_count(0)
    page.goto("/")
    expect(page.get_by_text("Worth a word")).to_have_count(0)
    assert [one["verb"] for one in clinic.ask("trail", slug=clinic.slug, kind="word")] == [
        "talked about",
        "took back",
        "talked about",
    ]
