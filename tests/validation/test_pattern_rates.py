"""The shares in ``measured.yaml`` come out again from clients that were not used to make them."""

from math import sqrt

import pytest
from tests.validation import pattern_rates

from accord.signals.patterns import WATCHED
from accord.signals.patterns.measured import measured

pytestmark = pytest.mark.validation
CLIENTS = 1500
Z = 3.3  # 1 in 1,000 for each of a dozen comparisons
IDS = [one.id for one in WATCHED]


@pytest.fixture(scope="module")
def again():
    return pattern_rates.measure(CLIENTS, seed=77)


def close(found: float, n: int, kept: float, of: int) -> bool:
    """Whether two shares differ by no more than chance; half a client more on each side where there are few."""
    share = (found * n + kept * of + 1) / (n + of + 2)
    return abs(found - kept) <= Z * sqrt(share * (1 - share) * (1 / n + 1 / of))


@pytest.mark.parametrize("id", IDS)
def test_a_share_is_found_again_on_new_clients(again, id):
    found, kept = again[id], measured()[id]
    assert close(found.ever / found.clean, found.clean, kept.ever, kept.clean)
    assert close(found.ever_everybody / found.everybody, found.everybody, kept.everybody, kept.clients)


@pytest.mark.parametrize("id", IDS)
def test_a_pattern_is_rare_where_nothing_of_the_kind_is_true(id):
    """Fewer than one client in ten over twelve sessions, the clean and all of them."""
    assert measured()[id].ever < 0.1
    assert measured()[id].everybody < 0.1


def test_most_of_what_was_put_in_is_found():
    found = pattern_rates.found_planted(400, seed=77)
    for id, share in found.items():
        assert close(share, 200, measured()[id].planted, measured()[id].clients)
        assert share > 0.5


def test_every_pattern_is_measured():
    assert set(measured()) == set(IDS)
