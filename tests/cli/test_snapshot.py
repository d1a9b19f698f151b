"""``accord snapshot`` as somebody calls it, on the database of a service as it is on disk."""

import json
import stat

from accord.studies.result import Options
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import prepare

MAP = """
about: four answers a session
a_row_is: session
client: {column: client}
session: {number: nr, undated: {first_day: 2020-01-06}}
forms:
  - {instrument: srs, items: "q{item}"}
"""


def test_past_data_are_brought_in_and_taken_out_as_a_snapshot(accord, harbour):
    (harbour / "map.yaml").write_text(MAP)
    rows = [f"c{n},{nr},{10 - nr},9,9,9" for n in range(6) for nr in (1, 2)]
    (harbour / "r.csv").write_text("client,nr,q1,q2,q3,q4\n" + "\n".join(rows) + "\n")
    assert accord("import", "r.csv", "--map", "map.yaml").returncode == 0
    done = accord("snapshot", "--out", "s", "--json")
    told = json.loads(done.stdout)
    assert told["rows"]["courses"] == 6 and told["rows"]["sessions"] == 12 and told["services"] == ["harbour"]
    assert stat.S_IMODE((harbour / "s").stat().st_mode) == 0o700  # for the owner alone
    with open_snapshot(harbour / "s") as opened:
        prepare(opened, Options(alliance="srs"))
        assert (
            opened.query("SELECT alliance FROM rated WHERE number = 2")["alliance"].to_pylist() == [35.0] * 6
        )
        assert opened.query("SELECT count(day) AS n FROM rated")["n"].to_pylist() == [
            0
        ]  # only the order is known
    again = accord("snapshot", "--out", "t", "--add", "s")
    assert "files are those of the earlier snapshot." in again.stdout


def test_how_past_courses_ended_reaches_the_studies(accord, harbour):
    """A clinic brings its past with endings, takes a snapshot, and can ask who left."""
    course = """
course:
  ending: {column: end, values: {"": null, completed: as_planned, stopped coming: left}}
  treatment: therapy
  planned: plan
"""
    (harbour / "map.yaml").write_text(MAP + course)
    ends = ["completed", "stopped coming", ""]
    rows = [f"c{n},{nr},9,9,9,9,{ends[n % 3] if nr == 2 else ''},CBT,12" for n in range(6) for nr in (1, 2)]
    (harbour / "r.csv").write_text("client,nr,q1,q2,q3,q4,end,therapy,plan\n" + "\n".join(rows) + "\n")
    call = ("import", "r.csv", "--map", "map.yaml")
    assert "4 courses have ended." in accord(*call, "--dry-run").stdout
    assert json.loads(accord(*call, "--json").stdout)["courses_ended"] == 4
    assert "Nothing new" in accord(*call).stdout
    assert accord("snapshot", "--out", "s").returncode == 0
    with open_snapshot(harbour / "s") as opened:
        found = opened.query(
            "SELECT ending, count(*) AS n, count(ended_on) AS ended FROM courses GROUP BY ending ORDER BY ending"
        ).to_pylist()
        assert found == [
            {"ending": "as_planned", "n": 2, "ended": 2},
            {"ending": "left", "n": 2, "ended": 2},
            {"ending": None, "n": 2, "ended": 0},
        ]
        noted = opened.query("SELECT DISTINCT treatment, planned FROM courses").to_pylist()
        assert noted == [{"treatment": "CBT", "planned": 12}]


def test_what_cannot_be_is_told(accord, harbour):
    wrong = accord("snapshot", "--out", "s", "--service", "harbor")
    assert wrong.returncode != 0 and "Did you mean harbour?" in wrong.stderr
    (harbour / "s").mkdir()
    assert "it is there already" in accord("snapshot", "--out", "s").stderr
    assert "it is no export of Accord" in accord("snapshot", "--out", "s", "--replace").stderr
