"""Sessions at risk: who can leave after which session by each definition, and only what was known by then."""

import numpy as np
import pytest
from tests.studies.snapshot.making import ALLIANCE, OUTCOME, Told, make_snapshot

from accord.basics.faults import Faults
from accord.studies.leaving.predictors import PREDICTORS, Known, Predictor, looking_ahead
from accord.studies.leaving.risk import at_risk, choose_definition, now
from accord.studies.result import Options
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import prepare

CAME, MISSED = "attended", "missed_no_notice"
PEOPLE = (
    Told("left", (CAME, CAME, CAME, MISSED), ending="left", planned=8),
    Told("done", (CAME, CAME, CAME, CAME, CAME), ending="as_planned", planned=5),
    Told("agreed", (CAME, CAME), ending="agreed_early", planned=8),
    Told("open", (CAME, CAME, CAME), ended=False, planned=8),
    Told("unnoted", (CAME, CAME, CAME), ending=None, planned=8),
)


@pytest.fixture
def opened(tmp_path):
    def make(*people: Told):
        snapshot = open_snapshot(make_snapshot(tmp_path / "s", people or PEOPLE))
        return snapshot

    return make


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        # Whoever ended otherwise was not at risk after the last session; whether the open course goes on is not known.
        ("left_judged", {"left": "001", "done": "0000", "agreed": "0", "open": "00"}),
        ("left_missed_last", {"left": "001", "done": "0000", "agreed": "0", "open": "00", "unnoted": "00"}),
        ("left_few", {"left": "001", "done": "000", "agreed": "01", "open": "00", "unnoted": "001"}),
        ("left_protocol", {"left": "001", "done": "0000", "agreed": "01", "open": "00", "unnoted": "001"}),
    ],
)
def test_who_is_at_risk(opened, definition: str, expected: dict[str, str]) -> None:
    with opened() as snapshot:
        prepare(snapshot, Options())
        risk = at_risk(snapshot, definition, PREDICTORS)
    found: dict[str, str] = {}
    for row in risk.table.to_pylist():
        found[row["course"][2:]] = found.get(row["course"][2:], "") + str(row["left"])
    assert found == expected
    assert risk.unknown == (definition == "left_judged")


def test_the_plan_decides_where_most_endings_are_not_noted(opened) -> None:
    unnoted = [Told(f"c{n}", (CAME,), ending=None, planned=4) for n in range(3)]
    with opened(*unnoted, Told("d", (CAME,), ending="left")) as snapshot:
        prepare(snapshot, Options())
        assert choose_definition(snapshot) == "left_protocol"
        assert choose_definition(snapshot, "left_few") == "left_few"
        with pytest.raises(Faults, match="Did you mean left_judged"):
            choose_definition(snapshot, "left_juged")


def test_predictors_are_what_was_known_by_then(opened) -> None:
    rated = [(1, ALLIANCE, 80.0), (2, ALLIANCE, 84.0), (4, ALLIANCE, 40.0), (1, OUTCOME, 30.0)]
    came = (CAME, CAME, MISSED, CAME, CAME, CAME)
    with opened(Told("a", came, ratings=rated, ending="as_planned")) as snapshot:
        prepare(snapshot, Options())
        rows = at_risk(snapshot, "left_judged", PREDICTORS).table.to_pylist()
    assert [row["alliance_so_far"] for row in rows] == [80, 82, 68, 68]
    assert [row["alliance_now"] for row in rows] == [0, 2, -28, 0]
    assert [row["fall"] for row in rows] == [0, 0, 1, 0]
    assert [row["not_rated"] for row in rows] == [0, 0, 0, 1]
    assert [row["fell_out"] for row in rows] == [0, 0, 1, 0]
    assert [row["log_session"] for row in rows] == pytest.approx(np.log([1, 2, 3, 4]))
    assert {row["intake"] for row in rows} == {30.0}


@pytest.mark.parametrize(
    ("ratings", "falls"),
    [
        # Apart from the mean so far: +2 and -4, so a wobble is 3; the latest is 6 below the mean before, 4.5 are asked.
        ((80, 84, 76), [0, 0, 1]),
        ((80, 84, 79.5), [0, 0, 0]),  # 2.5 below, and 2.75 are asked
        ((80, 40), [0, 0]),  # one earlier rating is no usual level
    ],
)
def test_a_fall_is_held_against_the_mean_of_two_earlier_ratings(opened, ratings, falls) -> None:
    rated = [(place, ALLIANCE, float(value)) for place, value in enumerate(ratings, 1)]
    came = (CAME,) * (len(ratings) + 1)
    with opened(Told("a", came, ratings=rated, ending="as_planned")) as snapshot:
        prepare(snapshot, Options())
        rows = at_risk(snapshot, "left_judged", PREDICTORS).table
    assert rows["fall"].to_pylist() == falls


def test_what_is_not_known_is_the_mean_and_counted(opened) -> None:
    with opened(
        Told("a", (CAME,) * 3, ratings=[(1, OUTCOME, 30.0)], ending="as_planned"),
        Told("b", (CAME,) * 3, ending="as_planned"),
    ) as snapshot:
        prepare(snapshot, Options())
        risk = at_risk(snapshot, "left_judged", PREDICTORS)
    assert risk.table["intake"].to_pylist() == [30.0] * 4
    assert risk.filled["intake"] == 2


def test_the_newest_session_of_open_courses_is_told_as_the_others_were(opened) -> None:
    with opened() as snapshot:
        prepare(snapshot, Options())
        (row,) = now(snapshot, at_risk(snapshot, "left_judged", PREDICTORS)).to_pylist()
    assert (row["course"], row["number"]) == ("k-open", 3)


def test_only_what_looks_ahead_is_found(simulated) -> None:
    planted = (
        Predictor("sessions_in_all", Known.AT_SESSION, "held"),
        Predictor("is_last", Known.AT_SESSION, "CAST(last AS INTEGER)"),
        Predictor(
            "next_rating", Known.AT_SESSION, "lead(alliance) OVER (PARTITION BY course ORDER BY number)"
        ),
        Predictor("planned", Known.AT_START, "planned"),
    )
    with simulated() as snapshot:
        at_risk(snapshot, "left_judged", ())
        assert looking_ahead(snapshot, (*PREDICTORS, *planted)) == {
            "sessions_in_all",
            "is_last",
            "next_rating",
        }
