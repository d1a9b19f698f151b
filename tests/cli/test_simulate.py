"""``accord simulate``: what it writes, prints and refuses."""

import json

import pyarrow.parquet as pq


def test_a_service_is_written_and_told(accord, tmp_path):
    done = accord("simulate", "--out", "service", "--clients", "40", "--instrument", "srs", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["rows"]["clients"] == 40 and told["figures"] is None
    assert pq.read_table(tmp_path / "service" / "sessions.parquet").num_rows == told["rows"]["sessions"]
    about = json.loads((tmp_path / "service" / "about.json").read_text())
    assert about["instruments"] == ["srs"] and about["parameters"]["client_sd"] == 0.71


def test_a_summary_needs_no_folder(accord, tmp_path):
    done = accord("simulate", "--summary", "--clients", "500", "--json")
    figures = {row["name"]: row for row in json.loads(done.stdout)["figures"]}
    assert figures["twin_r"]["low"] < figures["twin_r"]["value"] < figures["twin_r"]["high"]
    assert "yes" in accord("simulate", "--summary").stdout
    assert list(tmp_path.iterdir()) == []


def test_too_few_clients_say_so(accord):
    shown = accord("simulate", "--summary", "--clients", "1")
    assert shown.returncode == 0, shown.stderr
    assert "too few" in shown.stdout
    rows = json.loads(accord("simulate", "--summary", "--clients", "1", "--json").stdout)["figures"]
    assert any(row["value"] is None and row["holds"] is None for row in rows)


def test_all_wrong_options_are_told_at_once(accord, tmp_path):
    refused = accord(
        "simulate", "--clients", "0", "--sessions", "5", "--seed", "-1", "--format", "parket",
        "--instrument", "chek-in", "--instrument", "srs",
    )  # fmt: skip
    assert refused.returncode == 1
    assert [line.split(":")[0] for line in refused.stderr.splitlines()] == [
        "--out", "--clients", "--clients", "--seed", "--format", "--instrument",
    ]  # fmt: skip
    assert "Did you mean check-in?" in refused.stderr and "Did you mean parquet?" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_faults_of_a_parameter_file_leave_no_folder(accord, tmp_path):
    (tmp_path / "mine.yaml").write_text("mising: 0.2\n")
    refused = accord("simulate", "--out", "service", "--parameters", "mine.yaml")
    assert refused.returncode == 1
    assert refused.stderr == "mine.yaml:1: there is no parameter 'mising'. Did you mean missing?\n"
    assert not (tmp_path / "service").exists()
    assert accord("simulate", "--summary", "--parameters", "none.yaml").returncode == 1
