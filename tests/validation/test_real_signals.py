"""The table of open data in the docs is what comes out, and what goes in is what is known of those sets."""

import json
import re

import numpy as np
import pytest
from tests.validation import real_signals

pytestmark = pytest.mark.validation
LAST_DIGIT = (
    1.01  # the other half is learnt by an optimiser, which may end a hair elsewhere on another machine
)


@pytest.fixture(autouse=True)
def _data():
    if not real_signals.SHARED.is_dir():
        pytest.skip("the open data sets (../shared/data) are not beside this checkout")


def numbers(table):
    """Every row's label and the numbers of its cells."""
    rows = [line.strip("|").split("|") for line in table.splitlines()[2:]]
    return {
        label.strip(): [[float(n) for n in re.findall(r"\d+", cell)] for cell in cells]
        for label, *cells in rows
    }


def test_the_table_of_the_docs_is_what_comes_out():
    made, stated = (numbers(text) for text in (real_signals.table(), real_signals.stated()))
    assert list(made) == list(stated)
    for label, cells in made.items():
        for one, other in zip(cells, stated[label], strict=True):
            assert one == pytest.approx(other, abs=LAST_DIGIT if len(one) == 3 else 0), label


def test_the_lines_are_those_that_are_known_of_the_sets():
    known = json.loads((real_signals.SHARED / "ai_psychotherapy_eval" / "expected.json").read_text())
    means = known["composite_standard_key"]["mean_by_session"]
    assert np.nanmean(real_signals.wai().ratings, axis=0) == pytest.approx(list(means.values()))
    assert (~np.isnan(real_signals.srs().ratings)).sum() == 277
    bdi = real_signals.bdi().ratings
    assert bdi.shape == (43, 13) and np.isnan(bdi).sum() == 73
    assert bdi[0, :3].tolist() == [63 - 33, 63 - 35, 63 - 37]


def test_an_interval_goes_over_clients_and_not_over_sessions():
    """Ten clients of whom one always alarms: as uncertain as one in ten, however many sessions each has."""
    flags = np.zeros((10, 50), bool)
    flags[0] = True
    value, low, high = (
        int(n) for n in re.findall(r"\d+", real_signals.share(flags, np.ones((10, 50), bool)))
    )
    assert (value, low) == (10, 0) and high >= 30
    assert real_signals.share(flags[1:], np.ones((9, 50), bool)) == "0 % (0 to 34)"
