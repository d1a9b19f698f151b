"""The numbers of the findings, told a second way: from the rows themselves, without sums per therapist."""

import numpy as np
import pytest
from tests.studies.findings.conftest import findings

from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.studies.findings.dependable import components, dependability, ratings
from accord.studies.result import Options
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import prepare


@pytest.fixture(scope="module")
def found(service):
    return findings(service)


@pytest.fixture(scope="module")
def rows(service):
    """`people` and `rated` as columns, as the snapshot has them."""
    with open_snapshot(service) as snapshot:
        prepare(snapshot, Options())
        return {
            name: {
                column: values.to_numpy()
                if str(values.type) in ("double", "int32", "bool")
                else values.to_pylist()
                for column, values in zip(table.column_names, table.columns, strict=True)
            }
            for name in ("people", "rated")
            for table in [snapshot.query(f"FROM {name}")]
        }


def left(values, *others):
    """What is left of values after a line through the others."""
    design = np.column_stack([np.ones(len(values)), *others])
    return values - design @ np.linalg.lstsq(design, values, rcond=None)[0]


def test_early_alliance_and_outcome(found, rows):
    people = rows["people"]
    there = np.isfinite(np.column_stack([people["alliance_first3"], people["final"], people["intake"]])).all(
        1
    )
    x, y, z = (people[name][there] for name in ("alliance_first3", "final", "intake"))
    line = found["alliance_outcome"].line("r")
    assert line.value == pytest.approx(np.corrcoef(left(x, z), left(y, z))[0, 1], abs=1e-9)
    assert line.n["courses"] == there.sum()
    assert found["alliance_outcome"].line("share").value == pytest.approx(line.value**2)


def test_within_clients_from_session_to_session(found, rows):
    rated = rows["rated"]
    parts = []
    course = np.array(rated["course"])
    for one in np.unique(course):
        at = np.flatnonzero(course == one)
        number, alliance, outcome = (
            np.asarray(rated[name])[at] for name in ("number", "alliance", "outcome")
        )
        now = np.flatnonzero((np.diff(number) == 1) & np.isfinite(alliance[:-1]) & np.isfinite(outcome[1:]))
        if len(now) >= 2:
            block = np.column_stack([np.log(number[now]), alliance[now], outcome[now + 1]])
            parts.append(block - block.mean(0))
    time, alliance, outcome = np.concatenate(parts).T
    expected = np.corrcoef(
        alliance - time * (time @ alliance) / (time @ time), outcome - time * (time @ outcome) / (time @ time)
    )[0, 1]
    line = found["alliance_outcome"].line("r_within")
    assert line.value == pytest.approx(expected, abs=1e-9)
    assert line.n["clients"] == len(parts)


def test_between_clients_and_between_therapists(found, rows):
    people = rows["people"]
    there = np.isfinite(np.column_stack([people["alliance_first3"], people["final"], people["intake"]])).all(
        1
    )
    whose = np.array(people["therapist"])[there]
    columns = np.column_stack([people[name][there] for name in ("alliance_first3", "final", "intake")])
    means = np.array([columns[whose == one].mean(0) for one in whose])
    for name, values in (("r_clients", columns - means), ("r_therapists", means)):
        x, y, z = values.T
        expected = np.corrcoef(left(x, z), left(y, z))[0, 1]
        assert found["alliance_outcome"].line(name).value == pytest.approx(expected, abs=1e-9)


def test_stayed_less_left(found, rows):
    people = rows["people"]
    there = np.isfinite(people["a3"])
    rating, gone = people["a3"][there], np.array(people["left_judged"], bool)[there]
    stayed, left_ = rating[~gone], rating[gone]
    pooled = ((len(stayed) - 1) * stayed.var(ddof=1) + (len(left_) - 1) * left_.var(ddof=1)) / (
        len(rating) - 2
    )
    line = found["dropout_alliance"].line("d")
    assert line.value == pytest.approx((stayed.mean() - left_.mean()) / pooled**0.5, abs=1e-9)
    assert line.n["left"] == gone.sum()


def test_what_a_rule_tells_of_therapists_not_seen(found, rows):
    people = rows["people"]
    early = np.column_stack([people[f"a{n}"] for n in (1, 2, 3, 4)])
    there = np.isfinite(np.column_stack([early, people["final"], people["intake"]])).all(1)
    whose = np.array(people["therapist"])[there]
    x, y, z = early[there, :3].mean(1), people["final"][there], people["intake"][there]
    errors = np.zeros(2)
    for one in np.unique(whose):
        out = whose == one
        for place, columns in enumerate(((z,), (z, x))):
            design = np.column_stack([np.ones(len(y)), *columns])
            rule = np.linalg.lstsq(design[~out], y[~out], rcond=None)[0]
            errors[place] += ((y[out] - design[out] @ rule) ** 2).sum()
    assert found["session_three"].line("unseen_3").value == pytest.approx(1 - errors[1] / errors[0], abs=1e-9)


def test_the_hazard_counts_sessions_after_which_somebody_could_leave(found, rows):
    """Nobody is at risk after the last session of a course that did not end by leaving."""
    people, rated = rows["people"], rows["rated"]
    gone = dict(zip(people["course"], people["left_judged"], strict=True))
    rated_yet = np.isfinite(rated["alliance"])
    expected = sum(
        1
        for place, (course, number, last) in enumerate(
            zip(rated["course"], rated["number"], rated["last"], strict=True)
        )
        if (not last or gone[course]) and rated_yet[place - number + 1 : place + 1].any()
    )
    line = found["dropout_alliance"].line("odds_change")
    assert line.n["sessions"] == expected


def balanced(random, therapists=40, clients=8, sessions=6):
    level = np.repeat(random.normal(0, 0.5, therapists), clients) + random.normal(0, 1, therapists * clients)
    whose = np.repeat(np.arange(therapists).astype(str).astype(object), clients)
    return level[:, None] + random.normal(0, 0.8, (len(level), sessions)), whose


def test_components_in_a_balanced_plan_are_those_of_the_mixed_model():
    """There the analysis of variance and REML are the same."""
    import pyarrow as pa

    values, whose = balanced(np.random.default_rng(3))
    clients, sessions = values.shape
    centred = values - values.mean(0)
    data = pa.table(
        {
            "y": centred.ravel(),
            "client": np.repeat(np.arange(clients), sessions).astype(str),
            "therapist": np.repeat(whose, sessions).astype(str),
        }
    )
    fitted = fit(Model("y", (), (Random("client"), Random("therapist"))), data)
    told = [float(one) for one in components(ratings(values, whose).sums.sum(0))]
    expected = [
        fitted.component("therapist").sd[0] ** 2,
        fitted.component("client").sd[0] ** 2,
        fitted.residual_sd**2,
    ]
    assert told == pytest.approx(expected, rel=1e-4)


def test_dependability_of_a_mean_is_that_of_means():
    """The mean of three predicts the mean of three others as well as its dependability says."""
    values, whose = balanced(np.random.default_rng(4), therapists=400)
    halves = np.corrcoef(values[:, :3].mean(1), values[:, 3:].mean(1))[0, 1]
    assert float(dependability(ratings(values, whose).sums.sum(0), 3)) == pytest.approx(halves, abs=0.02)


def test_growth_common_to_all_is_no_part_of_it():
    values, whose = balanced(np.random.default_rng(5))
    grown = values + np.arange(6) * 3
    plain, risen = (float(dependability(ratings(one, whose).sums.sum(0))) for one in (values, grown))
    assert plain == pytest.approx(risen, abs=1e-12)
