"""A snapshot holds what the pages read, at one instant, without a word of anybody; on both databases.

Nobody else can look into a transaction or into a database in memory: on PostgreSQL these tests commit what they tell,
on SQLite the snapshot is taken of a copy of it in a file.
"""

import sqlite3
import subprocess
import sys
from collections import defaultdict
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection
from tests.web.therapy.telling import MISSED, Meeting, answer, even, tell

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.course.course import SessionRow, assemble
from accord.course.ending import Ending
from accord.course.layout import SCHEMAS, TABLES
from accord.course.session import Attendance
from accord.exchange.snapshot import reading_postgresql, reading_sqlite, write_answers
from accord.studies.result import Options
from accord.studies.snapshot.checking import parts_of
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import prepare
from accord.web.attention.models import Signal
from accord.web.attention.signal_actions import say
from accord.web.audit.models import Entry
from accord.web.checkin.actions import answers_of
from accord.web.checkin.models import Response, Score
from accord.web.learning import snapshot
from accord.web.people.noting import change_lists, note_training, note_traits
from accord.web.repair.models import Repair
from accord.web.therapy.actions import end_course, note_course
from accord.web.therapy.models import Course, Session

pytestmark = pytest.mark.django_db(transaction=connection.vendor == "postgresql")
SECRET = "heliotrope"


@pytest.fixture
def file(tmp_path) -> Path:
    """Where the copy of a database in memory is."""
    return tmp_path / "accord.sqlite3"


@pytest.fixture
def take(tmp_path, file, monkeypatch):
    """Take a snapshot of what is in the database; gives its folder."""

    def taken(name: str = "snapshot", **options) -> Path:
        if connection.vendor == "sqlite":
            copy_to(file)
            with monkeypatch.context() as patch:
                patch.setitem(connection.settings_dict, "NAME", str(file))
                snapshot.take_snapshot(tmp_path / name, **options)
        else:
            snapshot.take_snapshot(tmp_path / name, **options)
        return tmp_path / name

    return taken


def copy_to(file: Path) -> None:
    """A copy as every database of ours is; a backup would wait for the end of our transaction."""
    connection.ensure_connection()
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    with closing(sqlite3.connect(file)) as copy:
        copy.executescript("\n".join(connection.connection.iterdump()))
        copy.execute("PRAGMA journal_mode=WAL")


@pytest.fixture
def told(clinic):
    """Two courses with everything a snapshot holds: one goes on, one ended."""
    clinic.service.timezone = "Asia/Tokyo"  # far from UTC: instants fall on other days there
    clinic.service.save()
    lead = clinic.of("lead")
    change_lists(viewer=lead, treatments=["CBT"], traits={"Age": ["young", "old"]})
    ana = tell(
        clinic,
        [
            even(80, 75, wellbeing=40),
            even(82, wellbeing=45, said=SECRET, off=True),
            Meeting(attendance=MISSED),
            Meeting(70, None, 75, 72, own=71, risk=True, wellbeing=50),
            even(81, 78),
            even(50, 77, wellbeing=55),
        ],
        name=f"Ana {SECRET}",
    )
    ben = tell(clinic, [even(90, 80), even(91)], code="Ben", planned=False)
    answer(ana.sessions[0], "accord-check-in", dict.fromkeys((1, 2, 3, 4), 60.0) | {5: 1.0}, now())
    answer(ana.sessions[0], "accord-preferences", {1: 20.0, 2: 50.0, 3: 80.0}, now())
    note_course(viewer=lead, course=ben.course, treatment="CBT", planned=12)
    end_course(viewer=lead, course=ben.course, on=ben.sessions[-1].day, ending=Ending.LEFT, how=SECRET)
    note_traits(viewer=ana.viewer, client=ana.client, traits={"Age": "young"})
    note_training(viewer=lead, staff=clinic.staff["therapist"], training="Repair", day=date(2026, 3, 14))
    say(viewer=ana.viewer, signal=Signal.objects.filter(rule="dip").get(), said="not_useful")
    return ana, ben


def rows(folder: Path, table: str) -> list[dict]:
    with open_snapshot(folder) as opened:
        return opened.query(f"SELECT * FROM {table}").to_pylist()


def test_sessions_are_those_of_the_pages_in_their_order(take, told):
    found = {one["session"]: one for one in rows(take(), "sessions")}
    assert len(found) == Session.objects.count()
    for course in Course.objects.all():
        given = [
            SessionRow(
                one.key, one.day, one.starts_at, attendance=Attendance(one.attendance), order=one.order
            )
            for one in course.sessions.order_by("pk")
        ]
        held = 0
        for place, one in enumerate(assemble(course.key, given, {}, course.service.timezone).sessions, 1):
            row = found[one.key]
            held += one.attendance.held
            assert row["order"] == place
            assert row["number"] == (held if one.attendance.held else None)
            assert (row["day"], row["attendance"]) == (one.day, one.attendance.value)
            assert row["course"] == course.key and row["client"] == course.client.key
            assert row["therapist"] == course.therapist.key


def test_ratings_are_the_scores_that_count(take, told):
    given = rows(take(), "ratings")
    found = {
        (one["session"], one["instrument"], one["respondent"], one["scale"]): (
            one["version"],
            one["value"],
            one["reason"],
        )
        for one in given
    }
    scores = Score.objects.filter(response__in=Response.objects.counting()).select_related(
        "response__session"
    )
    assert len(given) == len(found) == scores.count() > 50
    for score in scores:
        of = score.response
        version, value, reason = found[of.session.key, of.instrument, of.respondent, score.scale]
        assert (version, value, reason) == (of.version, score.value, score.reason or None)
    assert any(value is None and reason for _, value, reason in found.values())
    assert len(found) < Score.objects.count()  # what was superseded is not in it


def test_items_are_the_answers_without_safety_and_without_words(take, told):
    found = defaultdict(dict)
    for one in rows(take(), "items"):
        found[one["session"], one["instrument"]][one["item"]] = (one["value"], one["reason"])
    counting = Response.objects.counting().select_related("session")
    assert {key for key, _ in found} == {one.session.key for one in counting}
    for response in counting:
        expected = {
            number: (given, None) if isinstance(given, float) else (None, given.value)
            for number, given in answers_of(response).items()
            if (response.instrument, number) not in {("accord-wellbeing", 5), ("accord-check-in", 7)}
            and (isinstance(given, float) or given.value != "not_asked")
        }
        assert found[response.session.key, response.instrument] == expected


def test_courses_signals_traits_and_trainings(take, told, clinic):
    ana, ben = told
    folder = take()
    courses = {one["course"]: one for one in rows(folder, "courses")}
    assert courses[ben.course.key] == {
        "course": ben.course.key,
        "client": ben.client.key,
        "service": clinic.service.slug,
        "therapist": clinic.staff["therapist"].key,
        "started_on": ben.course.started_on,
        "ended_on": ben.sessions[-1].day,
        "ending": "left",
        "planned": 12,
        "treatment": "CBT",
        "language": "en",
    }
    going_on = courses[ana.course.key]
    assert [going_on[name] for name in ("ended_on", "ending", "planned", "treatment")] == [None] * 4
    assert rows(folder, "traits") == [{"client": ana.client.key, "trait": "Age", "value": "young"}]
    assert rows(folder, "trainings") == [
        {"therapist": clinic.staff["therapist"].key, "training": "Repair", "day": date(2026, 3, 14)}
    ]
    signals = {one["rule"]: one for one in rows(folder, "signals")}
    assert len(rows(folder, "signals")) == Signal.objects.count() > 1
    assert signals["dip"]["said"] == "not_useful" and signals["dip"]["session"] == ana.sessions[-1].key
    assert {one["repaired"] for one in signals.values()} == {False}


def test_a_signal_is_raised_on_the_day_of_the_clinic_and_knows_of_its_repair(take, told, clinic):
    ana, _ = told
    dip = Signal.objects.filter(rule="dip").get()
    Signal.objects.filter(pk=dip.pk).update(raised_at=datetime.fromisoformat("2026-03-01T20:30:00+00:00"))
    of_dip = {"service": clinic.service, "course": ana.course, "signal": dip, "origin": "signal"}
    Repair.objects.create(**of_dip, begun_by=ana.viewer.staff, begun_at=now())
    found = next(one for one in rows(take(), "signals") if one["rule"] == "dip")
    assert found["raised_on"] == date(2026, 3, 2) and found["repaired"] is True


def test_no_name_and_no_word_is_in_any_file(take, told):
    folder = take()
    for file in folder.rglob("*"):
        if file.suffix == ".parquet":
            assert SECRET not in str(pq.read_table(file).to_pylist())
    assert SECRET not in (folder / "about.json").read_text()
    for table in TABLES:
        assert all(pq.read_schema(file).equals(SCHEMAS[table]) for file in parts_of(folder, table))


def test_studies_can_be_asked_of_it(take, told):
    ana, ben = told
    with open_snapshot(take()) as opened:
        prepare(opened, Options())
        people = {one["course"]: one for one in opened.query("FROM people").to_pylist()}
        assert opened.query("FROM left_out").to_pylist() == []
    assert people[ben.course.key]["left_judged"] is True and people[ben.course.key]["left_protocol"] is True
    assert people[ana.course.key]["a1"] == 60.0 and people[ana.course.key]["held"] == 5
    assert people[ana.course.key]["intake"] == 40.0 and people[ana.course.key]["final"] == 55.0


def test_sessions_without_a_day_keep_their_order(take, told):
    ana, _ = told
    ana.course.sessions.update(day_assumed=True)
    found = [one for one in rows(take(), "sessions") if one["course"] == ana.course.key]
    assert {one["day"] for one in found} == {None}
    assert sorted(one["order"] for one in found) == list(range(1, 8))


def test_one_service_or_all_of_them(take, told, clinic, neighbour):
    tell(neighbour, [even(70)], code="Zoe")
    assert {one["service"] for one in rows(take("all"), "courses")} == {"harbour", "hilltop"}
    alone = take("one", service=neighbour.service)
    assert {one["service"] for one in rows(alone, "courses")} == {"hilltop"}
    assert len(rows(alone, "sessions")) == 2
    assert Entry.objects.filter(verb="took", kind="snapshot", service=clinic.service).count() == 1
    assert Entry.objects.filter(verb="took", kind="snapshot", service=neighbour.service).count() == 2


def test_a_service_with_nobody_in_it_gives_an_empty_snapshot(take, clinic):
    folder = take()
    assert all(rows(folder, table) == [] for table in TABLES)
    with open_snapshot(folder) as opened:
        prepare(opened, Options())


def test_added_to_an_earlier_one_it_is_the_same_as_a_full_one(take, told, clinic):
    ana, ben = told
    Course.objects.filter(pk=ben.course.pk).update(started_on=ben.course.started_on - timedelta(days=90))
    second = take("second")
    Score.objects.filter(response__session=ana.sessions[1], scale="BOND").update(value=11.0)
    added, full = take("added", add=second), take("full")
    files = sorted(file.relative_to(full) for file in full.rglob("*.parquet"))
    assert files == sorted(file.relative_to(added) for file in added.rglob("*.parquet"))
    for file in files:
        assert (added / file).read_bytes() == (full / file).read_bytes()
    same = [file for file in files if (added / file).stat().st_ino == (second / file).stat().st_ino]
    changed = [file for file in files if file not in same]
    assert [file.parts[0] for file in changed] == ["ratings"]  # of the month that was corrected, and no other
    assert 11.0 in {one["value"] for one in rows(added, "ratings")}
    assert 11.0 not in {one["value"] for one in rows(second, "ratings")}


def test_everything_is_of_one_instant(take, told, clinic, file, tmp_path):
    """What is written while the snapshot is read is in the next one, not half in this one."""

    def slowly():
        for asked in snapshot.questions([clinic.service]):
            if asked.table == "ratings":
                delete_scores_elsewhere(file)
            yield asked

    before = take("before")
    reading = (
        reading_sqlite(str(file))
        if connection.vendor == "sqlite"
        else reading_postgresql(snapshot.conninfo())
    )
    during = tmp_path / "during"
    during.mkdir()
    with reading as read:
        found = write_answers(read, slowly(), during)
    assert found["ratings"] == len(rows(before, "ratings")) > 0
    for part in (before / "ratings").iterdir():
        assert part.read_bytes() == (during / "ratings" / part.name).read_bytes()
    with (
        reading_sqlite(str(file))
        if connection.vendor == "sqlite"
        else reading_postgresql(snapshot.conninfo()) as read
    ):
        again = tmp_path / "again"
        again.mkdir()
        assert write_answers(read, snapshot.questions([clinic.service]), again)["ratings"] == 0


def delete_scores_elsewhere(file: Path) -> None:
    """Somebody else writes, in a process of their own."""
    sql = "DELETE FROM checkin_score"
    if connection.vendor == "sqlite":
        code = f"import sqlite3; c = sqlite3.connect({str(file)!r}); c.execute({sql!r}); c.commit()"
        subprocess.run([sys.executable, "-c", code], check=True)
        return
    import adbc_driver_postgresql.dbapi

    with adbc_driver_postgresql.dbapi.connect(snapshot.conninfo()) as other, other.cursor() as cursor:
        cursor.execute(sql)
        other.commit()


def test_a_folder_that_may_not_be_written_is_refused(take, told, tmp_path):
    folder = take()
    with pytest.raises(Faults, match="it is there already"):
        take()
    with pytest.raises(Faults, match="no earlier snapshot"):
        take("other", add=tmp_path)
    take(replace=True)
    assert (folder / "about.json").is_file() and not (tmp_path / "other").exists()


def test_a_failure_leaves_nothing(take, told, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "cmp", full)
    earlier = take("earlier")
    with pytest.raises(Faults, match="No space left"):
        take(add=earlier)
    assert [one.name for one in tmp_path.iterdir() if "snapshot" in one.name] == []
    assert Entry.objects.filter(kind="snapshot").count() == 1  # of the earlier one
