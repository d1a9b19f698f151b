"""What was measured of the frontiers (tests/validation/frontiers): intervals hold the truth, and chance alarms seldom.

The figures are kept; the scripts beside them make them again. docs/frontiers.md says the same.
"""

import json
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "frontiers"
RATES = json.loads((HERE / "rates.json").read_text())
LADDER = json.loads((HERE / "ladder.json").read_text())
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "frontiers.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.validation

LINES = [(series, name) for series in ("nothing", "something") for name in RATES[series]["lines"]]


@pytest.mark.parametrize("series, name", LINES)
def test_intervals_hold_what_is_true(series, name):
    line = RATES[series]["lines"][name]
    # 95 in 100 within three standard errors of a share over so many services.
    assert line["covered"] >= 0.95 - 3 * (0.95 * 0.05 / line["n"]) ** 0.5


def test_where_there_is_nothing_little_is_told():
    services = RATES["nothing"]["services"]
    assert RATES["nothing"]["verdicts"]["training"].get("describes", 0) <= 0.12 * services
    assert RATES["nothing"]["services_with_a_gap_worth_asking"] <= 0.12 * services
    assert RATES["nothing"]["services_with_an_item_shifted"] == 0


def test_where_there_is_something_it_is_mostly_seen():
    lines = RATES["something"]["lines"]
    assert all(lines[name]["clear_of_zero"] > 0.85 for name in ("video_within", "completion_gap", "left_gap"))


@pytest.mark.parametrize(
    "row", [one for one in LADDER if one["case"] == "alike"], ids=lambda one: str(one["clients"])
)
def test_the_page_says_how_often_the_ladder_withholds(row):
    found = re.search(rf"^\| {row['clients'][0]} and {row['clients'][1]} \| \.(\d+)", PAGE, re.M)
    assert found and abs(float(f"0.{found[1]}") - row["means_compared"]) <= 0.0051


@pytest.mark.parametrize("series, name", LINES)
def test_the_page_says_what_was_measured(series, name):
    found = re.search(rf"^\| `{name}` \|.*$", PAGE, re.M)
    assert found
    assert f"{RATES[series]['lines'][name]['covered']:.2f}".lstrip("0") in found[0]
