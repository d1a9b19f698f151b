"""Exports: whole folders with a dictionary, and a research export that holds nothing it should not."""

import csv
import json
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.exchange.conftest import PHQ, phq_file, phq_row

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.exchange.dictionary import CLINIC, RESEARCH, TABLES, columns
from accord.exchange.folder import whole_folder
from accord.exchange.research import CELL
from accord.instruments.registry import instrument
from accord.web.audit.models import Entry
from accord.web.checkin import actions, exporting
from accord.web.people.models import Client, Consent
from accord.web.therapy.models import Session

RESEARCH_MAP = PHQ.replace("column: client}", "column: client, consents: [research]}")


@pytest.fixture
def service(bring, clinic):
    """Eight clients with three sessions, all of whom agreed to research; the last one came a fourth time."""
    rows = [
        phq_row(f"secret{n}", f"2026-0{1 + (week + n) // 4}-{1 + (week + n) % 4 * 7:02}")
        for n in range(8)
        for week in range(3 + (n == 7))
    ]
    assert bring(clinic.service, phq_file(*rows), RESEARCH_MAP, today=now().date()).written
    return clinic.service


def withdraw(code: str, hours: int = 1):
    client = Client.objects.get(code=code)
    Consent.objects.create(
        service=client.service,
        client=client,
        purpose="research",
        granted=False,
        at=now() + timedelta(hours=hours),
    )


def test_every_column_is_in_the_dictionary_and_nothing_else(service):
    clinic_tables = exporting.clinic_tables(service)
    for name in TABLES:
        assert clinic_tables[name].column_names == columns(CLINIC, name)
        assert exporting.research_tables(service).tables[name].column_names == columns(RESEARCH, name)
    words = exporting.dictionary_of(service, clinic_tables, research=False)
    assert {row["instrument"] for row in words["items"]} == {"phq-9"}
    assert words["scales"][0]["source"] and words["scales"][0]["validated"] is True
    attendance = next(row for row in words["columns"] if row["column"] == "attendance")
    assert ["missed_notice", "missed, with notice"] in attendance["labels"]


def test_an_absence_is_never_a_number(bring, clinic):
    bring(clinic.service, phq_file(phq_row("ana", "2026-01-05", "-9", "")), PHQ)
    rows = exporting.clinic_tables(clinic.service)["responses"].to_pylist()[:3]
    assert [(row["value"], row["absent"]) for row in rows] == [
        (None, "declined"),
        (None, "not_reached"),
        (1.0, None),
    ]


def test_words_of_clients_are_in_no_export(service, clinic):
    session = Session.objects.filter(service=service).first()
    check_in = instrument("accord-check-in")
    answered = actions.Answered(check_in, {1: 50.0}, {6: "my very own words"}, "k", "en", "link")
    actions.record_answers(session=session, answered=answered)
    for tables in (exporting.clinic_tables(service), exporting.research_tables(service).tables):
        assert "my very own words" not in str([table.to_pylist() for table in tables.values()])


def test_research_holds_no_name_no_key_no_date_and_no_origin(service):
    Client.objects.filter(code="secret1").update(name="Maria Secreta")
    made = exporting.research_tables(service)
    text = str([table.to_pylist() for table in made.tables.values()])
    keys = [
        *Client.objects.values_list("key", flat=True),
        *Session.objects.values_list("key", flat=True),
        *Client.objects.values_list("code", flat=True),
    ]
    assert [one for one in (*keys, "Maria", "2026", "ratings.csv") if one in text] == []
    assert all(
        not pa.types.is_temporal(field.type) for table in made.tables.values() for field in table.schema
    )
    days = made.tables["sessions"]["day"].to_pylist()
    assert min(days) == 0 and 14 in days
    ids = set(made.tables["sessions"]["client"].to_pylist())
    assert ids.isdisjoint(exporting.research_tables(service).tables["sessions"]["client"].to_pylist())


def test_the_newest_word_on_consent_counts(service):
    withdraw("secret0")
    withdraw("secret1", hours=-9000)  # an older no, before the yes of the import
    made = exporting.research_tables(service)
    assert (made.clients, made.without_consent) == (7, 1)
    for code in ("secret2", "secret3", "secret4"):
        withdraw(code)
    with pytest.raises(Faults, match=f"fewer than {CELL} clients agreed"):
        exporting.research_tables(service)


def test_small_cells_are_kept_back_and_said(bring, service):
    """One client's fourth session, two clients by phone, one who answered another form."""
    Session.objects.filter(course__client__code__in=["secret0", "secret1"]).update(kind="phone")
    gad = RESEARCH_MAP.replace("phq-9", "gad-7")
    bring(
        service,
        "client,day," + ",".join(f"q{i}" for i in range(1, 8)) + "\nsecret2,2026-01-15" + ",1" * 7,
        gad,
    )
    made = exporting.research_tables(service)
    kinds = made.tables["sessions"]["kind"].to_pylist()
    assert "phone" not in kinds and kinds.count(None) == 6
    assert set(made.tables["scores"]["instrument"].to_pylist()) == {"phq-9"}
    assert max(made.tables["sessions"]["number"].to_pylist()) == 3
    said = {(one.table, one.column): (one.values, one.rows) for one in made.kept_back}
    assert said["sessions", "kind"] == (1, 6)
    assert said["sessions", "number"] == (1, 1)
    assert ("scores", "instrument") in said and ("responses", "instrument") in said
    assert all("phone" not in one.what for one in made.kept_back)


def test_a_folder_is_whole_or_not_there_and_never_overwrites(tmp_path):
    place = tmp_path / "export"
    with pytest.raises(RuntimeError), whole_folder(place) as folder:
        (folder / "half").write_text("x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with whole_folder(place) as folder:
        (folder / "about.json").write_text("{}")
    with pytest.raises(Faults, match="--replace"), whole_folder(place):
        pass
    with whole_folder(place, replace=True) as folder:
        (folder / "about.json").write_text("{1}")
    assert (place / "about.json").read_text() == "{1}" and len(list(tmp_path.iterdir())) == 1
    (tmp_path / "thesis").mkdir()
    with pytest.raises(Faults, match="no export of Accord"), whole_folder(tmp_path / "thesis", replace=True):
        pass


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_folder_that_the_command_writes(service, tmp_path, form):
    from accord.cli.export import write

    about = write(service, tmp_path / "out", form, research=False, replace=False)
    assert about["rows"] == {"sessions": 25, "responses": 225, "scores": 25, "repairs": 0}
    assert Entry.objects.get(verb="exported").detail["rows"] == about["rows"]
    if form == "parquet":
        schema = pq.read_schema(tmp_path / "out" / "scores.parquet")
        assert schema.field("value").metadata[b"unit"] == b"points of the scale"
    else:
        with (tmp_path / "out" / "scores.csv").open() as file:
            assert next(csv.DictReader(file))["instrument"] == "phq-9"
    assert json.loads((tmp_path / "out" / "dictionary.json").read_text())["columns"]


def test_a_trend_needs_names_that_exist(service):
    with pytest.raises(Faults, match="Did you mean phq-9"):
        exporting.service_trend(service, "phq9", "TOTAL")
    with pytest.raises(Faults, match="Did you mean TOTAL"):
        exporting.service_trend(service, "phq-9", "TOTALS")
