"""The second generator has the margins it claims, and knows its own dips."""

import numpy as np
import pytest
from benchmarks.signals import other

CLIENTS, SERVICES = 1_000, 12


@pytest.fixture(scope="module")
def drawn():
    """Some services of eight sessions: one service's therapists alone would move the margins."""
    random = np.random.default_rng(11)
    return [other.draw(random, CLIENTS, 8, other.therapists(random)) for _ in range(SERVICES)]


@pytest.fixture(scope="module")
def ratings(drawn):
    return np.concatenate([one.ratings for one in drawn])


def icc(ratings):
    """One-way ICC of one rating, for unequal numbers of answers (analysis of variance)."""
    n = (~np.isnan(ratings)).sum(axis=1)
    ratings, n = ratings[n > 0], n[n > 0]
    means = np.nanmean(ratings, axis=1)
    between = (n * (means - np.nansum(ratings) / n.sum()) ** 2).sum() / (len(n) - 1)
    within = np.nansum((ratings - means[:, None]) ** 2) / (n.sum() - len(n))
    usual = (n.sum() - (n**2).sum() / n.sum()) / (len(n) - 1)
    return (between - within) / (between + (usual - 1) * within)


def test_answers_are_whole_points_and_a_quarter_of_them_are_at_the_top(ratings):
    given = ratings[~np.isnan(ratings)]
    assert (given == np.round(given)).all() and given.min() >= 0 and given.max() == 100
    assert 0.20 < (given == 100).mean() < 0.30
    tens = (given[given < 100] % 10 == 0).mean()
    assert tens > 0.25, "some people answer in tens"


def test_one_rating_tells_clients_apart_as_in_the_literature(ratings):
    assert icc(ratings) == pytest.approx(0.6, abs=0.05)


def test_a_dip_begins_in_five_to_six_of_a_hundred_sessions(drawn, ratings):
    onset = np.concatenate([one.onset for one in drawn])
    given = ~np.isnan(ratings)
    assert onset[given].mean() == pytest.approx(0.055, abs=0.008)
    assert 0.25 < onset.any(axis=1).mean() < 0.5  # 25.5 to 50 % of cases (LAR18, MCL14, STE07)


def test_an_onset_is_the_first_session_of_strain_above_the_limit(monkeypatch):
    """Known strain in: dips and onsets out, and none before the first session or after the client has left."""
    strain = np.array([[0, 0.2, 0.3, 0.31, 0.9, 0.1, 0.5, 0.5], [0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]])
    here = np.ones(strain.shape, bool)
    here[1, 4:] = False
    monkeypatch.setattr(other, "draw_strain", lambda *_: strain)
    monkeypatch.setattr(other, "draw_stay", lambda *_: here)
    random = np.random.default_rng(1)
    made = other.draw(random, 2, 8, other.therapists(random))
    assert np.flatnonzero(made.in_dip[0]).tolist() == [3, 4, 6, 7]
    assert np.flatnonzero(made.onset[0]).tolist() == [3, 6]
    assert np.flatnonzero(made.in_dip[1]).tolist() == [1, 2, 3]
    assert np.isnan(made.ratings[1, 4:]).all()


def test_strain_sets_in_at_once_or_builds_up_and_some_of_it_stays():
    strain = other.draw_strain(np.random.default_rng(3), 20_000, 12)
    assert (strain[:, 0] == 0).all() and (strain >= 0).all()
    rising = (strain[:, 2:] > strain[:, 1:-1] + 1e-9) & (strain[:, 1:-1] > strain[:, :-2] + 1e-9)
    assert 0.05 < rising.any(axis=1).mean() < 0.3
    assert ((strain > 0) & (strain < 0.1)).any(), "remainders fade"


def test_missing_comes_in_runs_and_a_fifth_leaves_early():
    random = np.random.default_rng(4)
    asked = other.draw_answering(random, np.zeros((20_000, 8)))
    missing = ~asked[:, 1:]
    after_one = missing[~asked[:, :-1]].mean()
    assert missing.mean() == pytest.approx(0.12, abs=0.02) and after_one > 3 * missing.mean()
    made = other.draw(random, 20_000, 8, other.therapists(random))
    assert np.isnan(made.ratings[:, -1]).mean() == pytest.approx(0.2 + 0.8 * 0.13, abs=0.04)


def test_the_same_seed_gives_the_same_service_and_its_therapists_differ_a_little():
    first, second = (
        other.draw(random := np.random.default_rng(7), 50, 8, other.therapists(random)) for _ in range(2)
    )
    assert np.array_equal(first.ratings, second.ratings, equal_nan=True)
    staff = [other.therapists(np.random.default_rng(seed)) for seed in range(40)]
    assert all(one.share.sum() == pytest.approx(1) for one in staff)
    assert 0.5 < np.std([one.shift for one in staff]) < 3  # points
