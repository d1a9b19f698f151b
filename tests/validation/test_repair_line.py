"""How often the line of a repair is wrong: within what is promised, found again on new clients, and in the docs."""

from math import sqrt
from pathlib import Path

import pytest
import yaml
from tests.validation import repair_line

from accord.repair.line import Reading

pytestmark = pytest.mark.validation
CLIENTS = 1500
Z = 3.3  # 1 in 1,000 for each of the comparisons
KEPT = yaml.safe_load(repair_line.FILE.read_text(encoding="utf-8"))["situations"]
DOCS = Path(__file__).parents[2] / "docs/method/repair.md"
SPOKEN = ("rose_above", "came_back", "still_low")


@pytest.fixture(scope="module")
def again():
    return repair_line.measure(CLIENTS, seed=91)


@pytest.mark.parametrize("way", repair_line.WAYS)
@pytest.mark.parametrize("name", list(repair_line.SITUATIONS))
def test_the_figures_are_found_again_on_new_clients(again, name, way):
    """After two ratings, where each repair is looked at once, so that looks are independent."""
    for word in SPOKEN:
        stated, repairs = KEPT[name][way][word]["at_2"], KEPT[name][way][word]["repairs"]
        told = again[name][way].at[2]
        n, found = told.total(), told[Reading(word)]
        middle = (found + 1 + stated * repairs) / (n + 2 + repairs)  # pooled, never without any width
        error = sqrt(middle * (1 - middle) * (1 / n + 1 / repairs))
        assert abs(found / n - stated) < Z * error, f"{word}: {found} of {n}, stated {stated}"


@pytest.mark.parametrize("way", repair_line.WAYS)
@pytest.mark.parametrize("look", repair_line.LOOKS)
def test_a_line_that_stands_where_it_stood_is_seldom_said_to_be_above(way, look):
    for name in ("same", "false_alarm"):
        assert KEPT[name][way]["rose_above"][f"at_{look}"] <= 0.05


@pytest.mark.parametrize("way", repair_line.WAYS)
def test_who_is_still_in_a_deep_dip_is_seldom_said_to_be_back_and_never_above(way):
    assert KEPT["deep"][way]["came_back"]["ever"] <= 0.08
    assert KEPT["still"][way]["rose_above"]["ever"] <= 0.01


@pytest.mark.parametrize("way", repair_line.WAYS)
def test_most_dips_that_are_over_are_said_to_be(way):
    assert KEPT["over"][way]["came_back"]["at_2"] >= 0.6


def test_the_docs_have_these_figures():
    text = DOCS.read_text(encoding="utf-8")
    missing = [row for row in repair_line.table(KEPT) if row not in text]
    assert missing == []
