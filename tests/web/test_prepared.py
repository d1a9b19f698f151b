"""SQL that is made once says the same as Django's own."""

import pytest
from django.db import connection

from accord.web.audit.models import Chain
from accord.web.people.models import Staff, Team
from accord.web.prepared import Prepared, change, one, write


def test_written_rows_are_ordinary_records(clinic):
    team = Team(service=clinic.service, name="Night")
    write([team])
    assert Team.objects.get(pk=team.pk) == team
    team.name = "Day"
    team.save()  # an update, not a second row
    assert Team.objects.filter(key=team.key).values_list("name", flat=True).get() == "Day"
    write([Team(service=clinic.service, name=f"Team {n}") for n in range(3)])
    assert Team.objects.filter(name__startswith="Team ").count() == 3


def test_a_changed_record(clinic):
    change(Chain, clinic.service.pk, count=7, hash="x")
    assert one("select count, hash from audit_chain where service_id = %s", clinic.service.pk) == (7, "x")
    assert one("select count from audit_chain where service_id = %s", -1) is None


def test_a_prepared_query_gives_whole_records(clinic, django_assert_num_queries):
    prepared = Prepared(lambda key: Staff.objects.select_related("user", "service", "deputy").filter(key=key))
    therapist = clinic.staff["therapist"]
    with django_assert_num_queries(1):
        found = prepared.first(therapist.key)
        assert (found, found.user, found.service, found.deputy) == (
            therapist,
            therapist.user,
            clinic.service,
            None,
        )
    assert prepared.first("nobody") is None
    found.name = "Changed"
    found.save()
    assert prepared.first(therapist.key).name == "Changed"


@pytest.mark.parametrize(
    "make", [lambda key: Staff.objects.filter(key=key, name="x"), lambda _: Staff.objects.all()]
)
def test_a_query_with_other_parameters_is_refused(clinic, make):
    with pytest.raises(ValueError, match="one parameter"):
        Prepared(make).first("x")


def test_a_new_connection_gets_its_own(clinic):
    prepared = Prepared(lambda key: Staff.objects.filter(key=key))
    key = clinic.staff["lead"].key
    assert prepared.first(key)
    before = prepared._own.connection
    prepared._own.connection = object()  # as after a reconnect
    assert prepared.first(key)
    assert prepared._own.connection is before is connection.connection
