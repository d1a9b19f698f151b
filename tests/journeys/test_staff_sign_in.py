"""Signing in: with a password, with a second step, and when neither is remembered."""

import base64
import hmac
import struct
import time

from playwright.sync_api import expect


def six_digits(key: str, at: float) -> str:
    """What an authenticator app shows for this key at an instant (RFC 6238: HMAC-SHA1, 30 s, 6 digits)."""
    digest = hmac.digest(base64.b32decode(key), struct.pack(">Q", int(at) // 30), "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def sign_in_by_hand(clinic, page, role: str = "therapist", password: str | None = None) -> None:
    """Type address and password as a person does."""
    page.goto("/accounts/login/")
    page.locator("input[type=email]").fill(clinic.email(role))
    page.locator("input[type=password]").fill(password or clinic.password)
    page.get_by_role("button", name="Sign in").click()


def test_a_therapist_signs_in_and_out(clinic, phone, check_page):
    # The first page asks who is there, and goes where she wanted to go.
    phone.goto("/due/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in")
    check_page(phone)
    phone.locator("input[type=email]").fill(clinic.email("therapist"))
    phone.locator("input[type=password]").fill("not her password")
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_role("alert")).to_be_visible()
    check_page(phone)
    phone.locator("input[type=password]").fill(clinic.password)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Nothing is due.")
    phone.locator(".menu summary").click()
    check_page(phone)
    phone.get_by_role("button", name="Sign out").click()
    phone.goto("/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_with_a_code_from_a_phone_as_the_second_step(clinic, desktop, new_context, check_page):
    sign_in_by_hand(clinic, desktop)
    desktop.locator(".menu summary").click()
    desktop.get_by_role("link", name="Second step at sign-in").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Second step at sign-in")
    check_page(desktop)
    desktop.get_by_role("link", name="Set it up").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Your password once more")
    check_page(desktop)
    desktop.locator("input[type=password]").fill(clinic.password)
    desktop.get_by_role("button", name="Go on").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Set up the second step")
    check_page(desktop)
    key = desktop.locator("code.key").inner_text()
    desktop.locator("main input:not([type=hidden])").fill("000000")
    desktop.get_by_role("button", name="Turn it on").click()
    expect(desktop.locator(".fault").first).to_be_visible()
    desktop.locator("main input:not([type=hidden])").fill(six_digits(key, time.time()))
    desktop.get_by_role("button", name="Turn it on").click()
    expect(desktop.locator("ul.codes li").first).to_be_visible()
    check_page(desktop)

    # From now on the password alone opens nothing.
    elsewhere = new_context("phone").new_page()
    sign_in_by_hand(clinic, elsewhere)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("The second step")
    check_page(elsewhere)
    elsewhere.goto("/clients/")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("The second step")
    elsewhere.locator("main input:not([type=hidden])").first.fill(six_digits(key, time.time()))
    elsewhere.get_by_role("button", name="Sign in").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_contain_text("Today")


def test_a_forgotten_password_is_chosen_anew_by_mail(clinic, phone, check_page):
    phone.goto("/accounts/login/")
    phone.get_by_role("link", name="I do not know my password").click()
    expect(phone.get_by_role("heading", level=1)).not_to_have_text("Sign in")
    check_page(phone)
    phone.locator("input[type=email]").fill(clinic.email("lead"))
    phone.locator("main form button").click()
    expect(phone.locator("input[type=email]")).to_have_count(0)
    check_page(phone)
    (mail,) = clinic.mails("lead")
    address = next(word for word in mail.split() if "/accounts/password/reset/key/" in word)
    phone.goto(address)
    check_page(phone)
    for field in phone.locator("input[type=password]").all():
        field.fill("seven quiet harbours")
    phone.locator("main form button").click()
    expect(phone.locator("input[type=password]")).to_have_count(0)
    sign_in_by_hand(clinic, phone, "lead", "seven quiet harbours")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Today")
