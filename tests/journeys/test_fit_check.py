"""Somebody wonders whether their therapy suits them: one page, on their device alone."""

import pytest
from playwright.sync_api import Page, expect

STORED = """async () => ({
  local: localStorage.length, session: sessionStorage.length, cookies: document.cookie,
  databases: (await indexedDB.databases()).length, caches: "caches" in window ? (await caches.keys()).length : 0,
  workers: "serviceWorker" in navigator && location.protocol !== "file:"
    ? (await navigator.serviceWorker.getRegistrations()).length : 0,
})"""
NOTHING = {"local": 0, "session": 0, "cookies": "", "databases": 0, "caches": 0, "workers": 0}
# What a script can do to send something while the page stays open, tried from inside the page.
SENT = """async (where) => {
  const tried = [
    () => fetch(where), () => fetch(where, { method: "POST", body: "heard", mode: "no-cors" }),
    () => new Promise((done, failed) => { const x = new XMLHttpRequest(); x.onload = done; x.onerror = failed;
      x.open("GET", where); x.send(); }),
    () => new Promise((done, failed) => { const x = new Image(); x.onload = done; x.onerror = failed; x.src = where; }),
    () => new Promise((done, failed) => { const x = document.createElement("script"); x.onload = done;
      x.onerror = failed; x.src = where; document.body.append(x); }),
    () => new Promise((done, failed) => { const x = document.createElement("iframe"); x.src = where;
      document.addEventListener("securitypolicyviolation", failed, { once: true }); x.onload = done;
      document.body.append(x); }),
    () => new Promise((done, failed) => { const x = new WebSocket(where.replace("http", "ws")); x.onopen = done;
      x.onerror = failed; }),
  ];
  const ended = await Promise.allSettled(tried.map(async (one) => one()));
  const form = document.createElement("form");
  form.action = where; form.method = "post"; document.body.append(form); form.submit();
  navigator.sendBeacon(where, "heard");
  return ended.map((one) => one.status);
}"""


def mark(page: Page, reflection: str, answer: str) -> None:
    """Tap on one of the three answers."""
    page.get_by_role("group", name=reflection).get_by_text(answer, exact=True).click()


def words(page: Page) -> list[str]:
    """The words to say that are shown, in order."""
    return page.locator(".say:visible .said").all_inner_texts()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_three_reflections_to_words(size, new_context, check_page):
    page = new_context(size).new_page()
    page.goto("/fit/")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Is this working for me?¿Me está sirviendo esto?"
    )
    expect(page.get_by_text("Nothing leaves this page.")).to_be_visible()
    expect(page.get_by_text("Does any of this happen often?")).to_be_hidden()
    check_page(page)
    mark(page, "When I speak, it lands", "Mostly")
    mark(page, "We want the same things from this", "At times")
    mark(page, "I know why we do what we do", "Not really")

    page.get_by_role("link", name="Next: five warning signs").click()
    expect(page.get_by_role("heading", name="Does any of this happen often?")).to_be_focused()
    page.get_by_label("We work on aims I did not choose.").check()
    expect(page.get_by_role("heading", name="Never part of therapy")).to_be_visible()
    check_page(page)

    page.get_by_role("link", name="Next: words to take along").click()
    expect(page.get_by_role("heading", name="Words to take along")).to_be_focused()
    assert words(page) == [
        "Can we take five minutes to talk about how the two of us work together?",
        "Could we look again at what I am here for? I think we each have a different picture.",
        "I don’t always see why we do an exercise. Can you tell me what you hope it does?",
        "Some of our aims feel more like yours than mine. Could I put them in my own words?",
    ]
    expect(page.get_by_text("This page does not tell you to stay or to go.")).to_be_visible()
    expect(page.get_by_text("Nobody is watching this page live.")).to_be_visible()
    page.get_by_role("button", name="Show the other words too").click()
    assert len(words(page)) == 11
    page.get_by_role("button", name="Show only what I marked").click()
    check_page(page)

    # The browser's own way back leads through the steps, and every mark is still there.
    page.go_back()
    expect(page.get_by_label("We work on aims I did not choose.")).to_be_checked()
    page.go_back()
    expect(
        page.get_by_role("group", name="I know why").get_by_role("radio", name="Not really")
    ).to_be_checked()

    # In Spanish: the same marks, and the words that go with them.
    page.get_by_text("Español").click()
    assert page.evaluate("[document.documentElement.lang, document.title]") == [
        "es",
        "¿Me está sirviendo esto?",
    ]
    page.get_by_role("link", name="Sigue: cinco señales").click()
    page.get_by_role("link", name="Sigue: palabras para llevar").click()
    expect(page.get_by_role("heading", name="Palabras para llevar")).to_be_focused()
    assert words(page)[2] == "No siempre veo por qué hacemos un ejercicio. ¿Me cuentas para qué sirve?"
    check_page(page)

    page.get_by_role("button", name="Empezar de nuevo").click()
    expect(page.get_by_role("status")).to_have_text("Ya no queda nada marcado.")
    assert page.locator(".step :checked").count() == 0
    assert page.evaluate(STORED) == NOTHING
    assert page.context.cookies() == []


def test_before_a_first_session(phone, check_page):
    phone.goto("/fit/")
    phone.get_by_role("link", name="Four questions to get ready").click()
    expect(phone.get_by_role("heading", name="Four questions before a session")).to_be_focused()
    expect(phone.get_by_text("You marked nothing to bring up.")).to_be_visible()
    assert len(words(phone)) == 1
    check_page(phone)


def test_with_the_keyboard_alone(desktop):
    desktop.goto("/fit/")
    keys = desktop.keyboard
    keys.press("Tab")  # the language
    keys.press("ArrowRight")
    assert desktop.evaluate("document.documentElement.lang") == "es"
    keys.press("ArrowLeft")
    keys.press("Tab")  # four questions to get ready
    for _ in range(5):
        keys.press("Tab")
        keys.press("Space")  # Mostly
    keys.press("ArrowRight")  # the last one: at times
    keys.press("Tab")
    keys.press("Enter")
    expect(desktop.get_by_role("heading", name="Does any of this happen often?")).to_be_focused()
    keys.press("Tab")
    keys.press("Space")
    expect(desktop.get_by_label("I leave feeling judged.")).to_be_checked()
    for _ in range(5 + 2):  # four more signs, two numbers to call, and on
        keys.press("Tab")
    expect(desktop.get_by_role("link", name="Next: words to take along")).to_be_focused()
    keys.press("Enter")
    expect(desktop.get_by_role("heading", name="Words to take along")).to_be_focused()
    assert len(words(desktop)) == 3
    keys.press("Tab")
    expect(desktop.get_by_role("button", name="Copy").first).to_be_focused()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_a_saved_file_without_any_connection(size, browser, served, new_context, axe, tmp_path):
    page = new_context(size).new_page()
    page.goto("/fit/")
    page.get_by_role("link", name="Next: five warning signs").click()
    page.get_by_role("link", name="Next: words to take along").click()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Save this page to use it offline").click()
    file = tmp_path / kept.value.suggested_filename
    kept.value.save_as(file)
    assert file.name == "accord-fit-check.html"
    assert file.stat().st_size <= 60_000
    page.context.close()

    # At home, with no connection at all; whatever asks for anything but the file is told on.
    context = browser.new_context(viewport=page.viewport_size, offline=True, permissions=["clipboard-read"])
    asked, troubles = [], []
    context.on("request", lambda request: asked.append(request.url))
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
    page = context.new_page()
    page.on("console", lambda message: troubles.append(message.text))
    page.goto(file.as_uri())
    mark(page, "They are curious about me", "Not really")
    page.get_by_role("link", name="Next: five warning signs").click()
    page.get_by_label("I hardly get a word in.").check()
    page.get_by_role("link", name="Next: words to take along").click()
    expect(page.get_by_role("heading", name="Words to take along")).to_be_focused()
    card = page.locator(".say", has_text="I hardly get a word in.")
    card.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("Copied. Some devices keep what was copied.")
    assert page.evaluate("navigator.clipboard.readText()").startswith("I would like more room to talk.")
    page.get_by_text("Español").click()
    assert words(page)[1] == "Yo soy más que este problema. ¿Te puedo contar otra parte de mi vida?"
    expect(page.get_by_role("link", name="Guardar esta página")).to_have_count(0)
    assert axe.run(page).response["violations"] == []
    assert asked == [file.as_uri()]
    assert troubles == []
    assert page.evaluate(STORED) == NOTHING
    assert context.cookies() == []
    context.close()


def test_even_a_changed_script_could_send_nothing_from_the_saved_file(browser, served, tmp_path, new_context):
    """The policy lies in the file: with a connection, and trying, nothing leaves."""
    file = tmp_path / "kept.html"
    fetched = new_context().request.get("/fit/")
    file.write_bytes(fetched.body())
    context = browser.new_context()
    page = context.new_page()
    page.goto(file.as_uri())
    left = []
    context.on("requestfinished", lambda request: left.append(request.url))
    context.on("response", lambda response: left.append(response.url))
    ended = page.evaluate(SENT, f"{served.base}/c/sw.js")
    assert set(ended) == {"rejected"}
    page.wait_for_timeout(300)
    assert left == []
    assert page.url == file.as_uri()
    context.close()


def test_without_scripts_everything_is_there(new_context, check_page):
    page = new_context("phone", java_script_enabled=False).new_page()
    page.goto("/fit/")
    for title in ("Is this working for me?", "Does any of this happen often?", "Words to take along"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert len(words(page)) == 11
    expect(page.get_by_role("button")).to_have_count(0)
    mark(page, "They are curious about me", "At times")
    page.get_by_label("I leave feeling judged.").check()
    page.get_by_role("link", name="Next: five warning signs").click()
    check_page(page)
    page.get_by_text("Español").click()
    expect(page.get_by_role("heading", name="Palabras para llevar")).to_be_visible()
    expect(page.get_by_role("heading", name="Words to take along")).to_be_hidden()
    expect(
        page.get_by_role("group", name="Tiene interés en mí").get_by_role("radio", name="A veces")
    ).to_be_checked()
    check_page(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_on_paper_stands_only_what_was_marked(new_context, scripts):
    page = new_context("desktop", java_script_enabled=scripts).new_page()
    page.goto("/fit/")
    mark(page, "They are curious about me", "Mostly")
    mark(page, "We want the same things from this", "Not really")
    page.get_by_role("link", name="Next: five warning signs").click()
    page.get_by_role("link", name="Next: words to take along").click()
    page.wait_for_url("**#words")
    if scripts:
        page.evaluate("window.print = () => { window.printed = true; }")
        page.get_by_role("button", name="Keep a copy to print").click()
        assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    shown = page.locator("body").inner_text()
    for there in ("They are curious about me", "Mostly", "Not really", "Could we look again at what I am here for?",
                  "Never part of therapy", "Four questions before a session", "does not tell you to stay or to go",
                  "thinking of ending your life"):  # fmt: skip
        assert there in shown, there
    for away in ("When I speak", "At times", "Does any of this happen often?", "I leave feeling judged",
                 "another side of my life", "Next:", "Español", "Copy", "Start again"):  # fmt: skip
        assert away not in shown, away


def test_nothing_marked_prints_a_sheet_for_a_pen(phone):
    phone.goto("/fit/")
    phone.emulate_media(media="print")
    shown = phone.locator("body").inner_text()
    assert "I leave feeling judged." in shown
    assert shown.count("Not really") == 5


def test_a_service_has_its_own_numbers_on_it(clinic, phone, check_page):
    phone.goto(f"/fit/{clinic.slug}/")
    expect(phone.locator("footer")).to_contain_text("Call 112 or 555 0134.")
    phone.get_by_role("link", name="Next: five warning signs").click()
    expect(phone.get_by_text("who is not your therapist: Reception, 555 0100")).to_be_visible()
    check_page(phone)


def test_no_movement_for_whoever_wants_none(new_context):
    page = new_context("phone", reduced_motion="reduce").new_page()
    page.goto("/fit/")
    moving = "Array.from(document.querySelectorAll('*')).filter(e => getComputedStyle(e).transitionDuration !== '0s')"
    assert page.evaluate(f"{moving}.length") == 0
