"""What an import writes: the same rows as an answer on a page, once, all or nothing, with a line in the trail."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from tests.exchange.conftest import LONG, PHQ, long_file, phq_file, phq_row

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.exchange.refused import write_refused
from accord.instruments.registry import instrument
from accord.web.attention.models import Alert
from accord.web.audit.actions import verify
from accord.web.audit.models import Entry
from accord.web.checkin import actions, importing
from accord.web.checkin.models import Message, Response, Score
from accord.web.people.models import Client, Consent
from accord.web.therapy.models import Course, Session, TherapistPeriod

THREE = phq_file(
    phq_row("ana", "2026-01-05", 3, "-9"),
    phq_row("ana", "2026-01-12", 2),
    phq_row("ben", "2026-01-06", *[0] * 9),
)


def counts() -> dict[str, int]:
    return {
        model.__name__: model.objects.count() for model in (Client, Course, Session, Response, Score, Entry)
    }


def test_a_file_is_written_with_its_origin_and_one_line_in_the_trail(bring, clinic):
    before = Entry.objects.count()
    done = bring(clinic.service, THREE, PHQ)
    assert (done.clients, done.sessions, done.responses, done.written) == (2, 3, 3, True)
    response = Response.objects.get(session__course__client__code="ana", session__day="2026-01-05")
    assert response.items["1"] == 3 and response.items["2"] == "declined"
    assert (response.channel, response.instrument, response.version) == ("import", "phq-9", 1)
    line = Entry.objects.get(verb="imported")
    assert response.origin == f"ratings.csv row 2 sha256:{line.subject}"
    assert line.detail["responses"] == 3 and line.detail["file"] == "ratings.csv"
    assert Entry.objects.count() == before + 1
    assert verify(clinic.service) == ()
    ana = Course.objects.get(client__code="ana")
    assert (str(ana.started_on), ana.sessions.filter(attendance="attended", day_assumed=False).count()) == (
        "2026-01-05",
        2,
    )


def test_two_ways_to_a_response_agree(bring, clinic):
    """The bulk path and `record_answers` write the same raw answers and the same scores, reasons included."""
    rows = [[3, "-9"], [""] * 8 + [0], [1] * 7 + ["", ""], [0] * 9]
    bring(
        clinic.service, phq_file(*(phq_row(f"c{n}", "2026-01-05", *row) for n, row in enumerate(rows))), PHQ
    )
    phq = instrument("phq-9")
    for number in range(len(rows)):
        imported = Response.objects.get(session__course__client__code=f"c{number}")
        session = clinic.client(f"d{number}").session
        answered = actions.Answered(phq, actions.answers_of(imported), {}, f"key {number}", "en", "screen")
        typed = actions.record_answers(session=session, answered=answered).response
        assert typed.items == imported.items

        def scored(response):
            return sorted(response.scores.values_list("scale", "value", "reason", "answered", "scorer"))

        assert scored(typed) == scored(imported)
    assert actions.rescore(clinic.service).changed == 0


def test_the_same_file_again_changes_nothing_and_neither_does_another_with_the_same_rows(bring, clinic):
    bring(clinic.service, THREE, PHQ)
    before = counts()
    again = bring(clinic.service, THREE, PHQ)
    assert (again.already, again.written) == (3, False)
    shuffled = "\n".join([THREE.splitlines()[0], *reversed(THREE.splitlines()[1:])])
    assert bring(clinic.service, shuffled, PHQ, name="other.csv").already == 3
    assert counts() == before


def test_more_rows_later_go_to_the_same_clients_and_sessions(bring, clinic):
    bring(clinic.service, THREE, PHQ)
    gad = PHQ.replace("phq-9", "gad-7")
    header = "client,day," + ",".join(f"q{item}" for item in range(1, 8))
    done = bring(clinic.service, f"{header}\nana,2026-01-12{',1' * 7}\nana,2025-12-01{',1' * 7}\n", gad)
    assert (done.clients, done.sessions, done.responses) == (0, 1, 2)
    assert str(Course.objects.get(client__code="ana").started_on) == "2025-12-01"


def test_other_answers_for_the_same_session_are_a_fault_not_a_change(bring, clinic):
    bring(clinic.service, THREE, PHQ)
    before = counts()
    done = bring(clinic.service, phq_file(phq_row("ana", "2026-01-05", 0), phq_row("cas", "2026-01-05")), PHQ)
    assert [(one.row, "here for this session already" in one.what) for one in done.conflicts] == [(2, True)]
    assert not done.written and counts() == before


def test_nothing_is_written_when_one_row_is_wrong_unless_partial(bring, read, clinic, tmp_path):
    text = phq_file(phq_row("ana", "2026-01-05"), phq_row("ben", "2026-01-06", 9))
    before = counts()
    assert not bring(clinic.service, text, PHQ).written
    assert counts() == before
    assert bring(clinic.service, text, PHQ, partial=True).written
    assert list(Client.objects.values_list("code", flat=True)) == ["ana"]
    _, incoming = read(text, PHQ)
    path = write_refused(incoming.table, incoming.faults, tmp_path / "ratings.csv")
    header, row = path.read_text().splitlines()
    assert header.endswith("q9,accord_row,accord_reasons") and row.startswith("ben,2026-01-06,9,")
    assert path.name == "ratings.refused.csv" and path.stat().st_mode & 0o077 == 0
    mended = path.read_text().replace("2026-01-06,9", "2026-01-06,3")
    assert bring(clinic.service, mended, PHQ).responses == 1


def test_a_dry_run_counts_and_writes_nothing(bring, clinic):
    before = counts()
    done = bring(clinic.service, THREE, PHQ, dry_run=True)
    assert (done.responses, done.written) == (3, False)
    assert counts() == before


def test_a_failure_in_the_middle_leaves_nothing_half_written(bring, clinic, monkeypatch):
    """A full disk or a lost connection while scores are written."""
    before = counts()
    whole = importing.insert

    def fails(model, *rest):
        if model is Score:
            raise OSError("no space left on device")
        return whole(model, *rest)

    monkeypatch.setattr(importing, "insert", fails)
    with pytest.raises(OSError):
        bring(clinic.service, THREE, PHQ)
    assert counts() == before


@pytest.mark.parametrize(
    ("said", "told"),
    [("database or disk is full", "the disk is full"), ("database is locked", "another program is writing")],
)
def test_a_full_disk_and_a_locked_database_are_told_plainly(bring, clinic, monkeypatch, said, told):
    before = counts()
    whole = importing.insert

    def fails(model, *rest):
        if model is Response:
            raise OperationalError(said)
        return whole(model, *rest)

    monkeypatch.setattr(importing, "insert", fails)
    with pytest.raises(Faults, match=told):
        bring(clinic.service, THREE, PHQ)
    assert counts() == before


def test_an_old_safety_answer_pages_nobody_and_a_recent_one_does(bring, clinic):
    today = now().date()
    days = [today - timedelta(days=30), today - timedelta(days=2)]
    text = phq_file(*(phq_row(f"c{n}", day.isoformat(), *[1] * 9) for n, day in enumerate(days)))
    done = bring(clinic.service, text, PHQ, today=today)
    assert (done.alerts, len(done.old_risk)) == (1, 1)
    alert = Alert.objects.get()
    assert alert.response.session.course.client.code == "c1" and alert.items == [9]
    assert Message.objects.filter(about=alert.key).exists()
    assert Session.objects.get(key=done.old_risk[0]).course.client.code == "c0"


def test_scores_without_answers_are_kept_as_they_came(bring, clinic):
    done = bring(clinic.service, long_file("ana,2,B,sum,"), LONG)
    assert (done.responses, done.sessions) == (2, 2)
    response = Response.objects.get(instrument="bdi-total")
    assert (response.items, response.session.day_assumed, response.session.order) == ({}, True, 1)
    assert response.origin.endswith(" day assumed")
    assert response.scores.values_list("scale", "value", "answered", "scorer").get() == ("TOTAL", 30.0, 0, 0)
    assert actions.rescore(clinic.service).changed == 0
    assert response.scores.count() == 1
    assert bring(clinic.service, long_file(), LONG).already == 2
    with pytest.raises(Faults, match="another range or direction"):
        bring(clinic.service, long_file(), LONG.replace("high: 63", "high: 100"))


def test_assumed_days_must_agree_between_maps(bring, clinic):
    bring(clinic.service, long_file(), LONG)
    done = bring(clinic.service, long_file(), LONG.replace("2020-01-06", "2021-01-06"))
    assert not done.written
    assert {one.what for one in done.conflicts} == {"this session is here already on another assumed day."}


def test_therapists_are_staff_of_the_service(bring, clinic, neighbour):
    chosen = PHQ + "therapist: {column: by, staff: {R: therapist@harbour.example}}\n"
    text = THREE.replace("q9\n", "q9,by\n").replace("0\nana", "0,R\nana")
    rows = text.splitlines()
    rows[2] += ",lead@harbour.example"
    rows[3] += ",therapist@hilltop.example"
    refused = bring(clinic.service, "\n".join(rows), chosen)
    assert [(one.row, one.column) for one in refused.conflicts] == [(4, "by")]
    bring(clinic.service, "\n".join(rows[:3]), chosen)
    course = Course.objects.get(client__code="ana")
    assert course.therapist == clinic.staff["lead"]
    periods = (
        TherapistPeriod.objects.filter(course=course)
        .order_by("since")
        .values_list("therapist__name", "until")
    )
    assert [(name, str(until)) for name, until in periods] == [
        ("Therapist Harbour", "2026-01-12"),
        ("Lead Harbour", "None"),
    ]


def test_consent_is_put_down_for_new_clients_only(bring, clinic):
    clinic.client("ana")
    chosen = PHQ.replace("column: client}", "column: client, consents: [research]}")
    bring(clinic.service, THREE, chosen)
    assert list(Consent.objects.filter(purpose="research").values_list("client__code", flat=True)) == ["ben"]


def test_a_planned_session_of_that_day_and_time_is_the_same_session(bring, clinic):
    there = clinic.client("ana")
    Session.objects.filter(pk=there.session.pk).update(attendance="planned")
    at = there.session.starts_at
    text = phq_file(phq_row("ana", at.isoformat()))
    done = bring(clinic.service, text, PHQ, today=at.date())
    assert done.sessions == 0
    assert Session.objects.get(pk=there.session.pk).attendance == "attended"


def test_a_day_without_a_time_means_the_one_session_of_that_day(bring, clinic):
    there = clinic.client("ana")
    day = there.session.day
    done = bring(clinic.service, phq_file(phq_row("ana", day.isoformat())), PHQ, today=day)
    assert (done.sessions, done.responses) == (0, 1)
    assert Response.objects.get(instrument="phq-9").session == there.session
