"""Fits: known values, what they say of odd data, and that no input ends in a traceback or a silent NaN."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.optimize import minimize

from accord.statistics.estimate import NotFitted
from accord.statistics.logistic.fitting import fit_logistic
from accord.statistics.logistic.links import LINKS
from accord.statistics.logistic.model import Logistic
from accord.statistics.logistic.quadrature import Integrated, Rows
from accord.statistics.logistic.result import LogisticFit

MODEL = Logistic("left", ("alliance", "log_session"), "therapist")


def service(rows: int = 1500, therapists: int = 40, sd: float = 0.6, seed: int = 1) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    therapist = random.integers(0, therapists, rows)
    alliance, log_session = random.normal(size=rows), np.log(random.integers(1, 12, rows))
    eta = -2.0 - 0.6 * alliance - 0.2 * log_session + random.normal(0, sd, therapists)[therapist]
    left = (random.random(rows) < 1 / (1 + np.exp(-eta))).astype(float)
    return {"left": left, "alliance": alliance, "log_session": log_session, "therapist": therapist}


def fitted(model: Logistic, columns: dict[str, object]) -> LogisticFit:
    found = fit_logistic(model, pa.table(columns))
    assert isinstance(found, LogisticFit), found
    return found


def refused(model: Logistic, columns: dict[str, object]) -> NotFitted:
    found = fit_logistic(model, pa.table(columns))
    assert isinstance(found, NotFitted), found
    return found


# --- values -----------------------------------------------------------------------------------------------------------
def test_a_table_of_four_has_the_odds_ratio_that_a_hand_finds() -> None:
    # 20 of 100 and 40 of 100: odds ratio (40 / 60) / (20 / 80) = 2.667; SE of its log from 1/20 + 1/80 + 1/40 + 1/60
    fit = fitted(
        Logistic("y", ("x",)), {"y": [1] * 20 + [0] * 80 + [1] * 40 + [0] * 60, "x": [0] * 100 + [1] * 100}
    )
    ratio = fit.ratio("x")
    assert ratio.value == pytest.approx(8 / 3, abs=1e-9)
    assert fit.effect("x").se == pytest.approx((1 / 20 + 1 / 80 + 1 / 40 + 1 / 60) ** 0.5, abs=1e-9)
    assert (ratio.low, ratio.high) == pytest.approx((1.4166, 5.0198), abs=1e-3)
    assert fit.n == {"rows": 200, "events": 60, "patterns": 2}
    assert fit.group_sd is None


def test_a_spread_of_groups_has_an_interval_and_groups_their_own_chance() -> None:
    columns = service()
    fit = fitted(MODEL, columns)
    assert fit.group_sd.low < 0.6 < fit.group_sd.high
    assert fit.effect("alliance").low < -0.6 < fit.effect("alliance").high
    own = fit.predict(pa.table(columns), whose="own")
    # Each group's chance is pulled from its own share towards everyone's.
    worst = int(fit.groups[np.argmax(fit.effects)])
    share = columns["left"][columns["therapist"] == worst].mean()
    assert columns["left"].mean() < own[columns["therapist"] == worst].mean() < share
    unseen = fit.predict(columns | {"therapist": np.full(1500, 999)}, whose="own")
    assert unseen == pytest.approx(fit.predict(columns))
    assert abs(own.mean() - columns["left"].mean()) < 0.002


def test_a_chance_over_any_group_lies_nearer_to_the_middle_than_the_typical_one() -> None:
    fit = fitted(MODEL, service(sd=1.5))
    at = {"alliance": [0.0], "log_session": [0.0]}
    assert fit.predict(at, whose="typical") + 0.03 < fit.predict(at, whose="any") < 0.5


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_far_and_large_numbers_change_nothing(link: str) -> None:
    columns = service()
    plain = fitted(Logistic("left", MODEL.fixed, "therapist", link), columns)
    moved = columns | {
        "alliance": columns["alliance"] * 3 + 1e6,
        "log_session": columns["log_session"] * 1e200,
    }
    fit = fitted(Logistic("left", MODEL.fixed, "therapist", link), moved)
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    assert fit.effect("alliance").estimate * 3 == pytest.approx(plain.effect("alliance").estimate, rel=1e-6)
    assert fit.predict(moved) == pytest.approx(plain.predict(columns), abs=1e-7)


def test_rows_that_are_alike_are_counted_together(tmp_path: Path) -> None:
    columns = service(rows=4000, therapists=5)
    columns["alliance"] = columns["alliance"].round()
    pq.write_table(pa.table(columns), tmp_path / "one.parquet")
    fit = fit_logistic(MODEL, tmp_path / "one.parquet")
    assert isinstance(fit, LogisticFit)
    assert fit.n["patterns"] < 500
    # One column that is different in every row keeps rows apart; that it is noise leaves the rest as it was.
    noise = {"noise": np.random.default_rng(1).normal(size=4000)}
    by_row = fitted(Logistic("left", (*MODEL.fixed, "noise"), "therapist"), columns | noise)
    assert by_row.n["patterns"] == 4000
    assert 0 <= by_row.log_likelihood - fit.log_likelihood < 2


def test_no_spread_is_said_with_how_much_there_might_be() -> None:
    fit = fitted(MODEL, service(sd=0.0, seed=4))
    plain = fitted(Logistic("left", MODEL.fixed), service(sd=0.0, seed=4))
    assert fit.group_sd.value == fit.group_sd.low == 0.0
    assert 0.05 < fit.group_sd.high < 0.6
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)
    assert "zero" in fit.notes[0]


@pytest.mark.parametrize("seed", [4, 6])
def test_a_profile_interval_ends_where_the_likelihood_has_fallen_by_half_of_chi_square(seed: int) -> None:
    columns = service(sd=0.0, seed=seed)
    fit = fitted(MODEL, columns)
    assert fit.group_sd.method == "profile"
    order = np.argsort(columns["therapist"], kind="stable")
    design = np.column_stack([np.ones(1500), columns["alliance"], columns["log_session"]])[order]
    sizes = np.unique(columns["therapist"], return_counts=True)[1]
    asked = Integrated(Rows(design, columns["left"][order], np.ones(1500), sizes), LINKS["logit"], 9)
    ends = [fit.group_sd.high] + ([fit.group_sd.low] if fit.group_sd.low else [])
    for end in ends:
        start = [one.estimate for one in fit.fixed]
        highest = -minimize(lambda at, end=end: -asked(at, end)[0], start, method="BFGS").fun
        assert fit.log_likelihood - highest == pytest.approx(3.8415 / 2, abs=0.01)


def test_rows_with_gaps_are_left_out_and_counted() -> None:
    columns = {name: list(values) for name, values in service().items()}
    columns["alliance"][:3] = [None, float("nan"), float("inf")]
    columns["therapist"][3] = None
    columns["left"][4] = None
    fit = fitted(MODEL, columns)
    assert fit.n["rows"] == 1495
    assert {one.why.split(":")[0]: one.rows for one in fit.dropped} == {
        "left": 1,
        "alliance": 3,
        "therapist": 1,
    }


# --- no result, in words ----------------------------------------------------------------------------------------------
def changed(**columns: object) -> dict[str, object]:
    return service() | columns


HALF = np.arange(1500) % 2
HALVES = {"left": [0.5] * 100, "alliance": [1] * 100, "log_session": [0] * 100, "therapist": [1] * 100}


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (changed(left=np.zeros(1500)), "always 0"),
        (changed(left=np.arange(1500)), "other values than 0 and 1"),
        (changed(left=np.full(1500, 0.5)), "other values than 0 and 1"),
        (
            {
                "left": [0.5] * 100 + [0, 1],
                "alliance": [1] * 102,
                "log_session": [0] * 102,
                "therapist": [1] * 102,
            },
            "other",
        ),
        (changed(alliance=np.full(1500, 7.1)), "the same in every row"),
        (changed(alliance=3 * service()["log_session"] - 2), "says the same as"),
        (changed(therapist=np.full(1500, "t1")), "only one 'therapist'"),
        (changed(therapist=np.arange(1500)), "one row only"),
        (changed(alliance=np.full(1500, np.nan)), "no row"),
        (changed(alliance=["low"] * 1500), "no numbers"),
        (changed(alliance=service()["left"] * 2.0 + 1), "'alliance' tells 'left' without fail"),
        (changed(alliance=HALF, left=HALF * service()["left"]), "'alliance' tells 'left' without fail"),
        (changed(therapist=service()["left"].astype(int) * 10 + HALF), "always the same"),
    ],
)
def test_what_cannot_be_fitted_is_told(columns: dict[str, object], says: str) -> None:
    assert says in refused(MODEL, columns).reason


def test_missing_columns_are_told_together_with_near_names() -> None:
    columns = service()
    columns["aliance"] = columns.pop("alliance")
    del columns["left"]
    found = refused(MODEL, columns)
    assert "no column 'left'" in found.reason
    assert "Did you mean aliance?" in found.reason


def test_a_file_that_is_no_parquet_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 but no more")
    assert "cannot be read" in fit_logistic(MODEL, tmp_path / "bad.parquet").reason
    assert "cannot be read" in fit_logistic(MODEL, tmp_path / "none.parquet").reason


@pytest.mark.parametrize("rows", [1, 2, 5, 12])
def test_a_handful_of_rows_ends_in_words_or_in_finite_numbers(rows: int) -> None:
    columns = {name: values[:rows] for name, values in service(seed=5).items()}
    columns["left"] = np.arange(rows) % 2
    found = fit_logistic(MODEL, pa.table(columns))
    if isinstance(found, LogisticFit):
        assert all(np.isfinite([one.estimate, one.se]).all() for one in found.fixed)
