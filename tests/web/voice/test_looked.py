"""Who looked at what is about a client: grouped by day and person, and nothing that was only a list."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.therapy.telling import even, tell

from accord.basics.clock import now
from accord.web.people.actions import add_staff, set_consent
from accord.web.voice.concerns import Written, write
from accord.web.voice.looked import Look, Person, by_day, kind_of, looks, words_of

MON, TUE = date(2026, 3, 2), date(2026, 3, 3)
RUIZ, VEGA = Person("Dr Ruiz", "your therapist"), Person("Sol Vega", "supervisor")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], []),
        (
            [(MON, "r", "page"), (MON, "r", "response"), (MON, "r", "page")],
            [Look(MON, RUIZ, ("page", "response"))],
        ),
        (
            [(MON, "r", "page"), (MON, "v", "page"), (TUE, "r", "page")],
            [Look(TUE, RUIZ, ("page",)), Look(MON, RUIZ, ("page",)), Look(MON, VEGA, ("page",))],
        ),
        ([(MON, "gone", "page")], [Look(MON, Person("Somebody who has left", ""), ("page",))]),
    ],
)
def test_looks_are_one_line_per_person_and_day_the_newest_day_first(found, expected):
    assert list(by_day(found, {"r": RUIZ, "v": VEGA})) == expected


@pytest.mark.parametrize(
    ("kind", "detail", "expected"),
    [
        ("course", {}, "page"),
        ("course", {"taken": "numbers"}, "numbers"),
        ("course", {"page": "review"}, "review"),
        ("response", {}, "response"),
        ("something new", {}, "something new"),
    ],
)
def test_what_was_looked_at(kind, detail, expected):
    assert kind_of(kind, detail) == expected
    assert words_of(expected)


@pytest.fixture
def told(clinic):
    return tell(clinic, [even(70), even(71)], planned=False)


def seen(told) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.person.name, one.person.role, one.kinds) for one in looks(told.client)]


def test_opening_the_page_is_a_look_and_a_list_is_none(clinic, told, signed_in):
    set_consent(viewer=told.viewer, client=told.client, purpose="supervision", granted=True)
    supervisor = signed_in(clinic.staff["supervisor"])
    for page in ("/", "/clients/", "/due/", "/supervision/"):
        supervisor.get(page)
    assert seen(told) == []
    supervisor.get(f"/clients/{told.client.key}/")
    assert seen(told) == [("Supervisor Harbour", "supervisor", ("response", "page"))]


def test_the_therapist_is_called_so_and_what_they_took_is_named(told, signed_in):
    staff = signed_in(told.viewer.staff)
    staff.get(f"/clients/{told.client.key}/")
    staff.get(f"/clients/{told.client.key}/numbers.csv")
    assert seen(told) == [("Therapist Harbour", "your therapist", ("response", "page", "numbers"))]


def test_another_client_and_another_service_are_not_in_it(clinic, neighbour, told, signed_in):
    other = tell(clinic, [even(50)], code="Ben K.", planned=False)
    signed_in(told.viewer.staff).get(f"/clients/{other.client.key}/")
    theirs = tell(neighbour, [even(50)], code="Cleo", planned=False)
    signed_in(theirs.viewer.staff).get(f"/clients/{theirs.client.key}/")
    assert seen(told) == []


def test_a_second_person_who_reads_a_letter_is_not_told_on_a_page_whose_address_the_therapist_knows(
    clinic, told
):
    second = add_staff(service=clinic.service, email="s@h.example", name="Second", roles=["therapist"])
    clinic.service.second_person = second
    clinic.service.save()
    told.course.refresh_from_db()
    letter = write(course=told.course, written=Written("second", "Between us.", "k" * 32))
    from accord.web.people.viewer import Viewer

    Viewer(letter.recipient).saw("concern", letter.key)
    assert seen(told) == []
    told.viewer.saw("course", told.course.key)
    assert len(seen(told)) == 1


def test_a_day_is_the_clinics_day(told, monkeypatch):
    from accord.web.audit import actions as audit

    late = now() - timedelta(days=3)
    monkeypatch.setattr(audit, "now", lambda: late)
    told.viewer.saw("course", told.course.key)
    from accord.basics.clock import clinic_day

    assert looks(told.client)[0].day == clinic_day(late, told.client.service.timezone)


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="only SQLite tells its plan whatever the table holds"
)
def test_who_looked_is_found_without_reading_the_whole_trail(told):
    with CaptureQueriesContext(connection) as asked:
        looks(told.client)
    (of_the_trail,) = [one["sql"] for one in asked if 'FROM "audit_entry"' in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {of_the_trail}")
        (step,) = [row[-1] for row in cursor.fetchall()]
    assert step.endswith("(service_id=? AND subject=?)")
