"""A simulated service as a snapshot: the same service in the layout of studies, and the truth beside it."""

import json

import duckdb
import pyarrow.parquet as pq
import pytest

from accord.basics.faults import Faults
from accord.course.layout import SCHEMAS
from accord.simulate.block import make_blocks
from accord.simulate.folder import write_service
from accord.simulate.parameters import read_parameters
from accord.simulate.snapshot import WRITTEN, simulate_snapshot, write_snapshot
from accord.simulate.tables import RATED

SHIFTED = {
    "treatments": {1: 0.5, 2: 0.5},
    "treatment_sd": 0.3,
    "groups": {1: 0.7, 2: 0.3},
    "trained": 0.5,
    "training_effect": 0.4,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("simulated") / "snapshot"
    simulate_snapshot(place, clients=300, seed=3, parameters=SHIFTED)
    return place


def ask(folder, sql: str):
    return duckdb.sql(sql.replace("@", f"{folder}/")).fetchall()


def test_every_file_is_what_the_layout_says_and_marked(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["about.json", *(f"{name}.parquet" for name in WRITTEN)]
    )
    for name, schema in WRITTEN.items():
        found = pq.read_schema(folder / f"{name}.parquet")
        assert found.equals(schema), name
        assert found.metadata[b"simulated"] == b"true"
    assert set(SCHEMAS) | {"truth"} == set(WRITTEN)
    about = json.loads((folder / "about.json").read_text())
    assert about["layout"] == 1 and about["simulated"] is True and about["seed"] == 3
    assert about["parameters"]["treatments"] == {"1": 0.5, "2": 0.5}


def test_it_is_the_same_service_as_the_one_of_five_tables(tmp_path):
    def made():
        return make_blocks(read_parameters(), 3, clients=300)

    write_service(made(), tmp_path / "five", instruments=RATED)
    write_snapshot(made(), tmp_path / "snapshot", parameters=read_parameters(), together=1)
    both = {"five": tmp_path / "five", "snapshot": tmp_path / "snapshot"}
    for of_five, of_snapshot in (
        ("client, slot, number, therapist, day, kind, attendance FROM '{}/sessions.parquet'",
         "client, \"order\", number, therapist, day, kind, attendance FROM '{}/sessions.parquet'"),
        ("instrument, respondent, count(*), count(value), round(sum(value), 5) FROM '{}/ratings.parquet' GROUP BY ALL",
         "instrument, respondent, count(*), count(value), round(sum(value), 5) FROM '{}/ratings.parquet'"
         " WHERE instrument <> 'simulated-outcome' GROUP BY ALL"),
        ("count(outcome), round(sum(outcome), 6), count(*) FILTER (dropped_out) FROM '{}/clients.parquet'",
         "(SELECT count(value) FROM '{0}/ratings.parquet' WHERE instrument = 'simulated-outcome'),"
         "(SELECT round(sum(value), 6) FROM '{0}/ratings.parquet' WHERE instrument = 'simulated-outcome'),"
         "(SELECT count(*) FROM '{0}/courses.parquet' WHERE ending = 'left')"),
        ("instrument, sum(item1), sum(item4), count(item5) FROM '{}/answers.parquet' GROUP BY ALL",
         "instrument, sum(value) FILTER (item = 1), sum(value) FILTER (item = 4), count(value) FILTER (item = 5)"
         " FROM '{}/items.parquet' GROUP BY ALL"),
    ):  # fmt: skip
        found = [
            duckdb.sql("SELECT " + sql.format(both[name]) + " ORDER BY ALL").fetchall()
            for name, sql in (("five", of_five), ("snapshot", of_snapshot))
        ]
        assert found[0] == found[1]


def test_an_item_that_is_not_there_has_its_reason(folder):
    rows = ask(
        folder,
        "SELECT reason, count(value), count(*) > 0 FROM '@items.parquet' WHERE reason IS NOT NULL GROUP BY 1",
    )
    assert sorted(rows) == [("declined", 0, True), ("not_reached", 0, True)]
    assert ask(
        folder, "SELECT count(*) FROM '@items.parquet' WHERE (value IS NULL) <> (reason IS NOT NULL)"
    ) == [(0,)]


def test_treatments_groups_and_trainings_are_there_when_asked_for(folder, tmp_path):
    treatments = ask(folder, "SELECT DISTINCT treatment FROM '@courses.parquet' ORDER BY 1")
    assert treatments == [("treatment-1",), ("treatment-2",)]
    assert ask(folder, "SELECT count(*), count(DISTINCT client) FROM '@traits.parquet'") == [(300, 300)]
    moved = ask(
        folder,
        "SELECT count(*) > 0, bool_and(training_part = 0.4) FROM '@truth.parquet' JOIN '@sessions.parquet' s"
        " USING (session) JOIN '@trainings.parquet' t ON t.therapist = s.therapist"
        " WHERE s.day > t.day AND number IS NOT NULL",
    )
    assert moved == [(True, True)]
    simulate_snapshot(tmp_path / "plain", clients=40)
    assert ask(tmp_path / "plain", "SELECT count(treatment) FROM '@courses.parquet'") == [(0,)]
    for table in ("traits", "trainings", "signals"):
        assert ask(tmp_path / "plain", f"SELECT count(*) FROM '@{table}.parquet'") == [(0,)]


def test_faults_of_parameters_and_of_the_folder_are_told(folder, tmp_path):
    with pytest.raises(Faults) as refused:
        simulate_snapshot(tmp_path / "new", clients=10, parameters={"treatment_ds": 1, "trained": 2})
    assert "treatment_sd" in str(refused.value) and "'trained' lies outside 0 to 1" in str(refused.value)
    assert not (tmp_path / "new").exists()
    with pytest.raises(Faults, match="--replace"):
        simulate_snapshot(folder, clients=10)
