"""What a fit says, and what it says where there can be none."""

import dataclasses

import numpy as np
import pyarrow as pa
import pytest
from tests.statistics.mixed import plain

from accord.statistics.estimate import Dropped, NotFitted
from accord.statistics.mixed.fitting import fit, fit_sums
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.result import Fit

CLIENT, SLOPE, THERAPIST = Random("client"), Random("client", ("1", "x")), Random("therapist")
SIZES = ((1, 2), (12, 13), (3, 7), (2, 9))


def fitted(model: Model, data: plain.Columns) -> Fit:
    made = fit_sums(plain.summed(model, data))
    assert isinstance(made, Fit)
    return made


def words(model: Model, data: plain.Columns) -> str:
    made = fit(model, pa.table(data))
    assert isinstance(made, NotFitted)
    assert made.do
    return made.reason


def test_a_fit_finds_what_is_true() -> None:
    data = plain.nested(1, ((1, 2), (60, 61), (8, 12), (6, 10)), service=0.0, therapist=0.7, slope=0.4)

    made = fitted(Model("y", ("x", "z"), (SLOPE, Random("therapist", ("1", "x")))), data)

    assert made.converged and made.certificate.optimal
    assert made.effect("x").low < 0.5 < made.effect("x").high
    assert made.effect("z").low < 0.0 < made.effect("z").high
    assert made.residual_sd == pytest.approx(1.0, abs=0.05)
    assert made.component("client").sd == pytest.approx((1.0, 0.4), abs=0.1)
    assert made.component("therapist").sd == pytest.approx((0.7, 0.28), abs=0.2)
    assert made.n == {"rows": len(data["y"]), "client": len(set(data["client"])), "therapist": 60}
    assert made.notes == ()


def test_without_groupings_it_is_ordinary_regression() -> None:
    data = plain.nested(2)
    made = fitted(Model("y", ("x", "z")), data)

    wide = np.column_stack([np.ones(len(data["y"])), data["x"], data["z"]])
    beta, rest, _, _ = np.linalg.lstsq(wide, data["y"], rcond=None)
    assert [one.estimate for one in made.fixed] == pytest.approx(beta)
    assert made.residual_sd == pytest.approx(np.sqrt(rest[0] / (len(wide) - 3)))
    assert [one.df for one in made.fixed] == pytest.approx([len(wide) - 3] * 3)


@pytest.mark.parametrize("scale", [1e-6, 1e5])
def test_units_change_numbers_as_units_do(scale: float) -> None:
    data = plain.nested(3, SIZES)
    model = Model("y", ("x", "z"), (SLOPE, THERAPIST))
    here, there = fitted(model, data), fitted(model, data | {"y": data["y"] * scale, "x": data["x"] / scale})

    assert there.effect("x").estimate == pytest.approx(here.effect("x").estimate * scale**2)
    assert there.effect("x").df == pytest.approx(here.effect("x").df, rel=1e-4)
    assert there.component("client").sd[1] == pytest.approx(
        here.component("client").sd[1] * scale**2, rel=1e-5
    )
    moved = 2 * (here.n["rows"] - 3) * np.log(scale) - 2 * np.log(scale)
    assert there.criterion == pytest.approx(here.criterion + moved, abs=1e-6)


def test_shifting_a_column_with_a_slope_leaves_the_model_as_it_is() -> None:
    data = plain.nested(4, SIZES)
    model = Model("y", ("x", "z"), (SLOPE, Random("therapist", ("1", "x"))))
    here, there = fitted(model, data), fitted(model, data | {"x": data["x"] + 50.0})

    turn = np.array([[1.0, -50.0], [0.0, 1.0]])
    for group in ("client", "therapist"):
        expected = turn @ here.component(group).covariance @ turn.T
        assert there.component(group).covariance == pytest.approx(expected, rel=1e-5)
    assert there.criterion == pytest.approx(here.criterion, abs=1e-7)
    assert there.effect("1").estimate == pytest.approx(
        here.effect("1").estimate - 50 * here.effect("x").estimate
    )


def test_a_variance_of_zero_is_said() -> None:
    data = plain.nested(5, SIZES, therapist=0.0, service=0.0, slope=0.0)
    random = np.random.default_rng(1)
    rest = random.normal(size=len(data["y"]))
    for key in np.unique(data["therapist"]):  # therapists more alike than chance would make them
        mine = data["therapist"] == key
        rest[mine] -= rest[mine].mean()
    made = fitted(Model("y", ("x",), (CLIENT, THERAPIST)), data | {"y": rest})

    assert made.component("therapist").sd == (0.0,)
    assert made.component("therapist").at_zero == ("1",)
    assert made.converged and made.certificate.optimal
    assert any("'therapist' is zero" in note for note in made.notes)
    assert all(np.isfinite([one.estimate, one.se, one.df]).all() for one in made.fixed)


def test_a_correlation_at_its_end_is_said() -> None:
    data = plain.nested(6, ((1, 2), (20, 21), (2, 4), (3, 6)), client=0.0, therapist=0.0, service=0.0)
    codes = np.unique(data["client"], return_inverse=True)[1]
    own = np.random.default_rng(2).normal(size=codes.max() + 1)[codes]
    made = fitted(
        Model("y", ("x",), (SLOPE,)), data | {"y": data["x"] + own * (2.0 + data["x"]) + 0.3 * data["y"]}
    )

    assert made.component("client").at_zero == ("1 with x",)
    assert abs(made.component("client").correlation[0, 1]) == pytest.approx(1.0, abs=1e-6)
    assert made.certificate.optimal
    assert any("move together" in note for note in made.notes)


def test_columns_that_say_nothing_of_their_own_are_left_out_and_named() -> None:
    data = plain.nested(7, SIZES)
    data |= {"same": np.full(len(data["y"]), 3.0), "sum": 2.0 * data["x"] - data["z"] + 1.0}
    made = fit(Model("y", ("same", "x", "z", "sum"), (CLIENT,)), pa.table(data))
    plainly = fit(Model("y", ("x", "z"), (CLIENT,)), pa.table(data))

    assert isinstance(made, Fit) and isinstance(plainly, Fit)
    assert [one.name for one in made.fixed] == ["1", "x", "z"]
    assert made.criterion == pytest.approx(plainly.criterion, abs=1e-8)
    assert "'same' is the same in every row and was left out." in made.notes
    assert "'sum' says the same as columns before it and was left out." in made.notes


def keyed(data: plain.Columns, **keys: np.ndarray) -> plain.Columns:
    return data | keys


DATA = plain.nested(8, SIZES)
ROWS = np.arange(len(DATA["y"]))
CODES = np.unique(DATA["client"], return_inverse=True)[1]
MEANS = (np.bincount(CODES, DATA["y"]) / np.bincount(CODES))[CODES]


@pytest.mark.parametrize(
    ("model", "data", "said"),
    [
        (Model("y", (), (CLIENT,)), DATA | {"y": np.full(len(ROWS), 4.0)}, "'y' is the same in every row"),
        (Model("y", (), (CLIENT,)), DATA | {"client": ROWS}, "every 'client' has one row only"),
        (Model("y", (), (CLIENT,)), DATA | {"client": ROWS * 0}, "there is only one 'client'"),
        (Model("y", (), (CLIENT, THERAPIST)), DATA | {"therapist": DATA["client"]}, "every 'therapist' has"),
        (Model("y", ("x",), (SLOPE,)), DATA | {"client": ROWS // 2}, "rows are too few for 2 effects"),
        (Model("y", ("x",), (SLOPE,)), DATA | {"x": np.full(len(ROWS), 2.5)}, "'x' is the same in every row"),
        (Model("y", (), (CLIENT,)), DATA | {"y": CODES * 1.0}, "tell 'y' exactly"),
        (Model("y", ("x",), (CLIENT,)), DATA | {"y": 2.0 * DATA["x"] + 1.0}, "tell 'y' exactly"),
        (Model("y", ("z",), (SLOPE,)), DATA, "'x' varies by 'client' but is not a fixed effect"),
        (Model("y", ("x", "x"), (CLIENT, CLIENT)), DATA, "'x' is a fixed effect twice. 'client' is a grouping twice."),
        (Model("y", ("y",), (Random("client", ()),)), DATA, "'y' is both the outcome and a fixed effect."),
        (Model("y", ("x", "z"), (CLIENT,)), {name: values[:3] for name, values in DATA.items()}, "few|only|one"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_fitted_is_said_in_words(model: Model, data: plain.Columns, said: str) -> None:
    told = words(model, data)

    assert any(part in told for part in said.split("|")), told


@pytest.mark.parametrize(
    ("column", "times"),
    [("y", 1e300), ("y", 1e150), ("y", 1e-300), ("y", 1e-100), ("x", 1e200), ("x", 1e-310)],
)
@pytest.mark.filterwarnings("error")
def test_numbers_beyond_what_can_be_squared_are_said_and_the_column_named(column: str, times: float) -> None:
    data = plain.nested(5, SIZES)
    said = words(Model("y", ("x",), (CLIENT,)), data | {column: data[column] * times})
    assert (
        f"the numbers of '{column}' are too large or too small" in said or f"'{column}' are too large" in said
    )


def test_few_groups_are_said() -> None:
    data = plain.nested(9, ((1, 2), (3, 4), (6, 9), (4, 8)))
    made = fitted(Model("y", ("x",), (CLIENT, THERAPIST)), data)

    assert "only 3 'therapist': how much they differ is hardly known." in made.notes


def test_what_was_left_out_goes_along() -> None:
    data = plain.nested(10, SIZES)
    sums = plain.summed(Model("y", ("x",), (CLIENT,)), data)
    made = fit_sums(sums, (Dropped(3, "'x' is empty"),), ("read twice",))
    none = fit_sums(dataclasses.replace(sums, total=sums.total * np.nan), (Dropped(3, "'x' is empty"),))

    assert isinstance(made, Fit)
    assert made.dropped == (Dropped(3, "'x' is empty"),)
    assert made.notes[0] == "read twice"
    assert isinstance(none, NotFitted) and none.rows == sums.count + 3
