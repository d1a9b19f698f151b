"""docs/snapshot.md says what a snapshot holds: every table and column of the layout, and what studies ask."""

import re
from pathlib import Path

import pytest

from accord.course.layout import LAYOUT, TABLES
from accord.studies.snapshot.tables import DROPOUT, LEFT_OUT

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "snapshot.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the tables under a heading, without the ticks around names."""
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#|\Z)", PAGE, re.M | re.S)
    assert found, heading
    lines = [line for line in found[1].splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").replace("| |", "|  |").split(" | ")] for line in lines]


@pytest.mark.parametrize("table", TABLES)
def test_the_layout(table):
    expected = [
        [f"`{one.name}`", str(one.type), "yes" if one.empty else "", one.meaning] for one in TABLES[table]
    ]
    assert rows(f"### {table}") == expected


def test_the_number_of_the_layout():
    assert f"This is layout {LAYOUT}." in PAGE


def test_definitions_of_leaving_and_reasons_for_leaving_out():
    told = {name.strip("`"): meaning for name, meaning in rows("## What studies ask")}
    assert told.pop("good_leaver")
    assert told == {**LEFT_OUT, **DROPOUT}
