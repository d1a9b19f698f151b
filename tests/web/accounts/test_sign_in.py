"""Signing in, the lock against guessing, a new password by mail, the second step, and the end of a sign-in."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache

LOGIN = "/accounts/login/"
PASSWORD = "a long enough password"  # of everybody in `tests/conftest.py`


@pytest.fixture(autouse=True)
def no_earlier_tries(db):
    """Tries of other tests are not counted."""
    cache.clear()


def sign_in(client, password=PASSWORD, email="therapist@harbour.example"):
    return client.post(LOGIN, {"login": email, "password": password})


def code(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_the_right_password_opens_today(clinic, client):
    response = sign_in(client)
    assert response.status_code == 302
    assert response.headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_wrong_one_says_what_to_do_and_not_which_of_the_two_is_wrong(clinic, client):
    one = sign_in(client, "wrong").content.decode()
    other = sign_in(client, "wrong", "nobody@harbour.example").content.decode()
    assert "do not fit" in one
    assert "do not fit" in other


def test_guessing_is_locked_and_the_page_says_for_how_long(clinic, client):
    for _ in range(5):
        sign_in(client, "wrong")
    shown = sign_in(client, PASSWORD)
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Too many tries" in text
    assert "ten minutes" in text
    assert client.get("/").status_code == 302


def test_a_new_password_by_mail(clinic, client):
    shown = client.post("/accounts/password/reset/", {"email": "therapist@harbour.example"}, follow=True)
    assert "Look at your mail" in shown.content.decode()
    (message,) = mail.outbox
    assert message.subject == "Accord: choose a new password"
    address = re.search(r"https?://[^/]+(/\S+)", message.body).group(1)
    page = client.get(address, follow=True)
    assert "Choose a new password" in page.content.decode()
    wanted = {"password1": "quiet river under stones", "password2": "quiet river under stones"}
    done = client.post(page.redirect_chain[-1][0], wanted, follow=True)
    assert "Your password is changed" in done.content.decode()
    assert sign_in(client, "quiet river under stones").status_code == 302
    assert "used up" in client.get(address, follow=True).content.decode()


def test_a_reset_does_not_tell_who_has_an_account(clinic, client):
    known = client.post("/accounts/password/reset/", {"email": "therapist@harbour.example"}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@harbour.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain


@pytest.mark.parametrize("password", ["short", "123456789012", "password1234"])
def test_a_weak_password_is_refused_with_the_reason(clinic, signed_in, password):
    client = signed_in(clinic.staff["therapist"])
    sent = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    response = client.post("/accounts/password/change/", sent)
    assert response.status_code == 200
    assert 'class="fault"' in response.content.decode()


def test_the_second_step_from_setting_up_to_signing_in(clinic, client):
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    assert 'src="data:image/svg+xml' in page.content.decode()
    secret = page.context["form"].secret
    assert "not right" in client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).content.decode()
    done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}, follow=True)
    assert "Recovery codes" in done.content.decode()
    recovery = re.findall(r"<code>(\w+)</code>", done.content.decode())
    assert len(recovery) == 10
    client.post("/accounts/logout/")
    cache.clear()
    assert sign_in(client).headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": recovery[0]}).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert "On." in client.get("/accounts/2fa/").content.decode()


def test_what_protects_the_account_asks_for_the_password_again(clinic, client):
    sign_in(client)
    response = client.get("/accounts/2fa/totp/activate/")
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    asked = response.headers["Location"]
    assert "once more" in client.get(asked).content.decode()
    assert "not your password" in client.post(asked, {"password": "wrong"}).content.decode()
    assert client.post(asked, {"password": PASSWORD}).status_code == 302
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_a_sign_in_ends_with_the_browser_and_after_some_hours(clinic, client, settings):
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["max-age"] == ""
    assert client.session.get_expiry_age() <= settings.SESSION_COOKIE_AGE == 8 * 3600
    assert cookie["httponly"]


def test_signing_out_needs_a_press(clinic, client):
    sign_in(client)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_nobody_signs_up_alone(client, db):
    shown = client.get("/accounts/signup/").content.decode()
    assert "made by an administrator" in shown


def test_nobody_changes_their_own_address(clinic, client):
    sign_in(client)
    assert client.get("/accounts/email/").status_code == 404
    assert client.post("/accounts/email/", {"email": "me@example.org", "action_add": ""}).status_code == 404


def test_an_account_that_works_nowhere_is_told_so(clinic, client):
    from accord.web.people.actions import set_active

    set_active(staff=clinic.staff["therapist"], active=False)
    sign_in(client)
    response = client.get("/")
    assert response.status_code == 403
    assert "not at work in any service" in response.content.decode()
