"""Who sees whom: a course changes hands, a supervisor needs the client's word, a stranger finds nothing."""

from playwright.sync_api import expect

WEEK = 7 * 24


def ana_in_therapy(clinic) -> str:
    """Ana after one session that both have rated."""
    ana = clinic.client("Ana M.", pronoun="she")
    session = clinic.session(ana, hours_ago=WEEK)
    clinic.answer(session, dict.fromkeys((1, 2, 3, 4), 77), texts={7: "Slower, please."})
    clinic.answer(session, dict.fromkeys((1, 2, 3, 4), 70), instrument="accord-check-in-therapist")
    return ana


def is_kept_out(page, check_page) -> None:
    """The page tells nothing about Ana, and says whom to ask."""
    expect(page.locator("main.main .problem")).to_be_visible()
    expect(page.locator(".problem")).to_contain_text("ask")
    assert "Ana" not in page.content()
    check_page(page)


def test_a_course_changes_hands(clinic, desktop, new_context, check_page):
    ana = ana_in_therapy(clinic)
    clinic.session(ana, hours_ago=-WEEK)
    brandt = clinic.ask("make_staff", slug=clinic.slug, who="Lea Brandt", roles=["therapist"])
    new = new_context("phone").new_page()
    new.context.add_cookies([{**clinic.ask("sign_in", email=brandt["email"]), "url": clinic.served.base}])
    assert new.goto(f"/clients/{ana}/").status == 404
    is_kept_out(new, check_page)

    clinic.sign_in(desktop).goto(f"/clients/{ana}/")
    desktop.get_by_role("link", name="Hand over").click()
    desktop.get_by_role("button", name="Hand over").click()
    expect(desktop.get_by_text("Choose someone from the list.")).to_be_visible()
    check_page(desktop)
    desktop.get_by_label("Therapist", exact=True).select_option("Lea Brandt")
    desktop.get_by_role("button", name="Hand over").click()
    expect(desktop.get_by_text("Ana M. is now with Lea Brandt.")).to_be_visible()
    check_page(desktop)
    # The old therapist is out at once, by the front door and by the back one.
    for address in (f"/clients/{ana}/", f"/clients/{ana}/chart.json", f"/settings/clients/{ana}/"):
        assert desktop.goto(address).status == 404
    desktop.goto(f"/clients/{ana}/")
    is_kept_out(desktop, check_page)
    # The new one sees the whole line, and where it changed hands.
    assert new.goto(f"/clients/{ana}/").status == 200
    expect(new.locator("[data-chart=line] .figure-narrow [data-mark=client]")).to_have_count(1)
    expect(new.locator(".side .said").first).to_have_text("Slower, please.")
    check_page(new)
    assert clinic.ask("trail_is_whole", slug=clinic.slug)


def test_a_supervisor_sees_whom_the_client_agreed_to_be_seen(clinic, desktop, phone, check_page):
    ana = ana_in_therapy(clinic)
    clinic.sign_in(phone, "supervisor").goto("/clients/")
    expect(phone.get_by_text("Ana M.")).to_have_count(0)
    assert phone.goto(f"/clients/{ana}/").status == 404
    is_kept_out(phone, check_page)

    # Ana agrees; her therapist writes it down.
    clinic.sign_in(desktop).goto(f"/settings/clients/{ana}/consent/")
    check_page(desktop)
    supervision = desktop.get_by_role("listitem").filter(has_text="A supervisor sees the answers")
    supervision.get_by_role("button", name="Agrees").click()
    expect(supervision.locator(".status")).to_have_text("Agreed")
    check_page(desktop)
    assert phone.goto(f"/clients/{ana}/").status == 200
    expect(phone.locator(".side .said").first).to_have_text("Slower, please.")
    check_page(phone)
    # She reads; she neither asks, books nor hands over.
    for name in ("Book a session", "Hand over", "End the course"):
        expect(phone.get_by_role("link", name=name)).to_have_count(0)
    assert phone.goto(f"/clients/{ana}/book/").status == 403
    is_kept_out(phone, check_page)

    # Ana takes it back.
    supervision.get_by_role("button", name="Refuses").click()
    expect(supervision.locator(".status")).to_have_text("Refused")
    assert phone.goto(f"/clients/{ana}/").status == 404


def test_a_stranger_of_another_service_finds_nothing(clinic, neighbour, desktop, check_page):
    ana = ana_in_therapy(clinic)
    world = clinic.ask("make_world", slug=clinic.slug)
    for role in ("therapist", "lead", "administrator"):
        neighbour.sign_in(desktop, role)
        for address in (
            f"/clients/{ana}/",
            f"/ask/{world['session']}/",
            f"/settings/people/{world['staff']}/",
        ):
            assert desktop.goto(address).status in (403, 404), (role, address)
            assert "Ana" not in desktop.content() and "Worldly" not in desktop.content()
    neighbour.sign_in(desktop, "lead").goto("/clients/?q=Ana")
    expect(desktop.get_by_role("link", name="Ana M.")).to_have_count(0)
    check_page(desktop)
    desktop.goto(f"/clients/{ana}/")
    is_kept_out(desktop, check_page)
