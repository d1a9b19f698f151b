"""Whatever is sent to any address, the answer is a sentence and never a failure of ours (500)."""

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web import addresses
from tests.web.addresses import CLIENTS, STAFF

BACKEND = "django.contrib.auth.backends.ModelBackend"

# What people and machines type where something else belongs.
ODD = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "", "0", "-1", "1e309", "nan", "٤٢", "12,5", "declined", "not_reached", "yes", "2026-02-31", "0203-01-01",
            "9999-12-31", "2026-10-25T02:30", "25:61", "\x00", "\ud800", "a" * 5000, "'; DROP TABLE x; --", "<b>",
            "../..", "{{ 7 }}", "None", "true",
        ]
    ),
)  # fmt: skip
FIELDS = st.sampled_from(
    [
        *(f"{kind}-{n}" for kind in ("item", "skip", "text") for n in range(1, 8)),
        "idempotency_key", "version", "language", "started_at", "finished_at", "what", "done", "q", "show", "page",
        "day", "time", "kind", "attendance", "therapist", "to", "on", "how", "name", "code", "email", "mail", "phone",
        "role", "roles", "purpose", "granted", "viewer", "every", "at", "moment", "instrument", "next", "course",
        "timezone", "crisis_number", "quiet_from", "risk_minutes", "lang", "picture", "members", "deputy", "number",
    ]
)  # fmt: skip
BODIES = st.dictionaries(FIELDS, ODD, max_size=8)
SETTINGS = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,  # the same bodies at every run: what fails here fails again
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def clean(body: dict[str, str]) -> dict[str, str]:
    """A body as it can be sent at all: lone surrogates become what a broken encoder makes of them."""
    return {name: value.encode("utf-8", "replace").decode() for name, value in body.items()}


@pytest.fixture
def world(clinic):
    """A client with everything an address can be about."""
    return addresses.world_of(clinic, "Ana")


@pytest.fixture
def persons(clinic):
    """One browser per role."""
    made = {}
    for role, staff in clinic.staff.items():
        made[role] = Browser(raise_request_exception=False)
        made[role].force_login(staff.user, backend=BACKEND)
    return made


@pytest.mark.parametrize("name", STAFF)
def test_no_body_breaks_a_page_of_staff(persons, world, name):
    address = addresses.url(name, world)
    person = persons[sorted(STAFF[name].for_)[0]]

    @SETTINGS
    @given(query=BODIES, body=BODIES)
    def walk(query, body):
        assert person.get(address, clean(query)).status_code < 500
        assert person.post(address, clean(body)).status_code < 500

    walk()


@pytest.mark.parametrize("name", CLIENTS)
def test_no_body_breaks_the_clients_door(world, name):
    address = addresses.url(name, world)
    person = Browser(raise_request_exception=False)

    @SETTINGS
    @given(query=BODIES, body=BODIES, wants_json=st.booleans())
    def walk(query, body, wants_json):
        accept = {"Accept": "application/json"} if wants_json else {}
        assert person.get(address, clean(query), headers=accept).status_code < 500
        assert person.post(address, clean(body), headers=accept).status_code < 500

    walk()


@pytest.mark.parametrize(
    "raw", [b"item-1=%FF%FE&item-2=%ZZ", b"\xff\xfe\x00", b"{", b"item-1=1" + b"&a=1" * 500, b"--x\r\n"]
)
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"]
)
def test_no_encoding_breaks_the_clients_door(world, raw, kind):
    response = Browser(raise_request_exception=False).post(
        addresses.url("checkin:form", world), data=raw, content_type=kind
    )
    assert response.status_code < 500


@SETTINGS
@given(path=st.text(alphabet="/abc%.?#0-_~é\x01", max_size=30))
def test_no_path_breaks_the_application(db, path):
    assert Browser(raise_request_exception=False).get("/" + path).status_code < 500


@pytest.mark.parametrize("name", [*STAFF, *CLIENTS])
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "head"])
def test_no_method_breaks_a_page(persons, world, name, method):
    person = persons[sorted(STAFF[name].for_)[0]] if name in STAFF else Browser(raise_request_exception=False)
    assert getattr(person, method)(addresses.url(name, world)).status_code < 500


@pytest.mark.parametrize("name", ["therapy:client", "therapy:clients", "therapy:review", "audit:trail"])
def test_a_nul_in_an_address_is_no_fault_of_ours(persons, world, name):
    person = persons[sorted(STAFF[name].for_)[0]]
    odd = dict.fromkeys(("course", "q", "show", "page", "who", "what"), "\x00")
    assert person.get(addresses.url(name, world), odd).status_code < 500
