"""CR2 errors from the sums are those that clubSandwich finds from the rows."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.statistics.mixed.test_bootstrap import rows
from tests.validation.mixed_models.robust import CASES, Case, model, table

from accord.statistics.estimate import NotFitted
from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.result import Fit
from accord.statistics.mixed.robust import Robust, robust

KNOWN = json.loads((Path(__file__).parents[2] / "validation" / "mixed_models" / "robust.json").read_text())


def told(table: pa.Table, model: Model) -> tuple[Fit, Robust]:
    made = fit(model, table)
    assert isinstance(made, Fit), made
    found = robust(made)
    assert isinstance(found, Robust), found
    return made, found


@pytest.mark.validation
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_as_clubsandwich(case: Case) -> None:
    _, found = told(table(case), model(case))
    known = KNOWN[case.name]
    assert found.clusters == case.cluster
    assert [one.value for one in found.fixed.values()] == pytest.approx(
        known["estimates"], rel=1e-6, abs=1e-7
    )
    assert [one.se for one in found.fixed.values()] == pytest.approx(known["errors"], rel=1e-5)
    assert [one.df for one in found.fixed.values()] == pytest.approx(known["freedom"], rel=1e-4)


def test_four_levels_as_the_rows_themselves_say() -> None:
    """The definition with whole matrices, for a model that has no row of its own in the reference."""
    groups = (Random("client", ("1", "t")), Random("therapist"), Random("service", ("1", "age")))
    data = rows(7, seed=6)
    made, found = told(data, Model("y", ("t", "age"), groups))
    x, v = whole(made, data)
    y = data.column("y").to_numpy()
    inverse = np.linalg.inv(v)
    bread = np.linalg.inv(x.T @ inverse @ x)
    error = y - x @ bread @ x.T @ inverse @ y
    service = data.column("service").to_numpy()
    pulls = []
    for one in range(7):
        own = service == one
        phi = v[np.ix_(own, own)]
        upper = np.linalg.cholesky(phi).T
        values, vectors = np.linalg.eigh(upper @ (phi - x[own] @ bread @ x[own].T) @ upper.T)
        adjust = upper.T @ (vectors / np.sqrt(values)) @ vectors.T @ upper
        pulls.append(bread @ x[own].T @ np.linalg.inv(phi) @ adjust @ error[own])
    assert np.allclose(found.covariance, np.array(pulls).T @ np.array(pulls), rtol=1e-5)


def whole(made: Fit, data: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """X and the covariance of all rows, in the units of the data."""
    x = np.column_stack([np.ones(data.num_rows), *(data.column(n).to_numpy() for n in made.model.fixed)])
    v = made.residual_sd**2 * np.eye(data.num_rows)
    for one in made.random:
        z = x[:, [made.model.columns.index(name) for name in one.columns]]
        keys = data.column(one.group).to_numpy()
        v += (z @ one.covariance @ z.T) * (keys[:, None] == keys[None, :])
    return x, v


def test_without_groups_or_with_their_sums_not_kept_it_says_so() -> None:
    plain = fit(Model("y", ("t",)), rows(3))
    assert isinstance(plain, Fit)
    assert isinstance(robust(plain), NotFitted)
    from dataclasses import replace

    made = fit(Model("y", ("t",), (Random("client"),)), rows(3))
    assert isinstance(made, Fit)
    found = robust(replace(made, sums=replace(made.sums, blocks=None)))
    assert isinstance(found, NotFitted) and "were not kept" in found.reason
