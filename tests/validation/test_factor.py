"""Factor models and reliability against lavaan and psych (tests/validation/factor)."""

import json
from pathlib import Path

import numpy as np
import pytest

from accord.statistics.factor.fitting import fit_factors
from accord.statistics.factor.levels import levels
from accord.statistics.factor.model import Equal, Factors, moments
from accord.statistics.factor.reliability import alpha, omega
from accord.statistics.factor.result import FactorFit

TOLD = json.loads((Path(__file__).parent / "factor" / "reference.json").read_text())
DATA = np.array([TOLD["data"][f"x{item}"] for item in range(1, 10)]).T
SCHOOL = np.array(TOLD["data"]["school"])
MODELS = {"one": Factors.one(9), "three": Factors((0, 0, 0, 1, 1, 1, 2, 2, 2)), "visual": Factors.one(4)}

pytestmark = pytest.mark.validation


@pytest.mark.parametrize("step", [None, *Equal], ids=lambda step: step or "one group")
@pytest.mark.parametrize("name", MODELS)
def test_lavaan_says_the_same(name: str, step: Equal | None) -> None:
    model = MODELS[name]
    rows = DATA[:, : model.items]
    groups = [moments(rows[one == SCHOOL]) for one in ("one", "other")] if step else [moments(rows)]
    fit = fit_factors(model, groups, step or Equal.FORM)
    lavaan = TOLD[f"{name}_{step}" if step else name]

    assert isinstance(fit, FactorFit)
    assert fit.converged
    assert (fit.df, fit.parameters) == (lavaan["df"], lavaan["npar"])
    assert fit.chi2 == pytest.approx(lavaan["chisq"], abs=1e-6)
    assert fit.log_likelihood == pytest.approx(lavaan["logl"], abs=1e-6)
    assert fit.bic == pytest.approx(lavaan["bic"], abs=1e-6)
    # lavaan stops where its criterion stands still, so what is not at its optimum agrees less closely.
    assert (fit.cfi, fit.rmsea, fit.srmr) == pytest.approx(
        (lavaan["cfi"], lavaan["rmsea"], lavaan["srmr"]), abs=2e-6
    )
    if step is Equal.INTERCEPTS:
        means, errors = np.atleast_1d(lavaan["factor_mean"]), np.atleast_1d(lavaan["factor_mean_se"])
        assert fit.groups[1].factor_mean == pytest.approx(means, abs=1e-4)
        assert fit.groups[1].factor_mean_se == pytest.approx(errors, abs=1e-4)


def test_lavaan_finds_the_same_correlations_of_factors() -> None:
    fit = fit_factors(MODELS["three"], [moments(DATA)])
    assert isinstance(fit, FactorFit)
    apart = np.triu_indices(3, 1)
    assert fit.factor_correlation[apart] == pytest.approx(TOLD["three"]["correlations"], abs=1e-4)
    assert fit.factor_correlation_se[apart] == pytest.approx(TOLD["three"]["correlation_se"], abs=1e-5)


def test_psych_finds_the_same_reliability() -> None:
    told = TOLD["reliability"]
    assert float(alpha(np.cov(DATA.T))) == pytest.approx(told["alpha"], abs=1e-9)
    # psych keeps unique parts above .005 and stops earlier.
    assert omega(np.corrcoef(DATA[:, 3:7].T)) == pytest.approx(told["psych_omega"], abs=1e-4)
    # By maximum likelihood (lavaan) and by least squares (ours): two estimates of one thing.
    assert omega(np.cov(DATA.T)) == pytest.approx(told["omega"], abs=1e-3)


def test_lavaan_splits_within_and_between_the_same_way() -> None:
    rows = TOLD["levels"]["rows"]
    values = np.array([rows[f"y{item}"] for item in range(1, 5)]).T
    found = levels(values, np.array(rows["cluster"]))
    assert found is not None
    # lavaan's are maximum likelihood, by steps that end at 1e-4: SSB / J where ours has SSB / (J - 1).
    clusters, each = 60, 5
    between = found.between * (clusters - 1) / clusters - found.within / each / clusters
    assert found.within == pytest.approx(np.array(TOLD["levels"]["within"]), abs=1e-3)
    assert between == pytest.approx(np.array(TOLD["levels"]["between"]), abs=1e-3)
