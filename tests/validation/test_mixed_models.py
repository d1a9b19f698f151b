"""Linear mixed models against lme4 and lmerTest (tests/validation/mixed_models)."""

import json

import numpy as np
import pytest
from tests.validation.mixed_models.cases import CASES, HERE, SMALL, Case, table

from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.result import Fit

LME4 = json.loads((HERE / "lme4.json").read_text())

pytestmark = pytest.mark.validation


@pytest.mark.parametrize("reml", [True, False], ids=["REML", "ML"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lme4_and_lmertest_say_the_same(case: Case, reml: bool) -> None:
    made, lme4 = fit(case.model(reml), table(case)), LME4[case.name]["REML" if reml else "ML"]

    assert isinstance(made, Fit)
    assert made.converged and made.certificate.optimal
    assert made.criterion == pytest.approx(lme4["criterion"], abs=1e-6)
    intercept, *others = zip(made.fixed, lme4["estimates"], lme4["errors"], lme4["df"], strict=True)
    for one, estimate, error, df in others:
        # a coefficient near zero is known only as well as its SE
        assert one.estimate == pytest.approx(estimate, rel=1e-6, abs=1e-6 * error)
        assert one.se == pytest.approx(error, rel=1e-6)
        assert one.df == pytest.approx(df, rel=1e-2)
    if not case.far:
        assert intercept[0].estimate == pytest.approx(intercept[1], rel=1e-6)
        assert intercept[0].se == pytest.approx(intercept[2], rel=1e-6)
        assert intercept[0].df == pytest.approx(intercept[3], rel=1e-2)
    assert covariances(made, case) == pytest.approx(
        theirs(lme4, case), rel=1e-5, abs=1e-6 * made.residual_sd**2
    )


def covariances(made: Fit, case: Case) -> dict[str, float]:
    """Variances and covariances by name; of a slope alone where the intercept lies elsewhere."""
    found = {"Residual": made.residual_sd**2}
    for one in made.random:
        for a, first in enumerate(one.columns):
            for b, second in enumerate(one.columns[: a + 1]):
                found[f"{one.group} {second} {first}"] = float(one.covariance[a, b])
    return _without_far(found, case)


def theirs(lme4: dict, case: Case) -> dict[str, float]:
    names = {"(Intercept)": "1"}
    found = {}
    for group, first, second, value in zip(
        lme4["groups"], lme4["first"], lme4["second"], lme4["covariances"], strict=True
    ):
        one = names.get(first, first)
        key = f"{group} {one} {names.get(second, second) or one}"
        found["Residual" if group == "Residual" else key] = value
    return _without_far(found, case)


def _without_far(found: dict[str, float], case: Case) -> dict[str, float]:
    slope = any(name in dict(case.far) for one in case.random for name in one.columns)
    return {key: value for key, value in found.items() if not (slope and " 1 " in key)}


@pytest.mark.parametrize("case", [case for case in CASES if case.far], ids=lambda case: case.name)
def test_the_intercept_of_far_off_columns_is_that_of_near_ones(case: Case) -> None:
    made, lme4 = fit(case.model(), table(case)), LME4[case.name]["REML"]
    far = dict(case.far)
    moved = far.get("outcome", 0.0) - sum(
        made.effect(name).estimate * far.get(name, 0.0) for name in case.fixed
    )

    assert made.effect("1").estimate == pytest.approx(lme4["estimates"][0] + moved, rel=1e-7)


def test_72_small_services_are_never_above_lme4_and_each_is_certified() -> None:
    above, singular = {}, 0
    for case in SMALL:
        made = fit(case.model(), table(case))
        assert isinstance(made, Fit)
        assert made.converged and made.certificate.optimal, case.name
        above[case.name] = made.criterion - LME4[case.name]["REML"]
        singular += any(one.at_zero for one in made.random)

    assert len(above) == 72
    assert max(above.values()) < 1e-6, max(above, key=lambda name: above[name])
    assert singular > 20  # many of them lie on the edge, where searches go astray
    assert np.median(list(above.values())) == pytest.approx(0.0, abs=1e-7)
