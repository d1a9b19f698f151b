"""How many alarms are worth it: the lead halves them, sees what that costs, keeps it, and takes it back."""

from playwright.sync_api import expect

BUDGET = "/learning/alarms/"


def test_the_lead_halves_the_alarms_and_sees_what_that_costs(clinic, desktop, check_page):
    clinic.ask("replayed", slug=clinic.slug)
    page = clinic.sign_in(desktop, "lead")
    page.goto("/")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Learning").click()
    page.get_by_role("link", name="How many alarms are worth it?").first.click()
    expect(page.get_by_role("heading", name="How many alarms are worth it?")).to_be_visible()
    number = page.locator(".look:visible .look__big")
    expect(number).to_have_text("1.8")
    expect(page.get_by_text("This is how it is set now.")).to_be_visible()
    expect(page.get_by_text("Replayed on your last 12 months, 1,940 ratings.")).to_be_visible()
    check_page(page)

    slider = page.get_by_role("slider")
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    expect(number).to_have_text("0.90")
    expect(slider).to_have_attribute("aria-valuetext", "2 of 100 steady sessions")
    cost = page.locator(".look__costs:visible")
    expect(cost).to_have_text("About half as many alarms as now. Of 100 dips, 10 fewer are seen in time.")
    expect(page.locator("tr.shown")).to_contain_text("2 of 100")
    assert not [one for one in clinic.ask("trail", slug=clinic.slug, kind="alarms") if one["verb"] == "chose"]
    check_page(page)

    page.get_by_role("button", name="Keep this setting").click()
    expect(page.get_by_text("Kept: 2 of 100 steady sessions.")).to_be_visible()
    expect(number).to_have_text("0.90")
    expect(page.locator("tr.shown")).to_contain_text("now")
    expect(page.locator(".changes li").first).to_contain_text("Lena Ortiz: 2 of 100 instead of 4")
    check_page(page)
    (line,) = [one for one in clinic.ask("trail", slug=clinic.slug, kind="alarms") if one["verb"] == "chose"]
    assert (line["who"], line["detail"]["before"], line["detail"]["now"]) == ("Lena Ortiz", 0.04, 0.02)

    page.get_by_role("button", name="Undo").click()
    expect(number).to_have_text("1.8")
    assert clinic.ask("trail_is_whole", slug=clinic.slug)


def test_the_same_on_a_phone_without_scripts(clinic, new_context, check_page):
    clinic.ask("replayed", slug=clinic.slug)
    page = clinic.sign_in(new_context("phone", java_script_enabled=False).new_page(), "lead")
    page.goto(BUDGET)
    check_page(page)
    page.get_by_role("link", name="2 of 100 steady sessions", exact=True).click()
    expect(page.locator(".look:visible .look__big")).to_have_text("0.90")
    expect(page.locator(".look__costs:visible")).to_contain_text("About half as many alarms as now.")
    check_page(page)
    page.get_by_role("button", name="Keep this setting").click()
    expect(page.locator(".look:visible .look__big")).to_have_text("0.90")


def test_a_service_that_has_learnt_nothing_yet_says_so(clinic, desktop, check_page):
    clinic.sign_in(desktop, "lead").goto(BUDGET)
    expect(desktop.get_by_text("Nothing was learnt here yet")).to_be_visible()
    expect(desktop.locator(".look__unit:visible")).to_contain_text("no past was replayed")
    check_page(desktop)
