"""The client list: search, filters, pages, and what stays covered."""

import re

import pytest

from accord.basics.clock import now
from accord.instruments.registry import instrument
from accord.web.checkin.actions import Answered, open_responses, record_answers, skip_rating
from accord.web.checkin.links import make_link
from accord.web.therapy.actions import end_course
from accord.web.therapy.listing import PAGE, client_list


def listing(clinic, role="therapist", **asked):
    return client_list(clinic.of(role), now(), **asked)


def names(found):
    return [row.name for row in found.rows]


def rate(session, value, **extra):
    answers = {**dict.fromkeys(range(1, 5), float(value)), **extra}
    answered = Answered(instrument("accord-check-in"), answers, {}, f"r-{session.key}", "en", "link")
    return record_answers(session=session, answered=answered).response


def test_names_in_order_and_pseudonyms_where_there_is_no_name(clinic):
    clinic.client("C2", name="ben K.")
    clinic.client("Zebra")
    clinic.client("C1", name="Ana M.")
    assert names(listing(clinic)) == ["Ana M.", "ben K.", "Zebra"]


@pytest.mark.parametrize(
    ("query", "found"), [("an", ["Ana M."]), ("C1", ["Ana M."]), ("  ana  m ", ["Ana M."]), ("x", [])]
)
def test_a_part_of_the_name_or_the_pseudonym_is_enough(clinic, query, found):
    clinic.client("C1", name="Ana M.")
    clinic.client("C2", name="Ben K.")
    assert names(listing(clinic, query=query)) == found


def test_nobody_found_says_what_to_do(clinic):
    assert "pseudonym is enough" in listing(clinic, query="x").empty


def test_unread_until_the_therapist_opens_it(clinic):
    case = clinic.client("C1", name="Ana M.")
    clinic.client("C2", name="Ben K.")
    response = rate(case.session, 80)
    assert names(listing(clinic, show="unread")) == ["Ana M."]
    open_responses(viewer=clinic.of("lead"), responses=[response])
    assert names(listing(clinic, show="unread")) == ["Ana M."]  # that a lead looked does not make it read
    assert names(listing(clinic, "lead", show="unread")) == []
    open_responses(viewer=clinic.of("therapist"), responses=[response])
    assert names(listing(clinic, show="unread")) == []


def test_due_while_a_form_is_out(clinic):
    case = clinic.client("C1", name="Ana M.")
    clinic.client("C2", name="Ben K.")
    make_link(case.session, "accord-wellbeing")
    assert names(listing(clinic, show="due")) == ["Ana M."]


def test_ended_courses_stand_apart(clinic):
    case = clinic.client("C1", name="Ana M.")
    end_course(viewer=clinic.of("therapist"), course=case.course, on=case.session.day)
    assert names(listing(clinic)) == []
    assert names(listing(clinic, show="ended")) == ["Ana M."]


def test_the_last_rating_stays_covered_until_the_therapist_rated(clinic):
    case = clinic.client("C1", name="Ana M.")
    rate(case.session, 41)
    assert listing(clinic).rows[0].last == ""
    assert listing(clinic, "lead").rows[0].last == "41"
    skip_rating(viewer=clinic.of("therapist"), session=case.session)
    assert listing(clinic).rows[0].last == "41"


def test_a_raised_concern_is_seen_in_the_list(clinic):
    rate(clinic.client("C1").session, 80)
    raised = clinic.client("C2", pronoun="he")
    record_answers(
        session=raised.session,
        answered=Answered(instrument("accord-check-in"), {1: 80.0, 5: 1.0}, {}, "x", "en", "link"),
    )
    assert [row.pill.words for row in listing(clinic).rows] == ["Not read yet", "He raised it"]


def test_pages(clinic):
    for number in range(PAGE + 2):
        clinic.client(f"C{number:02d}")
    first, second = listing(clinic), listing(clinic, number="2")
    assert len(first.rows) == PAGE
    assert names(second) == ["C25", "C26"]
    assert first.after.endswith("?page=2")
    assert second.place == "26 to 27 of 27"
    assert names(listing(clinic, number="99")) == names(second)
    assert names(listing(clinic, number="x")) == names(first)


@pytest.mark.parametrize("role", ["therapist", "lead"])
def test_nobody_of_another_service(clinic, neighbour, role):
    clinic.client("C1")
    assert names(listing(neighbour, role)) == []


def test_the_page(clinic, signed_in):
    clinic.client("C1", name="Ana <b>M.</b>")
    shown = signed_in(clinic.staff["therapist"]).get("/clients/?q=ana").content.decode()
    assert "One person found." in shown
    assert "Ana &lt;b&gt;" in shown
    assert re.search(r'<nav class="nav".*?aria-current="page">Clients', shown, re.S)


@pytest.mark.parametrize("role", ["administrator", "researcher"])
def test_roles_without_clients_are_kept_out(clinic, signed_in, role):
    assert signed_in(clinic.staff[role]).get("/clients/").status_code == 403
