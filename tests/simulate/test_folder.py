"""A folder is there as a whole or not at all, and the same however it was written."""

import json

import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from accord.basics.faults import Faults
from accord.simulate import folder as room
from accord.simulate.block import make_blocks
from accord.simulate.folder import write_service
from accord.simulate.parameters import read_parameters
from accord.simulate.tables import COLUMNS


def write(folder, clients: int = 300, **options):
    blocks = make_blocks(read_parameters(), 3, clients=clients)
    return write_service(blocks, folder, instruments=("accord-check-in",), **options)


def test_the_result_does_not_depend_on_how_much_is_written_at_once(tmp_path):
    write(tmp_path / "one", clients=1100, together=1)
    write(tmp_path / "three", clients=1100, together=3)
    for table in COLUMNS:
        one, three = (pq.read_table(tmp_path / name / f"{table}.parquet") for name in ("one", "three"))
        assert one.equals(three), table
    clients = pq.read_table(tmp_path / "one" / "clients.parquet")["client"].to_pylist()
    assert clients == [f"c{number:07d}" for number in range(1, 1101)]


def test_csv_and_parquet_hold_the_same(tmp_path):
    write(tmp_path / "parquet")
    write(tmp_path / "csv", format="csv")
    for table in COLUMNS:
        expected = pq.read_table(tmp_path / "parquet" / f"{table}.parquet")
        options = pyarrow.csv.ConvertOptions(column_types=expected.schema, strings_can_be_null=True)
        found = pyarrow.csv.read_csv(tmp_path / "csv" / f"{table}.csv", convert_options=options)
        assert found.equals(expected.replace_schema_metadata(None)), table


def test_about_says_what_lies_there(tmp_path):
    written = write(tmp_path / "new" / "deep", about={"seed": 3})
    about = json.loads((tmp_path / "new" / "deep" / "about.json").read_text())
    assert about["simulated"] is True and about["seed"] == 3
    assert {name: one["rows"] for name, one in about["tables"].items()} == written.rows
    assert about["tables"]["sessions"]["columns"]["day"]["type"] == "date32[day]"


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path):
    kept = tmp_path / "diary.txt"
    kept.write_text("mine")
    for replace in (False, True):
        with pytest.raises(Faults, match="Name another folder"):
            write(tmp_path, replace=replace)
    with pytest.raises(Faults, match="this is a file"):
        write(kept)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]
    assert kept.read_text() == "mine"


def test_a_simulated_service_is_replaced_when_asked(tmp_path):
    folder = tmp_path / "service"
    folder.mkdir()
    write(folder, clients=20)
    with pytest.raises(Faults, match="--replace"):
        write(folder)
    write(folder, clients=40, replace=True)
    assert pq.read_table(folder / "clients.parquet").num_rows == 40
    assert [path.name for path in tmp_path.iterdir()] == ["service"]


@pytest.mark.parametrize("there_before", [False, True])
def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch, there_before):
    folder = tmp_path / "service"
    if there_before:
        write(folder, clients=20)

    class Full:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def write_table(self, table):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(room, "_writer", lambda *_: Full())
    with pytest.raises(Faults, match="No space left"):
        write(folder, replace=True)
    assert [path.name for path in tmp_path.iterdir()] == (["service"] if there_before else [])
    if there_before:
        assert pq.read_table(folder / "clients.parquet").num_rows == 20


def test_an_interruption_leaves_nothing_either(tmp_path):
    def stop(rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "service", progress=stop)
    assert list(tmp_path.iterdir()) == []
