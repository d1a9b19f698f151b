"""Therapists pulled towards the average: the textbook's numbers, intervals that hold, and none that close at zero."""

import json

import numpy as np
import pyarrow as pa
import pytest
from tests.validation.therapists import intervals
from tests.validation.therapists.intervals import fitted, service

from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.studies.therapists.shrunken import shrunken

RANDOM = np.random.default_rng(8)
TABLE, TRUE = service(0.06, 25, np.random.default_rng(12))
FOUND = fitted(TABLE)
GROUPS = shrunken(FOUND)


def test_the_estimate_is_the_reliable_part_of_the_mean_residual():
    keys = np.array(TABLE.column("therapist").to_pylist())
    outcome, intake = TABLE.column("outcome").to_numpy(), TABLE.column("intake").to_numpy()
    left = outcome - FOUND.effect("1").estimate - FOUND.effect("intake").estimate * intake
    tau, sigma = FOUND.random[0].covariance[0, 0], FOUND.residual_sd**2
    for key, rows, estimate in zip(GROUPS.keys, GROUPS.rows, GROUPS.estimate, strict=True):
        assert rows == (keys == key).sum()
        assert estimate == pytest.approx(
            rows * tau / (rows * tau + sigma) * left[keys == key].mean(), abs=1e-6
        )


def test_the_share_is_the_icc_and_its_ends_are_where_the_likelihood_falls_by_half_of_3_84():
    tau, sigma = FOUND.random[0].covariance[0, 0], FOUND.residual_sd**2
    assert GROUPS.share.value == pytest.approx(tau / (tau + sigma), abs=1e-6)
    outcome, intake = TABLE.column("outcome").to_numpy(), TABLE.column("intake").to_numpy()
    keys = np.array(TABLE.column("therapist").to_pylist())
    x = np.column_stack([np.ones(len(intake)), intake])
    same = (keys[:, None] == keys[None, :]).astype(float)

    def deviance(icc):  # of the whole covariance matrix at once, sigma profiled out
        v = np.eye(len(keys)) + icc / (1 - icc) * same
        inverse = np.linalg.inv(v)
        xx = x.T @ inverse @ x
        beta = np.linalg.solve(xx, x.T @ inverse @ outcome)
        rest = (outcome - x @ beta) @ inverse @ (outcome - x @ beta)
        return np.linalg.slogdet(v)[1] + np.linalg.slogdet(xx)[1] + (len(keys) - 2) * np.log(rest)

    best = deviance(GROUPS.share.value)
    for end in (GROUPS.share.low, GROUPS.share.high):
        assert deviance(end) - best == pytest.approx(3.841, abs=0.03)


def test_intervals_hold_what_is_true_and_the_usual_ones_do_not():
    """The figures of docs/therapists.md, and a few services again."""
    kept = json.loads(intervals.FILE.read_text(encoding="utf-8"))
    for name, one in kept.items():
        assert one["inside"] >= 0.92 and one["share"] >= 0.92, name
    assert kept["0.01, 20 therapists"]["usual"] < 0.8
    inside = []
    for _ in range(25):
        table, true = service(0.03, 20, RANDOM)
        groups = shrunken(fitted(table))
        inside += [
            low <= true[key] <= high
            for key, low, high in zip(groups.keys, groups.low, groups.high, strict=True)
        ]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.04)


def test_where_the_spread_comes_out_as_zero_intervals_stay_open():
    zero = None
    for seed in range(20):
        table, _ = service(0.0, 15, np.random.default_rng(seed))
        found = fitted(table)
        if found.random[0].at_zero:
            zero = shrunken(found)
            break
    assert zero is not None
    assert max(map(abs, zero.estimate)) < 1e-6 and zero.share.low == 0 and zero.share.high > 0.005
    assert min(np.array(zero.high) - np.array(zero.low)) > 0.1


def test_units_are_those_of_the_outcome():
    table = pa.table(
        {
            "therapist": TABLE.column("therapist"),
            "intake": TABLE.column("intake"),
            "outcome": TABLE.column("outcome").to_numpy() * 16 + 1000,
        }
    )
    large = shrunken(fit(Model("outcome", ("intake",), (Random("therapist"),)), table))
    assert np.array(large.estimate) == pytest.approx(16 * np.array(GROUPS.estimate), abs=1e-4)
    assert np.array(large.high) == pytest.approx(16 * np.array(GROUPS.high), abs=1e-3)
