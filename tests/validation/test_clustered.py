"""Least squares with clusters against clubSandwich (tests/validation/clustered)."""

import json
from pathlib import Path

import numpy as np
import pytest

from accord.statistics.clustered import Regression, regress

TOLD = json.loads((Path(__file__).parent / "clustered" / "reference.json").read_text())

pytestmark = pytest.mark.validation


def test_clubsandwich_says_the_same() -> None:
    a, b, y = (np.array(TOLD[name], float) for name in ("a", "b", "y"))
    found = regress(np.column_stack([np.ones(len(a)), a, b]), y, np.array(TOLD["cluster"]))
    assert isinstance(found, Regression)
    assert found.covariance == pytest.approx(np.array(TOLD["covariance"]), rel=1e-9)
    for place, weights in enumerate(np.eye(3)):
        one = found.contrast(weights)
        assert one.value == pytest.approx(TOLD["estimate"][place], rel=1e-9)
        assert one.se == pytest.approx(TOLD["se"][place], rel=1e-9)
        assert one.df == pytest.approx(TOLD["df"][place], rel=1e-8)
        assert found.p(weights) == pytest.approx(TOLD["p"][place], rel=1e-7)
