"""Spearman-Brown from the published .77 and from a service's own ratings."""

import numpy as np
import pytest

from accord.course.dependability import (
    ENOUGH_CLIENTS,
    PUBLISHED,
    Spread,
    dependability,
    published_spread,
    spearman_brown,
    spread,
)
from accord.instruments.definition import Confidence, Evidence

OWN = Evidence(Confidence.CALCULATED, "a test")


@pytest.mark.parametrize(
    ("k", "value", "enough"),
    [(1, 0.77, False), (2, 0.8701, True), (3, 0.9094, True), (4, 0.9305, True), (10, 0.9710, True)],
)
def test_the_published_number_and_its_advice(k, value, enough):
    """CC11: G = .77 for one rating, two or more for .80, four or more for a consistent .90."""
    found = dependability(k, published_spread())
    assert found.value == pytest.approx(value, abs=5e-5)
    assert found.enough == enough
    assert (found.one_session, found.clients) == (pytest.approx(PUBLISHED), 0)
    assert found.evidence.confidence is Confidence.SEEN and "CC11" in found.evidence.source


def test_spearman_brown_is_the_reliability_of_a_mean():
    for g in (0.0, 0.3, 0.77, 1.0):
        for k in (1, 2, 5):
            between, within = g, 1 - g
            assert spearman_brown(g, k) == pytest.approx(between / (between + within / k) if g else 0.0)
    with pytest.raises(ValueError, match="at least one"):
        spearman_brown(0.77, 0)


def two_way(ratings: list[list[float]]) -> tuple[float, float]:
    """Between and within variance by the textbook's table of a balanced one-way analysis, another way than ours."""
    table = np.array(ratings)
    k = table.shape[1]
    within = table.var(axis=1, ddof=1).mean()
    return table.mean(axis=1).var(ddof=1) - within / k, within


def test_own_ratings_take_the_place_of_the_published_number_at_thirty_clients():
    random = np.random.default_rng(3)
    clients = (random.normal(70, 9, (30, 1)) + random.normal(0, 5, (30, 4))).tolist()
    few, enough = spread(clients[:29]), spread(clients)
    assert few == published_spread()
    assert enough.clients == ENOUGH_CLIENTS == 30
    between, within = two_way(clients)
    assert (enough.between, enough.within) == (pytest.approx(between), pytest.approx(within))
    assert enough.mean == pytest.approx(np.mean(clients))
    assert enough.evidence.confidence is Confidence.CALCULATED and "30 clients" in enough.evidence.source


def test_a_client_with_one_rating_says_nothing_about_wobble_and_does_not_count():
    clients = [[60.0 + n, 62.0 + n] for n in range(29)]
    assert spread([*clients, [50.0]]).clients == 0
    more = [*clients, [80.0, 90.0]]
    assert spread([*more, [50.0], [99.0]]) == spread(more)


def test_unequal_numbers_of_ratings_still_find_the_truth():
    random = np.random.default_rng(8)
    clients = [
        (random.normal(70, 9) + random.normal(0, 6, random.integers(2, 12))).tolist() for _ in range(4000)
    ]
    found = spread(clients)
    assert found.one_session == pytest.approx(81 / (81 + 36), abs=0.012)


def test_one_client_with_a_hundred_ratings_does_not_bend_it():
    """Mean over 400 services of 39 clients with two ratings and one with a hundred: unbiased for 81 and 36."""
    random, found = np.random.default_rng(9), []
    for _ in range(400):
        clients = [random.normal(70, 9) + random.normal(0, 6, k) for k in [2] * 39 + [100]]
        found.append(spread([one.tolist() for one in clients]))
    assert np.mean([one.between for one in found]) == pytest.approx(81, abs=7)
    assert np.mean([one.within for one in found]) == pytest.approx(36, abs=1)


def test_edges():
    assert spread([[70.0, 70.0]] * 30).one_session == 0.0, "where nobody differs nothing tells clients apart"
    alike = spread([[60.0, 80.0]] * 40)
    assert (alike.between, alike.within) == (0.0, 200.0), "a variance is never below zero"
    apart = spread([[60.0 + n, 60.0 + n] for n in range(40)])
    assert apart.one_session == 1.0 and dependability(1, apart).value == 1.0


def test_the_published_spread_stretches_with_the_scale():
    wide, srs = published_spread(0, 100), published_spread(0, 40)
    assert srs.one_session == pytest.approx(wide.one_session) == pytest.approx(PUBLISHED)
    assert srs.mean == pytest.approx(wide.mean * 0.4)
    assert srs.within == pytest.approx(wide.within * 0.16)
    assert published_spread(1, 5).mean == pytest.approx(4.7)


def test_the_usual_mean_and_spread_are_those_of_the_simulated_benchmark():
    """On the SRS line before its ceiling: mean 37 of 40, SD of one rating .93 times 4."""
    from accord.simulate.parameters import read_parameters

    p, usual = read_parameters(), published_spread(0, 40)
    sd = np.sqrt(p.therapist_sd**2 + p.client_sd**2 + p.state_sd**2 + p.error_sd**2)
    assert usual.mean == pytest.approx(37)
    assert np.sqrt(usual.between + usual.within) == pytest.approx(4 * sd, rel=0.01)


def test_a_spread_knows_its_dependability():
    assert Spread(70, 60, 40, 30, OWN).one_session == pytest.approx(0.6)
    assert dependability(2, Spread(70, 60, 40, 30, OWN)).value == pytest.approx(0.75)
    assert not dependability(2, Spread(70, 60, 40, 30, OWN)).enough
