"""The third generator's margins are those of the science sheet (3.5), and its truth is consistent."""

import numpy as np
import pytest
from benchmarks.signals import third
from benchmarks.signals.drawn import Drawn, Floats

SERVICES, CLIENTS, SESSIONS = 30, 500, 8


def service(seed: int, sessions: int = SESSIONS) -> tuple[third.Lived, Drawn]:
    """What took place at one service, and what was seen of it: `draw` lives first, so one seed gives both."""
    staff = third.therapists(np.random.default_rng([seed, 0]))
    lived = third.live(np.random.default_rng([seed, 1]), CLIENTS, sessions, staff)
    return lived, third.draw(np.random.default_rng([seed, 1]), CLIENTS, sessions, staff)


@pytest.fixture(scope="module")
def services() -> list[tuple[third.Lived, Drawn]]:
    """Many services, as one has too few therapists to show their share of the variance."""
    return [service(seed) for seed in range(SERVICES)]


def test_a_quarter_of_the_ratings_is_at_the_top(services):
    ratings = np.concatenate([seen.ratings for _, seen in services])
    assert np.mean(ratings[~np.isnan(ratings)] == 100) == pytest.approx(0.25, abs=0.02)


def test_five_to_six_percent_of_the_sessions_held_are_onsets(services):
    assert 0.05 <= share(services, lambda lived, seen: seen.onset) <= 0.06


def test_the_onsets_stay_as_frequent_in_long_courses():
    assert 0.05 <= share([service(seed, 20) for seed in range(8)], lambda lived, seen: seen.onset) <= 0.062


def test_twelve_percent_of_the_ratings_are_missing(services):
    unanswered = share(services, lambda lived, seen: lived.held & np.isnan(seen.ratings))
    assert unanswered == pytest.approx(0.12, abs=0.01)


def test_nineteen_percent_have_left_by_the_eighth_session(services):
    gone = np.mean([1 - lived.held[:, 7].mean() for lived, _ in services])
    assert gone == pytest.approx(0.19, abs=0.015)


def test_one_session_tells_about_the_client_with_an_icc_of_six_tenths(services):
    assert np.mean([parts(seen.ratings)[0] for _, seen in services]) == pytest.approx(0.6, abs=0.03)


def test_therapists_are_three_to_six_percent_of_the_variance(services):
    between = [therapist_variance(seen) / sum(parts(seen.ratings)[1:]) for _, seen in services]
    assert 0.03 <= np.mean(between) <= 0.06


def test_the_four_items_hang_together(services):
    lived, _ = services[0]
    items = third.answers(np.random.default_rng(5), lived)[:, 2]
    alpha = 4 / 3 * (1 - items.var(axis=0).sum() / items.sum(axis=1).var())
    assert alpha == pytest.approx(0.9, abs=0.03)


def test_an_onset_begins_a_dip_and_no_dip_begins_without_one(services):
    for _, seen in services:
        before = np.pad(seen.in_dip[:, :-1], ((0, 0), (1, 0)))
        assert not (seen.onset & ~seen.in_dip).any()
        assert not (seen.in_dip & ~before & ~seen.onset).any()
        assert not (seen.onset & before).any()
        assert not seen.onset[:, 0].any()  # nothing to fall from yet


def test_a_dip_lowers_the_rating_by_about_its_depth(services):
    falls = np.concatenate([np.diff(seen.ratings, axis=1)[seen.onset[:, 1:]] for _, seen in services])
    others = np.concatenate([np.diff(seen.ratings, axis=1)[~seen.in_dip[:, 1:]] for _, seen in services])
    assert -12 < np.nanmean(falls) < -8
    assert abs(np.nanmean(others)) < 2


def test_whoever_has_left_gives_nothing_more(services):
    for lived, seen in services:
        assert np.isnan(seen.ratings[~lived.held]).all()
        assert not seen.in_dip[~lived.held].any()
        assert (np.diff(lived.held.astype(int), axis=1) <= 0).all()


def test_the_same_seed_gives_the_same_service_and_the_ratings_lie_on_the_scale():
    (_, one), (_, again), (_, other) = service(3), service(3), service(4)
    assert np.array_equal(one.ratings, again.ratings, equal_nan=True)
    assert not np.array_equal(one.ratings, other.ratings, equal_nan=True)
    seen = one.ratings[~np.isnan(one.ratings)]
    assert seen.min() >= 0 and np.array_equal(seen % 2.5, np.zeros_like(seen))


def share(services, counted) -> float:
    """The share of the sessions held that are counted."""
    return sum(counted(*one).sum() for one in services) / sum(lived.held.sum() for lived, _ in services)


def parts(ratings: Floats) -> tuple[float, float, float]:
    """One-session ICC and the variance between and within clients: one-way analysis of variance, unequal counts."""
    ratings = ratings[(~np.isnan(ratings)).any(axis=1)]
    count = (~np.isnan(ratings)).sum(axis=1)
    mean = np.nanmean(ratings, axis=1)
    within = np.nansum((ratings - mean[:, None]) ** 2) / (count.sum() - len(count))
    between = (variance_of_means(mean, count) - within) / typical(count)
    return between / (between + within), between, within


def therapist_variance(seen: Drawn) -> float:
    """The variance of the therapists' parts: the same analysis of the clients' means."""
    answered = (~np.isnan(seen.ratings)).any(axis=1)
    mean, therapist = np.nanmean(seen.ratings[answered], axis=1), seen.therapist[answered]
    groups = [mean[therapist == one] for one in np.unique(therapist)]
    count = np.array([len(group) for group in groups])
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / (count.sum() - len(count))
    means = np.array([group.mean() for group in groups])
    return float((variance_of_means(means, count) - within) / typical(count))


def variance_of_means(means, count) -> float:
    """Mean square between groups."""
    return float((count * (means - np.average(means, weights=count)) ** 2).sum() / (len(count) - 1))


def typical(count) -> float:
    """The group size that stands for unequal ones in a variance component."""
    return float((count.sum() - (count**2).sum() / count.sum()) / (len(count) - 1))
