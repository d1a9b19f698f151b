"""Contrasts, components, shares, R2, predicted effects and profiles of one fit, each against another way to it."""

import numpy as np
import pytest
from scipy.stats import chi2
from tests.statistics.mixed import plain

from accord.statistics.mixed.components import components
from accord.statistics.mixed.fitting import fit_sums
from accord.statistics.mixed.inference import contrast
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.predicted import predicted
from accord.statistics.mixed.profile import profile, profile_sd
from accord.statistics.mixed.result import Fit
from accord.statistics.mixed.shares import r2, shares

SLOPE, THERAPIST = Random("client", ("1", "x")), Random("therapist")
DATA = plain.nested(21, ((1, 2), (25, 26), (3, 7), (2, 9)))


def fitted(model: Model, data: plain.Columns = DATA) -> Fit:
    made = fit_sums(plain.summed(model, data))
    assert isinstance(made, Fit)
    return made


@pytest.fixture(scope="module")
def made() -> Fit:
    return fitted(Model("y", ("x", "z"), (SLOPE, THERAPIST)))


# --- contrasts --------------------------------------------------------------------------------------------------------
def test_a_contrast_of_one_effect_is_that_effect(made: Fit) -> None:
    one, told = made.effect("x"), contrast(made, {"x": 1.0})

    assert (told.value, told.se, told.df) == pytest.approx((one.estimate, one.se, one.df))
    assert (told.low, told.high) == pytest.approx((one.low, one.high))


def test_a_contrast_is_the_effect_of_a_column_that_says_it(made: Fit) -> None:
    """x + z and z: the coefficient of z is then that of z less that of x."""
    turned = fitted(Model("y", ("sum", "z"), (THERAPIST,)), DATA | {"sum": DATA["x"] + DATA["z"]})
    straight = fitted(Model("y", ("x", "z"), (THERAPIST,)))

    told, one = contrast(straight, [0.0, -1.0, 1.0]), turned.effect("z")

    assert (told.value, told.se) == pytest.approx((one.estimate, one.se))
    assert told.df == pytest.approx(one.df, rel=1e-5)


def test_a_contrast_of_unknown_names_is_refused(made: Fit) -> None:
    with pytest.raises(KeyError, match="alliance"):
        contrast(made, {"alliance": 1.0})
    with pytest.raises(ValueError, match="3 weights are needed"):
        contrast(made, [1.0])


# --- components -------------------------------------------------------------------------------------------------------
def test_each_component_has_an_interval(made: Fit) -> None:
    told = components(made)

    assert [(one.group, one.column, one.other) for one in told] == [
        ("client", "1", None), ("client", "x", None), ("client", "1", "x"), ("therapist", "1", None),
        ("residual", "1", None),
    ]  # fmt: skip
    assert all(one.estimate.low < one.estimate.value < one.estimate.high for one in told)
    assert told[0].estimate.value == made.component("client").sd[0]
    for one in (
        told[0],
        told[3],
        told[4],
    ):  # Wald on the log and the profile hardly differ where groups are many
        other = profile_sd(made, one.group)
        assert (one.estimate.low, one.estimate.high) == pytest.approx((other.low, other.high), rel=0.12)


def test_zero_has_words_and_no_interval_but_an_upper_end() -> None:
    data = DATA | {"y": DATA["y"] - group_means(DATA, "therapist")}
    made = fitted(Model("y", ("x",), (Random("client"), THERAPIST)), data)

    told = components(made)[1]
    ends = profile_sd(made, "therapist")

    assert told.estimate.value == 0.0 and told.estimate.low is None and "zero" in told.note
    assert ends.low == 0.0 and 0.0 < ends.high < 1.0
    assert shares(made)[1].share.value == 0.0 and shares(made)[1].share.low is None


def group_means(data: plain.Columns, group: str) -> np.ndarray:
    codes = np.unique(data[group], return_inverse=True)[1]
    return (np.bincount(codes, data["y"]) / np.bincount(codes))[codes]


# --- profiles ---------------------------------------------------------------------------------------------------------
def test_at_the_ends_of_a_profile_the_criterion_has_risen_by_the_limit() -> None:
    """Checked by taking the coefficient's part out of the outcome and fitting anew without the column."""
    random = (Random("client"), THERAPIST)
    ml = fitted(Model("y", ("x", "z"), random, reml=False))
    ends = profile(ml, "z", level=0.9)

    for end in (ends.low, ends.high):
        without = fitted(Model("y", ("x",), random, reml=False), DATA | {"y": DATA["y"] - end * DATA["z"]})
        assert without.criterion - ml.criterion == pytest.approx(chi2.ppf(0.9, 1), abs=1e-5)


def test_a_variance_of_zero_may_rise_where_a_coefficient_is_held() -> None:
    """Therapists differ by their experience alone, so holding its coefficient elsewhere leaves differences between."""
    codes = np.unique(DATA["therapist"], return_inverse=True)[1]
    experience = np.random.default_rng(3).normal(size=codes.max() + 1)[codes]
    rest = DATA["y"] - group_means(DATA, "therapist")
    data = DATA | {"experience": experience, "y": rest + experience}
    ml = fitted(Model("y", ("experience",), (Random("client"), THERAPIST), reml=False), data)
    assert ml.component("therapist").at_zero

    ends = profile(ml, "experience", level=0.999)

    for end in (ends.low, ends.high):
        without = fitted(
            Model("y", (), (Random("client"), THERAPIST), reml=False),
            data | {"y": data["y"] - end * experience},
        )
        assert without.criterion - ml.criterion == pytest.approx(chi2.ppf(0.999, 1), abs=1e-5)


def test_a_profile_of_an_sd_does_not_depend_on_where_the_slope_is_measured_from(made: Fit) -> None:
    there = fitted(made.model, DATA | {"x": DATA["x"] * 10.0 + 7.0})
    ends, others = profile_sd(made, "client", "x"), profile_sd(there, "client", "x")

    assert (ends.low, ends.high) == pytest.approx((others.low * 10.0, others.high * 10.0), rel=1e-5)


def test_a_profile_of_what_is_not_there_is_refused(made: Fit) -> None:
    with pytest.raises(KeyError):
        profile(made, "alliance")
    with pytest.raises(KeyError):
        profile_sd(made, "therapist", "x")


# --- shares and R2 ----------------------------------------------------------------------------------------------------
def test_shares_are_those_of_the_variances(made: Fit) -> None:
    straight = fitted(Model("y", ("x",), (Random("client"), THERAPIST)))
    variances = [straight.component("client").sd[0] ** 2, straight.component("therapist").sd[0] ** 2]
    whole = sum(variances) + straight.residual_sd**2

    told = shares(straight)

    assert [one.group for one in told] == ["client", "therapist", "residual"]
    assert [one.share.value for one in told[:2]] == pytest.approx([one / whole for one in variances])
    assert told[0].alike.value == pytest.approx(sum(variances) / whole)
    assert sum(one.share.value for one in told) == pytest.approx(1.0)
    assert all(0.0 < one.share.low < one.share.value < one.share.high < 1.0 for one in told)
    at = DATA["x"].mean()  # with a slope: at its mean
    own = np.array([1.0, at]) @ made.component("client").covariance @ np.array([1.0, at])
    rest = made.component("therapist").sd[0] ** 2 + made.residual_sd**2
    assert shares(made)[0].share.value == pytest.approx(own / (own + rest), rel=1e-6)


def test_r2_is_nakagawas_with_slopes_averaged_over_rows(made: Fit) -> None:
    line = made.effect("x").estimate * DATA["x"] + made.effect("z").estimate * DATA["z"]
    wide = np.column_stack([np.ones(len(DATA["x"])), DATA["x"]])
    client = np.mean(np.einsum("ra,ab,rb->r", wide, made.component("client").covariance, wide))
    random = client + made.component("therapist").sd[0] ** 2
    whole = line.var(ddof=1) + random + made.residual_sd**2

    told = r2(made)

    assert told.marginal == pytest.approx(line.var(ddof=1) / whole)
    assert told.conditional == pytest.approx((line.var(ddof=1) + random) / whole)


# --- predicted effects ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("unsure", [False, True], ids=["given the fixed effects", "fixed effects unsure too"])
def test_predicted_effects_solve_hendersons_equations(made: Fit, unsure: bool) -> None:
    fixed = np.column_stack([np.ones(len(DATA["y"])), DATA["x"], DATA["z"]])
    keys = {group: np.unique(DATA[group]) for group in ("client", "therapist")}
    parts, covariances = [], []
    for group in keys:
        one = made.component(group)
        own = (DATA[group][:, None] == keys[group][None, :]).astype(float)
        columns = fixed[:, [made.model.columns.index(name) for name in one.columns]]
        parts.append((own[:, :, None] * columns[:, None, :]).reshape(len(fixed), -1))
        covariances.append(np.kron(np.eye(len(keys[group])), np.linalg.inv(one.covariance)))
    random, sigma2 = np.hstack(parts), made.residual_sd**2
    square = random.T @ random / sigma2
    square[: len(covariances[0]), : len(covariances[0])] += covariances[0]
    square[len(covariances[0]) :, len(covariances[0]) :] += covariances[1]
    beta = np.array([one.estimate for one in made.fixed])
    effects = np.linalg.solve(square, random.T @ (DATA["y"] - fixed @ beta) / sigma2)
    if unsure:
        cross = fixed.T @ random / sigma2
        large = np.block([[fixed.T @ fixed / sigma2, cross], [cross.T, square]])
        spread = np.diag(np.linalg.inv(large))[3:]
    else:
        spread = np.diag(np.linalg.inv(square))

    client = predicted(made, "client", fixed_unsure=unsure)
    therapist = predicted(made, "therapist", fixed_unsure=unsure)

    assert client.keys.tolist() == keys["client"].tolist()
    assert client.columns == ("1", "x")
    assert np.append(client.values.ravel(), therapist.values.ravel()) == pytest.approx(effects, abs=1e-8)
    assert np.append(client.se.ravel(), therapist.se.ravel()) ** 2 == pytest.approx(spread, rel=1e-7)


def test_predicted_effects_of_no_such_grouping_are_refused(made: Fit) -> None:
    with pytest.raises(KeyError):
        predicted(made, "service")
