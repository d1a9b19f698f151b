"""Hazards with a random intercept against lme4's glmer (tests/validation/hazards)."""

import json

import pytest
from tests.validation.hazards.cases import CASES, COLUMNS, HERE, Case, table

from accord.statistics.logistic.fitting import fit_logistic
from accord.statistics.logistic.model import Logistic
from accord.statistics.logistic.result import LogisticFit

GLMER = json.loads((HERE / "glmer.json").read_text())

pytestmark = pytest.mark.validation


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_glmer_says_the_same(case: Case) -> None:
    model = Logistic("left", COLUMNS, "therapist", case.link, case.points)
    fit = fit_logistic(model, table(case))
    glmer = GLMER[case.name]

    assert isinstance(fit, LogisticFit)
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(glmer["log_likelihood"], abs=1e-4)
    if case.points > 1:  # in Laplace's, glmer's weights are those of the last step but one
        assert fit.log_likelihood >= glmer["log_likelihood"] - 1e-6
    assert [one.estimate for one in fit.fixed] == pytest.approx(glmer["estimates"], abs=1e-3)
    assert [one.se for one in fit.fixed] == pytest.approx(glmer["errors"], rel=1e-3)
    assert fit.group_sd.value == pytest.approx(glmer["sd"], abs=1e-3)
    assert bool(fit.notes) == (glmer["sd"] < 1e-4)  # no spread is said
