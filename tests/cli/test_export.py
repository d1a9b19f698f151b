"""``accord export`` as somebody calls it."""

import json

import pytest

MAP = """
about: four answers a session
a_row_is: session
client: {column: client}
session: {number: nr, undated: {first_day: 2020-01-06}}
forms:
  - {instrument: srs, items: "q{item}"}
"""


@pytest.fixture
def place(accord, harbour):
    """A service where the six clients with low ratings come once, and the six others fall a little."""
    (harbour / "map.yaml").write_text(MAP)
    rows = [f"high{n},{nr},{10 - nr},9,9,9" for n in range(6) for nr in (1, 2)] + [
        f"low{n},1,2,2,2,2" for n in range(6)
    ]
    (harbour / "r.csv").write_text("client,nr,q1,q2,q3,q4\n" + "\n".join(rows) + "\n")
    assert accord("import", "r.csv", "--map", "map.yaml").returncode == 0
    return harbour


def test_a_trend_shows_who_left(accord, place):
    shown = accord("export", "--trend", "srs:TOTAL")
    assert shown.returncode == 0, shown.stderr
    assert "22.0 (n 12)" in shown.stdout and "35.0 (n 6)" in shown.stdout and "8.0 (n 6)" in shown.stdout
    assert "Within clients: -1.00 points a session" in shown.stdout
    assert "who is left to rate" in shown.stdout
    told = json.loads(accord("export", "--trend", "srs:TOTAL", "--json").stdout)
    assert told["within_client_slope"]["points"] == pytest.approx(-1)
    assert told["sessions"][1]["not_rated_again"] == {"n": 6, "mean": 35.0}
    assert "Did you mean TOTAL" in accord("export", "--trend", "srs:TOTLA").stderr


def test_a_folder_once_and_again_only_with_replace(accord, place):
    made = accord("export", "--out", "out", "--format", "csv", "--json")
    assert json.loads(made.stdout)["rows"] == {"sessions": 18, "responses": 72, "scores": 90, "repairs": 0}
    assert (place / "out" / "dictionary-columns.csv").is_file()
    again = accord("export", "--out", "out")
    assert again.returncode == 1 and "--replace" in again.stderr
    assert accord("export", "--out", "out", "--replace").returncode == 0
    assert (place / "out" / "scores.parquet").is_file() and not (place / "out" / "scores.csv").exists()


def test_research_without_consent_is_refused_and_leaves_nothing(accord, place):
    refused = accord("export", "--out", "out", "--research")
    assert refused.returncode == 1 and "fewer than 5 clients agreed" in refused.stderr
    assert not (place / "out").exists()


def test_what_to_export_must_be_said(accord, tmp_path):
    assert "--trend INSTRUMENT:SCALE" in accord("export").stderr
    assert "Did you mean parquet?" in accord("export", "--out", "o", "--format", "parqet").stderr
