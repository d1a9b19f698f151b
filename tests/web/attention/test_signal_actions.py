"""What staff do about signals: each counted, audited, and refused with every fault at once."""

from datetime import timedelta

import pytest
from tests.web.therapy.telling import even, tell

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Faults
from accord.web.attention.models import Digest, Snooze, Verdict
from accord.web.attention.noticed import snoozed
from accord.web.attention.signal_actions import choose_digest, say, snooze, unsnooze
from accord.web.audit.models import Entry


@pytest.fixture
def top(clinic):
    """A course at the top of the scale."""
    return tell(clinic, [even(100, 90)] * 3)


@pytest.fixture
def today(clinic):
    return clinic_day(now(), clinic.service.timezone)


def test_a_snooze_has_a_reason_and_an_end(clinic, top, today):
    viewer = clinic.of("therapist")
    made = snooze(viewer=viewer, course=top.course, reason=" On  leave ", until=today + timedelta(days=7))
    found = snoozed(viewer, [top.course.pk])[top.course.pk]
    assert (found.key, found.reason, found.mine) == (made.key, "On leave", True)
    assert not snoozed(clinic.of("lead"), [top.course.pk])[top.course.pk].mine
    Snooze.objects.update(until=today)
    assert snoozed(viewer, [top.course.pk]) == {}


def test_a_second_snooze_takes_the_place_of_the_first_and_can_be_ended(clinic, top, today):
    viewer = clinic.of("therapist")
    for days in (3, 5):
        snooze(viewer=viewer, course=top.course, reason="Ill", until=today + timedelta(days=days))
    assert snoozed(viewer, [top.course.pk])[top.course.pk].until == today + timedelta(days=5)
    assert Snooze.objects.filter(ended_at=None).count() == 1
    unsnooze(viewer=viewer, course=top.course)
    unsnooze(viewer=viewer, course=top.course)
    assert snoozed(viewer, [top.course.pk]) == {}
    assert Entry.objects.filter(verb="ended snooze").count() == 1


def test_every_fault_of_a_snooze_is_told_at_once(clinic, top, today):
    with pytest.raises(Faults) as refused:
        snooze(viewer=clinic.of("therapist"), course=top.course, reason=" ", until=today)
    assert [fault.where for fault in refused.value.faults] == ["reason", "until"]
    with pytest.raises(Faults, match="long time"):
        snooze(viewer=clinic.of("lead"), course=top.course, reason="x", until=today + timedelta(days=400))


def test_the_reason_is_neither_readable_in_the_database_nor_in_the_trail(clinic, top, today):
    from django.db import connection

    snooze(
        viewer=clinic.of("therapist"), course=top.course, reason="Grieving", until=today + timedelta(days=3)
    )
    with connection.cursor() as cursor:
        cursor.execute("select reason from attention_snooze")
        assert "Grieving" not in cursor.fetchone()[0]
    assert "Grieving" not in str(list(Entry.objects.values_list("detail", flat=True)))


def test_another_service_sees_no_snooze(clinic, neighbour, top, today):
    snooze(viewer=clinic.of("lead"), course=top.course, reason="Ill", until=today + timedelta(days=3))
    assert snoozed(neighbour.of("lead"), [top.course.pk]) == {}
    assert not neighbour.of("lead").snoozes.exists()


def test_a_verdict_is_counted_once_and_can_be_changed(clinic, top):
    viewer = clinic.of("therapist")
    signal = viewer.signals.get(rule="at_ceiling")
    for said in ("not_useful", "not_useful", "not_a_dip"):
        say(viewer=viewer, signal=signal, said=said)
    assert list(Verdict.objects.values_list("said", flat=True)) == ["not_a_dip"]
    assert Entry.objects.filter(verb="judged", subject=signal.key).count() == 2
    say(viewer=viewer, signal=signal, said="take_back")
    say(viewer=viewer, signal=signal, said="take_back")
    assert Entry.objects.filter(verb="took back").count() == 1
    with pytest.raises(Faults, match="not_useful"):
        say(viewer=viewer, signal=signal, said="not_usefull")


def test_each_chooses_a_mail_or_none(clinic):
    viewer = clinic.of("therapist")
    for every in ("day", "week", "week"):
        choose_digest(viewer=viewer, every=every)
    assert Digest.objects.get().every == "week"
    assert Entry.objects.filter(verb="chose", kind="mail").count() == 2
    choose_digest(viewer=viewer, every=None)
    assert not Digest.objects.exists()
    with pytest.raises(Faults, match="day"):
        choose_digest(viewer=viewer, every="dayly")
