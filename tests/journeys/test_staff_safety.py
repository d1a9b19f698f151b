"""A positive safety answer: it reaches a person who acts, or it is passed on; no power cut swallows it."""

import os
import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import Clinic

PATIENCE_SECONDS = 30


def answer_yes(clinic, page, client: str) -> str:
    """The client opens the link to Wellbeing and says yes to the safety question; gives the session."""
    session = clinic.session(client)
    page.goto(clinic.link(session, "accord-wellbeing").address)
    page.get_by_role("radio", name="Yes, now and then").check()
    page.locator("#send").click()
    expect(page.get_by_text("is being told about your answer now")).to_be_visible()
    return session


def wait_for_mail(clinic, role: str, subject: str) -> str:
    """The mail with this subject that left for the person with this role."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        for mail in clinic.mails(role):
            if f"\nSubject: {subject}\n" in mail:
                return mail
        time.sleep(0.1)
    raise AssertionError(f"no mail {subject!r} for {role}: {clinic.served.log.read_text()[-2000:]}")


def test_it_is_acknowledged_in_one_line(clinic_at_noon, phone, desktop, check_page):
    clinic = clinic_at_noon
    chidi = clinic.client("Chidi O.", pronoun="he")
    answer_yes(clinic, phone, chidi)

    # A mail without content: not who, not what.
    mail = wait_for_mail(clinic, "therapist", "Accord: please look now")
    assert "/safety/" in mail
    assert "Chidi" not in mail and "Wellbeing" not in mail

    clinic.sign_in(desktop).goto("/")
    expect(desktop.get_by_role("heading", level=1)).to_have_text(
        "Today, one person. One safety answer to look at now."
    )
    first = desktop.locator("main").get_by_role("article").first
    expect(first).to_contain_text("Chidi O.")
    expect(first).to_contain_text("left, then it is passed on.")
    check_page(desktop)
    first.get_by_role("link", name="Look and acknowledge").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("One safety answer is waiting.")
    check_page(desktop)
    desktop.get_by_role("button", name="Acknowledge").click()
    expect(desktop.get_by_text("This line is empty.")).to_be_visible()
    check_page(desktop)
    desktop.get_by_label("What did you do?").fill("Called, safe, seen tomorrow at 10.")
    desktop.get_by_role("button", name="Acknowledge").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("No safety answer is waiting.")
    row = desktop.locator(".rows li")
    expect(row).to_contain_text("Called, safe, seen tomorrow at 10.")
    expect(row).to_contain_text("Dr Ruiz")
    check_page(desktop)
    (alert,) = clinic.ask("alerts", client=chidi)
    assert alert["acknowledged"] and alert["done"] == "Called, safe, seen tomorrow at 10."
    # Whoever would have been told next is told nothing any more.
    later = [one for one in clinic.ask("messages", client=chidi) if one["kind"] == "risk passed on"]
    assert [one["outcome"] for one in later] == ["acknowledged before it was due"] * len(later) != []


def test_nobody_acknowledges_and_it_is_passed_on(clinic_at_noon, phone, new_context, check_page):
    clinic = clinic_at_noon
    chidi = clinic.client("Chidi O.", pronoun="he")
    answer_yes(clinic, phone, chidi)
    wait_for_mail(clinic, "therapist", "Accord: please look now")
    assert [
        one for one in clinic.ask("messages", client=chidi) if one["kind"] == "risk passed on" and one["sent"]
    ] == []

    clinic.ask("let_time_pass", client=chidi, minutes=24 * 60)
    mail = wait_for_mail(clinic, "lead", "Accord: passed on to you, please look now")
    assert "Chidi" not in mail

    lead = clinic.sign_in(new_context("phone").new_page(), "lead")
    lead.goto("/")
    expect(lead.locator("main").get_by_role("article").first).to_contain_text("Nobody has acknowledged it.")
    check_page(lead)
    lead.get_by_role("link", name="Look and acknowledge").click()
    expect(lead.locator(".safety-open__clock--over")).to_be_visible()
    check_page(lead)
    lead.get_by_label("What did you do?").fill("Called. His brother is with him.")
    lead.get_by_role("button", name="Acknowledge").click()
    expect(lead.locator(".rows li")).to_contain_text("Passed on")

    # Dr Ruiz comes back and finds it done, by whom and how.
    ruiz = clinic.sign_in(new_context("phone").new_page())
    ruiz.goto("/safety/")
    expect(ruiz.locator(".rows li")).to_contain_text("Lena Ortiz")
    check_page(ruiz)


def worker_of(server: int) -> int:
    """The process that sends messages for this server."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        if entry.read_bytes().split(b"\0")[1:4] == [b"-m", b"accord.cli.serve", str(server).encode()]:
            return int(entry.parent.name)
    raise AssertionError("the server has no worker")


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="finds the worker in /proc")
def test_a_power_cut_between_answer_and_mail_loses_nothing(served_alone, browser):
    clinic = Clinic(served_alone, **served_alone.ask("make_clinic", slug="harbour"))
    chidi = clinic.client("Chidi O.")
    os.kill(worker_of(served_alone.server.pid), signal.SIGSTOP)  # a mail server that does not answer, say
    page = browser.new_page()
    session = answer_yes(clinic, page, chidi)
    served_alone.kill()
    page.close()
    # The client had the receipt: the answer is there, its alert is there, and the mail is still owed.
    (kept,) = clinic.responses(session, "accord-wellbeing")
    assert kept.items["5"] == 1
    assert len(clinic.ask("alerts", client=chidi)) == 1
    assert {one["sent"] for one in clinic.ask("messages", client=chidi)} == {False}
    assert clinic.mails("therapist") == []

    served_alone.start()
    wait_for_mail(clinic, "therapist", "Accord: please look now")
    assert len(clinic.mails("therapist")) == 1
    assert clinic.ask("trail_is_whole", slug="harbour")
