"""What every response carries, what is refused before it is read, and what a log may hold."""

import logging

import pytest

from accord.web.checkin.links import make_link, token
from accord.web.discretion import NoClientContent


@pytest.fixture
def form_address(clinic):
    """The address of a check-in of a client of the clinic."""
    return f"/c/{token(make_link(clinic.client().session, 'accord-check-in'))}/"


def pages(form_address):
    return ["/accounts/login/", form_address, "/no-such-page"]


def test_every_page_has_a_strict_policy(client, form_address):
    for address in pages(form_address):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy.replace("http:", "")
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


def test_pages_about_people_stay_in_no_cache(clinic, signed_in):
    response = signed_in(clinic.staff["therapist"]).get("/")
    assert "no-store" in response.headers["Cache-Control"]


def test_behind_tls_cookies_are_secure_and_browsers_stay_on_https(settings):
    import os
    import subprocess
    import sys

    code = (
        "from accord.web import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "ACCORD_TLS": "true"}, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True", "True", "True", "31536000"], done.stderr


def test_a_large_body_is_refused_before_anything_reads_it(client, form_address):
    response = client.post(form_address, data=b"x" * 10_000_000, content_type="text/plain")
    assert response.status_code == 413
    assert b"Nothing was kept" in response.content


def test_a_length_that_is_no_number_is_refused(client, form_address):
    response = client.post(form_address, data=b"x", content_type="text/plain", CONTENT_LENGTH="much")
    assert response.status_code == 400


def test_a_form_from_elsewhere_is_refused(clinic):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(clinic.staff["therapist"].user, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post("/accounts/logout/").status_code == 403


def test_the_clients_door_sets_no_cookie(client, form_address):
    assert client.get(form_address).cookies == {}


def logged(message: str, *values: object, error: Exception | None = None) -> str:
    """What a log line says after the filter."""
    record = logging.LogRecord("accord", logging.ERROR, __file__, 1, message, values, None)
    if error is not None:
        try:
            raise error
        except Exception as raised:
            record.exc_info = (type(raised), raised, raised.__traceback__)
    assert NoClientContent().filter(record)
    return logging.Formatter("%(message)s").format(record)


def test_a_log_line_names_no_link():
    said = logged("GET %s took long", "/c/0198abc.signature/sent?x=1")
    assert "0198abc" not in said
    assert "/c/…" in said


def test_a_log_line_names_the_place_of_an_error_and_not_what_it_says():
    said = logged("failed", error=ValueError("I wanted to talk about my job"))
    assert "job" not in said
    assert "ValueError at" in said
    assert "test_guard.py" in said
