"""A folder that is no good snapshot says all that is wrong with it: what, where and what to do."""

import json
import re

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.studies.snapshot.making import ALLIANCE, Told, make_snapshot

from accord.basics.faults import Faults
from accord.course.layout import TABLES
from accord.simulate.block import make_blocks
from accord.simulate.folder import write_service
from accord.simulate.parameters import read_parameters
from accord.studies.result import Options
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import prepare


@pytest.fixture
def folder(tmp_path):
    return make_snapshot(tmp_path / "snapshot", [Told("a", ratings=[(1, ALLIANCE, 80.0)]), Told("b")])


def faults_of(folder) -> str:
    with pytest.raises(Faults) as refused, open_snapshot(folder):
        pass
    return "\n".join(str(fault) for fault in refused.value.faults)


def change_about(folder, **changes):
    about = json.loads((folder / "about.json").read_text()) | changes
    (folder / "about.json").write_text(json.dumps({k: v for k, v in about.items() if v is not None}))


def rewrite(folder, table, change):
    path = folder / f"{table}.parquet"
    pq.write_table(change(pq.read_table(path)), path)


def test_a_snapshot_is_asked_in_sql_and_says_what_it_is_of(folder):
    with open_snapshot(folder) as snapshot:
        assert snapshot.about.services == ("harbour",) and snapshot.about.simulated
        for table in TABLES:
            snapshot.query(f"SELECT * FROM {table}")
        assert snapshot.query("SELECT client FROM courses ORDER BY 1")["client"].to_pylist() == ["a", "b"]


def test_a_table_may_be_in_parts(folder):
    whole = pq.read_table(folder / "courses.parquet")
    (folder / "courses").mkdir()
    for place in range(2):
        pq.write_table(whole.slice(place, 1), folder / "courses" / f"{place}.parquet")
    (folder / "courses.parquet").unlink()
    with open_snapshot(folder) as snapshot:
        assert snapshot.query("SELECT count(*) AS n FROM courses")["n"].to_pylist() == [2]


def test_parts_are_widened_and_not_rounded_to_the_first(folder):
    whole = pq.read_table(folder / "ratings.parquet")
    (folder / "ratings").mkdir()
    for place, values in enumerate((pa.array([80], pa.int32()), pa.array([80.6]))):
        pq.write_table(whole.set_column(6, "value", values), folder / "ratings" / f"{place}.parquet")
    (folder / "ratings.parquet").unlink()
    with open_snapshot(folder) as snapshot:
        assert snapshot.query("SELECT value FROM ratings ORDER BY 1")["value"].to_pylist() == [80, 80.6]


def test_no_folder_a_file_and_another_kind_of_folder(folder, tmp_path):
    assert "there is no such folder" in faults_of(tmp_path / "nowhere")
    assert "this is a file" in faults_of(folder / "about.json")
    (tmp_path / "empty").mkdir()
    assert "about.json: it is missing, so this is no snapshot. Take one with" in faults_of(tmp_path / "empty")
    blocks = make_blocks(read_parameters(), 1, clients=30)
    write_service(blocks, tmp_path / "service", instruments=("srs",))
    assert "names no layout" in faults_of(tmp_path / "service")
    (folder / "about.json").write_text("{")
    assert "cannot be read" in faults_of(folder)


def test_another_layout_is_refused(folder):
    change_about(folder, layout=2)
    assert re.search(
        r"about\.json: the snapshot has layout 2; this version reads 1\. Take .* again", faults_of(folder)
    )
    change_about(folder, layout="1")
    assert "layout '1'" in faults_of(folder)


def test_about_must_say_everything(folder):
    change_about(folder, services="harbour", taken_at=None)
    told = faults_of(folder)
    assert "'services' is missing or is no list" in told and "'taken_at'" in told


def test_about_holds_names_and_a_time_that_can_be_shown(folder):
    change_about(folder, services=["\x1b[31m"], taken_at="yesterday")
    assert "'services' are no names" in faults_of(folder) and "'taken_at' is no time" in faults_of(folder)
    change_about(folder, services=[])
    assert "'services' are no names" in faults_of(folder)


def test_everything_wrong_with_the_files_is_told_at_once_with_near_names(folder):
    (folder / "courses.parquet").rename(folder / "course.parquet")
    (folder / "signals.parquet").write_bytes(b"")
    (folder / "items.parquet").write_bytes((folder / "items.parquet").read_bytes()[:-9])
    rewrite(folder, "sessions", lambda table: table.rename_columns({"attendance": "attendence"}))
    rewrite(
        folder,
        "ratings",
        lambda table: table.set_column(6, "value", pa.array(["80"] * len(table))).drop_columns("version"),
    )
    told = faults_of(folder)
    assert "courses.parquet: this table is missing. There is course.parquet; is that it?" in told
    assert "signals.parquet: it cannot be read as Parquet" in told
    assert "items.parquet: it cannot be read as Parquet" in told
    assert "sessions.parquet: the column 'attendance' is missing. Did you mean attendence?" in told
    assert "ratings.parquet: the column 'value' holds string, not double." in told
    assert "ratings.parquet: the column 'version' is missing. Take the snapshot again." in told


def test_narrower_numbers_and_dictionaries_are_read_as_they_are(folder):
    rewrite(folder, "sessions", lambda table: table.set_column(6, "order", table["order"].cast(pa.int8())))
    rewrite(
        folder, "courses", lambda table: table.set_column(1, "client", table["client"].dictionary_encode())
    )
    with open_snapshot(folder) as snapshot:
        prepare(snapshot, Options())
        assert snapshot.query("SELECT client FROM people ORDER BY 1")["client"].to_pylist() == ["a", "b"]


def test_damage_inside_a_file_is_found(tmp_path):
    folder = make_snapshot(tmp_path / "long", [Told(f"c{n}") for n in range(2000)])
    file = folder / "sessions.parquet"
    raw = bytearray(file.read_bytes())
    raw[100:400] = bytes(300)
    file.write_bytes(raw)
    assert "sessions.parquet: it cannot be read to the end; it is damaged." in faults_of(folder)


def test_damage_in_a_column_that_no_check_reads_is_found_when_it_is_asked(tmp_path):
    folder = make_snapshot(
        tmp_path / "long", [Told(f"c{n}", ratings=[(1, ALLIANCE, n / 7)]) for n in range(2000)]
    )
    file = folder / "ratings.parquet"
    column = pq.read_metadata(file).row_group(0).column(6)
    assert column.path_in_schema == "value"
    raw = bytearray(file.read_bytes())
    start = column.dictionary_page_offset or column.data_page_offset
    raw[start : start + 300] = b"\xff" * 300
    file.write_bytes(raw)
    with pytest.raises(Faults) as refused, open_snapshot(folder) as snapshot:
        prepare(snapshot, Options())
    assert "ratings.parquet: it cannot be read to the end; it is damaged." in str(refused.value)


def test_a_mistake_in_sql_is_no_damage(folder):
    with pytest.raises(duckdb.Error), open_snapshot(folder) as snapshot:
        snapshot.query("SELECT nothing FROM nowhere")


def test_cells_that_cannot_be_are_counted(tmp_path):
    twice = {"session": "k-a-1", "course": "k-a", "client": "a", "order": 1}
    folder = make_snapshot(
        tmp_path / "odd",
        [Told("a", ending="leftt")],
        sessions=[
            {**twice, "kind": "phone", "attendance": "there"},
            {**twice, "kind": None, "attendance": "late"},
        ],
    )
    told = faults_of(folder)
    assert "the column 'ending' says 'leftt', which is none of its words. Did you mean left?" in told
    assert "2 rows have a 'session' that is there already." in told
    assert "the column 'kind' is empty in 1 rows" in told
    assert "the column 'attendance' says 'there', which is none of its words." in told


def test_a_limit_on_memory_sends_the_rest_to_the_disk_and_gives_the_same(tmp_path):
    folder = make_snapshot(tmp_path / "many", [Told(f"c{n}", ("attended",) * 8) for n in range(500)])
    found = []
    for memory in ("", "60MB"):
        with open_snapshot(folder, memory=memory) as snapshot:
            prepare(snapshot, Options())
            found.append(snapshot.query("FROM rated ORDER BY course, number"))
    assert found[0].equals(found[1])


def test_a_fault_holds_no_answer_and_nothing_is_left_open(folder):
    rewrite(folder, "ratings", lambda table: table.set_column(6, "value", pa.array(["words"] * len(table))))
    assert "words" not in faults_of(folder)
