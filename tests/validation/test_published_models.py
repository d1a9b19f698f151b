"""Mixed models of data sets that come with lme4 and nlme, against fits kept beside this checkout.

The data are under the GPL and are not taken over: R writes them to a folder for the time of the test, so it needs R.
"""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest

from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.predicted import predicted
from accord.statistics.mixed.result import Fit

KEPT = Path(__file__).parents[2] / "../shared/data/reference_fits/lmm_reference_fits.json"
WRITE = """
library(lme4); place <- commandArgs(TRUE)[1]
put <- function(data, name) write.csv(data, file.path(place, name), row.names = FALSE)
put(sleepstudy, "sleepstudy.csv"); put(Pastes, "pastes.csv"); put(Dyestuff, "dyestuff.csv")
put(Dyestuff2, "dyestuff2.csv"); ortho <- as.data.frame(nlme::Orthodont)
ortho$female <- as.numeric(ortho$Sex == "Female"); ortho$both <- ortho$age * ortho$female; put(ortho, "orthodont.csv")
"""
DAYS = Random("Subject", ("1", "Days"))
MODELS = {
    "sleepstudy_slope": ("sleepstudy", Model("Reaction", ("Days",), (DAYS,))),
    "sleepstudy_ri": ("sleepstudy", Model("Reaction", ("Days",), (Random("Subject"),))),
    "pastes": ("pastes", Model("strength", (), (Random("sample"), Random("batch")))),
    "dyestuff": ("dyestuff", Model("Yield", (), (Random("Batch"),))),
    "dyestuff2": ("dyestuff2", Model("Yield", (), (Random("Batch"),))),
}

pytestmark = pytest.mark.validation


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not KEPT.exists():
        pytest.skip("the reference fits (../shared/data/reference_fits) are not beside this checkout")
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed, and the data sets come with its packages")
    place = tmp_path_factory.mktemp("published")
    done = subprocess.run(["Rscript", "-e", WRITE, str(place)], capture_output=True, text=True, timeout=120)
    if done.returncode:
        pytest.skip("R has no lme4 or nlme, with which the data sets come")
    return place


def fitted(model: Model, file: Path) -> Fit:
    made = fit(model, pyarrow.csv.read_csv(file))
    assert isinstance(made, Fit) and made.certificate.optimal
    return made


@pytest.mark.parametrize("reml", [True, False], ids=["REML", "ML"])
@pytest.mark.parametrize("name", MODELS)
def test_kept_fits_are_found_again(name: str, reml: bool, folder: Path) -> None:
    file, model = MODELS[name]
    kept = json.loads(KEPT.read_text())["lme4"][name]["REML" if reml else "ML"]

    made = fitted(Model(model.outcome, model.fixed, model.random, reml), folder / f"{file}.csv")

    # kept at lme4's own tolerance: criteria agree to 1e-6, SDs only to 1e-4
    assert made.criterion == pytest.approx(kept["criterion_minus2logLik"], abs=1e-6)
    assert [one.estimate for one in made.fixed] == pytest.approx(list(kept["fixef"].values()), rel=1e-6)
    assert [one.se for one in made.fixed] == pytest.approx(list(kept["se"].values()), rel=2e-4)
    assert made.residual_sd == pytest.approx(kept["sigma"], rel=2e-4)
    spreads = [sd for one in made.random for sd in one.sd]
    theirs = [
        part["sdcor"] for part in kept["varcorr"] if part["var2"] is None and part["group"] != "Residual"
    ]
    assert spreads == pytest.approx(theirs, rel=5e-4, abs=1e-6)
    assert bool(made.notes and "is zero" in made.notes[-1]) == kept["singular"]


def test_sleepstudy_is_as_published(folder: Path) -> None:
    """SD 24.741 and 5.922, r .066, residual 25.592 (Bates and others 2015, doi:10.18637/jss.v067.i01)."""
    made = fitted(MODELS["sleepstudy_slope"][1], folder / "sleepstudy.csv")

    one = made.component("Subject")
    assert one.sd == pytest.approx((24.741, 5.922), abs=1e-3)
    assert float(one.correlation[0, 1]) == pytest.approx(0.0656, abs=1e-4)
    assert made.residual_sd == pytest.approx(25.592, abs=1e-3)
    assert made.effect("Days").df == pytest.approx(17.0, abs=0.01)  # lmerTest's on these data
    kept = json.loads(KEPT.read_text())["lme4"]["sleepstudy_slope"]["ranef_first3"]["Subject"]
    told = predicted(made, "Subject")
    ours = {str(key): values.tolist() for key, values in zip(told.keys, told.values, strict=True)}
    for key, theirs in kept.items():
        assert ours[key] == pytest.approx(list(theirs.values()), rel=1e-3)


def test_orthodont_is_as_nlme_has_it(folder: Path) -> None:
    kept = json.loads(KEPT.read_text())["nlme"]["orthodont"]
    model = Model("distance", ("age", "female", "both"), (Random("Subject", ("1", "age")),))

    made = fitted(model, folder / "orthodont.csv")

    assert made.criterion == pytest.approx(-2.0 * kept["logLik"], abs=1e-5)
    assert made.residual_sd == pytest.approx(kept["sigma"], rel=1e-4)
    assert [abs(one.estimate) for one in made.fixed] == pytest.approx(
        [abs(value) for value in kept["fixef"].values()], rel=1e-4
    )
    assert made.component("Subject").covariance == pytest.approx(np.array(kept["D"]), rel=1e-3)
