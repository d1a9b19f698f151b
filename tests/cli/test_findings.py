"""``accord findings``: what it prints, writes and refuses."""

import json

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import caller
from tests.studies.findings.conftest import simulated

from accord.studies.findings import FINDINGS
from accord.studies.stored import run_from_json


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("command")
    simulated(folder / "service", clients=300, seed=2)
    return folder


@pytest.fixture(scope="module")
def accord(place):
    return caller(place)


def test_people_read_the_sentence_first_then_the_lines(accord):
    done = accord("findings", "service", "--finding", "alliance_outcome")
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert (
        told.index("People who feel well met get better more")
        < told.index("An early alliance")
        < told.index("│")
    )
    assert "none of it ever happened" in told and "FLU18" in told and "It assumes:" in told
    assert "Whose" not in told


def test_programs_get_what_can_be_read_back(accord):
    done = accord("findings", "service", "--json")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    run = run_from_json(data)
    assert [one.id for one in run.studies] == [one.id for one in FINDINGS]
    assert run.simulated and run.service == "simulated"
    assert all(one["sentence"] and one["title"] for one in data["studies"])


def test_files_hold_the_same_numbers_as_parquet_and_csv(accord, place):
    done = accord("findings", "service", "--finding", "session_three", "--out", "learnt", "--json")
    assert done.returncode == 0, done.stderr
    (study,) = run_from_json(json.loads(done.stdout)).studies
    lines = pq.read_table(place / "learnt" / "session_three-lines.parquet").to_pylist()
    assert [row["value"] for row in lines] == [
        line.value if isinstance(line.value, float) else None for line in study.lines
    ]
    one = next(row for row in lines if row["line"] == "one")
    assert (one["published"], one["source"], one["claim"]) == (0.77, "CC11", "dependability-of-one-rating")
    curve = pyarrow.csv.read_csv(place / "learnt" / "session_three-curve.csv")
    assert curve["dependability"].to_pylist() == pytest.approx([row[1] for row in study.tables[0].rows])
    assert json.loads((place / "learnt" / "about.json").read_text())["what"] == "studies"
    assert (place / "learnt" / "session_three-finding.svg").read_text().startswith("<svg")
    assert (place / "learnt" / "session_three-finding.png").read_bytes().startswith(b"\x89PNG")


def test_a_folder_that_is_there_is_not_written_over(accord, place):
    (place / "taken").mkdir()
    (place / "taken" / "mine").write_text("mine")
    refused = accord("findings", "service", "--out", "taken")
    assert refused.returncode == 1 and "it is there already. Choose another name.\n" in refused.stderr
    assert accord("findings", "service", "--out", "taken", "--replace").returncode == 1
    assert (place / "taken" / "mine").read_text() == "mine"


def test_what_studies_said_never_takes_the_place_of_their_snapshot(accord, place):
    before = sorted((place / "service").iterdir())
    refused = accord("findings", "service", "--out", "service", "--replace")
    assert refused.returncode == 1 and "it is a snapshot, so what studies said does not" in refused.stderr
    assert sorted((place / "service").iterdir()) == before
    again = ("findings", "service", "--finding", "whose_rating", "--out", "twice")
    assert accord(*again).returncode == 0 and "or --replace it." in accord(*again).stderr
    assert accord(*again, "--replace").returncode == 0
    refused = accord("simulate", "--snapshot", "--clients", "3", "--out", "twice", "--replace")
    assert refused.returncode == 1 and "something else than a simulated service" in refused.stderr


def test_sentences_print_numbers_as_their_lines_do(accord):
    done = accord("findings", "service", "--json")
    for study in json.loads(done.stdout)["studies"]:
        assert "0." not in study["sentence"] and " -" not in study["sentence"], study["sentence"]


def test_a_form_that_nobody_answered_is_refused_with_near_names(accord):
    asked = ("--outcome", "accord-wellbieng", "--alliance", "mine", "--therapist-form", "accord-check-in")
    refused = accord("findings", "service", *asked)
    assert refused.returncode == 1 and refused.stdout == ""
    assert "Did you mean accord-wellbeing?" in refused.stderr
    assert "--alliance: no client's total of 'mine' is in the snapshot." in refused.stderr
    assert "Did you mean accord-check-in-therapist?" in refused.stderr


def test_what_is_wrong_says_what_to_do(accord, place):
    refused = accord("findings", "service", "--finding", "session_tree", "--finding", "xyz")
    assert refused.returncode == 1
    assert "Did you mean session_three?" in refused.stderr and "There are: alliance_outcome" in refused.stderr
    missing = accord("findings", "nowhere")
    assert missing.returncode == 1 and "there is no such folder" in missing.stderr
    assert "Traceback" not in missing.stderr
