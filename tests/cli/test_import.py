"""``accord import`` as somebody calls it: what is printed, what is written, and the exit code."""

import json

import pytest

MAP = """
about: nine answers a session
a_row_is: session
client: {column: client}
session: {date: {column: day}}
forms:
  - {instrument: phq-9, items: "q{item}"}
"""
HEADER = "client,day," + ",".join(f"q{item}" for item in range(1, 10)) + ",notes\n"
SOUND = "ana,2026-01-05,1,1,1,1,1,1,1,1,0,\n"
WRONG = "ben,2026-02-31,1,1,1,1,1,1,1,1,my own words,\n"


@pytest.fixture
def place(accord, harbour):
    """A service, a map and a file with a sound and a wrong row."""
    (harbour / "map.yaml").write_text(MAP)
    (harbour / "ratings.csv").write_text(HEADER + SOUND + WRONG)
    return harbour


def test_a_file_with_a_wrong_row_writes_nothing_and_says_why(accord, place):
    refused = accord("import", "ratings.csv", "--map", "map.yaml")
    assert refused.returncode == 1
    assert "ratings.csv: row 3, column day: there is no such day or time." in refused.stderr
    assert "ratings.csv: row 3, column q9: this is not a number." in refused.stderr
    assert "2 faults in 1 of 2 rows." in refused.stderr
    assert "my own words" not in refused.stderr + refused.stdout
    assert "Nothing was written" in refused.stdout
    assert "does not mention: notes" in refused.stdout
    assert json.loads(accord("rescore", "--json").stdout)["responses"] == 0


def test_partial_writes_the_rest_and_leaves_the_refused_rows_beside_the_file(accord, place):
    done = accord("import", "ratings.csv", "--map", "map.yaml", "--partial", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert (told["responses"], told["refused_rows"], len(told["faults"])) == (1, 1, 2)
    lines = (place / "ratings.refused.csv").read_text().splitlines()
    assert len(lines) == 2 and lines[1].startswith("ben,2026-02-31")


def test_dry_run_then_real_then_again(accord, place):
    (place / "ratings.csv").write_text(HEADER + SOUND)
    call = ("import", "ratings.csv", "--map", "map.yaml")
    assert "It would be: 1 clients, 1 sessions, 1 responses" in accord(*call, "--dry-run").stdout
    assert json.loads(accord("rescore", "--json").stdout)["responses"] == 0
    assert "Written: 1 clients, 1 sessions, 1 responses" in accord(*call).stdout
    again = accord(*call)
    assert again.returncode == 0
    assert "Nothing new" in again.stdout and "1 responses were here already" in again.stdout
    assert "harbour: the trail is whole." in accord("audit", "verify").stdout


def test_a_wrong_map_is_told_before_the_database_is_touched(accord, tmp_path):
    (tmp_path / "map.yaml").write_text(
        MAP.replace("instrument: phq-9", "instrument: phq9").replace("a_row_is", "row_is")
    )
    (tmp_path / "ratings.csv").write_text(HEADER + SOUND)
    refused = accord("import", "ratings.csv", "--map", "map.yaml")
    assert refused.returncode == 1
    assert "'row_is' is not known here. Did you mean a_row_is?" in refused.stderr
    (tmp_path / "map.yaml").write_text(MAP.replace("instrument: phq-9", "instrument: phq9"))
    assert "Did you mean phq-9?" in accord("import", "ratings.csv", "--map", "map.yaml").stderr
    assert not (tmp_path / "var").exists()


def test_thousands_of_faults_are_counted_and_not_all_printed(accord, place):
    (place / "ratings.csv").write_text(HEADER + WRONG * 500)
    refused = accord("import", "ratings.csv", "--map", "map.yaml")
    assert len(refused.stderr.splitlines()) < 50
    assert "1000 faults in 500 of 500 rows (960 more are in --json)" in refused.stderr
