"""Every address, walked as every role of two services and as nobody: what opens, and what stays shut."""

import socket

import pytest
from django.test import Client as Browser

from tests.web import addresses
from tests.web.addresses import EVERYONE, STAFF

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def ours(clinic):
    """The world of the clinic whose records are asked for."""
    return addresses.world_of(clinic, "Ana")


def browser(staff=None) -> Browser:
    """A browser in which `staff` is signed in, or nobody."""
    made = Browser(raise_request_exception=False)
    if staff is not None:
        made.force_login(staff.user, backend=BACKEND)
    return made


def answers(person: Browser, name: str, world) -> list:
    """What the address says when it is opened, and when something is sent to it."""
    address = addresses.url(name, world)
    return [person.get(address), person.post(address, {"done": "", "what": ""})]


def shut(response) -> bool:
    """Whether a stranger learnt and changed nothing: forbidden, not there, or sent to sign in."""
    elsewhere = (
        "/accounts/login/",
        "/welcome/",
        "/settings/",
    )  # to sign in, or to what this role is here for
    return response.status_code in (403, 404, 405) or (
        response.status_code == 302 and response.headers["Location"].startswith(elsewhere)
    )


def test_every_address_is_in_the_table():
    assert addresses.names() == set(STAFF) | set(addresses.CLIENTS)


@pytest.mark.parametrize("name", STAFF)
def test_nobody_is_sent_to_sign_in(ours, name):
    for response in answers(browser(), name, ours):
        assert shut(response), (name, response.status_code)
        assert b"Worldly" not in response.content


def expected(name: str) -> tuple[int, ...]:
    """How an address answers those it is for when it is opened."""
    if STAFF[name].sends:
        return (405,)
    # A session that is rated already, a client who is in a course already, and an open repair lead on to their page.
    # Without a run of the studies there is nothing to take along, which leads back to their page.
    elsewhere = (
        "ask:rate",
        "people:course_new",
        "repair:begin",
        "learning:state",
        "learning:take",
        "learning:report",
    )
    return (200, 302) if name in elsewhere else (200,)


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_each_role_opens_what_is_for_it_and_nothing_else(clinic, ours, role):
    person = browser(clinic.staff[role])
    wrong = []
    for name, address in STAFF.items():
        response = person.get(addresses.url(name, ours))
        if role not in address.for_:
            if not shut(response) or b"Worldly" in response.content:
                wrong.append((name, "open", response.status_code))
        elif response.status_code not in expected(name):
            wrong.append((name, "shut", response.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_stranger_of_another_service_finds_nothing(neighbour, ours, role):
    person = browser(neighbour.staff[role])
    wrong = []
    for name, address in STAFF.items():
        for response in answers(person, name, ours):
            if b"Worldly" in response.content or ours.client.encode() in response.content:
                wrong.append((name, "shows the client"))
            if address.of_record and not shut(response):
                wrong.append((name, response.status_code))
    assert wrong == []


def test_what_a_stranger_sent_changed_nothing(clinic, neighbour, ours):
    from accord.web.audit.models import Entry

    before = Entry.objects.filter(service=clinic.service).count()
    for role in sorted(EVERYONE):
        for name in STAFF:
            answers(browser(neighbour.staff[role]), name, ours)
    assert Entry.objects.filter(service=clinic.service).count() == before


def test_a_supervisor_sees_only_who_agreed_and_only_the_own_team(clinic, ours):
    from accord.web.people.actions import set_consent

    page = addresses.url("therapy:client", ours)
    supervisor = clinic.staff["supervisor"]
    assert browser(supervisor).get(page).status_code == 200
    course = clinic.of("lead").courses.get(key=ours.course)
    # The open safety alert does not name the supervisor, so withdrawn consent closes the page.
    set_consent(viewer=clinic.of("therapist"), client=course.client, purpose="supervision", granted=False)
    assert browser(supervisor).get(page).status_code == 404


def test_another_therapist_of_the_same_service_is_kept_out(clinic, ours):
    from accord.web.people.actions import add_staff

    other = add_staff(service=clinic.service, email="o@harbour.example", name="Other", roles=["therapist"])
    person = browser(other)
    for name, address in STAFF.items():
        if address.of_record and name != "people:switch":
            for response in answers(person, name, ours):
                assert shut(response), (name, response.status_code)


def test_somebody_kept_out_of_the_service_is_out_at_once(clinic, ours):
    from accord.web.people.actions import set_active

    person = browser(clinic.staff["therapist"])
    assert person.get("/").status_code == 200
    set_active(staff=clinic.staff["therapist"], active=False)
    assert shut(person.get("/"))
    assert shut(person.get(addresses.url("therapy:client", ours)))


def test_no_page_calls_out(clinic, ours, monkeypatch):
    """With the network refused every page of every role still comes."""
    real = socket.socket.connect

    def refuse(self, where):
        if self.family == socket.AF_UNIX:  # a PostgreSQL server of the tests
            return real(self, where)
        raise AssertionError(f"a page tried to reach {where}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: refuse(None, a))
    for role in sorted(EVERYONE):
        person = browser(clinic.staff[role])
        for name, address in STAFF.items():
            if role in address.for_ and not address.sends:
                assert person.get(addresses.url(name, ours)).status_code in (200, 302), (role, name)
    for name in addresses.CLIENTS:
        assert browser().get(addresses.url(name, ours)).status_code in (200, 302), name
