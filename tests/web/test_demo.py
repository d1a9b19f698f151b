"""The demo: whole, alive today, the people as drawn, made once, and never beside real ones."""

import json
import stat
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Faults
from accord.instruments.definition import Respondent
from accord.repair.state import Stage
from accord.signals.dip import alarm, batch
from accord.studies.questions import QUESTIONS
from accord.studies.result import Options
from accord.studies.running import run_one
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.verdict import Verdict
from accord.web import demo
from accord.web.attention.due_page import due_page
from accord.web.attention.learnt import learnt_of, replay_of
from accord.web.attention.models import Alert, Signal
from accord.web.attention.noticed import noticed
from accord.web.attention.past import read_past
from accord.web.attention.past_arrays import past_of
from accord.web.attention.supervision_reading import read_agenda
from accord.web.audit import actions as audit
from accord.web.audit.models import Entry
from accord.web.checkin.actions import rescore
from accord.web.checkin.models import Link, Response
from accord.web.demo import drawn, past
from accord.web.learning.snapshot import take_snapshot
from accord.web.people.actions import make_service
from accord.web.people.models import Client, ClientTrait, Role, Service, Staff, Training
from accord.web.people.viewer import Viewer, viewer_of
from accord.web.repair.models import Repair
from accord.web.repair.rows import replayed
from accord.web.repair.standing import standing
from accord.web.therapy.cover import covered_sessions
from accord.web.therapy.listing import client_list
from accord.web.therapy.models import Course, Session
from accord.web.therapy.reading import read_course
from tests.web.learning.test_snapshot import copy_to

CHECK_IN = "accord-check-in"
KNOWN = {
    "alliance_outcome", "session_three", "dropout_alliance", "whose_rating", "expected_course", "therapists", "equity",
}  # fmt: skip


@pytest.fixture
def signs(db, tmp_path, monkeypatch):
    """The demo, a little smaller than the one people see; gives its sign-ins."""
    monkeypatch.setattr(demo, "passwords_file", lambda: tmp_path / "demo.json")
    monkeypatch.setattr(demo, "CLIENTS", 40)
    monkeypatch.setattr(past, "EACH", 4)
    return demo.make_demo()


def ruiz() -> Viewer:
    return Viewer(Staff.objects.get(name="Dr Ruiz"))


def course(name: str) -> Course:
    return Course.objects.select_related("client", "service").get(client__name=name)


def test_what_a_service_notes_for_learning_is_there(signs):
    harbour = Service.objects.get(slug=demo.HARBOUR)
    ended = Course.objects.filter(service=harbour).exclude(ended_on=None)
    assert set(ended.values_list("ending", flat=True)) == {"left", "as_planned"}
    assert not Course.objects.filter(ended_on=None).exclude(ending="").exists()
    for course in ended:
        assert (course.ending == "left") == ("stopped" in course.ended_how)
    assert set(ended.values_list("treatment", flat=True)) <= set(harbour.treatments)
    told = ClientTrait.objects.filter(service=harbour).values_list("trait", "value")
    assert told and all(value in harbour.traits[trait] for trait, value in told)
    days = set(Training.objects.filter(service=harbour).values_list("day", flat=True))
    assert len(days) == Training.objects.filter(service=harbour).count() == 11


def test_the_past_is_over_for_a_year_and_waits_for_nobody(signs):
    earlier = Course.objects.filter(client__code__startswith="P-")
    assert set(Counter(earlier.values_list("therapist__name", flat=True)).values()) == {4}
    assert earlier.count() == 48
    today = clinic_day(now(), "Europe/Madrid")
    assert all(course.ended_on < today - timedelta(days=365) for course in earlier)
    assert not earlier.exclude(signals=None, repairs=None, alerts=None, review=None).exists()
    assert not Link.objects.filter(session__course__in=earlier).exists()
    here = Staff.objects.filter(service__slug=demo.HARBOUR)
    lead, supervisor = (Viewer(here.get(name=name)) for name in ("Jon Aske", "Maya Lind"))
    pages = [client_list(lead, now(), show=show) for show in ("", "unread", "due")]
    assert "P-10" not in str([*pages, due_page(lead, now()), read_agenda(supervisor, now())])
    assert "P-10" in str(client_list(lead, now(), query="P-10", show="ended"))
    assert Entry.objects.get(verb="imported").detail["clients"] == 48


def test_the_past_has_three_years_and_fifty_people_for_each_of_the_twelve():
    earlier = past.earlier_clients(1 + len(demo.COLLEAGUES)).values()
    assert Counter(one.therapist for one in earlier) == dict.fromkeys(range(12), 50)
    assert sum(one.dropped_out for one in earlier) / 600 == pytest.approx(0.25, abs=0.03)
    last = max(one.first_day + one.sessions[-1].day for one in earlier)
    assert last == pytest.approx(3 * 365, abs=30)


@pytest.mark.django_db(transaction=connection.vendor == "postgresql")
def test_the_learning_part_has_real_estimates_from_the_past(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "passwords_file", lambda: tmp_path / "demo.json")
    monkeypatch.setattr(demo, "CLIENTS", 10)
    demo.make_demo()
    if connection.vendor == "sqlite":  # nobody else can look into a database in memory
        copy_to(tmp_path / "accord.sqlite3")
        monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "accord.sqlite3"))
    take_snapshot(tmp_path / "snapshot", service=Service.objects.get(slug=demo.HARBOUR))
    with open_snapshot(tmp_path / "snapshot") as snapshot:
        found = {one.id: run_one(snapshot, one, Options()) for one in QUESTIONS}
    few = {name for name, study in found.items() if study.verdict is Verdict.TOO_FEW}
    assert few == {"therapist_treatment", "leaving", "training"}
    for name in KNOWN:
        main = next(line for line in found[name].lines if line.name == found[name].main)
        assert isinstance(main.value, float)
        assert name == "equity" or main.low < main.value < main.high
    assert found["equity"].look_at == ("completion_gap",)


def test_the_trail_is_whole_and_scores_are_those_of_the_raw_answers(signs):
    for service in Service.objects.all():
        assert audit.verify(service) == ()
    done = rescore()
    # A form of words alone has nothing to score.
    assert done.responses == Response.objects.exclude(items={}).count() > 500
    assert done.changed == 0


def test_there_is_a_sign_in_per_role_that_works(signs):
    assert [sign.role for sign in signs] == list(Role.values)
    for sign in signs:
        staff = Staff.objects.select_related("user").get(user__email=sign.email, service__slug=demo.HARBOUR)
        assert staff.user.check_password(sign.password)
        assert viewer_of(staff.user).roles == {sign.role}


def test_a_second_call_changes_nothing_and_knows_the_passwords(signs, tmp_path):
    before = Client.objects.count(), Response.objects.count()
    assert demo.make_demo() == signs
    assert (Client.objects.count(), Response.objects.count()) == before
    file = tmp_path / "demo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text(json.dumps({"someone": "else"}))
    renewed = demo.make_demo()
    assert renewed != signs
    user = Staff.objects.get(user__email=renewed[0].email).user
    assert user.check_password(renewed[0].password)


def test_todays_four_people_are_those_that_were_drawn(signs):
    today = clinic_day(now(), "Europe/Madrid")
    sessions = ruiz().sessions.filter(day=today).order_by("starts_at")
    assert [one.course.client.name for one in sessions] == ["Ana M.", "Ben K.", "Chidi O.", "Dora S."]


@pytest.mark.parametrize(
    ("made", "hours"),
    [
        ("00:10", [10, 11, 12, 14]),
        ("09:59", [10, 11, 12, 14]),
        ("10:00", [11, 12, 13, 15]),
        ("15:30", [16, 17, 18, 20]),
        ("19:59", [20, 21, 22, 23]),
        ("20:00", [10, 11, 12, 14]),
    ],
)
def test_the_day_begins_with_the_next_hour_when_the_morning_is_over(made, hours):
    zone = ZoneInfo("Europe/Madrid")
    present = datetime.combine(date(2026, 3, 12), time.fromisoformat(made), zone).astimezone(UTC)
    assert [hour for hour, _ in drawn.hours(present, zone)] == hours


def test_ana_is_as_drawn(signs):
    ana = read_course(course("Ana M."))
    assert ana.values(CHECK_IN, "TOTAL") == (74, 78, 70, 81, 83, 85, 85, 71)
    assert ana.values("accord-check-in-therapist", "TOTAL", Respondent.THERAPIST) == (
        58,
        63,
        66,
        69,
        71,
        74,
        78,
    )
    assert [ana.values(CHECK_IN, part)[-1] for part in ("BOND", "GOALS", "TASKS")] == [82, 56, 76]
    assert [one.number for one in ana.sessions][3:7] == [4, None, 5, 6]
    assert (
        "I wanted to talk about my job."
        in Response.objects.filter(
            session__course__client__name="Ana M.", session__key=ana.sessions[8].key, instrument=CHECK_IN
        )
        .get()
        .texts
    )


def test_the_others_of_the_day_are_as_drawn(signs):
    ben = read_course(course("Ben K."))
    assert [ben.values(CHECK_IN, part) for part in ("TOTAL", "GOALS")] == [(78, 85, 89), (68, 75, 79)]
    assert not hasattr(course("Ben K."), "review")
    assert read_course(course("Dora S.")).values(CHECK_IN, "TOTAL")[-5:] == (100,) * 5
    links = Link.objects.filter(session__course__client__name="Chidi O.")
    assert {link.opened_at for link in links} == {None}
    waiting = [course("Emil T."), course("Farah D.")]
    assert {len(keys) for keys in covered_sessions(ruiz(), waiting).values()} == {1}
    assert len(covered_sessions(ruiz(), Course.objects.filter(therapist=ruiz().staff))) == 2


def test_a_safety_answer_waits_for_somebody_else(signs):
    alert = Alert.objects.get()
    assert alert.acknowledged_at is None
    assert alert.clinician.name == "Lea Brandt"
    assert not ruiz().alerts.exists()


def test_the_two_services_share_a_person_and_no_record(signs):
    maya = Staff.objects.get(name="Maya Lind", service__slug=demo.HARBOUR)
    assert [one.slug for one in Viewer(maya).elsewhere] == [demo.HILLTOP]
    assert Service.objects.filter(simulated=True).count() == 2
    crossed = Session.objects.exclude(service_id=None).exclude(course__service_id=0)
    assert all(one.service_id == one.course.service_id for one in crossed.select_related("course"))


def test_invented_people_are_not_put_beside_real_ones(db):
    make_service(name="Real practice")
    with pytest.raises(Faults, match="1 real service"):
        demo.make_demo()
    assert Service.objects.count() == 1


def test_the_demo_is_judged_by_what_its_own_clients_taught(signs):
    harbour = Service.objects.get(slug=demo.HARBOUR)
    learnt, replayed = learnt_of(harbour), replay_of(harbour)
    assert (learnt.version, learnt.clients) == ("1", 244)
    assert {one.key for one in harbour.staff_set.all()} >= {key for key, _, _ in learnt.therapists} != set()
    assert [row["false_alarms"] for row in replayed["settings"]] == [
        one.false_alarms for one in learnt.settings
    ]
    ana = course("Ana M.")
    assert "dip" in {one.signal.rule for one in noticed(ruiz(), [ana.pk])[ana.pk]}
    assert Signal.objects.filter(service=harbour, raised_at__lt=now() - timedelta(days=2)).exists()


def test_the_fit_that_the_demo_brings_along_fits_its_clients(signs):
    """As many alarms as the fit expects, within 3 SE: else `tools/demo_learnt.py` is to be run."""
    harbour = Service.objects.get(slug=demo.HARBOUR)
    learnt, past = learnt_of(harbour), past_of(read_past(harbour))
    expected = alarm.eligible(past.observed).sum() * learnt.setting.alarms
    found = alarm.alarms(
        batch.run(learnt.parameters, past.observed), past.observed, learnt.setting.threshold
    ).sum()
    assert abs(found - expected) <= 3 * expected**0.5


def test_repairs_of_every_kind_are_there_and_their_events_say_what_their_rows_say(signs):
    rows = Repair.objects.select_related("course__client", "signal")
    (ana,) = rows.filter(course__client__name="Ana M.").exclude(stage=Stage.CLOSED.value)
    assert (ana.origin, ana.signal.rule) == ("signal", "dip")
    assert standing(ruiz(), [ana.course_id], now())[ana.course_id].day == 2
    for pk, state in replayed(rows.values_list("pk", flat=True)).items():
        row = rows.get(pk=pk)
        assert (row.stage, row.ending, row.events_count) == (state.stage, state.ending or "", state.events)
        assert state.last_at <= now()
    assert not rows.filter(course__ended_on__isnull=False).exclude(stage=Stage.CLOSED.value).exists()
