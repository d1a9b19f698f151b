"""``accord equity`` and ``accord frontiers``: read by people, by programs, and written as files."""

import json

import pytest

from accord.basics.faults import Faults
from accord.cli.equity import check_traits
from accord.simulate.snapshot import simulate_snapshot


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    path = tmp_path_factory.mktemp("frontiers") / "s"
    simulate_snapshot(
        path, clients=120, seed=5, parameters={"groups": {1: 0.6, 2: 0.4}, "group_missing": 0.3}
    )
    return str(path)


def test_groups_are_compared(accord, snapshot):
    done = accord("equity", snapshot, "--trait", "group", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [one["id"] for one in told["studies"]] == ["equity", "invariance"]
    assert "completion_gap" in told["studies"][0]["look_at"]


def test_traits_that_are_not_there_are_all_said_with_near_ones():
    with pytest.raises(Faults) as found:
        check_traits(("grup", "age", "language"), {"group", "language"})
    assert [fault.do for fault in found.value.faults] == ["Did you mean group?", "It tells: group, language."]


def test_one_frontier_is_told_in_words_and_written(accord, snapshot, tmp_path):
    done = accord("frontiers", snapshot, "--study", "structure", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "How well our own forms measure" in done.stdout
    assert "Accord Check-in" in done.stdout
    assert (tmp_path / "out" / "structure-lines.parquet").is_file()
