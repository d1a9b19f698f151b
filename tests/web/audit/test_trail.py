"""The trail: append-only, one chain per service, and every kind of tampering found and named by its line."""

import pytest
from django.db import DatabaseError, connection, transaction

from accord.web.audit import actions as audit
from accord.web.audit.models import Chain, Entry


@pytest.fixture
def trail(clinic):
    """A service whose trail has a dozen lines."""
    for number in range(8):
        audit.record(
            service_id=clinic.service.pk, actor="accord", verb="noted", kind="session", subject=f"s{number}"
        )
    assert audit.verify(clinic.service) == ()
    return clinic.service


def unlocked(statement: str, *values: object) -> None:
    """Do what somebody with the database file could do: take the triggers away, then change the table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_entry_no_update")
            cursor.execute("DROP TRIGGER audit_entry_no_delete")
        else:
            cursor.execute("DROP TRIGGER audit_entry_append_only ON audit_entry")
        cursor.execute(statement, values)


@pytest.mark.parametrize("change", [lambda rows: rows.update(verb="saw"), lambda rows: rows.delete()])
def test_the_database_itself_refuses_a_change(trail, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(Entry.objects.filter(service=trail))
    assert audit.verify(trail) == ()


def test_an_edit_is_found_at_its_line(trail):
    unlocked("UPDATE audit_entry SET verb = %s WHERE service_id = %s AND number = %s", "saw", trail.pk, 4)
    assert [(b.number, b.what) for b in audit.verify(trail)] == [(4, "it was changed after it was written")]


def test_a_deletion_is_found_at_the_line_after_it(trail):
    unlocked("DELETE FROM audit_entry WHERE service_id = %s AND number = %s", trail.pk, 4)
    (found,) = audit.verify(trail)
    assert found.number == 5
    assert "missing" in found.what


def test_lines_missing_at_the_end_are_found_too(trail):
    last = Chain.objects.get(service=trail).count
    unlocked("DELETE FROM audit_entry WHERE service_id = %s AND number > %s", trail.pk, last - 2)
    (found,) = audit.verify(trail)
    assert found.number == last - 1
    assert f"{last} lines were written" in found.what


def test_a_reordering_is_found(trail):
    unlocked(
        "UPDATE audit_entry SET number = CASE number WHEN 4 THEN 10004 ELSE 10005 END "
        "WHERE service_id = %s AND number IN (4, 5)",
        trail.pk,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_entry SET number = CASE number WHEN 10004 THEN 5 ELSE 4 END "
            "WHERE service_id = %s AND number > 10000",
            [trail.pk],
        )
    assert {b.number for b in audit.verify(trail)} >= {4, 5}


def test_each_service_has_a_chain_of_its_own(trail, neighbour):
    unlocked("UPDATE audit_entry SET verb = %s WHERE service_id = %s AND number = %s", "saw", trail.pk, 2)
    assert audit.verify(neighbour.service) == ()


def test_a_line_that_rolls_back_leaves_no_hole(trail):
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(service_id=trail.pk, actor="accord", verb="noted", kind="session", subject="lost")
        raise RuntimeError
    audit.record(service_id=trail.pk, actor="accord", verb="noted", kind="session", subject="kept")
    assert audit.verify(trail) == ()
