"""A simulated service reproduces the calibration column it was made from, and other code finds the same figures.

The rule is `Figure.holds`: a 95 % interval from a bootstrap over therapists; where the reference is itself a simulated
run of 2,500 clients, its own standard error is added, and the rounding of its last digit. Nothing else is allowed for.
"""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy.stats import binomtest

from accord.simulate.block import make_blocks
from accord.simulate.calibration import KINDS, calibrate
from accord.simulate.parameters import read_parameters
from accord.simulate.tables import RATED, Numbering, make_tables

pytestmark = pytest.mark.validation
CLIENTS = 20_000
NAMES = [kind.name for kind in KINDS]


def figures(clients: int = CLIENTS, **changes):
    made = calibrate(make_blocks(replace(read_parameters(), **changes), 2026, clients=clients))
    return {figure.name: figure for figure in made}


@pytest.fixture(scope="module")
def default():
    return figures()


@pytest.mark.parametrize("name", NAMES)
def test_each_figure_is_reproduced(default, name):
    figure = default[name]
    assert figure.low < figure.value < figure.high
    assert figure.holds, f"{figure.meaning}: {figure.value:.4f} [{figure.low:.4f}, {figure.high:.4f}]"


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"dip_onset": 0.09}, {"any_dip_8", "any_dip_20"}),
        ({"client_sd": 0.5}, {"srs_lag_1", "srs_icc"}),
        ({"leaving": -3.2}, {"left_by_8"}),
        ({"leaving_alliance": 0.0, "leaving_dip": 0.0}, {"session_3_d"}),
        ({"twin_loading": 0.6}, {"twin_r"}),
        ({"twin_shift": -0.3}, {"twin_d"}),
        ({"outcome_loading": 0.5}, {"outcome_r"}),
        ({"missing": 0.4}, {"srs_at_cap", "wai_sr_at_cap"}),
        ({"straight_lining": 0.3}, {"srs_icc", "srs_lag_1"}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_another_parameter_is_noticed(change, missed):
    found = figures(8000, **change)
    assert not any(found[name].holds for name in missed)


def test_without_the_extras_the_stated_generator_gives_the_same_figures():
    """No straight-lining, no informative gaps, no slow repair: what the calibration column was made with."""
    plain = figures(straight_lining=0.0, missing_informative=0.0, slow_repair=0.0)
    simulated = [kind.name for kind in KINDS if kind.reference.simulated]
    assert [name for name in simulated if not plain[name].holds] == []


# --- the same figures a second way: from the tables as they are written, by plain loops and other programs


@pytest.fixture(scope="module")
def written():
    made, before = [], Numbering()
    blocks = list(make_blocks(read_parameters(), 8, clients=2000))
    for block in blocks:
        made.append(make_tables(block, before, RATED))
        before = before.after(block)
    rows = {
        name: [row for one in made for row in getattr(one, name).to_pylist()] for name, _ in made[0].items()
    }
    return rows, {figure.name: figure for figure in calibrate(blocks)}


def lines(rows, instrument: str):
    """Ratings by client and session number, of the first eight sessions of courses planned for more."""
    planned = {row["client"]: row["planned"] for row in rows["clients"]}
    number = {(row["client"], row["slot"]): row["number"] for row in rows["sessions"]}
    found: dict[str, dict[int, float | None]] = {}
    for row in rows["ratings"]:
        at = number[row["client"], row["slot"]]
        if row["instrument"] == instrument and planned[row["client"]] > 8 and at <= 8:
            found.setdefault(row["client"], {})[at] = row["value"]
    return found


def test_shares_and_correlations_from_the_written_tables(written):
    rows, figure = written
    for instrument, cap, at_cap, lag in (
        ("srs", 40.0, "srs_at_cap", "srs_lag_1"), ("wai-sr", 5.0, "wai_sr_at_cap", "wai_sr_lag_1"),
    ):  # fmt: skip
        by_client = lines(rows, instrument)
        values = [value for line in by_client.values() for value in line.values()]
        top = sum(value is not None and value >= cap - 1e-9 for value in values)
        assert figure[at_cap].value == pytest.approx(top / len(values))
        pairs = [
            (line[t], line[t + 1])
            for line in by_client.values()
            for t in range(1, 8)
            if line.get(t) is not None and line.get(t + 1) is not None
        ]
        assert figure[lag].value == pytest.approx(np.corrcoef(np.array(pairs).T)[0, 1])


def test_leaving_twin_and_outcome_from_the_written_tables(written):
    rows, figure = written
    client, twin = lines(rows, "accord-check-in"), lines(rows, "accord-check-in-therapist")
    pairs = [
        (client[key][3], twin[key][3])
        for key in client
        if client[key].get(3) is not None and twin[key].get(3) is not None
    ]
    own, theirs = np.array(pairs).T
    assert figure["twin_r"].value == pytest.approx(np.corrcoef(own, theirs)[0, 1])
    pooled = sqrt((own.var(ddof=1) + theirs.var(ddof=1)) / 2)
    assert figure["twin_d"].value == pytest.approx((theirs.mean() - own.mean()) / pooled)
    long = [row for row in rows["clients"] if row["planned"] > 8]
    left = {row["client"] for row in long if row["dropped_out"] and row["held"] <= 8}
    assert figure["left_by_8"].value == pytest.approx(len(left) / len(long))
    srs = lines(rows, "srs")
    stay = np.array([line[3] for key, line in srs.items() if key not in left and line.get(3) is not None])
    leave = np.array([line[3] for key, line in srs.items() if key in left and line.get(3) is not None])
    both = (len(stay) - 1) * stay.var(ddof=1) + (len(leave) - 1) * leave.var(ddof=1)
    d = (stay.mean() - leave.mean()) / sqrt(both / (len(stay) + len(leave) - 2))
    assert figure["session_3_d"].value == pytest.approx(d)
    outcome = {row["client"]: row["outcome"] for row in rows["clients"]}
    known = [
        (line[3], outcome[key])
        for key, line in client.items()
        if line.get(3) is not None and outcome[key] is not None
    ]
    assert figure["outcome_r"].value == pytest.approx(np.corrcoef(np.array(known).T)[0, 1])


def test_dips_from_the_written_truth_with_a_binomial_interval(written):
    rows, figure = written
    planned = {row["client"]: row["planned"] for row in rows["clients"]}
    number = {(row["client"], row["slot"]): row["number"] for row in rows["sessions"]}
    dipped = {
        row["client"] for row in rows["truth"] if row["in_dip"] and number[row["client"], row["slot"]] <= 8
    }
    long = [client for client, sessions in planned.items() if sessions > 8]
    found = binomtest(sum(client in dipped for client in long), len(long))
    assert figure["any_dip_8"].value == pytest.approx(found.statistic)
    exact = found.proportion_ci()
    assert (figure["any_dip_8"].low, figure["any_dip_8"].high) == pytest.approx(
        (exact.low, exact.high), abs=0.008
    )


def test_the_icc_agrees_with_the_one_of_the_course_room(written):
    from accord.course.dependability import spread

    rows, figure = written
    ratings = [
        [value for value in line.values() if value is not None] for line in lines(rows, "srs").values()
    ]
    assert figure["srs_icc"].value == pytest.approx(spread(ratings, low=0, high=40).one_session)


@pytest.mark.slow
def test_intervals_hold_what_they_promise():
    """Of 60 small services about 95 % have the long-run value inside; below 50 has a chance of less than 1 in 1,000."""
    inside = dict.fromkeys(NAMES, 0)
    for seed in range(60):
        for figure in calibrate(make_blocks(read_parameters(), 100 + seed, clients=1000)):
            inside[figure.name] += figure.low <= LONG_RUN[figure.name] <= figure.high
    assert {name: count for name, count in inside.items() if count < 50} == {}


# What the default parameters amount to: 300,000 clients, seed 11. Tells when a change moves them.
LONG_RUN = {
    "srs_at_cap": 0.2299,
    "wai_sr_at_cap": 0.1420,
    "srs_ratings_at_cap": 0.2614,
    "any_dip_8": 0.3205,
    "any_dip_20": 0.5893,
    "srs_lag_1": 0.6857,
    "wai_sr_lag_1": 0.7011,
    "srs_icc": 0.6038,
    "left_by_8": 0.1845,
    "session_3_d": 0.4600,
    "twin_r": 0.3612,
    "twin_d": -0.6282,
    "outcome_r": 0.2768,
}
