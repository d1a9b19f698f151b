"""``accord report``: what it writes and what it refuses, all at once."""

import pytest


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    from accord.simulate.snapshot import simulate_snapshot

    place = tmp_path_factory.mktemp("report") / "snapshot"
    simulate_snapshot(place, clients=30, seed=1)
    return place


def test_a_report_of_a_new_service_is_written_in_both_forms(accord, snapshot, tmp_path):
    done = accord("report", str(snapshot), "--out", "year.pdf", "--html")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "year.pdf").read_bytes().startswith(b"%PDF")
    assert "need more time" in (tmp_path / "year.html").read_text(encoding="utf-8")
    assert not list(tmp_path.glob(".*.part"))
    again = accord("report", str(snapshot), "--out", "year.pdf")
    assert again.returncode == 1 and "it is there already" in again.stderr


def test_every_fault_is_told_at_once(accord, snapshot):
    done = accord("report", str(snapshot), "--service", "harbour", "--out", "nowhere/year.doc")
    assert done.returncode == 1
    assert "Give one of the two" in done.stderr and "neither .pdf nor .html" in done.stderr


def test_a_folder_that_is_no_snapshot_is_refused(accord, tmp_path):
    (tmp_path / "empty").mkdir()
    done = accord("report", "empty", "--out", "year.pdf")
    assert done.returncode == 1 and "no snapshot" in done.stderr
    assert not (tmp_path / "year.pdf").exists()
