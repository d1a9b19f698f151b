"""Pages for when something is wrong: calm, with something to do and somebody to ask, also without a database."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.test import RequestFactory

from accord.web import problems


def request():
    """A request as it is when something broke before anybody was recognised."""
    made = RequestFactory().get("/")
    made.resolver_match = None
    return made


def test_not_yours_names_whom_to_ask(clinic, signed_in):
    shown = signed_in(clinic.staff["researcher"]).get("/clients/")
    assert shown.status_code == 403
    assert "ask Lead Harbour, Administrator Harbour" in shown.content.decode()


def test_not_found_names_whom_to_ask_and_nobody_of_another_service(clinic, neighbour, signed_in):
    shown = signed_in(clinic.staff["therapist"]).get("/no-such-page")
    assert shown.status_code == 404
    assert "Lead Harbour" in shown.content.decode()
    assert "Hilltop" not in shown.content.decode()


def test_not_found_without_anybody(client, db):
    assert "whoever looks after Accord" in client.get("/no-such-page").content.decode()


# No database fixture: a query would fail the test.
@pytest.mark.parametrize(
    ("handler", "status", "says"),
    [
        (problems.bad_request, 400, "could not be read"),
        (problems.forbidden, 403, "not yours"),
        (problems.csrf, 403, "open too long"),
        (problems.not_found, 404, "nothing here for you"),
        (problems.our_fault, 500, "on our side"),
    ],
)
def test_each_page_stands_without_a_database(handler, status, says):
    response = handler(request())
    assert response.status_code == status
    assert says in response.content.decode()


def test_our_fault_gives_the_reference_that_is_in_the_log(caplog):
    shown = problems.our_fault(request()).content.decode()
    reference = caplog.records[-1].getMessage().split()[1]
    assert reference in shown


def test_a_person_to_ask_is_left_out_when_the_database_is_away():
    class Away:
        def filter(self, **_):
            raise OperationalError("away")

    made = request()
    service, staff = SimpleNamespace(simulated=False, name=""), SimpleNamespace(name="", pk=1)
    made.viewer = SimpleNamespace(colleagues=Away(), may=frozenset(), service=service, staff=staff)
    assert problems.forbidden(made).status_code == 403


def test_a_locked_database_says_that_nothing_was_half_written():
    answer = problems.BusyMiddleware(lambda _: None).process_exception(request(), OperationalError("locked"))
    assert answer.status_code == 503
    assert "half-written" in answer.content.decode()
    assert problems.BusyMiddleware(lambda _: None).process_exception(request(), BadRequest()) is None
