"""The promise of hazards: without R the row says what it could not compare."""

from benchmarks import hazards


def test_without_r_the_row_says_so(monkeypatch):
    monkeypatch.setattr(hazards, "ROWS", 2000)
    monkeypatch.setattr(hazards, "THERAPISTS", 40)
    monkeypatch.setattr(hazards.shutil, "which", lambda name: None)
    (row,) = hazards.rows()
    assert "not compared" in row["result"]
    assert row["ratio"] is None and row["holds"]
