"""The page of the trail: lines in words, filters, pages, and whether it is whole."""

import pytest
from tests.web.audit.test_trail import unlocked

from accord.web.audit import actions as audit
from accord.web.audit.models import Entry


@pytest.fixture
def browser(clinic, signed_in):
    """The administrator's browser."""
    return signed_in(clinic.staff["administrator"])


def test_lines_name_people_and_never_a_client(browser, clinic):
    clinic.client("A-1", name="Ana M.")
    page = browser.get("/trail/").content.decode()
    assert "Therapist Harbour" in page
    assert "Ana M." not in page


def test_the_trail_is_filtered_by_person_kind_and_record(browser, clinic):
    ana = clinic.client("A-1")
    therapist = clinic.staff["therapist"].key
    lines = browser.get("/trail/", {"actor": therapist, "kind": "session"}).context["trail"].lines
    assert {(line.who, line.kind) for line in lines} == {("Therapist Harbour", "session")}
    lines = browser.get("/trail/", {"subject": ana.client.key[-8:]}).context["trail"].lines
    assert {line.subject for line in lines} == {ana.client.key}
    assert browser.get("/trail/", {"subject": "nothing"}).context["trail"].lines == ()


def test_a_long_trail_has_pages_and_odd_page_numbers_harm_nothing(browser, clinic):
    audit.record_many(
        service_id=clinic.service.pk,
        lines=[audit.Line("accord", "noted", "session", f"s{n}") for n in range(120)],
    )
    first = browser.get("/trail/").context["trail"]
    assert (first.page, first.later, first.earlier) == (1, None, 2)
    assert first.lines[0].number > first.lines[-1].number
    for odd in ("0", "-1", "9999", "first"):
        assert browser.get("/trail/", {"page": odd}).status_code == 200


def test_the_page_says_whether_the_trail_is_whole(browser, clinic):
    assert b"The trail is whole" in browser.get("/trail/", {"check": "1"}).content
    unlocked(
        "UPDATE audit_entry SET verb = %s WHERE service_id = %s AND number = %s", "saw", clinic.service.pk, 2
    )
    page = browser.get("/trail/", {"check": "1"}).content.decode()
    assert "The trail is broken" in page
    assert "Line 2: it was changed after it was written" in page


def test_the_trail_of_another_service_is_not_shown(neighbour, clinic, signed_in):
    lines = signed_in(neighbour.staff["administrator"]).get("/trail/").context["trail"].lines
    numbers = Entry.objects.filter(service=neighbour.service).count()
    assert len(lines) == numbers
    assert not {line.subject for line in lines} & set(
        Entry.objects.filter(service=clinic.service).values_list("subject", flat=True)
    )
