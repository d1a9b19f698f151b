"""Refits from the sums do what refits from the rows would: the same blocks, the same distribution."""

import numpy as np
import pyarrow as pa
import pytest
from tests.statistics.mixed.test_scan import given, plainly

from accord.statistics.estimate import NotFitted
from accord.statistics.mixed import bootstrap as under_test
from accord.statistics.mixed.bootstrap import Bootstrap, bootstrap
from accord.statistics.mixed.components import kept_of
from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.likelihood import criterion_with_slopes
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.near import Near
from accord.statistics.mixed.problem import arrange
from accord.statistics.mixed.result import Fit
from accord.statistics.mixed.simulating import Drawing

MODEL = Model(
    "y", ("t", "age"), (Random("client", ("1", "t")), Random("therapist"), Random("service", ("1", "age")))
)


def rows(services: int = 12, seed: int = 4, between: float = 2.0) -> pa.Table:
    """Four levels; about 7 therapists a service, 6 clients a therapist, 5 sessions a client, some with one or two."""
    random = np.random.default_rng(seed)
    therapist_of = np.repeat(np.arange(services), random.integers(5, 10, services))
    client_of = np.repeat(np.arange(len(therapist_of)), random.integers(3, 9, len(therapist_of)))
    client = np.repeat(np.arange(len(client_of)), random.integers(1, 10, len(client_of)))
    therapist = client_of[client]
    service = therapist_of[therapist]
    t = random.normal(5, 2, len(client))
    age = random.normal(0, 1, len(client_of))[client]
    y = (
        20
        + t
        - age
        + random.normal(0, 3, len(client_of))[client]
        + random.normal(0, 1, len(client_of))[client] * t
    )
    y = y + random.normal(0, between, len(therapist_of))[therapist] + random.normal(0, 2, services)[service]
    y = y + random.normal(0, 1, services)[service] * age + random.normal(0, 2, len(client))
    return pa.table(
        {"client": client, "therapist": therapist, "service": service, "t": t, "age": age, "y": y}
    )


def fitted(model: Model, table: pa.Table) -> Fit:
    found = fit(model, table)
    assert isinstance(found, Fit), found
    return found


def told(found: object) -> Bootstrap:
    assert isinstance(found, Bootstrap), found
    return found


# --- drawing groups ---------------------------------------------------------------------------------------------------
def test_drawn_blocks_are_those_of_the_rows_of_the_groups_drawn() -> None:
    table = rows()
    made = fitted(MODEL, table)
    redraw = under_test._resampled(made, arrange(made.sums, kept_of(made)))
    assert not isinstance(redraw, NotFitted)
    problem = redraw(np.random.default_rng(9)).problem
    drawn = np.sort(np.random.default_rng(9).integers(0, 12, 12))
    service = table.column("service").to_numpy()
    parts = []
    for turn, one in enumerate(drawn.tolist()):
        part = table.take(np.flatnonzero(service == one))
        for name in ("client", "therapist", "service"):
            place = part.column_names.index(name)
            part = part.set_column(place, name, pa.array(part.column(name).to_numpy() + 10_000 * turn))
        parts.append(part)
    by_rows = arrange(plainly_from(pa.concat_tables(parts), made), kept_of(made))
    assert problem.rows == by_rows.rows
    assert np.allclose(problem.total, by_rows.total)
    for one, other in zip(problem.levels, by_rows.levels, strict=True):
        assert np.allclose(one.products, other.products)
        assert (one.parent is None) == (other.parent is None)
        if one.parent is not None and other.parent is not None:
            assert (one.parent == other.parent).all()


def plainly_from(table: pa.Table, made: Fit):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    from accord.statistics.mixed.scan import summed

    sums = given(summed(MODEL, table))
    return plainly(MODEL, table, replace(sums, shift=made.sums.shift, scale=made.sums.scale))


# --- drawing outcomes -------------------------------------------------------------------------------------------------
def test_sums_of_drawn_outcomes_have_the_distribution_of_those_from_rows() -> None:
    """Mean and covariance of X'y and y'y, and of Z'y of some groups, over many draws, against the model's V."""
    model = Model("y", ("t", "age"), (Random("client", ("1", "t")), Random("therapist", ("1", "age"))))
    table = rows(services=1, seed=11)
    made = fitted(model, table)
    problem = arrange(made.sums, kept_of(made))
    drawing = Drawing.of(made, problem)
    random = np.random.default_rng(1)
    draws = [drawing.draw(random) for _ in range(4000)]
    seen = np.array([[*d.columns, *d.levels[0][:, 3], *d.levels[1][:, 2], d.square] for d in draws])

    w, v = covariance(made, table)
    x = w[:, :3]
    told_mean = x @ drawing.beta[:3]
    client, therapist = (table.column(name).to_numpy() for name in ("client", "therapist"))
    asked = np.column_stack(
        [
            x,
            *(x[:, [0, 1]] * (client == made.sums.groups[0][3])[:, None]).T,
            *(x[:, [0, 2]] * (therapist == made.sums.groups[1][2])[:, None]).T,
        ]
    )
    mean = np.append(asked.T @ told_mean, told_mean @ told_mean + np.trace(v))
    spread = asked.T @ v @ asked
    of_square = 2 * np.sum(v * v) + 4 * told_mean @ v @ told_mean
    sd = np.sqrt(np.append(np.diag(spread), of_square))
    assert np.abs((seen.mean(axis=0) - mean) / sd).max() < 4 / np.sqrt(4000)
    assert np.allclose(seen.std(axis=0) / sd, 1, atol=0.06)
    found = np.corrcoef(seen[:, :-1].T)
    assert np.allclose(found, spread / np.outer(sd[:-1], sd[:-1]), atol=0.07)
    with_square = 2 * asked.T @ v @ told_mean / (sd[:-1] * sd[-1])
    assert np.allclose(
        [np.corrcoef(seen[:, n], seen[:, -1])[0, 1] for n in range(len(sd) - 1)], with_square, atol=0.07
    )


def covariance(made: Fit, table: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """W inside, and the covariance of the outcome inside, row by row."""
    from accord.statistics.mixed.likelihood import factors_of

    problem = arrange(made.sums, kept_of(made))
    names = (*made.model.columns, made.model.outcome)
    w = np.column_stack([np.ones(table.num_rows), *(table.column(name).to_numpy() for name in names[1:])])
    w = (w - made.sums.shift) / made.sums.scale
    v = np.eye(table.num_rows)
    for level, factor in zip(problem.levels, factors_of(problem, made.theta), strict=True):
        keys = table.column(level.group).to_numpy()
        z = w[:, list(level.columns)] @ factor
        v += (z @ z.T) * (keys[:, None] == keys[None, :])
    return w, v * (made.residual_sd / made.sums.scale[-1]) ** 2


# --- refits -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["cluster", "parametric"])
def test_standard_errors_are_near_those_of_the_fit(kind: str) -> None:
    model = Model("y", ("t",), (Random("client", ("1", "t")), Random("therapist")))
    made = fitted(model, rows(services=14))
    found = told(bootstrap(made, 300, kind=kind))  # type: ignore[arg-type]
    assert found.failed == 0
    for one in made.fixed:
        assert found.fixed[one.name].se == pytest.approx(one.se, rel=0.25)
        assert found.fixed[one.name].low < one.estimate < found.fixed[one.name].high  # type: ignore[operator]
    assert found.random["client", "t"].value == made.component("client").sd[1]
    assert found.residual_sd.se == pytest.approx(
        made.residual_sd / np.sqrt(2 * 0.6 * made.n["rows"]), rel=0.3
    )


@pytest.mark.parametrize("kind", ["cluster", "parametric"])
def test_a_short_cut_ends_where_a_whole_search_does(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model("y", ("t",), (Random("client", ("1", "t")), Random("therapist")))
    made = fitted(model, rows(services=8))
    short = told(bootstrap(made, 12, kind=kind))  # type: ignore[arg-type]
    monkeypatch.setattr(under_test.Near, "of", lambda problem, theta: None)
    whole = told(bootstrap(made, 12, kind=kind))  # type: ignore[arg-type]
    assert np.abs((short.fixed_draws - whole.fixed_draws) / short.fixed_draws.std(axis=0)).max() < 2e-3
    assert np.abs((short.sd_draws - whole.sd_draws) / short.sd_draws.std(axis=0)).max() < 5e-3


@pytest.mark.parametrize("kind", ["cluster", "parametric"])
@pytest.mark.parametrize("reml", [True, False])
def test_the_slope_at_the_estimates_is_known_without_the_groups(kind: str, reml: bool) -> None:
    groups = (Random("client", ("1", "t")), Random("therapist"), Random("service", ("1", "age")))
    made = fitted(Model("y", ("t", "age"), groups, reml=reml), rows(services=14, seed=3))
    problem = arrange(made.sums, kept_of(made))
    near = Near.of(problem, made.theta)
    redraw = (under_test._resampled if kind == "cluster" else under_test._simulated)(made, problem)
    assert near is not None and not isinstance(redraw, NotFitted)
    for seed in range(3):
        drawn = redraw(np.random.default_rng(seed))
        _, gradient = criterion_with_slopes(drawn.problem, made.theta)
        assert np.abs(gradient).max() > 1.0
        assert near.slope(drawn.problem, drawn.known(near)) == pytest.approx(gradient, rel=1e-8, abs=1e-8)


def test_the_same_seed_gives_the_same() -> None:
    made = fitted(Model("y", ("t",), (Random("client"),)), rows(2))
    one, two, other = (told(bootstrap(made, 20, kind="parametric", seed=seed)) for seed in (1, 1, 2))
    assert (one.fixed_draws == two.fixed_draws).all() and not (one.fixed_draws == other.fixed_draws).any()


def test_a_variance_of_zero_is_refitted_too() -> None:
    groups = (Random("client", ("1", "t")), Random("therapist"), Random("service"))
    made = fitted(Model("y", ("t",), groups), rows(9, between=0.0, seed=5))
    assert made.component("therapist").at_zero == ("1",)
    found = told(bootstrap(made, 30, kind="parametric"))
    assert found.failed == 0
    assert found.random["therapist", "1"].low == 0.0 < found.random["therapist", "1"].high  # type: ignore[operator]


def test_too_few_groups_to_draw_from_are_refused_with_what_to_do() -> None:
    made = fitted(MODEL, rows(5))
    found = bootstrap(made, 10)
    assert isinstance(found, NotFitted) and "only 5 'service'" in found.reason and "parametric" in found.do
    none = bootstrap(fitted(Model("y", ("t",)), rows(2)), 10)
    assert isinstance(none, NotFitted)


def test_a_model_without_groups_has_a_parametric_bootstrap() -> None:
    made = fitted(Model("y", ("t", "age")), rows(2))
    found = told(bootstrap(made, 200, kind="parametric"))
    assert found.fixed["t"].se == pytest.approx(made.effect("t").se, rel=0.2)
